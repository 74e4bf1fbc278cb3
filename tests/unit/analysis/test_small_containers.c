/* SPDX-License-Identifier: MIT */
/* Small containers, against looking through all objects for each type. */
#include "analysis/small_containers.h"

#include "generated.h"
#include "graph/graph.h"

static const dryad_progress none = {0};

enum { MOST_OBJECTS = 60 };

static dryad_heap *random_heap(uint64_t *seed)
{
  static const char *const types[] = {"dict", "list", "set", "str", "none"};
  const unsigned count = 1 + random_below(seed, MOST_OBJECTS), kinds = 1 + random_below(seed, 5);
  const bool is_huge = chance(seed, 10);
  dump_text t = {0};
  for (unsigned i = 0; i < count; i++) {
    const uint64_t size = is_huge && chance(seed, 30) ? random_bits(seed, 63) : random_below(seed, 6);
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": %llu, ", i, types[random_below(seed, kinds)],
             (unsigned long long)size);
    if (chance(seed, 80)) text_add(&t, "\"len\": %u, ", random_below(seed, 5));
    text_add(&t, "\"refs\": []}\n");
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* The type's objects of these lens and of more than `size` bytes: their number and bytes. */
static void count_naively(const dryad_graph *graph, uint32_t type, int64_t first, int64_t last, int64_t size,
                          uint64_t *count, uint64_t *bytes)
{
  *count = *bytes = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    int64_t len;
    if (dryad_graph_type(graph, id) != type || !dryad_graph_len(graph, id, &len) || len < first || len > last) continue;
    if ((int64_t)dryad_graph_size(graph, id) <= size) continue;
    ++*count;
    *bytes = dryad_add_sizes(*bytes, dryad_graph_size(graph, id));
  }
}

static uint64_t smallest_empty(const dryad_graph *graph, uint32_t type)
{
  uint64_t smallest = UINT64_MAX;
  for (dryad_id id = 0; id < graph->count; id++) {
    int64_t len;
    if (dryad_graph_type(graph, id) == type && dryad_graph_len(graph, id, &len) && len == 0 &&
        dryad_graph_size(graph, id) < smallest)
      smallest = dryad_graph_size(graph, id);
  }
  return smallest == UINT64_MAX ? 0 : smallest;
}

static void check_row(const dryad_graph *graph, const dryad_small_containers *row, int64_t few)
{
  uint64_t all = 0, count, bytes;
  for (dryad_id id = 0; id < graph->count; id++) all += dryad_graph_type(graph, id) == row->type;
  assert_number(row->count, all);
  count_naively(graph, row->type, 0, 0, -1, &count, &bytes);
  assert_number(row->empty, count);
  assert_number(row->empty_size, bytes);
  assert_number(row->smallest, smallest_empty(graph, row->type));
  count_naively(graph, row->type, 1, few, (int64_t)row->smallest, &count, &bytes);
  assert_number(row->nearly, count);
  assert_number(row->nearly_size, bytes);
}

static void small_containers_by_type(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 500;) {
    uint64_t s = seed++;
    dryad_heap *heap = random_heap(&s);
    const dryad_graph *graph = dryad_heap_graph(heap);
    const int64_t few = random_below(&s, 6);
    dryad_small_containers *rows;
    uint32_t count, next = 0;
    assert_int_equal(dryad_small_containers_find(&rows, &count, graph, few, none, NULL), DRYAD_OK);
    bool seen[5] = {false};
    for (dryad_id id = 0; id < graph->count; id++) {
      const uint32_t type = dryad_graph_type(graph, id);
      int64_t len;
      if (seen[type] || !dryad_graph_len(graph, id, &len) || len > few) continue;
      seen[type] = true;
      assert_true(next < count);
      assert_number(rows[next].type, type);
      check_row(graph, &rows[next++], few);
    }
    assert_number(count, next);
    dryad_free(graph->allocator, rows, count, sizeof *rows);
    dryad_heap_free(heap);
  }
}

/* ---- cancelling ---------------------------------------------------------------------------------- */

static dryad_status find(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_small_containers *rows;
  uint32_t count;
  dryad_status status = dryad_small_containers_find(&rows, &count, graph, 2, progress, error);
  if (status) assert_null(rows);
  dryad_free(graph->allocator, rows, count, sizeof *rows);
  return status;
}

static void counting_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_chain, find);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(small_containers_by_type),
      cmocka_unit_test(counting_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
