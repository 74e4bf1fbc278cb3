/* History, versions, and how much memory a heap takes. */
#include "core/heap.h"

#include "changes.h"
#include "core/graph.h"
#include "network.h"
#include "same_graph.h"

static const char things[] = "{\"address\": 8, \"type\": \"Thing\", \"size\": 64, \"refs\": [16, 24]}\n"
                             "{\"address\": 16, \"type\": \"dict\", \"size\": 280, \"refs\": [40]}\n"
                             "{\"address\": 24, \"type\": \"type\", \"size\": 900, \"refs\": []}\n";

static dryad_heap *load_things(const dryad_allocator *allocator)
{
  dump_text t = text_of(things);
  return load_text(&t, &(dryad_load_options){.raw = true, .allocator = allocator});
}

static void every_change_has_its_version(void **state)
{
  (void)state;
  const dryad_progress none = {0};
  uint64_t versions[8], count = 7;
  unsigned n = 0;
  dryad_heap *heap = load_things(NULL);
  const dryad_graph *raw = dryad_heap_graph(heap);
  assert_false(dryad_heap_undo(heap));
  versions[n++] = dryad_heap_version(heap);
  assert_int_equal(dryad_heap_collapse(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 1);
  versions[n++] = dryad_heap_version(heap);
  assert_int_equal(dryad_heap_collapse(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 0);
  assert_number(dryad_heap_version(heap), versions[n - 1]);
  assert_int_equal(dryad_heap_remove_expensive_references(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 1);
  versions[n++] = dryad_heap_version(heap);
  assert_true(dryad_heap_undo(heap));
  versions[n++] = dryad_heap_version(heap);
  assert_true(dryad_heap_undo(heap));
  versions[n++] = dryad_heap_version(heap);
  assert_ptr_equal(dryad_heap_graph(heap), raw);
  assert_false(dryad_heap_undo(heap));
  assert_number(dryad_heap_version(heap), versions[n - 1]);
  for (unsigned a = 0; a < n; a++)
    for (unsigned b = 0; b < a; b++) assert_true(versions[a] != versions[b]);
  dryad_heap_free(heap);
}

static void many_changes_are_taken_back_one_by_one(void **state)
{
  (void)state;
  enum { CHANGES = 20 };
  dryad_heap *heap = load_things(NULL);
  const dryad_graph *expected[CHANGES + 1] = {dryad_heap_graph(heap)};
  for (unsigned i = 1; i <= CHANGES; i++) {
    apply_new_ref(heap, 24, 8);
    expected[i] = dryad_heap_graph(heap);
    assert_number(dryad_graph_ref_count(expected[i]), 3 + i);
  }
  for (unsigned i = CHANGES; i > 0; i--) {
    assert_ptr_equal(dryad_heap_graph(heap), expected[i]);
    assert_true(dryad_heap_undo(heap));
  }
  assert_ptr_equal(dryad_heap_graph(heap), expected[0]);
  assert_false(dryad_heap_undo(heap));
  dryad_heap_free(heap);
}

static void a_retained_graph_outlives_its_heap(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_heap *heap = load_things(&allocator);
  const dryad_graph *raw = dryad_graph_retain(dryad_heap_graph(heap));
  assert_int_equal(dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
  const dryad_graph *collapsed = dryad_graph_retain(dryad_heap_graph(heap));
  dryad_heap_free(heap);
  assert_int_equal(dryad_graph_count(raw), 3);
  assert_number(dryad_graph_size(raw, 1), 280);
  assert_int_equal(dryad_graph_count(collapsed), 2);
  assert_number(dryad_graph_size(collapsed, 0), 344);
  dryad_graph_release(raw);
  assert_true(same_text(dryad_graph_type_name(collapsed, dryad_graph_type(collapsed, 1)), (dryad_text){"type", 4}));
  dryad_graph_release(collapsed);
  assert_int_equal(l.blocks, 0);
  assert_int_equal(l.bytes, 0);
}

static void path_and_report_are_kept(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  assert_string_equal(dryad_heap_path(heap), "text");
  assert_number(dryad_heap_report(heap)->lines, 3);
  assert_number(dryad_heap_report(heap)->bytes, sizeof things - 1);
  dryad_heap_free(heap);
  dryad_heap_free(NULL);
}

/* 32 bytes an object, 8 bytes an address that is not dumped, 4 bytes a reference in each direction; the two
   offsets behind the last object are the rest. */
static void memory_at_rest_is_as_documented(void **state)
{
  (void)state;
  uint64_t seed = 21;
  for (unsigned objects = 1; objects < 20000; objects = objects * 3 + 1) {
    dryad_heap *heap = random_network(&seed, objects, 6, 100, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_memory_part parts[DRYAD_MEMORY_PARTS];
    uint32_t part_count = dryad_heap_memory(heap, parts);
    uint64_t columns = 0, parents = 0;
    assert_in_range(part_count, 1, DRYAD_MEMORY_PARTS);
    for (uint32_t i = 0; i < part_count; i++)
      if (strcmp(parts[i].name, "text") && strcmp(parts[i].name, "large_values")) columns += parts[i].bytes;
    for (dryad_id id = 0; id < objects; id++) parents += dryad_graph_parents(g, id).count;
    uint64_t refs = dryad_graph_ref_count(g);
    assert_number(columns, 32 * (uint64_t)objects + 8 * (uint64_t)dryad_graph_missing(g) + 4 * refs + 4 * parents + 8);
    dryad_heap_free(heap);
  }
}

static void no_more_is_allocated_than_is_told(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dump_text t = {0};
  for (unsigned i = 0; i < 20000; i++)
    text_add(&t, "{\"address\": %u, \"type\": \"list\", \"size\": 9, \"value\": \"v%u\", \"refs\": [%u, %u]}\n", 16 * i,
             i % 100, 16 * (i / 2), 16 * (i / 3));
  dryad_heap *heap = load_text(&t, &(dryad_load_options){.threads = 2, .allocator = &allocator});
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t part_count = dryad_heap_memory(heap, parts);
  uint64_t told = 0;
  for (uint32_t i = 0; i < part_count; i++) told += parts[i].bytes;
  uint64_t held = (uint64_t)l.bytes;
  assert_true(held >= told);
  assert_in_range(held - told, sizeof(dryad_report), sizeof(dryad_report) + 2000);
  dryad_heap_free(heap);
  assert_int_equal(l.bytes, 0);
  text_free(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_change_has_its_version),       cmocka_unit_test(many_changes_are_taken_back_one_by_one),
      cmocka_unit_test(a_retained_graph_outlives_its_heap), cmocka_unit_test(path_and_report_are_kept),
      cmocka_unit_test(memory_at_rest_is_as_documented),    cmocka_unit_test(no_more_is_allocated_than_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
