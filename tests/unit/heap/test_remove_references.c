/* SPDX-License-Identifier: MIT */
/* Removing references between sets, against a model that loses the same ones. */
#include "analysis/roots.h"
#include "generated.h"
#include "naive.h"

static const dryad_progress none = {0};

static uint64_t removed(dryad_heap *heap, dryad_ids from, dryad_ids to)
{
  uint64_t changed = 77;
  assert_int_equal(dryad_heap_remove_references(heap, from, to, &changed, none, NULL), DRYAD_OK);
  return changed;
}

/* ---- random graphs ------------------------------------------------------------------------------ */

static bool is_among(const dryad_graph *g, dryad_ids ids, uint64_t address)
{
  for (uint64_t i = 0; i < ids.count; i++)
    if (dryad_graph_address(g, ids.ids[i]) == address) return true;
  return false;
}

/* The number of objects that lost a reference. */
static unsigned remove_from_model(model *m, const dryad_graph *g, dryad_ids from, dryad_ids to)
{
  unsigned changed = 0;
  for (unsigned i = 0; i < m->count; i++) {
    model_object *o = &m->objects[i];
    unsigned kept = 0, before = o->ref_count;
    if (!is_among(g, from, o->address)) continue;
    for (unsigned r = 0; r < before; r++)
      if (!is_among(g, to, o->refs[r])) o->refs[kept++] = o->refs[r];
    o->ref_count = kept;
    changed += kept < before;
  }
  return changed;
}

/* Dangling addresses keep their ids, even when nothing refers to them any more. */
static void assert_same(const dryad_graph *g, const model *m, const model *loaded)
{
  uint64_t missing[MODEL_OBJECTS * MODEL_REFS], refs = 0;
  unsigned missing_count = model_missing(loaded, missing);
  assert_number(dryad_graph_count(g), m->count);
  for (unsigned i = 0; i < missing_count; i++) assert_number(dryad_graph_address(g, m->count + i), missing[i]);
  for (unsigned i = 0; i < m->count; i++) {
    assert_graph_object(g, m, i, missing);
    refs += m->objects[i].ref_count;
  }
  assert_number(dryad_graph_ref_count(g), refs);
}

static void assert_roots(dryad_heap *heap, uint64_t roots)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_roots *actual;
  naive n = naive_of(g);
  dryad_id *ids;
  uint64_t count, reached = naive_reach(&n, roots, n.all);
  assert_int_equal(dryad_heap_roots(heap, &actual, none, NULL), DRYAD_OK);
  assert_set(dryad_roots_ids(actual), roots);
  assert_int_equal(dryad_roots_unreachable(actual, g, DRYAD_ROOT_NONE, &ids, &count, none, NULL), DRYAD_OK);
  assert_set((dryad_ids){ids, count}, n.all & ~reached);
  dryad_free(&dryad_default_allocator, ids, count, sizeof *ids);
}

static void random_sets_lose_the_references_between_them(void **state)
{
  (void)state;
  uint64_t seed = 95;
  for (int round = 0; round < 2000; round++) {
    model loaded = random_graph(&seed, 40);
    dryad_heap *heap =
        model_load(&loaded, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
    model_settle(&loaded);
    naive n = naive_of(dryad_heap_graph(heap));
    const dryad_roots *settled;
    uint64_t roots = 0;
    dryad_heap *same =
        model_load(&loaded, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
    assert_int_equal(dryad_heap_roots(same, &settled, none, NULL), DRYAD_OK);
    roots = naive_set(&n, dryad_roots_ids(settled));
    dryad_heap_free(same);
    if (chance(&seed, 50)) assert_roots(heap, roots);
    model steps[4] = {loaded};
    unsigned depth = 0;
    for (int step = 0; step < 3; step++) {
      const dryad_graph *g = dryad_heap_graph(heap);
      dryad_id from[40], to[40];
      unsigned from_count = random_ids(&seed, g, from, 40), to_count = random_ids(&seed, g, to, 40);
      model next = steps[depth];
      const dryad_ids from_ids = {from, from_count}, to_ids = {to, to_count};
      unsigned changed = remove_from_model(&next, g, from_ids, to_ids);
      assert_number(removed(heap, from_ids, to_ids), changed);
      assert_int_equal(dryad_heap_graph(heap) != g, changed > 0);
      if (changed > 0) steps[++depth] = next;
      assert_same(dryad_heap_graph(heap), &steps[depth], &loaded);
      if (chance(&seed, 50)) assert_roots(heap, roots);
    }
    for (; depth > 0; depth--) {
      assert_true(dryad_heap_undo(heap));
      assert_same(dryad_heap_graph(heap), &steps[depth - 1], &loaded);
      assert_roots(heap, roots);
    }
    assert_same(dryad_heap_graph(heap), &loaded, &loaded);
    assert_false(dryad_heap_undo(heap));
    dryad_heap_free(heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

static void what_loses_all_referrers_is_unreachable(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 1 2; list 2 2 3; dict 3; list");
  const dryad_id ids[] = {0, 1, 2, 3};
  assert_number(removed(heap, (dryad_ids){ids, 2}, (dryad_ids){ids + 2, 1}), 2);
  assert_number(dryad_graph_ref_count(dryad_heap_graph(heap)), 3);
  assert_number(dryad_graph_children(dryad_heap_graph(heap), 1).count, 1);
  assert_roots(heap, bit(0));
  assert_number(dryad_graph_parents(dryad_heap_graph(heap), 2).count, 0);
  assert_number(removed(heap, (dryad_ids){ids, 2}, (dryad_ids){ids + 2, 1}), 0);
  assert_int_equal(dryad_heap_remove_references(heap, (dryad_ids){ids, 4}, (dryad_ids){ids, 4}, NULL, none, NULL),
                   DRYAD_OK);
  assert_number(dryad_graph_ref_count(dryad_heap_graph(heap)), 0);
  assert_roots(heap, bit(0));
  assert_true(dryad_heap_undo(heap) && dryad_heap_undo(heap));
  assert_number(dryad_graph_ref_count(dryad_heap_graph(heap)), 6);
  dryad_heap_free(heap);
}

static void nothing_is_lost_to_empty_sets_and_by_what_is_not_dumped(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1 9; list 0");
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id all[] = {0, 1, 2};
  assert_number(removed(heap, (dryad_ids){all, 3}, (dryad_ids){NULL, 0}), 0);
  assert_number(removed(heap, (dryad_ids){NULL, 0}, (dryad_ids){all, 3}), 0);
  assert_number(removed(heap, (dryad_ids){all + 2, 1}, (dryad_ids){all, 3}), 0);
  assert_ptr_equal(dryad_heap_graph(heap), g);
  assert_number(removed(heap, (dryad_ids){all, 3}, (dryad_ids){all + 2, 1}), 1);
  assert_number(dryad_graph_ref_count(dryad_heap_graph(heap)), 2);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static void cancelled_at_every_call(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_heap *heap = load_generated(write_star, SOME, &allocator);
  const dryad_graph *g = dryad_heap_graph(heap);
  const int64_t blocks = l.blocks, bytes = l.bytes;
  const dryad_id center = 0;
  dryad_id *all = test_malloc(SOME * sizeof *all);
  dryad_status status = DRYAD_CANCELLED;
  for (dryad_id id = 0; id < SOME; id++) all[id] = id;
  for (unsigned call = 1; status; call++) {
    told t = {.cancel_at = call};
    dryad_error error = {0};
    uint64_t changed = 77;
    status = dryad_heap_remove_references(heap, (dryad_ids){all, SOME}, (dryad_ids){&center, 1}, &changed,
                                          (dryad_progress){tell, &t}, &error);
    assert_int_equal(error.status, status);
    if (!status) {
      assert_true(call > 1);
      assert_number(changed, SOME);
      assert_number(dryad_graph_ref_count(dryad_heap_graph(heap)), SOME - 1);
      assert_true(dryad_heap_undo(heap));
    } else {
      assert_int_equal(status, DRYAD_CANCELLED);
    }
    assert_ptr_equal(dryad_heap_graph(heap), g);
    assert_int_equal(l.blocks, blocks);
    assert_int_equal(l.bytes, bytes);
  }
  test_free(all);
  dryad_heap_free(heap);
  assert_int_equal(l.blocks, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_sets_lose_the_references_between_them),
      cmocka_unit_test(what_loses_all_referrers_is_unreachable),
      cmocka_unit_test(nothing_is_lost_to_empty_sets_and_by_what_is_not_dumped),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
