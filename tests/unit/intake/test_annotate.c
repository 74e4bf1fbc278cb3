/* SPDX-License-Identifier: MIT */
/* Names of references and roots on their way from batches into a graph. */
#include "annotated.h"

static void names_and_roots_stay_with_their_records(void **state)
{
  (void)state;
  uint64_t seed = 1;
  unsigned with = 0, without = 0;
  for (int round = 0; round < 3000; round++) {
    annotated a = random_annotated(&seed);
    dryad_heap *heap = annotated_heap(&a, false, &seed);
    annotated_settle(&a);
    assert_annotated(dryad_heap_graph(heap), &a);
    with += a.has_roots;
    without += !a.has_roots;
    dryad_heap_free(heap);
  }
  assert_true(with > 1000 && without > 300);
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

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(names_and_roots_stay_with_their_records),
      cmocka_unit_test(folding_takes_them_along),
      cmocka_unit_test(an_owner_keeps_its_own_reason_and_what_it_calls_its_class),
      cmocka_unit_test(a_root_dict_makes_its_owner_one),
      cmocka_unit_test(a_dump_that_says_nothing_has_no_annotations),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
