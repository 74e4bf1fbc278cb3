/* SPDX-License-Identifier: MIT */
/* Selections by ranges of numbers against plain loops. */
#include "analysis/range_filter.h"

#include "analysis/dominators.h"
#include "failing.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "network.h"

enum { MOST = 6000, COMPARISONS = 3 };

static uint64_t seed = 41;

/* The number by the public interface; false: the object has none. */
static bool number_of(const dryad_graph *g, const dryad_dominators *dominators, dryad_id id, dryad_compared field,
                      int64_t *number)
{
  switch (field) {
  case DRYAD_COMPARED_ADDRESS: *number = (int64_t)dryad_graph_address(g, id); return true;
  case DRYAD_COMPARED_TYPE: *number = dryad_graph_type(g, id); return true;
  case DRYAD_COMPARED_SIZE: *number = (int64_t)dryad_graph_size(g, id); return true;
  case DRYAD_COMPARED_LEN: return dryad_graph_len(g, id, number);
  case DRYAD_COMPARED_NUM_REFS: *number = (int64_t)dryad_graph_children(g, id).count; return true;
  case DRYAD_COMPARED_NUM_PARENTS: *number = (int64_t)dryad_graph_parents(g, id).count; return true;
  case DRYAD_COMPARED_RETAINED: *number = (int64_t)dryad_dominators_retained(dominators, id); return true;
  }
  return false;
}

static bool holds(const dryad_graph *g, const dryad_dominators *dominators, dryad_id id, const dryad_comparison *c)
{
  int64_t number;
  if (id >= dryad_graph_count(g) || !number_of(g, dominators, id, c->field, &number)) return false;
  return (number >= c->low && number <= c->high) != c->is_outside;
}

/* A number near one that some object has, or any number. */
static int64_t random_end(const dryad_graph *g, const dryad_dominators *dominators, dryad_compared field)
{
  int64_t number;
  if (chance(&seed, 10)) return (int64_t)random_bits(&seed, 64);
  if (chance(&seed, 10)) return chance(&seed, 50) ? INT64_MIN : INT64_MAX;
  if (!number_of(g, dominators, random_below(&seed, dryad_graph_count(g)), field, &number)) return 3;
  return number;
}

static uint32_t random_comparisons(const dryad_graph *g, const dryad_dominators *dominators, dryad_comparison *out)
{
  uint32_t count = random_below(&seed, COMPARISONS + 1);
  for (uint32_t i = 0; i < count; i++) {
    dryad_compared field = (dryad_compared)random_below(&seed, DRYAD_COMPARED_RETAINED + 1);
    int64_t low = random_end(g, dominators, field), high = random_end(g, dominators, field);
    if (low > high && !chance(&seed, 10)) low = high > 2 ? high - 2 : 0;
    out[i] = (dryad_comparison){field, chance(&seed, 30), low, high};
  }
  return count;
}

static void assert_selects(dryad_heap *heap, const dryad_dominators *dominators, dryad_ids from)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_comparison comparisons[COMPARISONS];
  uint32_t count = random_comparisons(g, dominators, comparisons);
  dryad_id *ids;
  uint64_t found, next = 0;
  assert_int_equal(
      dryad_ids_in_ranges(g, dominators, from, comparisons, count, &ids, &found, (dryad_progress){0}, NULL), DRYAD_OK);
  for (uint64_t i = 0; i < from.count; i++) {
    dryad_id id = from.ids ? from.ids[i] : (dryad_id)i;
    bool all = id < dryad_graph_count(g);
    for (uint32_t c = 0; c < count && all; c++) all = holds(g, dominators, id, &comparisons[c]);
    if (!all) continue;
    assert_true(next < found);
    assert_int_equal(ids[next++], id);
  }
  assert_number(found, next);
  dryad_free(g->allocator, ids, found, sizeof *ids);
}

static void what_is_selected_is_what_all_comparisons_hold_for(void **state)
{
  (void)state;
  static dryad_id list[2 * MOST];
  for (int round = 0; round < 60; round++) {
    dryad_heap *heap = random_network(&seed, 1 + random_below(&seed, round % 3 ? 100 : MOST - 1), 4, 50, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    const dryad_dominators *dominators;
    assert_int_equal(dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, NULL), DRYAD_OK);
    uint64_t length = random_below(&seed, 2 * dryad_graph_count(g));
    for (uint64_t i = 0; i < length; i++) list[i] = random_below(&seed, dryad_graph_count(g) + dryad_graph_missing(g));
    for (int i = 0; i < 20; i++) {
      assert_selects(heap, dominators, (dryad_ids){NULL, dryad_graph_count(g)});
      assert_selects(heap, dominators, (dryad_ids){list, length});
    }
    dryad_heap_free(heap);
  }
}

static void a_failed_allocation_is_reported_and_nothing_leaks(void **state)
{
  (void)state;
  failing memory = {0};
  const dryad_allocator allocator = {failing_resize, &memory};
  dryad_heap *heap = random_network(&seed, MOST, 4, 50, &allocator);
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_comparison all = {DRYAD_COMPARED_SIZE, false, 0, INT64_MAX};
  int64_t blocks = memory.ledger.blocks;
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    dryad_id *ids;
    uint64_t count;
    memory.requests = 0;
    memory.fail_at = n;
    status = dryad_ids_in_ranges(g, NULL, (dryad_ids){NULL, MOST}, &all, 1, &ids, &count, (dryad_progress){0}, NULL);
    if (!status) dryad_free(g->allocator, ids, count, sizeof *ids);
    if (status) assert_int_equal(status, DRYAD_NO_MEMORY);
    assert_int_equal(memory.ledger.blocks, blocks);
  }
  dryad_heap_free(heap);
}

static bool stop(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)context;
  (void)stage;
  assert_true(done < total);
  return false;
}

static void it_can_be_interrupted(void **state)
{
  (void)state;
  dryad_heap *heap = random_network(&seed, 100000, 1, 50, NULL);
  dryad_error error;
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_ids_in_ranges(dryad_heap_graph(heap), NULL, (dryad_ids){NULL, 100000}, NULL, 0, &ids, &count,
                                       (dryad_progress){stop, NULL}, &error),
                   DRYAD_CANCELLED);
  assert_null(ids);
  assert_string_equal(error.text, "interrupted");
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_selected_is_what_all_comparisons_hold_for),
                                     cmocka_unit_test(a_failed_allocation_is_reported_and_nothing_leaks),
                                     cmocka_unit_test(it_can_be_interrupted)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
