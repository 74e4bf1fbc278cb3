/* SPDX-License-Identifier: MIT */
/* Names of references and given roots through the changes of a heap. */
#include "annotated.h"
#include "changes.h"
#include "runtime/runtime.h"

/* ---- changes, naively ---------------------------------------------------------------------------- */

static void drop_object(annotated *a, uint64_t address) { annotated_remove(a, address); }

static void drop_refs(annotated *a, uint64_t from, uint64_t to)
{
  annotated_object *o = annotated_at(a, from);
  unsigned kept = 0;
  for (unsigned i = 0; o && i < o->ref_count; i++)
    if (o->refs[i].to != to) o->refs[kept++] = o->refs[i];
  if (o) o->ref_count = kept;
}

static void random_cut(uint64_t *seed, dryad_heap *heap, annotated *a)
{
  dryad_change *change = change_new(DRYAD_CHANGE_CUT);
  uint64_t from[3], to[3];
  for (unsigned i = 0; i < 3; i++) {
    add_to(&change->objects, from[i] = annotated_address(seed));
    add_to(&change->others, to[i] = annotated_address(seed));
  }
  for (unsigned i = 0; i < 9; i++) drop_refs(a, from[i / 3], to[i % 3]);
  apply(heap, change);
}

/* Removes objects and a reference by its position, adds an object, perhaps at a removed one's address, and gives it a
   reference. */
static void random_edit(uint64_t *seed, dryad_heap *heap, annotated *a)
{
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  uint64_t gone = annotated_address(seed), parent = annotated_address(seed), come = annotated_address(seed);
  bool goes = chance(seed, 50);
  if (goes) {
    add_to(&change->objects, gone);
    drop_object(a, gone);
  }
  annotated_object *o = annotated_at(a, parent);
  unsigned position = random_below(seed, 4);
  if (o && position < o->ref_count && o->ref_count < ANNOTATED_REFS - 1) {
    add_pair(&change->refs, parent, position);
    memmove(&o->refs[position], &o->refs[position + 1], (o->ref_count - position - 1) * sizeof *o->refs);
    o->ref_count--;
    add_pair(&change->others, parent, gone);
    annotated_refer(o, gone, 0);
  }
  if (!annotated_at(a, come) && a->count < ANNOTATED_OBJECTS) {
    add_new_object(change, come, "list", 8);
    annotated_add(a, come, "list");
    add_pair(&change->others, come, parent);
    annotated_refer(annotated_at(a, come), parent, 0);
  }
  annotated_settle(a);
  apply(heap, change);
}

static void random_collapse(dryad_heap *heap, annotated *a)
{
  annotated_collapse(a);
  apply(heap, change_new(DRYAD_CHANGE_COLLAPSE));
}

enum { STEPS = 6 };

static void changes_take_them_along_and_undo_gives_them_back(void **state)
{
  (void)state;
  static annotated before[STEPS + 1];
  uint64_t seed = 6;
  for (int round = 0; round < 2000; round++) {
    uint32_t depth[STEPS + 1] = {0};
    annotated a = random_annotated(&seed);
    dryad_heap *heap = annotated_heap(&a, false, &seed);
    annotated_settle(&a);
    for (unsigned i = 0; i < STEPS; i++) {
      before[i] = a;
      depth[i] = dryad_heap_change_count(heap);
      unsigned kind = random_below(&seed, 3);
      if (kind == 0) random_cut(&seed, heap, &a);
      if (kind == 1) random_edit(&seed, heap, &a);
      if (kind == 2) random_collapse(heap, &a);
      assert_annotated(dryad_heap_graph(heap), &a);
    }
    for (unsigned i = STEPS; i-- > 0;) {
      while (dryad_heap_change_count(heap) > depth[i]) assert_true(dryad_heap_undo(heap));
      assert_annotated(dryad_heap_graph(heap), &before[i]);
    }
    dryad_heap_free(heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------- */

/* A frame with locals, held by a thread; and a list. */
static annotated frame_with_locals(void)
{
  annotated a = {.count = 0};
  annotated_object *o = annotated_add(&a, 8, "frame");
  annotated_refer(o, 16, 0);
  annotated_refer(o, 24, 7);
  annotated_refer(o, 24, 0);
  o = annotated_add(&a, 16, "thread");
  annotated_refer(o, 8, 0);
  o->root = DRYAD_ROOT_THREAD;
  o = annotated_add(&a, 24, "list");
  annotated_refer(o, 32, 0);
  annotated_refer(o, 16, 9);
  annotated_add(&a, 32, "module");
  annotated_add(&a, 40, "module")->root = DRYAD_ROOT_MODULES;
  return a;
}

static void assert_label(const dryad_graph *g, dryad_id id, uint64_t position, const char *expected)
{
  dryad_known_types known;
  char label[64];
  dryad_known_types_init(&known, g);
  dryad_edge edge = dryad_edge_of(g, &known, id, position);
  dryad_edge_text(label, sizeof label, g, &known, &edge);
  assert_string_equal(label, expected);
}

static void a_given_name_comes_before_what_the_runtime_can_tell(void **state)
{
  (void)state;
  uint64_t seed = 7;
  annotated a = frame_with_locals();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_label(g, 0, 0, "[ref 1]");
  assert_label(g, 0, 1, ".n7");
  assert_label(g, 0, 2, "[ref 3]");
  assert_label(g, 2, 0, "[0]");
  assert_label(g, 2, 1, ".n9");
  assert_number(dryad_edge_between(g, &known, 0, 2), 1);
  dryad_edge named = dryad_edge_of(g, &known, 0, 1), other = dryad_edge_of(g, &known, 2, 1);
  dryad_edge builtin = {.kind = DRYAD_EDGE_NAMED, .name = {"n7", 2}};
  assert_true(dryad_edge_class(g, &named) == dryad_edge_class(g, &builtin));
  assert_true(dryad_edge_class(g, &named) != dryad_edge_class(g, &other));
  dryad_heap_free(heap);
}

static void names_are_shown_escaped(void **state)
{
  (void)state;
  uint64_t seed = 8;
  annotated a = frame_with_locals();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_known_types known;
  char label[64];
  dryad_known_types_init(&known, g);
  const dryad_edge attribute = {.kind = DRYAD_EDGE_NAMED, .name = {"a\x1b[2J\xff", 6}};
  dryad_edge_text(label, sizeof label, g, &known, &attribute);
  assert_string_equal(label, "['a\\x1b[2J\\xff']");
  const dryad_edge position = {.kind = DRYAD_EDGE_NAMED, .name = {"[\x1b]", 3}};
  dryad_edge_text(label, sizeof label, g, &known, &position);
  assert_string_equal(label, "['[\\x1b]']");
  dryad_heap_free(heap);
}

static dryad_root_reason reason_at(dryad_heap *heap, uint64_t address)
{
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  return dryad_roots_reason(roots, dryad_graph_find(dryad_heap_graph(heap), address));
}

static void given_roots_are_the_roots_and_stay_through_changes(void **state)
{
  (void)state;
  uint64_t seed = 9;
  annotated a = frame_with_locals();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_ids(roots).count, 2);
  assert_int_equal(reason_at(heap, 16), DRYAD_ROOT_THREAD);
  assert_int_equal(reason_at(heap, 40), DRYAD_ROOT_MODULES);
  assert_int_equal(reason_at(heap, 32), DRYAD_ROOT_NONE); /* a module that the dump does not call a root */
  apply_delete(heap, 16);
  assert_int_equal(reason_at(heap, 40), DRYAD_ROOT_MODULES);
  assert_int_equal(reason_at(heap, 8), DRYAD_ROOT_NONE);
  assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK);
  assert_int_equal(reason_at(heap, 40), DRYAD_ROOT_MODULES);
  assert_int_equal(reason_at(heap, 8), DRYAD_ROOT_UNCOUNTED); /* nothing proves it garbage */
  apply_delete(heap, 40);
  assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_roots_ids(roots).count, 1); /* the dump's roots are gone, and no module replaces them */
  assert_int_equal(reason_at(heap, 8), DRYAD_ROOT_UNCOUNTED);
  dryad_heap_free(heap);
}

static void an_object_that_comes_where_a_root_went_is_none(void **state)
{
  (void)state;
  uint64_t seed = 10;
  annotated a = frame_with_locals();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_to(&change->objects, 16);
  add_new_object(change, 16, "list", 8);
  apply(heap, change);
  assert_int_equal(dryad_heap_graph(heap)->annotations->root_count, 1);
  assert_number(dryad_heap_graph(heap)->annotations->roots[0], 4);
  dryad_heap_free(heap);
}

static void expensive_references_go_with_their_names(void **state)
{
  (void)state;
  uint64_t seed = 11, changed;
  annotated a = frame_with_locals();
  dryad_heap *heap = annotated_heap(&a, true, &seed);
  assert_int_equal(dryad_heap_remove_expensive_references(heap, &changed, (dryad_progress){0}, NULL), DRYAD_OK);
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_number(changed, 2); /* the list's to a module, the thread's to the frame */
  assert_number(dryad_graph_children(g, 2).count, 1);
  assert_label(g, 2, 0, ".n9");
  assert_label(g, 0, 1, ".n7");
  dryad_heap_free(heap);
}

/* ---- memory -------------------------------------------------------------------------------------- */

static uint64_t part_of_memory(const dryad_heap *heap, const char *name)
{
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(heap, parts);
  for (uint32_t i = 0; i < count; i++)
    if (!strcmp(parts[i].name, name)) return parts[i].bytes;
  fail_msg("no part %s", name);
  return 0;
}

static void what_they_take_is_told(void **state)
{
  (void)state;
  uint64_t seed = 12;
  for (int round = 0; round < 200; round++) {
    ledger l = {0};
    const dryad_allocator allocator = {ledger_resize, &l};
    annotated a = random_annotated(&seed);
    dryad_heap *heap;
    assert_int_equal(heap_of_annotated(&heap, &a, false, &seed, &allocator, NULL), DRYAD_OK);
    annotated_settle(&a);
    uint64_t names = 0, roots = 0, told = 0;
    for (unsigned i = 0; i < a.count; i++) {
      roots += a.objects[i].root != DRYAD_ROOT_NONE;
      for (unsigned k = 0; k < a.objects[i].ref_count; k++) names += a.objects[i].refs[k].name > 0;
    }
    assert_number(part_of_memory(heap, "annotations"), 12 * names + 5 * roots);
    for (unsigned i = 0; i < 3; i++) {
      const dryad_id from[] = {0, 1, 2}, to[] = {3, 4, 5};
      assert_int_equal(dryad_heap_remove_references(heap, (dryad_ids){from, 3}, (dryad_ids){to, 1 + i}, NULL,
                                                    (dryad_progress){0}, NULL),
                       DRYAD_OK);
    }
    assert_int_equal(dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
    dryad_memory_part parts[DRYAD_MEMORY_PARTS];
    uint32_t count = dryad_heap_memory(heap, parts);
    for (uint32_t i = 0; i < count; i++) told += parts[i].bytes;
    assert_in_range((uint64_t)l.bytes - told, 0, (uint64_t)l.blocks);
    dryad_heap_free(heap);
    assert_int_equal(l.blocks, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(changes_take_them_along_and_undo_gives_them_back),
      cmocka_unit_test(a_given_name_comes_before_what_the_runtime_can_tell),
      cmocka_unit_test(names_are_shown_escaped),
      cmocka_unit_test(given_roots_are_the_roots_and_stay_through_changes),
      cmocka_unit_test(an_object_that_comes_where_a_root_went_is_none),
      cmocka_unit_test(expensive_references_go_with_their_names),
      cmocka_unit_test(what_they_take_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
