/* SPDX-License-Identifier: MIT */
/* Lists of ids against plain loops. */
#include "graph/default_order.h"
#include "graph/idlist.h"

#include "graph/graph.h"
#include "network.h"

enum { MOST = 200, LIST = 120 };

static uint64_t seed = 19;

/* Ids of objects and, where `dangling`, of addresses that are not dumped; some of them repeated. */
static unsigned random_list(const dryad_graph *g, dryad_id *ids, bool dangling)
{
  unsigned count = random_below(&seed, LIST);
  unsigned all = dryad_graph_count(g) + (dangling ? dryad_graph_missing(g) : 0);
  for (unsigned i = 0; i < count; i++) ids[i] = random_below(&seed, all);
  return count;
}

/* Objects in the order of their addresses. */
static unsigned ascending_list(const dryad_graph *g, dryad_id *ids)
{
  unsigned count = 0;
  for (dryad_id id = 0; id < dryad_graph_count(g) && count < LIST; id++)
    if (chance(&seed, 60)) ids[count++] = id;
  return count;
}

static void assert_list(const dryad_id *actual, uint64_t actual_count, const dryad_id *expected, uint64_t count)
{
  assert_number(actual_count, count);
  for (uint64_t i = 0; i < count; i++) assert_number(actual[i], expected[i]);
}

static bool contains(const dryad_id *ids, uint64_t count, dryad_id id)
{
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] == id) return true;
  return false;
}

static void add_new(dryad_id *ids, uint64_t *count, dryad_id id)
{
  if (!contains(ids, *count, id)) ids[(*count)++] = id;
}

/* ---- fields ------------------------------------------------------------------------------------- */

static void fields_of_objects_and_of_dangling_addresses(void **state)
{
  (void)state;
  dryad_heap *heap = random_network(&seed, MOST, 5, 1000, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  uint32_t count = dryad_graph_count(g), missing = dryad_graph_missing(g);
  assert_true(missing > 0);
  for (dryad_id id = 0; id < count + missing; id++) {
    int64_t value = 77, len = 0;
    bool exists = id < count, has_len = exists && dryad_graph_len(g, id, &len);
    assert_true(dryad_field_get(g, id, DRYAD_FIELD_ADDRESS, &value));
    assert_number((uint64_t)value, dryad_graph_address(g, id));
    assert_true(dryad_field_get(g, id, DRYAD_FIELD_SIZE, &value));
    assert_number((uint64_t)value, exists ? dryad_graph_size(g, id) : 0);
    assert_true(dryad_field_get(g, id, DRYAD_FIELD_NUM_REFS, &value));
    assert_number((uint64_t)value, exists ? dryad_graph_children(g, id).count : 0);
    assert_true(dryad_field_get(g, id, DRYAD_FIELD_NUM_PARENTS, &value));
    assert_number((uint64_t)value, exists ? dryad_graph_parents(g, id).count : 0);
    assert_int_equal(dryad_field_get(g, id, DRYAD_FIELD_LEN, &value), has_len);
    if (has_len) assert_true(value == len);
  }
  dryad_heap_free(heap);
}

static void objects_of_a_type_in_address_order(void **state)
{
  (void)state;
  dryad_heap *heap = random_network(&seed, MOST, 2, 9, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  uint32_t type_count = dryad_graph_type_count(g);
  for (uint32_t t = 0; t <= type_count; t++) {
    uint32_t type = t < type_count ? t : DRYAD_NONE;
    dryad_id *ids, expected[MOST];
    uint64_t count, n = 0;
    assert_int_equal(dryad_ids_of_type(g, type, &ids, &count, NULL), DRYAD_OK);
    for (dryad_id id = 0; id < MOST; id++)
      if (type == DRYAD_NONE || dryad_graph_type(g, id) == type) expected[n++] = id;
    assert_list(ids, count, expected, n);
    dryad_free(g->allocator, ids, count, sizeof *ids);
  }
  dryad_heap_free(heap);
}

/* ---- order -------------------------------------------------------------------------------------- */

/* Whether a comes before b in the order of get_all. */
static bool ranks_before(const dryad_graph *g, dryad_id a, dryad_id b)
{
  const dryad_field fields[] = {DRYAD_FIELD_SIZE, DRYAD_FIELD_NUM_REFS, DRYAD_FIELD_NUM_PARENTS};
  for (unsigned f = 0; f < 3; f++) {
    int64_t of_a, of_b;
    dryad_field_get(g, a, fields[f], &of_a);
    dryad_field_get(g, b, fields[f], &of_b);
    if (of_a != of_b) return of_a > of_b;
  }
  return dryad_graph_address(g, a) < dryad_graph_address(g, b);
}

static void rank_is_by_size_references_parents_address(void **state)
{
  (void)state;
  for (int round = 0; round < 300; round++) {
    dryad_heap *heap = random_network(&seed, 1 + random_below(&seed, MOST - 1), 3, 3, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_id ids[LIST], expected[LIST], ranked[LIST];
    unsigned count = random_list(g, ids, true);
    if (round % 3 == 0) count = ascending_list(g, ids);
    for (unsigned i = 0; i < count; i++) {
      unsigned place = i;
      for (; place > 0 && ranks_before(g, ids[i], expected[place - 1]); place--) expected[place] = expected[place - 1];
      expected[place] = ids[i];
    }
    assert_int_equal(dryad_ids_default_order(g, (dryad_ids){ids, count}, ranked, NULL), DRYAD_OK);
    assert_list(ranked, count, expected, count);
    dryad_heap_free(heap);
  }
}

static void sorting_is_stable_both_ways(void **state)
{
  (void)state;
  const int64_t extremes[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
  dryad_heap *heap = random_network(&seed, MOST, 3, 3, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  for (int round = 0; round < 300; round++) {
    dryad_id ids[LIST], expected[LIST];
    int64_t keys[LIST], expected_keys[LIST];
    unsigned count = random_list(g, ids, true);
    bool descending = round % 2;
    for (unsigned i = 0; i < count; i++) {
      keys[i] = chance(&seed, 50) ? extremes[random_below(&seed, 7)] : (int64_t)random_bits(&seed, 64);
      unsigned place = i;
      for (; place > 0; place--) {
        int64_t before = expected_keys[place - 1];
        if (descending ? before >= keys[i] : before <= keys[i]) break;
        expected[place] = expected[place - 1];
        expected_keys[place] = before;
      }
      expected[place] = ids[i];
      expected_keys[place] = keys[i];
    }
    assert_int_equal(dryad_ids_sort(g, ids, keys, count, descending, NULL), DRYAD_OK);
    assert_list(ids, count, expected, count);
    for (unsigned i = 0; i < count; i++) assert_true(keys[i] == expected_keys[i]);
  }
  dryad_heap_free(heap);
}

/* ---- sets and neighbours ------------------------------------------------------------------------ */

static void check_combination(const dryad_graph *g, dryad_set_operation operation)
{
  dryad_id a[LIST], b[LIST], expected[2 * LIST], *ids;
  unsigned a_count = random_list(g, a, true), b_count = random_list(g, b, true);
  uint64_t count, n = 0;
  for (unsigned i = 0; i < a_count; i++)
    if (operation == DRYAD_UNION || contains(b, b_count, a[i]) == (operation == DRYAD_INTERSECTION))
      add_new(expected, &n, a[i]);
  for (unsigned i = 0; i < b_count && operation == DRYAD_UNION; i++) add_new(expected, &n, b[i]);
  assert_int_equal(dryad_ids_combine(g, operation, a, a_count, b, b_count, &ids, &count, NULL), DRYAD_OK);
  assert_list(ids, count, expected, n);
  dryad_free(g->allocator, ids, count, sizeof *ids);
}

static void check_neighbours(const dryad_graph *g, bool parents)
{
  static dryad_id expected[2 * MOST + 100];
  dryad_id list[LIST], *ids;
  unsigned list_count = random_list(g, list, true);
  uint64_t count, n = 0;
  for (unsigned i = 0; i < list_count; i++) {
    if (list[i] >= dryad_graph_count(g)) continue;
    dryad_ids found = parents ? dryad_graph_parents(g, list[i]) : dryad_graph_children(g, list[i]);
    for (uint64_t k = 0; k < found.count; k++) add_new(expected, &n, found.ids[k]);
  }
  dryad_status status = parents ? dryad_ids_parents(g, list, list_count, &ids, &count, NULL)
                                : dryad_ids_children(g, list, list_count, &ids, &count, NULL);
  assert_int_equal(status, DRYAD_OK);
  assert_list(ids, count, expected, n);
  dryad_free(g->allocator, ids, count, sizeof *ids);
}

static void sets_and_neighbours_in_order_of_first_appearance(void **state)
{
  (void)state;
  for (int round = 0; round < 300; round++) {
    dryad_heap *heap = random_network(&seed, 1 + random_below(&seed, MOST - 1), 4, 3, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    check_combination(g, DRYAD_UNION);
    check_combination(g, DRYAD_DIFFERENCE);
    check_combination(g, DRYAD_INTERSECTION);
    check_neighbours(g, false);
    check_neighbours(g, true);
    dryad_heap_free(heap);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(fields_of_objects_and_of_dangling_addresses),
      cmocka_unit_test(objects_of_a_type_in_address_order),
      cmocka_unit_test(rank_is_by_size_references_parents_address),
      cmocka_unit_test(sorting_is_stable_both_ways),
      cmocka_unit_test(sets_and_neighbours_in_order_of_first_appearance),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
