/* SPDX-License-Identifier: MIT */
/* Positions of objects among references, against a scan of all references. */
#include "graph/ref_positions.h"

#include "failing.h"

static dryad_heap *load_random(uint64_t *seed, const dryad_allocator *allocator)
{
  dump_text t = {0};
  unsigned count = 1 + random_below(seed, 30);
  for (unsigned i = 0; i < count; i++) {
    unsigned refs = chance(seed, 30) ? 250 + random_below(seed, 300) : random_below(seed, 5);
    text_add(&t, "{\"address\": %u, \"type\": \"a\", \"size\": 1, \"refs\": [", i + 1);
    for (unsigned r = 0; r < refs; r++) text_add(&t, "%s%u", r ? ", " : "", 1 + random_below(seed, count + 10));
    text_add(&t, "]}\n");
  }
  dryad_heap *heap = load_text(
      &t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .allocator = allocator});
  text_free(&t);
  return heap;
}

static void assert_occurrences(dryad_ref_positions *o, const dryad_graph *graph, dryad_id parent, dryad_id child)
{
  dryad_position_walk found;
  uint64_t position = 0;
  dryad_ids refs = dryad_children(graph, parent);
  assert_int_equal(dryad_position_walk_begin(&found, o, parent, child, NULL), DRYAD_OK);
  for (uint64_t i = 0; i < refs.count; i++) {
    if (refs.ids[i] != child) continue;
    assert_true(dryad_position_walk_next(&found, &position));
    assert_number(position, i);
  }
  assert_false(dryad_position_walk_next(&found, &position));
}

static void assert_repeated(dryad_ref_positions *o, const dryad_graph *graph, dryad_id child)
{
  const dryad_bits *repeated;
  bool is_repeated = false;
  assert_int_equal(dryad_ref_positions_repeated(&repeated, o, (dryad_progress){0}, NULL), DRYAD_OK);
  for (dryad_id parent = 0; parent < graph->count; parent++) {
    dryad_ids refs = dryad_children(graph, parent);
    unsigned count = 0;
    for (uint64_t i = 0; i < refs.count; i++) count += refs.ids[i] == child;
    is_repeated |= count > 1;
  }
  assert_int_equal(dryad_bits_get(repeated, child), is_repeated);
}

static void assert_parents(dryad_ref_positions *o, const dryad_graph *graph, dryad_id child)
{
  dryad_ids parents;
  uint64_t count = 0;
  assert_int_equal(dryad_ref_positions_parents(&parents, o, child, (dryad_progress){0}, NULL), DRYAD_OK);
  for (dryad_id parent = 0; parent < graph->count; parent++) {
    dryad_ids refs = dryad_children(graph, parent);
    bool refers = false;
    for (uint64_t i = 0; i < refs.count; i++) refers |= refs.ids[i] == child;
    if (!refers) continue;
    assert_true(count < parents.count);
    assert_number(parents.ids[count++], parent);
  }
  assert_number(parents.count, count);
}

static void occurrences_are_those_of_a_walk(void **state)
{
  (void)state;
  uint64_t seed = 11;
  for (int round = 0; round < 30; round++) {
    dryad_heap *heap = load_random(&seed, NULL);
    const dryad_graph *graph = dryad_heap_graph(heap);
    dryad_ref_positions o;
    dryad_ref_positions_init(&o, graph);
    for (dryad_id child = 0; child < graph->count + graph->missing; child++) {
      for (dryad_id parent = 0; parent < graph->count; parent++) assert_occurrences(&o, graph, parent, child);
      assert_parents(&o, graph, child);
      assert_repeated(&o, graph, child);
    }
    dryad_ref_positions_deinit(&o);
    dryad_heap_free(heap);
  }
}

static dryad_status ask_all(const dryad_graph *graph)
{
  dryad_ref_positions o;
  dryad_position_walk found;
  dryad_ids parents;
  const dryad_bits *repeated;
  dryad_status status = DRYAD_OK;
  dryad_ref_positions_init(&o, graph);
  for (dryad_id child = 0; child < graph->count + graph->missing && !status; child++) {
    for (dryad_id parent = 0; parent < graph->count && !status; parent++)
      status = dryad_position_walk_begin(&found, &o, parent, child, NULL);
    if (!status) status = dryad_ref_positions_parents(&parents, &o, child, (dryad_progress){0}, NULL);
    if (!status) status = dryad_ref_positions_repeated(&repeated, &o, (dryad_progress){0}, NULL);
  }
  dryad_ref_positions_deinit(&o);
  return status;
}

static void every_failed_allocation_is_told(void **state)
{
  (void)state;
  uint64_t seed = 3;
  failing f = {0};
  dryad_allocator allocator = {failing_resize, &f};
  dryad_heap *heap = load_random(&seed, &allocator);
  int64_t blocks = f.ledger.blocks;
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    f.requests = 0;
    f.fail_at = n;
    status = ask_all(dryad_heap_graph(heap));
    assert_true(status == DRYAD_OK || status == DRYAD_NO_MEMORY);
    assert_true(f.ledger.blocks == blocks);
    assert_true(n < 1000);
  }
  dryad_heap_free(heap);
}

static void nothing_is_freed_of_nothing(void **state)
{
  (void)state;
  dryad_ref_positions o = {0};
  dryad_ref_positions_deinit(&o);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(occurrences_are_those_of_a_walk),
                                     cmocka_unit_test(every_failed_allocation_is_told),
                                     cmocka_unit_test(nothing_is_freed_of_nothing)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
