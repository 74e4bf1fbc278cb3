/* SPDX-License-Identifier: MIT */
/* A caller's mistakes, one of each kind, which builds with assertions catch. */
#include "base/parallel.h"
#include "dies.h"
#include "feed.h"
#include "graph/graph.h"
#include "graph/idlist.h"
#include "heap/heap.h"

#ifdef DRYAD_ASSERTIONS
static dryad_heap *load(void)
{
  const dump_text text = text_of("{\"address\": 1, \"type\": \"list\", \"size\": 10, \"refs\": [2]}\n");
  return load_raw(&text);
}

static void id_of_no_object(void) { dryad_graph_value(dryad_heap_graph(load()), 1); }
static void id_of_nothing(void) { dryad_graph_address(dryad_heap_graph(load()), 2); }
static void type_of_nothing(void) { dryad_graph_type_name(dryad_heap_graph(load()), 1); }
static void no_place_for_the_result(void) { dryad_ids_of_type(dryad_heap_graph(load()), 0, NULL, NULL, NULL); }
static void change_that_was_not_made(void) { dryad_heap_change_at(load(), 0, NULL); }
static void no_thread(void) { dryad_parallel("nothing", 0, NULL, NULL); }

static void bit_beyond_the_last(void)
{
  dryad_bits bits;
  if (dryad_bits_init(&bits, NULL, 64)) dryad_bits_set(&bits, 64);
}

static void released_once_too_often(void)
{
  dryad_array *array = dryad_array_new(NULL, 1, 1);
  array->references = 0; /* as after the last release, if the memory still existed */
  dryad_array_release(array);
}

static void ids_counts_and_outputs(void **state)
{
  (void)state;
  assert_mistake(id_of_no_object, "dryad_graph_value: id < graph->count");
  assert_mistake(id_of_nothing, "dryad_graph_address: id < (uint64_t)graph->count + graph->missing");
  assert_mistake(type_of_nothing, "dryad_graph_type_name: type < graph->store->type_count");
  assert_mistake(no_place_for_the_result, "dryad_ids_of_type: out && out_count");
  assert_mistake(change_that_was_not_made, "dryad_heap_change_at: i < dryad_heap_change_count(heap)");
  assert_mistake(no_thread, "dryad_parallel: stage && run");
  assert_mistake(bit_beyond_the_last, "dryad_bits_set: i < bits->count");
  assert_mistake(released_once_too_often, "dryad_array_release: !array || array->references > 0");
}
#endif

#ifdef DRYAD_SLOW_ASSERTIONS
static void list_with_an_unknown_id(void)
{
  const dryad_id ids[] = {0, 1, 2};
  dryad_summary *summary;
  dryad_summarize(&summary, dryad_heap_graph(load()), ids, 3, NULL);
}

static void lists_are_looked_through_in_debug_builds(void **state)
{
  (void)state;
  assert_mistake(list_with_an_unknown_id, "dryad_summarize: !ids || dryad_ids_are_known(graph, ids, count)");
}
#endif

int main(void)
{
#ifdef DRYAD_ASSERTIONS
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_counts_and_outputs),
#ifdef DRYAD_SLOW_ASSERTIONS
      cmocka_unit_test(lists_are_looked_through_in_debug_builds),
#endif
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
#else
  return 77; /* skipped: nothing is asserted in this build */
#endif
}
