/* SPDX-License-Identifier: MIT */
/* History, versions, and how much memory a heap takes. */
#include "heap/heap.h"

#include "changes.h"
#include "graph/graph.h"
#include "network.h"
#include "same_graph.h"

static const char things[] = "{\"address\": 8, \"type\": \"Thing\", \"size\": 64, \"refs\": [16, 24]}\n"
                             "{\"address\": 16, \"type\": \"dict\", \"size\": 280, \"refs\": [40]}\n"
                             "{\"address\": 24, \"type\": \"type\", \"size\": 900, \"refs\": []}\n";

static dryad_heap *load_things(const dryad_allocator *allocator)
{
  dump_text t = text_of(things);
  return load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .allocator = allocator});
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
  versions[n++] = dryad_heap_revision(heap);
  assert_int_equal(dryad_heap_collapse(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 1);
  versions[n++] = dryad_heap_revision(heap);
  assert_int_equal(dryad_heap_collapse(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 0);
  assert_number(dryad_heap_revision(heap), versions[n - 1]);
  assert_int_equal(dryad_heap_remove_expensive_references(heap, &count, none, NULL), DRYAD_OK);
  assert_number(count, 1);
  versions[n++] = dryad_heap_revision(heap);
  assert_true(dryad_heap_undo(heap));
  versions[n++] = dryad_heap_revision(heap);
  assert_true(dryad_heap_undo(heap));
  versions[n++] = dryad_heap_revision(heap);
  assert_ptr_equal(dryad_heap_graph(heap), raw);
  assert_false(dryad_heap_undo(heap));
  assert_number(dryad_heap_revision(heap), versions[n - 1]);
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

/* ---- changes ----------------------------------------------------------------------------------- */

static void every_change_is_kept_with_a_number_of_its_own(void **state)
{
  (void)state;
  uint64_t serials[4] = {0};
  dryad_heap *heap = load_things(NULL);
  assert_int_equal(dryad_heap_change_count(heap), 0);
  assert_int_equal(dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
  apply_new_ref(heap, 24, 8);
  apply_pin(heap, 24);
  const dryad_change_kind kinds[] = {DRYAD_CHANGE_COLLAPSE, DRYAD_CHANGE_EDIT, DRYAD_CHANGE_PIN};
  assert_int_equal(dryad_heap_change_count(heap), 3);
  for (uint32_t i = 0; i < 3; i++) assert_int_equal(dryad_heap_change_at(heap, i, &serials[i])->kind, kinds[i]);
  assert_true(dryad_heap_undo(heap));
  assert_int_equal(dryad_heap_change_count(heap), 2);
  apply_mark(heap, 24, 5);
  assert_int_equal(dryad_heap_change_at(heap, 2, &serials[3])->kind, DRYAD_CHANGE_MARK);
  for (unsigned i = 0; i < 4; i++)
    for (unsigned k = 0; k < i; k++) assert_true(serials[i] != serials[k]);
  dryad_heap_free(heap);
}

static void references_are_cut_by_address_also_in_another_graph(void **state)
{
  (void)state;
  const dryad_id from = 1, to = 3; /* the dict, and 40, which is not dumped */
  uint64_t changed;
  dryad_heap *heap = load_things(NULL), *again = load_things(NULL);
  assert_int_equal(dryad_heap_remove_references(heap, (dryad_ids){&from, 1}, (dryad_ids){&to, 1}, &changed,
                                                (dryad_progress){0}, NULL),
                   DRYAD_OK);
  assert_number(changed, 1);
  const dryad_change *cut = dryad_heap_change_at(heap, 0, NULL);
  assert_number(dryad_numbers_data(&cut->objects)[0], 16);
  assert_number(dryad_numbers_data(&cut->others)[0], 40);
  apply_delete(again, 8);
  dryad_change *same = change_new(DRYAD_CHANGE_CUT);
  add_to(&same->objects, 16);
  add_to(&same->others, 40);
  dryad_change_result result = apply(again, same);
  assert_true(result.changed == 1 && result.refs_gone == 1);
  dryad_heap_free(heap);
  dryad_heap_free(again);
}

static void what_each_change_took_away_is_counted(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  dryad_change_result result = apply(heap, change_new(DRYAD_CHANGE_COLLAPSE));
  assert_true(result.changed == 1 && result.objects_gone == 1 && result.refs_gone == 1);
  result = apply(heap, change_new(DRYAD_CHANGE_EXPENSIVE));
  assert_true(result.changed == 1 && result.objects_gone == 0 && result.refs_gone == 1);
  result = apply(heap, change_new(DRYAD_CHANGE_EXPENSIVE));
  assert_true(result.changed == 0 && result.refs_gone == 0);
  assert_int_equal(dryad_heap_change_count(heap), 2);
  dryad_heap_free(heap);
}

static void a_change_that_makes_no_sense_is_refused(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  dryad_error error = {0};
  dryad_change *half = change_new(DRYAD_CHANGE_EDIT);
  add_to(&half->others, 8);
  assert_int_equal(dryad_heap_apply(heap, half, NULL, NULL, (dryad_progress){0}, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "half a reference");
  assert_false(dryad_heap_undo(heap));
  dryad_heap_free(heap);
}

/* ---- pins -------------------------------------------------------------------------------------- */

static const dryad_roots *roots_of(dryad_heap *heap)
{
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  return roots;
}

static void assert_roots(dryad_heap *heap, const uint64_t *addresses, uint64_t count)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_ids ids = dryad_roots_ids(roots_of(heap));
  assert_number(ids.count, count);
  for (uint64_t i = 0; i < count; i++) assert_number(dryad_graph_address(g, ids.ids[i]), addresses[i]);
}
#define ASSERT_ROOTS(heap, ...)                                                                                        \
  assert_roots(heap, (const uint64_t[]){__VA_ARGS__}, sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

static dryad_root_reason reason_at(dryad_heap *heap, uint64_t address)
{
  return dryad_roots_reason(roots_of(heap), dryad_graph_find(dryad_heap_graph(heap), address));
}

static void pins_are_roots_beside_those_there_are_until_undo(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  ASSERT_ROOTS(heap, 8);
  dryad_change *change = change_new(DRYAD_CHANGE_PIN);
  const uint64_t pinned[] = {24, 8, 24, 77, 40};
  for (unsigned i = 0; i < 5; i++) add_to(&change->objects, pinned[i]);
  assert_number(apply(heap, change).changed, 2);
  ASSERT_ROOTS(heap, 8, 24);
  assert_int_equal(reason_at(heap, 8), DRYAD_ROOT_UNREFERENCED);
  assert_int_equal(reason_at(heap, 24), DRYAD_ROOT_GIVEN);
  assert_number(apply_pin(heap, 16).changed, 1);
  ASSERT_ROOTS(heap, 8, 16, 24);
  assert_true(dryad_heap_undo(heap));
  ASSERT_ROOTS(heap, 8, 24);
  assert_true(dryad_heap_undo(heap));
  ASSERT_ROOTS(heap, 8);
  dryad_heap_free(heap);
}

static void what_is_pinned_already_is_no_change(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  apply_pin(heap, 24);
  assert_number(apply_pin(heap, 24).changed, 0);
  assert_number(apply_pin(heap, 77).changed, 0);
  assert_int_equal(dryad_heap_change_count(heap), 1);
  dryad_heap_free(heap);
}

static void pins_hold_in_later_graphs_where_their_objects_are(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  apply_pin(heap, 16);
  apply_pin(heap, 24);
  apply_delete(heap, 16);
  ASSERT_ROOTS(heap, 8, 24);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 16, "dict", 1);
  add_new_object(change, 4, "list", 1);
  apply(heap, change);
  ASSERT_ROOTS(heap, 8, 16, 24);
  assert_int_equal(reason_at(heap, 16), DRYAD_ROOT_GIVEN);
  dryad_heap_free(heap);
}

static void pins_are_added_to_given_roots_and_to_those_settled_anew(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  const dryad_id dict = 1;
  apply_pin(heap, 24);
  assert_int_equal(dryad_heap_set_roots(heap, &dict, 1, NULL), DRYAD_OK);
  ASSERT_ROOTS(heap, 16, 24);
  apply_mark(heap, 8, 1);
  ASSERT_ROOTS(heap, 16, 24);
  assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK);
  ASSERT_ROOTS(heap, 8, 24);
  apply_new_ref(heap, 24, 8);
  ASSERT_ROOTS(heap, 8, 24);
  assert_true(dryad_heap_undo(heap));
  assert_true(dryad_heap_undo(heap));
  assert_true(dryad_heap_undo(heap));
  ASSERT_ROOTS(heap, 8);
  dryad_heap_free(heap);
}

/* ---- what versions share ------------------------------------------------------------------------ */

static void marks_keep_roots_and_dominators_that_are_known(void **state)
{
  (void)state;
  const dryad_progress none = {0};
  const dryad_dominators *dominators, *later;
  dryad_heap *heap = load_things(NULL);
  assert_int_equal(dryad_heap_dominators(heap, &dominators, none, NULL), DRYAD_OK);
  const dryad_roots *roots = dryad_heap_known_roots(heap);
  apply_mark(heap, 8, 1);
  assert_ptr_equal(dryad_heap_known_roots(heap), roots);
  assert_ptr_equal(dryad_heap_known_dominators(heap), dominators);
  apply_pin(heap, 24);
  assert_null(dryad_heap_known_roots(heap));
  assert_null(dryad_heap_known_dominators(heap));
  apply_mark(heap, 8, 2);
  assert_int_equal(dryad_heap_dominators(heap, &later, none, NULL), DRYAD_OK);
  assert_true(dryad_heap_undo(heap));
  assert_ptr_equal(dryad_heap_known_dominators(heap), later);
  assert_true(dryad_heap_undo(heap));
  assert_ptr_equal(dryad_heap_known_dominators(heap), dominators);
  dryad_heap_free(heap);
}

/* A progress callback that requests, once, the result being computed. */
typedef struct asking {
  dryad_heap *heap;
  bool wants_dominators, has_asked;
  const void *answer;
} asking;

static bool ask_again(void *context, const char *stage, uint64_t done, uint64_t total)
{
  asking *a = context;
  const dryad_roots *roots;
  const dryad_dominators *dominators;
  const dryad_progress none = {0};
  (void)stage, (void)done, (void)total;
  if (a->has_asked) return true;
  a->has_asked = true;
  if (a->wants_dominators) {
    assert_int_equal(dryad_heap_dominators(a->heap, &dominators, none, NULL), DRYAD_OK);
    a->answer = dominators;
  } else {
    assert_int_equal(dryad_heap_roots(a->heap, &roots, none, NULL), DRYAD_OK);
    a->answer = roots;
  }
  return true;
}

static void what_a_callback_was_given_stays(void **state)
{
  (void)state;
  const dryad_roots *roots;
  const dryad_dominators *dominators;
  ledger l = {0};
  dryad_allocator allocator = {ledger_resize, &l};
  for (int is_changed = 0; is_changed < 2; is_changed++) {
    dryad_heap *heap = load_things(&allocator);
    if (is_changed) apply_new_ref(heap, 24, 8);
    asking a = {.heap = heap};
    assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){ask_again, &a}, NULL), DRYAD_OK);
    assert_non_null(a.answer);
    assert_ptr_equal(roots, a.answer);
    a = (asking){.heap = heap, .wants_dominators = true};
    assert_int_equal(dryad_heap_dominators(heap, &dominators, (dryad_progress){ask_again, &a}, NULL), DRYAD_OK);
    if (a.has_asked) assert_ptr_equal(dominators, a.answer);
    dryad_heap_free(heap);
    assert_int_equal(l.blocks, 0);
  }
}

static void pins_and_marks_share_the_graph_and_are_versions_all_the_same(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  const dryad_graph *graph = dryad_heap_graph(heap);
  uint64_t loaded = dryad_heap_revision(heap);
  apply_pin(heap, 24);
  uint64_t pinned = dryad_heap_revision(heap);
  apply_mark(heap, 8, 1);
  assert_ptr_equal(dryad_heap_graph(heap), graph);
  assert_true(pinned != loaded && dryad_heap_revision(heap) != pinned);
  dryad_heap_free(heap);
}

/* ---- unreferenced objects ------------------------------------------------------------------------ */

static void assert_unreferenced(const dryad_heap *heap, const uint64_t *addresses, uint64_t expected)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_heap_unreferenced(heap, &ids, &count, NULL), DRYAD_OK);
  assert_number(count, expected);
  for (uint64_t i = 0; i < count; i++) assert_number(dryad_graph_address(g, ids[i]), addresses[i]);
  dryad_free(g->allocator, ids, count, sizeof *ids);
}

static void unreferenced_objects_are_those_of_the_dump_that_are_there_still(void **state)
{
  (void)state;
  static const char dump[] = "{\"address\": 8, \"type\": \"list\", \"size\": 1, \"refs\": [16]}\n"
                             "{\"address\": 16, \"type\": \"list\", \"size\": 1, \"refs\": []}\n"
                             "{\"address\": 24, \"type\": \"list\", \"size\": 1, \"refs\": [24]}\n"
                             "{\"address\": 32, \"type\": \"list\", \"size\": 1, \"refs\": []}\n";
  dump_text t = text_of(dump);
  dryad_heap *heap = load_raw(&t);
  assert_unreferenced(heap, (const uint64_t[]){8, 32}, 2);
  apply_delete(heap, 8); /* 16 has lost its last referrer */
  assert_unreferenced(heap, (const uint64_t[]){32}, 1);
  apply_new_ref(heap, 16, 32);
  assert_unreferenced(heap, (const uint64_t[]){32}, 1);
  assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK);
  assert_unreferenced(heap, (const uint64_t[]){32}, 1);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  add_new_object(change, 8, "str", 1);
  add_new_object(change, 9, "str", 1);
  apply(heap, change);
  assert_unreferenced(heap, (const uint64_t[]){8, 32}, 2);
  dryad_heap_free(heap);
}

static void a_collapse_tells_anew_what_has_no_referrer(void **state)
{
  (void)state;
  static const char dump[] = "{\"address\": 8, \"type\": \"Thing\", \"size\": 1, \"refs\": [16, 24]}\n"
                             "{\"address\": 16, \"type\": \"dict\", \"size\": 1, \"refs\": [8]}\n"
                             "{\"address\": 24, \"type\": \"type\", \"size\": 1, \"refs\": []}\n";
  dump_text t = text_of(dump);
  dryad_heap *heap = load_raw(&t);
  assert_unreferenced(heap, NULL, 0);
  apply_delete(heap, 16);
  assert_unreferenced(heap, NULL, 0);
  assert_true(dryad_heap_undo(heap));
  dryad_heap_free(heap);
  heap = load_things(NULL);
  assert_int_equal(dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_unreferenced(heap, (const uint64_t[]){8}, 1);
  dryad_heap_free(heap);
}

/* ---- memory ------------------------------------------------------------------------------------ */

static uint64_t part_of(const dryad_heap *heap, const char *name)
{
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(heap, parts);
  for (uint32_t i = 0; i < count; i++)
    if (strcmp(parts[i].name, name) == 0) return parts[i].bytes;
  fail_msg("no part is called %s", name);
  return 0;
}

static void marks_type_index_and_classes_are_told_once_there_are_any(void **state)
{
  (void)state;
  const dryad_type_index *index;
  const dryad_classes *classes;
  dryad_heap *heap = load_things(NULL);
  assert_number(part_of(heap, "marks"), 0);
  assert_number(part_of(heap, "classes"), 0);
  assert_number(part_of(heap, "type_index"), 0);
  apply_mark(heap, 8, 1);
  assert_int_equal(dryad_heap_type_index(heap, &index, NULL), DRYAD_OK);
  assert_number(part_of(heap, "marks"), 3 * 8);
  assert_number(part_of(heap, "type_index"), (3 + 3 + 4) * 4);
  assert_int_equal(dryad_heap_classes(heap, &classes, NULL), DRYAD_OK);
  assert_number(part_of(heap, "classes"), dryad_classes_bytes(classes));
  assert_true(dryad_classes_bytes(classes) > 0);
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

static bool is_one_of(const char *name, const char *const *names)
{
  for (; *names; names++)
    if (strcmp(name, *names) == 0) return true;
  return false;
}

/* 32 bytes per object, 8 per dangling address, 4 per reference in each direction; the rest is the two offsets after the
   last object. */
static void what_is_missing_stays_as_it_was_said_first(void **state)
{
  (void)state;
  dryad_heap *heap = load_things(NULL);
  const dryad_report *report = dryad_heap_report(heap);
  char longest[sizeof report->incomplete + 10];
  memset(longest, 'x', sizeof longest);
  longest[sizeof longest - 1] = '\0';
  assert_int_equal(report->complete, DRYAD_COMPLETENESS_UNKNOWN);
  dryad_heap_mark_incomplete(heap, longest);
  assert_int_equal(report->complete, DRYAD_INCOMPLETE);
  assert_number(strlen(report->incomplete), sizeof report->incomplete - 1);
  dryad_heap_mark_incomplete(heap, "second");
  assert_int_equal(report->incomplete[0], 'x');
  dryad_heap_free(heap);
}

static void memory_at_rest_is_as_documented(void **state)
{
  (void)state;
  static const char *const others[] = {"text", "type_names", "large_values", "rest", NULL};
  uint64_t seed = 21;
  for (unsigned objects = 1; objects < 20000; objects = objects * 3 + 1) {
    dryad_heap *heap = random_network(&seed, objects, 6, 100, NULL);
    const dryad_graph *g = dryad_heap_graph(heap);
    dryad_memory_part parts[DRYAD_MEMORY_PARTS];
    uint32_t part_count = dryad_heap_memory(heap, parts);
    uint64_t columns = 0, parents = 0;
    assert_in_range(part_count, 1, DRYAD_MEMORY_PARTS);
    for (uint32_t i = 0; i < part_count; i++)
      if (!is_one_of(parts[i].name, others)) columns += parts[i].bytes;
    for (dryad_id id = 0; id < objects; id++) parents += dryad_graph_parents(g, id).count;
    uint64_t refs = dryad_graph_ref_count(g);
    assert_number(columns, 32 * (uint64_t)objects + 8 * (uint64_t)dryad_graph_missing(g) + 4 * refs + 4 * parents + 8);
    dryad_heap_free(heap);
  }
}

/* The reported bytes are exactly the bytes held, except one byte for each empty block. */
static void assert_memory_adds_up(const dryad_heap *heap, const ledger *l)
{
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(heap, parts);
  uint64_t told = 0, held = (uint64_t)l->bytes, blocks = (uint64_t)l->blocks;
  for (uint32_t i = 0; i < count; i++) told += parts[i].bytes;
  assert_in_range(held - told, 0, blocks);
}

static void everything_that_is_allocated_is_told(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dump_text t = {0};
  for (unsigned i = 0; i < 20000; i++)
    text_add(&t, "{\"address\": %u, \"type\": \"list\", \"size\": 9, \"value\": \"v%u\", \"refs\": [%u, %u]}\n", 16 * i,
             i % 100, 16 * (i / 2), 16 * (i / 3));
  dryad_heap *heap =
      load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .threads = 2, .allocator = &allocator});
  assert_memory_adds_up(heap, &l);
  dryad_heap_free(heap);
  assert_int_equal(l.bytes, 0);
  text_free(&t);
}

/* Applies a change that takes memory from the ledger too. */
static void apply_counted(dryad_heap *heap, const dryad_allocator *allocator, dryad_change_kind kind)
{
  dryad_change *change = dryad_change_new(allocator, kind);
  const dryad_new_object object = {.address = 800, .size = 5, .type = text_from("newcomer"), .name = text_from("n")};
  assert_non_null(change);
  if (kind == DRYAD_CHANGE_EDIT) {
    assert_true(dryad_change_add_object(change, &object));
  } else {
    assert_true(dryad_numbers_add(&change->objects, allocator, 8));
    if (kind == DRYAD_CHANGE_MARK) assert_true(dryad_numbers_add(&change->others, allocator, 1));
  }
  dryad_heap_apply(heap, change, NULL, NULL, (dryad_progress){0}, NULL); /* an existing object cannot be added again */
}

/* One of many steps that make versions or stored results. */
static void take_step(dryad_heap *heap, const dryad_allocator *allocator, unsigned step)
{
  const dryad_type_index *index;
  const dryad_classes *classes;
  const dryad_dominators *dominators;
  dryad_id first = 0;
  switch (step) {
  case 0: apply_counted(heap, allocator, DRYAD_CHANGE_MARK); break;
  case 1: assert_int_equal(dryad_heap_type_index(heap, &index, NULL), DRYAD_OK); break;
  case 2: assert_int_equal(dryad_heap_collapse(heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK); break;
  case 3: assert_int_equal(dryad_heap_dominators(heap, &dominators, (dryad_progress){0}, NULL), DRYAD_OK); break;
  case 4: apply_counted(heap, allocator, DRYAD_CHANGE_PIN); break;
  case 5: assert_int_equal(dryad_heap_set_roots(heap, &first, 1, NULL), DRYAD_OK); break;
  case 6:
    assert_int_equal(dryad_heap_remove_references(heap, (dryad_ids){&first, 1}, (dryad_ids){&first, 1}, NULL,
                                                  (dryad_progress){0}, NULL),
                     DRYAD_OK);
    break;
  case 7: assert_int_equal(dryad_heap_set_roots(heap, NULL, 0, NULL), DRYAD_OK); break;
  case 8: apply_counted(heap, allocator, DRYAD_CHANGE_EDIT); break;
  case 9: assert_int_equal(dryad_heap_classes(heap, &classes, NULL), DRYAD_OK); break;
  default: dryad_heap_undo(heap); break;
  }
}

static void everything_that_changes_and_answers_hold_is_told(void **state)
{
  (void)state;
  uint64_t seed = 77;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  for (int round = 0; round < 200; round++) {
    dryad_heap *heap = load_things(&allocator);
    for (unsigned i = 0; i < 12; i++) {
      take_step(heap, &allocator, random_below(&seed, 11));
      assert_memory_adds_up(heap, &l);
    }
    dryad_heap_free(heap);
    assert_int_equal(l.blocks, 0);
    assert_int_equal(l.bytes, 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_change_has_its_version),
      cmocka_unit_test(many_changes_are_taken_back_one_by_one),
      cmocka_unit_test(every_change_is_kept_with_a_number_of_its_own),
      cmocka_unit_test(references_are_cut_by_address_also_in_another_graph),
      cmocka_unit_test(what_each_change_took_away_is_counted),
      cmocka_unit_test(a_change_that_makes_no_sense_is_refused),
      cmocka_unit_test(pins_are_roots_beside_those_there_are_until_undo),
      cmocka_unit_test(what_is_pinned_already_is_no_change),
      cmocka_unit_test(pins_hold_in_later_graphs_where_their_objects_are),
      cmocka_unit_test(pins_are_added_to_given_roots_and_to_those_settled_anew),
      cmocka_unit_test(marks_keep_roots_and_dominators_that_are_known),
      cmocka_unit_test(what_a_callback_was_given_stays),
      cmocka_unit_test(pins_and_marks_share_the_graph_and_are_versions_all_the_same),
      cmocka_unit_test(unreferenced_objects_are_those_of_the_dump_that_are_there_still),
      cmocka_unit_test(a_collapse_tells_anew_what_has_no_referrer),
      cmocka_unit_test(marks_type_index_and_classes_are_told_once_there_are_any),
      cmocka_unit_test(a_retained_graph_outlives_its_heap),
      cmocka_unit_test(path_and_report_are_kept),
      cmocka_unit_test(what_is_missing_stays_as_it_was_said_first),
      cmocka_unit_test(memory_at_rest_is_as_documented),
      cmocka_unit_test(everything_that_is_allocated_is_told),
      cmocka_unit_test(everything_that_changes_and_answers_hold_is_told),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
