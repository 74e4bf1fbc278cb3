/* SPDX-License-Identifier: MIT */
/* Names of references and roots on their way from batches into a graph. */
#include "annotated.h"

static void names_and_roots_stay_with_their_records(void **state)
{
  (void)state;
  uint64_t seed = 1;
  unsigned with = 0, without = 0, native = 0;
  for (int round = 0; round < 3000; round++) {
    annotated a = random_annotated(&seed);
    dryad_heap *heap = annotated_heap(&a, false, &seed);
    annotated_settle(&a);
    assert_annotated(dryad_heap_graph(heap), &a);
    with += a.has_roots;
    without += !a.has_roots;
    for (unsigned i = 0; i < a.count; i++) native += a.objects[i].root == DRYAD_ROOT_NATIVE;
    dryad_heap_free(heap);
  }
  assert_true(with > 1000 && without > 300 && native > 1000);
}

static void folding_takes_them_along(void **state)
{
  (void)state;
  uint64_t seed = 2;
  unsigned folded = 0;
  for (int round = 0; round < 6000; round++) {
    annotated a = random_annotated(&seed);
    dryad_heap *heap = annotated_heap(&a, true, &seed);
    annotated_settle(&a);
    unsigned before = a.count;
    annotated_collapse(&a);
    folded += before - a.count;
    assert_annotated(dryad_heap_graph(heap), &a);
    dryad_heap_free(heap);
  }
  assert_true(folded > 1000);
}

/* An instance with its dict and class, and the names of their references. */
static annotated instance_with_dict(void)
{
  annotated a = {.count = 0};
  annotated_object *o = annotated_add(&a, 8, "Thing");
  annotated_refer(o, 16, 1);
  annotated_refer(o, 24, 2);
  o->root = DRYAD_ROOT_THREAD;
  o = annotated_add(&a, 16, "dict");
  annotated_refer(o, 32, 0);
  annotated_refer(o, 24, 3);
  o->root = DRYAD_ROOT_BUILTINS;
  annotated_add(&a, 24, "type");
  annotated_add(&a, 32, "str");
  return a;
}

static void an_owner_keeps_its_own_reason_and_what_it_calls_its_class(void **state)
{
  (void)state;
  uint64_t seed = 3;
  annotated a = instance_with_dict();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_roots *roots;
  assert_int_equal(dryad_graph_count(g), 3);
  assert_null(dryad_graph_ref_name(g, 0, 0).data);
  assert_memory_equal(dryad_graph_ref_name(g, 0, 1).data, "n3", 2);
  assert_memory_equal(dryad_graph_ref_name(g, 0, 2).data, "n2", 2);
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_ids(roots).count, 1);
  assert_int_equal(dryad_roots_reason(roots, 0), DRYAD_ROOT_THREAD);
  dryad_heap_free(heap);
}

static void a_root_dict_makes_its_owner_one(void **state)
{
  (void)state;
  uint64_t seed = 4;
  annotated a = instance_with_dict();
  a.objects[0].root = DRYAD_ROOT_NONE;
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_ids(roots).count, 1);
  assert_int_equal(dryad_roots_reason(roots, 0), DRYAD_ROOT_BUILTINS);
  dryad_heap_free(heap);
}

static void a_dump_that_says_nothing_has_no_annotations(void **state)
{
  (void)state;
  uint64_t seed = 5;
  annotated a = {.count = 0};
  annotated_refer(annotated_add(&a, 8, "list"), 8, 0);
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  assert_null(dryad_heap_graph(heap)->annotations);
  dryad_heap_free(heap);
}

static void a_dropped_duplicate_says_nothing_about_roots(void **state)
{
  (void)state;
  uint64_t seed = 6;
  annotated a = {.count = 0};
  annotated_refer(annotated_add(&a, 8, "list"), 16, 0);
  annotated_add(&a, 16, "str");
  annotated_add(&a, 16, "str")->root = DRYAD_ROOT_THREAD;
  dryad_heap *heap = annotated_heap(&a, false, &seed);
  const dryad_roots *roots;
  assert_null(dryad_heap_graph(heap)->annotations);
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_ids(roots).count, 1); /* the list, to which nothing refers */
  assert_int_equal(dryad_roots_ids(roots).ids[0], 0);
  dryad_heap_free(heap);
}

/* A list of which the dump has two references, from one tuple. */
static dryad_root_reason reason_of_list_counted(unsigned refcount, bool has_root)
{
  uint64_t seed = 7;
  annotated a = {.count = 0};
  annotated_object *o = annotated_add(&a, 8, "tuple");
  annotated_refer(o, 16, 0);
  annotated_refer(o, 16, 0);
  annotated_add(&a, 16, "list")->details[DRYAD_DETAIL_REFCOUNT] = refcount;
  if (has_root) o->root = DRYAD_ROOT_THREAD;
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  dryad_root_reason reason = dryad_annotations_root(dryad_heap_graph(heap)->annotations, 1);
  dryad_heap_free(heap);
  return reason;
}

static void what_is_counted_more_often_than_referred_to_is_a_root(void **state)
{
  (void)state;
  assert_int_equal(reason_of_list_counted(1, true), DRYAD_ROOT_NONE);
  assert_int_equal(reason_of_list_counted(2, true), DRYAD_ROOT_NONE);
  assert_int_equal(reason_of_list_counted(3, true), DRYAD_ROOT_NATIVE);
  assert_int_equal(reason_of_list_counted(3, false), DRYAD_ROOT_NONE); /* the dump does not say what is a root */
}

static void references_are_counted_before_folding(void **state)
{
  (void)state;
  uint64_t seed = 8;
  annotated a = instance_with_dict();
  a.objects[0].root = a.objects[1].root = DRYAD_ROOT_NONE;
  a.objects[2].root = DRYAD_ROOT_MODULES;
  a.objects[1].details[DRYAD_DETAIL_REFCOUNT] = 2; /* the instance's reference, which folding removes, and another */
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  assert_int_equal(dryad_annotations_root(dryad_heap_graph(heap)->annotations, 0), DRYAD_ROOT_NATIVE);
  dryad_heap_free(heap);
  a.objects[1].details[DRYAD_DETAIL_REFCOUNT] = 1;
  heap = annotated_heap(&a, true, &seed);
  assert_int_equal(dryad_annotations_root(dryad_heap_graph(heap)->annotations, 0), DRYAD_ROOT_NONE);
  dryad_heap_free(heap);
}

static void without_the_say_so_of_the_dump_no_root_is_kept(void **state)
{
  (void)state;
  dryad_batch batch;
  const annotated_object o = {.address = 8, .type = "list", .root = DRYAD_ROOT_THREAD, .details = {9}};
  const dryad_segment segment = {.count = 1};
  dryad_build_counts counts;
  dryad_graph *graph;
  assert_true(dryad_batch_init(&batch, NULL, dryad_runtime_named("python")));
  assert_int_equal(append_annotated(&batch, &o, NULL), DRYAD_OK);
  dryad_build_input input = {
      .batches = &batch, .batch_count = 1, .segments = &segment, .segment_count = 1, .threads = 1};
  assert_int_equal(dryad_build(&graph, &input, &counts, NULL), DRYAD_OK);
  assert_null(graph->annotations);
  assert_details_are(graph, 0, &o);
  dryad_graph_release(graph);
}

static void a_reference_keeps_the_first_of_its_names(void **state)
{
  (void)state;
  dryad_annotations_builder builder;
  dryad_annotations *made;
  dryad_annotations_builder_init(&builder, &dryad_default_allocator);
  assert_true(dryad_annotations_add_name(&builder, 7, 2, 50));
  assert_true(dryad_annotations_add_name(&builder, 7, 1, 40));
  assert_true(dryad_annotations_add_name(&builder, 7, 2, 30));
  assert_true(dryad_annotations_add_name(&builder, 7, 1, 40));
  assert_int_equal(dryad_annotations_finish(&made, &builder, NULL), DRYAD_OK);
  assert_number(made->name_count, 2);
  assert_number(made->named[0], UINT64_C(7) << 32 | 1);
  assert_number(made->named[1], UINT64_C(7) << 32 | 2);
  assert_number(dryad_annotations_name(made, 7, 1), 40);
  assert_number(dryad_annotations_name(made, 7, 2), 50);
  dryad_annotations_release(made);
  dryad_annotations_builder_deinit(&builder);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_roots_stay_with_their_records),
      cmocka_unit_test(folding_takes_them_along),
      cmocka_unit_test(an_owner_keeps_its_own_reason_and_what_it_calls_its_class),
      cmocka_unit_test(a_root_dict_makes_its_owner_one),
      cmocka_unit_test(a_dump_that_says_nothing_has_no_annotations),
      cmocka_unit_test(a_dropped_duplicate_says_nothing_about_roots),
      cmocka_unit_test(what_is_counted_more_often_than_referred_to_is_a_root),
      cmocka_unit_test(references_are_counted_before_folding),
      cmocka_unit_test(without_the_say_so_of_the_dump_no_root_is_kept),
      cmocka_unit_test(a_reference_keeps_the_first_of_its_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
