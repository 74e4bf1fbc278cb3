/* SPDX-License-Identifier: MIT */
/* Roots against reachability matrices, and how they survive changes of a heap. */
#include "analysis/roots.h"

#include "generated.h"
#include "graph/graph.h"
#include "naive_roots.h"

/* ---- the naive search --------------------------------------------------------------------------- */

static bool is_called(const dryad_graph *g, dryad_id id, const char *type)
{
  dryad_text name = dryad_graph_type_name(g, dryad_graph_type(g, id));
  return name.length == strlen(type) && !memcmp(name.data, type, name.length);
}

static naive_roots settle_naively(const dryad_graph *g)
{
  naive n = naive_of(g);
  naive_roots r = {.set = 0};
  uint64_t closure[NAIVE_MOST], frames = 0, referred = 0, reached = 0;
  for (unsigned id = 0; id < n.count; id++) referred |= n.refs[id] & ~bit(id);
  for (unsigned id = 0; id < n.count; id++) {
    if (is_called(g, id, "frame"))
      frames |= bit(id);
    else if (is_called(g, id, "module"))
      add_root(&r, id, DRYAD_ROOT_MODULE);
    if (!has(referred, id)) add_root(&r, id, has(frames, id) ? DRYAD_ROOT_FRAME : DRYAD_ROOT_UNREFERENCED);
  }
  close_transitively(&n, closure);
  FOR_EACH(root, r.set) reached |= closure[root];
  FOR_EACH(id, n.all & ~reached)
  {
    uint64_t reaching = 0;
    for (unsigned from = 0; from < n.count; from++)
      if (has(closure[from], (unsigned)id)) reaching |= bit(from);
    uint64_t component = reaching & closure[id];
    uint64_t preferred = component & frames ? component & frames : component;
    if (reaching == component && lowest(preferred) == id) add_root(&r, (unsigned)id, DRYAD_ROOT_CYCLE);
  }
  return r;
}

static dryad_roots *give(const dryad_graph *g, const dryad_id *ids, uint64_t count)
{
  dryad_roots *roots;
  assert_int_equal(dryad_roots_give(&roots, g, ids, count, NULL), DRYAD_OK);
  return roots;
}

static void set_roots(dryad_heap *heap, const dryad_id *ids, uint64_t count)
{
  assert_int_equal(dryad_heap_set_roots(heap, ids, count, NULL), DRYAD_OK);
}

/* ---- settling ----------------------------------------------------------------------------------- */

static void settled_roots_are_the_naive_ones_and_reach_all(void **state)
{
  (void)state;
  uint64_t seed = 50;
  unsigned of_reason[DRYAD_ROOT_GIVEN + 1] = {0};
  for (int round = 0; round < 5000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    naive_roots expected = settle_naively(g);
    dryad_roots *roots = settle(g);
    dryad_id *ids;
    uint64_t count;
    assert_roots(roots, g, &expected);
    assert_number(naive_reach(&n, expected.set, n.all), n.all);
    assert_int_equal(dryad_roots_unreachable(roots, g, DRYAD_ROOT_NONE, &ids, &count, none, NULL), DRYAD_OK);
    assert_number(count, 0);
    dryad_free(g->allocator, ids, count, sizeof *ids);
    FOR_EACH(id, expected.set) of_reason[expected.reasons[id]]++;
    dryad_roots_free(roots);
    dryad_heap_free(heap);
  }
  for (dryad_root_reason reason = DRYAD_ROOT_MODULE; reason < DRYAD_ROOT_GIVEN; reason++)
    assert_true(of_reason[reason] > 100);
}

/* `reasons`: a letter per object: Module, Frame, Unreferenced, Cycle, a dot for objects that are not roots. */
static void assert_sketch(const char *sketch, const char *reasons)
{
  dryad_heap *heap = load_sketch(sketch);
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_roots *roots = roots_of(heap);
  uint64_t set = 0;
  assert_number(dryad_graph_count(g), strlen(reasons));
  for (dryad_id id = 0; reasons[id]; id++) {
    assert_int_equal(".MFUC"[dryad_roots_reason(roots, id)], reasons[id]);
    if (reasons[id] != '.') set |= bit(id);
  }
  assert_set(dryad_roots_ids(roots), set);
  dryad_heap_free(heap);
}

static void what_only_itself_refers_to_is_a_root(void **state)
{
  (void)state;
  assert_sketch("list 0", "U");
  assert_sketch("list 0 0 1; list", "U.");
  assert_sketch("list; list 1", "UU");
}

static void of_a_cycle_the_lowest_is_a_root(void **state)
{
  (void)state;
  assert_sketch("list 1; list 0", "C.");
  assert_sketch("list 2; list 0; list 1", "C..");
  assert_sketch("list; list 3 0; list 1; list 2", ".C..");
}

static void of_two_cycles_the_one_that_refers_to_the_other_has_the_root(void **state)
{
  (void)state;
  assert_sketch("list 1; list 0; list 3 0; list 2", "..C.");
  assert_sketch("list 1 3; list 0; list 3; list 2", "C...");
  assert_sketch("list 1; list 0; list 3; list 2", "C.C.");
}

static void a_cycle_that_a_root_reaches_has_none(void **state)
{
  (void)state;
  assert_sketch("list 1; list 0; module 1", "..M");
  assert_sketch("list 1; list 0; list 1", "..U");
  assert_sketch("list 1; list 0; list 3; list 2 1; list 2", "....U");
}

static void modules_are_roots_whoever_refers_to_them(void **state)
{
  (void)state;
  assert_sketch("module 1; module 2; module 0", "MMM");
  assert_sketch("list 1; module; modules; framework 2", "UM.U");
  assert_sketch("list 1 2 3; mod; modules; Module", "U...");
}

static void a_frame_is_a_root_only_if_nothing_else_refers_to_it(void **state)
{
  (void)state;
  assert_sketch("module; frame; module 2; frame 3", "MFMF");
  assert_sketch("module 1; list 2; frame 3; frame", "M...");
  assert_sketch("frame 1; frame 2; frame", "F..");
  assert_sketch("traceback 1; frame", "U.");
}

static void a_frame_represents_its_cycle(void **state)
{
  (void)state;
  assert_sketch("list 1; frame 0", ".C");
  assert_sketch("list 1; list 2; frame 3; frame 0", "..C.");
  assert_sketch("list 1 2; list 0; list 3; frame 2", "C...");
  assert_sketch("list 1; list 0; frame 3 0; list 2", "..C.");
}

static void an_address_that_is_not_dumped_is_no_root(void **state)
{
  (void)state;
  assert_sketch("list 7 1; list 8", "U.");
  assert_sketch("list 1 7; list 0 7 9", "C.");
}

/* ---- given roots -------------------------------------------------------------------------------- */

static void given_ids_count_once_in_ascending_order_without_dangling_ones(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1 9; list 2 8; list; module 0; list 4");
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id ids[] = {4, 1, 6, 4, 5, 1};
  dryad_roots *roots = give(g, ids, sizeof ids / sizeof *ids);
  naive_roots expected = {bit(1) | bit(4), {[1] = DRYAD_ROOT_GIVEN, [4] = DRYAD_ROOT_GIVEN}};
  assert_roots(roots, g, &expected);
  assert_int_equal(dryad_roots_reason(roots, 5), DRYAD_ROOT_NONE);
  assert_int_equal(dryad_roots_reason(roots, DRYAD_NONE), DRYAD_ROOT_NONE);
  assert_unreachable(roots, g);
  dryad_roots_free(roots);
  dryad_heap_free(heap);
  dryad_roots_free(NULL);
}

static void from_no_roots_nothing_is_reachable(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1 9; module");
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id dangling = 2;
  const naive_roots expected = {.set = 0};
  for (uint64_t count = 0; count < 2; count++) {
    dryad_roots *roots = give(g, &dangling, count);
    assert_roots(roots, g, &expected);
    assert_unreachable(roots, g);
    dryad_roots_free(roots);
    set_roots(heap, &dangling, count);
    assert_heap_roots(heap, &expected);
  }
  dryad_heap_free(heap);
}

static naive_roots given_naively(const naive *n, const dryad_id *ids, unsigned count)
{
  naive_roots r = {.set = 0};
  FOR_EACH(id, naive_set(n, (dryad_ids){ids, count})) add_root(&r, (unsigned)id, DRYAD_ROOT_GIVEN);
  return r;
}

static void what_given_roots_do_not_reach(void **state)
{
  (void)state;
  uint64_t seed = 51;
  for (int round = 0; round < 3000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    dryad_id ids[10];
    unsigned count = random_ids(&seed, g, ids, 10);
    naive_roots expected = given_naively(&n, ids, count);
    dryad_roots *roots = give(g, ids, count);
    assert_roots(roots, g, &expected);
    assert_unreachable(roots, g);
    dryad_roots_free(roots);
    dryad_heap_free(heap);
  }
}

/* ---- moving ------------------------------------------------------------------------------------- */

/* The roots that still exist, found by their addresses. */
static naive_roots move_naively(const naive_roots *roots, const dryad_graph *from, const dryad_graph *to)
{
  naive_roots moved = {.set = 0};
  FOR_EACH(root, roots->set)
  {
    for (dryad_id id = 0; id < dryad_graph_count(to); id++)
      if (dryad_graph_address(to, id) == dryad_graph_address(from, (dryad_id)root))
        add_root(&moved, id, roots->reasons[root]);
  }
  return moved;
}

static void assert_moves(const dryad_graph *from, const dryad_graph *to)
{
  naive_roots before = settle_naively(from), after = move_naively(&before, from, to);
  dryad_roots *roots = settle(from), *moved;
  assert_int_equal(dryad_roots_move(&moved, roots, from, to, NULL), DRYAD_OK);
  assert_roots(moved, to, &after);
  assert_roots(roots, from, &before);
  dryad_roots_free(moved);
  dryad_roots_free(roots);
}

static void moved_roots_are_found_by_address_with_their_reasons(void **state)
{
  (void)state;
  uint64_t seed = 52;
  unsigned collapses = 0;
  for (int round = 0; round < 3000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    const dryad_graph *raw = dryad_graph_retain(dryad_heap_graph(heap));
    uint64_t collapsed;
    assert_int_equal(dryad_heap_collapse(heap, &collapsed, none, NULL), DRYAD_OK);
    assert_moves(raw, dryad_heap_graph(heap));
    assert_moves(dryad_heap_graph(heap), raw);
    collapses += collapsed > 0;
    dryad_graph_release(raw);
    dryad_heap_free(heap);
  }
  assert_true(collapses > 100);
}

/* ---- the roots of a heap ------------------------------------------------------------------------ */

enum { CHANGES = 8 };

/* Each graph of a heap's history with the roots it must have. */
typedef struct history {
  const dryad_graph *graphs[CHANGES + 1];
  naive_roots roots[CHANGES + 1];
  unsigned depth; /* the current one is the last: depth - 1 */
} history;

static void remember(history *h, dryad_heap *heap, bool are_settled)
{
  const dryad_graph *g = dryad_heap_graph(heap), *before = h->depth ? h->graphs[h->depth - 1] : NULL;
  if (g == before) return;
  h->graphs[h->depth] = g;
  h->roots[h->depth] = are_settled ? settle_naively(g) : move_naively(&h->roots[h->depth - 1], before, g);
  h->depth++;
}

static void change_at_random(history *h, dryad_heap *heap, uint64_t *seed)
{
  switch (random_below(seed, 3)) {
  case 0:
    assert_int_equal(dryad_heap_collapse(heap, NULL, none, NULL), DRYAD_OK);
    remember(h, heap, true);
    break;
  case 1:
    assert_int_equal(dryad_heap_remove_expensive_references(heap, NULL, none, NULL), DRYAD_OK);
    remember(h, heap, false);
    break;
  default: assert_int_equal(dryad_heap_undo(heap), h->depth > 1); h->depth -= h->depth > 1;
  }
}

static void roots_are_settled_by_loading_and_collapsing_and_stay_otherwise(void **state)
{
  (void)state;
  uint64_t seed = 53;
  for (int round = 0; round < 1000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    history h = {.depth = 0};
    remember(&h, heap, true);
    for (unsigned changes = 0; changes < CHANGES; changes++) {
      if (chance(&seed, 50)) assert_heap_roots(heap, &h.roots[h.depth - 1]);
      change_at_random(&h, heap, &seed);
    }
    assert_heap_roots(heap, &h.roots[h.depth - 1]);
    dryad_heap_free(heap);
  }
}

static void change_some(dryad_heap *heap, history *h, uint64_t *seed)
{
  for (unsigned changes = random_below(seed, 4); changes > 0; changes--) {
    if (chance(seed, 50)) roots_of(heap);
    change_at_random(h, heap, seed);
  }
}

static void given_roots_stay_through_every_change(void **state)
{
  (void)state;
  uint64_t seed = 54;
  for (int round = 0; round < 1000; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    history h = {.depth = 0};
    remember(&h, heap, true);
    change_some(heap, &h, &seed);
    const dryad_graph *given_on = dryad_graph_retain(dryad_heap_graph(heap));
    naive n = naive_of(given_on);
    dryad_id ids[10];
    unsigned count = random_ids(&seed, given_on, ids, 10);
    naive_roots given = given_naively(&n, ids, count);
    set_roots(heap, ids, count);
    assert_heap_roots(heap, &given);
    change_some(heap, &h, &seed);
    do {
      naive_roots expected = move_naively(&given, given_on, dryad_heap_graph(heap));
      assert_heap_roots(heap, &expected);
    } while (dryad_heap_undo(heap));
    set_roots(heap, NULL, 0);
    naive_roots settled = settle_naively(dryad_heap_graph(heap));
    assert_heap_roots(heap, &settled);
    dryad_graph_release(given_on);
    dryad_heap_free(heap);
  }
}

static void what_loses_its_last_referrer_is_garbage_and_no_root(void **state)
{
  (void)state;
  for (int is_asked_before = 0; is_asked_before < 2; is_asked_before++) {
    dryad_heap *heap = load_sketch("list 1 3; type 2; list; str");
    if (is_asked_before) roots_of(heap);
    assert_int_equal(dryad_heap_remove_expensive_references(heap, NULL, none, NULL), DRYAD_OK);
    assert_set(dryad_roots_ids(roots_of(heap)), bit(0));
    dryad_id *ids;
    uint64_t count;
    const dryad_graph *g = dryad_heap_graph(heap);
    assert_int_equal(dryad_roots_unreachable(roots_of(heap), g, DRYAD_ROOT_NONE, &ids, &count, none, NULL), DRYAD_OK);
    assert_set((dryad_ids){ids, count}, bit(1) | bit(2));
    dryad_free(g->allocator, ids, count, sizeof *ids);
    set_roots(heap, NULL, 0);
    assert_set(dryad_roots_ids(roots_of(heap)), bit(0) | bit(1));
    assert_int_equal(dryad_roots_reason(roots_of(heap), 1), DRYAD_ROOT_UNREFERENCED);
    dryad_heap_free(heap);
  }
}

static void collapsing_settles_roots_anew(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("Thing 1 2; dict 4; type; list 1; str");
  assert_set(dryad_roots_ids(roots_of(heap)), bit(0) | bit(3));
  assert_int_equal(dryad_heap_collapse(heap, NULL, none, NULL), DRYAD_OK);
  assert_number(dryad_graph_address(dryad_heap_graph(heap), 2), 3);
  assert_set(dryad_roots_ids(roots_of(heap)), bit(2));
  assert_true(dryad_heap_undo(heap));
  assert_set(dryad_roots_ids(roots_of(heap)), bit(0) | bit(3));
  dryad_heap_free(heap);
}

static void the_roots_given_last_hold(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("list 1; list 2; list");
  const dryad_id ids[] = {0, 1, 2};
  for (unsigned i = 0; i < 3; i++) {
    set_roots(heap, &ids[i], 1);
    assert_set(dryad_roots_ids(roots_of(heap)), bit(i));
    assert_int_equal(dryad_roots_reason(roots_of(heap), i), DRYAD_ROOT_GIVEN);
  }
  set_roots(heap, NULL, 0);
  assert_set(dryad_roots_ids(roots_of(heap)), bit(0));
  assert_int_equal(dryad_roots_reason(roots_of(heap), 0), DRYAD_ROOT_UNREFERENCED);
  dryad_heap_free(heap);
}

static void a_heap_finds_its_roots_once_unless_that_was_cancelled(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, SOME, NULL);
  const dryad_roots *roots = NULL;
  told t = {.cancel_at = 1};
  dryad_error error = {0};
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){tell, &t}, &error), DRYAD_CANCELLED);
  assert_int_equal(error.status, DRYAD_CANCELLED);
  assert_null(roots);
  roots = roots_of(heap);
  assert_set(dryad_roots_ids(roots), bit(0));
  assert_ptr_equal(roots_of(heap), roots);
  dryad_heap_free(heap);
}

/* ---- millions ----------------------------------------------------------------------------------- */

static void assert_only_root(write_piece write, dryad_id root, dryad_root_reason reason)
{
  dryad_heap *heap = load_generated(write, A_MILLION, NULL);
  const dryad_roots *roots = roots_of(heap);
  dryad_ids ids = dryad_roots_ids(roots);
  assert_number(ids.count, 1);
  assert_number(ids.ids[0], root);
  assert_int_equal(dryad_roots_reason(roots, root), reason);
  dryad_heap_free(heap);
}

static void a_chain_a_star_and_a_ladder_of_a_million(void **state)
{
  (void)state;
  assert_only_root(write_chain, 0, DRYAD_ROOT_UNREFERENCED);
  assert_only_root(write_star, 0, DRYAD_ROOT_CYCLE);
  assert_only_root(write_ladder, 0, DRYAD_ROOT_CYCLE);
}

static void a_chain_of_many_cycles(void **state)
{
  (void)state;
  assert_only_root(write_pairs, A_MILLION - 2, DRYAD_ROOT_CYCLE);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status settle_and_free(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  dryad_roots *roots;
  dryad_status status = dryad_roots_settle(&roots, dryad_heap_graph(heap), progress, error);
  if (status) assert_null(roots);
  dryad_roots_free(roots);
  return status;
}

static dryad_status find_unreachable(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id root = 1;
  dryad_roots *roots = give(g, &root, 1);
  dryad_id *ids = NULL;
  uint64_t count = 0;
  dryad_status status = dryad_roots_unreachable(roots, g, DRYAD_ROOT_NONE, &ids, &count, progress, error);
  if (status) assert_null(ids);
  assert_in_range(count, 0, 1);
  if (!status) dryad_free(g->allocator, ids, count, sizeof *ids);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, settle_and_free);
  assert_cancellable(write_star, find_unreachable);
}

static void cancelled_however_narrow_the_graph(void **state)
{
  (void)state;
  assert_cancellable(write_lasso, settle_and_free);
  assert_cancellable(write_lasso, find_unreachable);
}

static void cancelled_among_many_small_cycles(void **state)
{
  (void)state;
  assert_cancellable(write_pairs, settle_and_free);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(settled_roots_are_the_naive_ones_and_reach_all),
      cmocka_unit_test(what_only_itself_refers_to_is_a_root),
      cmocka_unit_test(of_a_cycle_the_lowest_is_a_root),
      cmocka_unit_test(of_two_cycles_the_one_that_refers_to_the_other_has_the_root),
      cmocka_unit_test(a_cycle_that_a_root_reaches_has_none),
      cmocka_unit_test(modules_are_roots_whoever_refers_to_them),
      cmocka_unit_test(a_frame_is_a_root_only_if_nothing_else_refers_to_it),
      cmocka_unit_test(a_frame_represents_its_cycle),
      cmocka_unit_test(an_address_that_is_not_dumped_is_no_root),
      cmocka_unit_test(given_ids_count_once_in_ascending_order_without_dangling_ones),
      cmocka_unit_test(from_no_roots_nothing_is_reachable),
      cmocka_unit_test(what_given_roots_do_not_reach),
      cmocka_unit_test(moved_roots_are_found_by_address_with_their_reasons),
      cmocka_unit_test(roots_are_settled_by_loading_and_collapsing_and_stay_otherwise),
      cmocka_unit_test(given_roots_stay_through_every_change),
      cmocka_unit_test(what_loses_its_last_referrer_is_garbage_and_no_root),
      cmocka_unit_test(collapsing_settles_roots_anew),
      cmocka_unit_test(the_roots_given_last_hold),
      cmocka_unit_test(a_heap_finds_its_roots_once_unless_that_was_cancelled),
      cmocka_unit_test(a_chain_a_star_and_a_ladder_of_a_million),
      cmocka_unit_test(a_chain_of_many_cycles),
      cmocka_unit_test(cancelled_at_every_call),
      cmocka_unit_test(cancelled_however_narrow_the_graph),
      cmocka_unit_test(cancelled_among_many_small_cycles),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
