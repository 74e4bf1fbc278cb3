/* SPDX-License-Identifier: MIT */
/* Comparing heaps: by address, by place, and where they grew. */
#include "analysis/growth.h"

#include "analysis/matching.h"
#include "analysis/place_tally.h"
#include "analysis/surplus.h"
#include "failing.h"
#include "generated.h"
#include "heap/heap.h"
#include "naive.h"
#include "network.h"

static const dryad_progress none = {0};
static uint64_t seed = 17;

static dryad_growth_heap described(dryad_heap *heap)
{
  dryad_growth_heap found = {.graph = dryad_heap_graph(heap)};
  assert_int_equal(dryad_heap_roots(heap, &found.roots, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_classes(heap, &found.classes, NULL), DRYAD_OK);
  return found;
}

static dryad_heap *load(const char *lines)
{
  dump_text text = text_of(lines);
  return load_raw(&text);
}

/* ---- by address --------------------------------------------------------------------------------- */

static void objects_are_the_same_by_address_type_value_and_name(void **state)
{
  (void)state;
  dryad_heap *one = load("{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"x\", \"refs\": []}\n"
                         "{\"address\": 2, \"type\": \"a\", \"size\": 1, \"value\": \"x\", \"refs\": []}\n"
                         "{\"address\": 3, \"type\": \"a\", \"size\": 1, \"value\": 1, \"refs\": []}\n"
                         "{\"address\": 4, \"type\": \"a\", \"size\": 1, \"name\": \"n\", \"refs\": []}\n"
                         "{\"address\": 6, \"type\": \"a\", \"size\": 1, \"refs\": []}\n");
  dryad_heap *other = load("{\"address\": 1, \"type\": \"a\", \"size\": 9, \"value\": \"x\", \"refs\": [2]}\n"
                           "{\"address\": 2, \"type\": \"b\", \"size\": 1, \"value\": \"x\", \"refs\": []}\n"
                           "{\"address\": 3, \"type\": \"a\", \"size\": 1, \"value\": 2, \"refs\": []}\n"
                           "{\"address\": 4, \"type\": \"a\", \"size\": 1, \"name\": \"m\", \"refs\": []}\n"
                           "{\"address\": 5, \"type\": \"a\", \"size\": 1, \"refs\": []}\n"
                           "{\"address\": 6, \"type\": \"a\", \"size\": 1, \"refs\": []}\n");
  dryad_id matches[5];
  const dryad_id expected[5] = {0, DRYAD_NONE, DRYAD_NONE, DRYAD_NONE, 5};
  const dryad_graph *a = dryad_heap_graph(one), *b = dryad_heap_graph(other);
  assert_int_equal(dryad_match_objects(matches, a, b, none, NULL), DRYAD_OK);
  assert_memory_equal(matches, expected, sizeof matches);
  assert_number(dryad_common_addresses(a, b), 4); /* all but 2, whose type differs */
  assert_number(dryad_common_addresses(b, a), 4);
  dryad_heap_free(one);
  dryad_heap_free(other);
}

/* ---- places ------------------------------------------------------------------------------------- */

enum { FAR = 1000 };

/* The steps to each object: from modules, and two more from other roots. */
static void naive_levels(const naive *n, const dryad_roots *roots, unsigned levels[NAIVE_MOST])
{
  for (unsigned id = 0; id < n->count; id++) levels[id] = FAR;
  for (uint64_t i = 0; i < dryad_roots_ids(roots).count; i++) {
    dryad_id id = dryad_roots_ids(roots).ids[i];
    levels[id] = dryad_roots_reason(roots, id) == DRYAD_ROOT_MODULE ? 0 : 2;
  }
  for (unsigned round = 0; round < n->count; round++)
    for (unsigned from = 0; from < n->count; from++)
      FOR_EACH(to, n->refs[from]) if (levels[from] + 1 < levels[to]) levels[to] = levels[from] + 1;
}

static void each_object_that_roots_reach_has_a_place_by_a_shortest_way(void **state)
{
  (void)state;
  for (int round = 0; round < 400; round++) {
    dryad_heap *heap = load_random_graph(&seed, 40);
    dryad_growth_heap described_heap = described(heap);
    naive n = naive_of(described_heap.graph);
    unsigned levels[NAIVE_MOST];
    naive_levels(&n, described_heap.roots, levels);
    dryad_places places = {.allocator = described_heap.graph->allocator};
    dryad_placing placing;
    dryad_place_tally tally;
    assert_int_equal(dryad_places_add(&places, &placing, described_heap.graph, described_heap.roots,
                                      described_heap.classes, none, NULL),
                     DRYAD_OK);
    uint64_t reached = naive_reach(&n, naive_set(&n, dryad_roots_ids(described_heap.roots)), n.all);
    assert_number(placing.reached, count_of(reached));
    for (unsigned id = 0; id < n.count; id++) {
      assert_true(has(reached, id) == (placing.places[id] != DRYAD_NONE));
      if (!has(reached, id)) continue;
      dryad_id holder = placing.holders[id];
      uint32_t above = dryad_place_at(&places, placing.places[id])->above;
      assert_true(above == DRYAD_NONE || above < placing.places[id]);
      if (holder == id) continue;
      assert_true(has(n.refs[holder], id));
      assert_number(levels[holder] + 1, levels[id]);
    }
    for (uint32_t i = 1; i < placing.reached; i++)
      assert_true(levels[placing.order[i - 1]] <= levels[placing.order[i]]);
    assert_int_equal(dryad_place_tally_init(&tally, &places, &placing, described_heap.graph, NULL), DRYAD_OK);
    assert_int_equal(dryad_place_tally_sum(&tally, &places, NULL), DRYAD_OK);
    uint64_t started = 0;
    for (uint32_t i = 0; i < tally.count; i++)
      if (dryad_place_at(&places, i)->above == DRYAD_NONE) started += (uint64_t)tally.below[i];
    assert_number(started, naive_bytes(&n, reached));
    dryad_place_tally_deinit(&tally);
    dryad_placing_deinit(&placing);
    dryad_places_deinit(&places);
    dryad_heap_free(heap);
  }
}

/* A module whose `a` and `b` hold two lists, of which a third object belongs to both; addresses count up or down. */
static dryad_heap *load_shared(int first, int step)
{
  dump_text t = {0};
#define AT(i) (first + step * (i))
  text_add(&t, "{\"address\": %d, \"type\": \"module\", \"size\": 1, \"name\": \"m\", \"refs\": [%d]}\n", AT(0), AT(1));
  text_add(&t, "{\"address\": %d, \"type\": \"dict\", \"size\": 2, \"refs\": [%d, %d, %d, %d]}\n", AT(1), AT(2), AT(4),
           AT(3), AT(5));
  text_add(&t, "{\"address\": %d, \"type\": \"str\", \"size\": 4, \"value\": \"a\", \"refs\": []}\n", AT(2));
  text_add(&t, "{\"address\": %d, \"type\": \"str\", \"size\": 8, \"value\": \"b\", \"refs\": []}\n", AT(3));
  text_add(&t, "{\"address\": %d, \"type\": \"list\", \"size\": 16, \"refs\": [%d]}\n", AT(4), AT(6));
  text_add(&t, "{\"address\": %d, \"type\": \"list\", \"size\": 32, \"refs\": [%d]}\n", AT(5), AT(6));
  text_add(&t, "{\"address\": %d, \"type\": \"thing\", \"size\": 64, \"refs\": []}\n", AT(6));
#undef AT
  dryad_heap *heap = load_text(&t, NULL);
  text_free(&t);
  return heap;
}

static void addresses_do_not_decide_places(void **state)
{
  (void)state;
  dryad_heap *up = load_shared(1000, 8), *down = load_shared(9000, -8);
  dryad_growth_heap heaps[] = {described(up), described(down)};
  dryad_growth found;
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_growth_find(&found, heaps, 2, NULL, 1, none, NULL), DRYAD_OK);
  assert_number(found.count, 0);
  assert_int_equal(found.total, 0);
  dryad_growth_deinit(&found);
  assert_int_equal(dryad_surplus_find(&ids, &count, &heaps[0], &heaps[1], true, none, NULL), DRYAD_OK);
  assert_number(count, 0);
  dryad_free(heaps[0].graph->allocator, ids, count, sizeof *ids);
  dryad_heap_free(up);
  dryad_heap_free(down);
}

/* ---- surplus ------------------------------------------------------------------------------------ */

static uint64_t count_surplus(const dryad_growth_heap *one, const dryad_growth_heap *other, bool is_surplus)
{
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_surplus_find(&ids, &count, one, other, is_surplus, none, NULL), DRYAD_OK);
  for (uint64_t i = 0; i < count; i++) assert_true(ids[i] < one->graph->count);
  dryad_free(one->graph->allocator, ids, count, sizeof *ids);
  return count;
}

static void surpluses_differ_by_the_numbers_of_objects(void **state)
{
  (void)state;
  for (int round = 0; round < 300; round++) {
    dryad_heap *heaps[2] = {load_random_graph(&seed, 40), load_random_graph(&seed, 40)};
    dryad_growth_heap a = described(heaps[0]), b = described(heaps[1]);
    uint64_t more = count_surplus(&a, &b, true), less = count_surplus(&b, &a, true);
    assert_number(more + count_surplus(&a, &b, false), a.graph->count);
    assert_number(count_surplus(&a, &b, false), count_surplus(&b, &a, false));
    assert_number(a.graph->count + less, b.graph->count + more);
    assert_number(count_surplus(&a, &a, true), 0);
    dryad_heap_free(heaps[0]);
    dryad_heap_free(heaps[1]);
  }
}

/* ---- growth ------------------------------------------------------------------------------------- */

static int64_t reached_bytes(const dryad_growth_heap *heap)
{
  naive n = naive_of(heap->graph);
  return (int64_t)naive_bytes(&n, naive_reach(&n, naive_set(&n, dryad_roots_ids(heap->roots)), n.all));
}

/* Asserts that findings are large enough, disjoint and in order. */
static void assert_sound(const dryad_growth *found, const dryad_growth_heap *first, const dryad_growth_heap *last,
                         uint64_t least)
{
  const dryad_growth_finding *findings = found->findings.data;
  uint64_t seen = 0;
  for (uint64_t i = 0; i < found->count; i++) {
    const dryad_growth_finding *f = &findings[i];
    assert_true(f->bytes >= (int64_t)least && (i == 0 || findings[i - 1].bytes >= f->bytes));
    assert_true(f->start < last->graph->count);
    assert_true(f->holder == DRYAD_NONE ? f->member != DRYAD_NONE : f->holders > 0);
    assert_true(f->before == DRYAD_NONE || f->before < first->graph->count);
    assert_true(f->class_count > 0 && f->first_class + f->class_count <= found->class_count);
    assert_true(f->first_added + f->added_count <= found->added_count);
    for (uint64_t a = 0; a < f->added_count; a++) {
      dryad_id id = found->added[f->first_added + a];
      assert_false(has(seen, id));
      seen |= bit(id);
    }
  }
  assert_true(found->total >= reached_bytes(last) - reached_bytes(first));
}

static void findings_of_random_heaps_are_disjoint_and_in_order(void **state)
{
  (void)state;
  for (int round = 0; round < 400; round++) {
    dryad_heap *heaps[3];
    dryad_growth_heap described_heaps[3];
    for (int i = 0; i < 3; i++) {
      heaps[i] = load_random_graph(&seed, 40);
      described_heaps[i] = described(heaps[i]);
    }
    uint64_t least = 1 + random_below(&seed, 300);
    dryad_growth found;
    assert_int_equal(dryad_growth_find(&found, described_heaps, 3, NULL, least, none, NULL), DRYAD_OK);
    assert_sound(&found, &described_heaps[0], &described_heaps[2], least);
    dryad_growth_deinit(&found);
    dryad_id matches[NAIVE_MOST];
    assert_int_equal(dryad_match_objects(matches, described_heaps[2].graph, described_heaps[0].graph, none, NULL),
                     DRYAD_OK);
    assert_int_equal(dryad_growth_find(&found, described_heaps, 3, matches, least, none, NULL), DRYAD_OK);
    for (uint64_t i = 0; i < found.added_count; i++) assert_true(found.added[i] < described_heaps[2].graph->count);
    dryad_growth_deinit(&found);
    for (int i = 0; i < 3; i++) dryad_heap_free(heaps[i]);
  }
}

static dryad_status grow(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_roots *roots;
  dryad_classes *classes;
  assert_int_equal(dryad_roots_settle(&roots, graph, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_classes_new(&classes, graph, NULL), DRYAD_OK);
  dryad_growth_heap one = {graph, roots, classes}, heaps[] = {one, one};
  dryad_growth found;
  dryad_status status = dryad_growth_find(&found, heaps, 2, NULL, 1, progress, error);
  if (!status) dryad_growth_deinit(&found);
  dryad_classes_free(classes);
  dryad_roots_free(roots);
  return status;
}

static void along_a_chain_of_a_million(void **state)
{
  (void)state;
  dryad_heap *small = load_generated(write_chain, 10, NULL), *large = load_generated(write_chain, A_MILLION, NULL);
  dryad_growth_heap heaps[] = {described(small), described(large)};
  dryad_growth found;
  assert_int_equal(dryad_growth_find(&found, heaps, 2, NULL, 1, none, NULL), DRYAD_OK);
  assert_number(found.count, 1);
  const dryad_growth_finding *f = found.findings.data;
  assert_true(f->is_chain && !f->is_tree && f->holder == 0);
  assert_number(f->added_count, A_MILLION - 10);
  const uint64_t *counts = found.counts.data;
  assert_number(counts[0], 10);
  assert_number(counts[1], A_MILLION);
  dryad_growth_deinit(&found);
  dryad_heap_free(small);
  dryad_heap_free(large);
}

static void a_failed_allocation_is_reported_and_nothing_leaks(void **state)
{
  (void)state;
  failing memory = {0};
  const dryad_allocator allocator = {failing_resize, &memory};
  dryad_heap *heaps[2] = {random_network(&seed, 60, 4, 50, &allocator), random_network(&seed, 400, 4, 50, &allocator)};
  dryad_growth_heap both[] = {described(heaps[0]), described(heaps[1])};
  dryad_id matches[400];
  assert_int_equal(dryad_match_objects(matches, both[1].graph, both[0].graph, none, NULL), DRYAD_OK);
  int64_t blocks = memory.ledger.blocks;
  for (int kind = 0; kind < 3; kind++) {
    dryad_status status = DRYAD_NO_MEMORY;
    for (uint64_t n = 1; status; n++) {
      dryad_growth found;
      dryad_id *ids;
      uint64_t count;
      memory.requests = 0;
      memory.fail_at = n;
      if (kind == 2)
        status = dryad_surplus_find(&ids, &count, &both[1], &both[0], true, none, NULL);
      else
        status = dryad_growth_find(&found, both, 2, kind ? matches : NULL, 1, none, NULL);
      if (!status && kind == 2) dryad_free(both[1].graph->allocator, ids, count, sizeof *ids);
      if (!status && kind < 2) dryad_growth_deinit(&found);
      if (status) assert_int_equal(status, DRYAD_NO_MEMORY);
      assert_int_equal(memory.ledger.blocks, blocks);
    }
  }
  memory.fail_at = 0;
  dryad_heap_free(heaps[0]);
  dryad_heap_free(heaps[1]);
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, grow);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(objects_are_the_same_by_address_type_value_and_name),
      cmocka_unit_test(each_object_that_roots_reach_has_a_place_by_a_shortest_way),
      cmocka_unit_test(addresses_do_not_decide_places),
      cmocka_unit_test(surpluses_differ_by_the_numbers_of_objects),
      cmocka_unit_test(findings_of_random_heaps_are_disjoint_and_in_order),
      cmocka_unit_test(along_a_chain_of_a_million),
      cmocka_unit_test(a_failed_allocation_is_reported_and_nothing_leaks),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
