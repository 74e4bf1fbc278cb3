/* SPDX-License-Identifier: MIT */
/* Marks: set, moved, and spread by depth, against a search that visits all objects at every step. */
#include "heap/marks.h"

#include "analysis/roots.h"
#include "changes.h"
#include "generated.h"
#include "graph/graph.h"
#include "naive.h"

/* ---- naive ------------------------------------------------------------------------------------- */

typedef struct plain_marks {
  int64_t marks[NAIVE_MOST];
  uint64_t depth, marked;
  bool complete;
} plain_marks;

static uint64_t with_mark(const plain_marks *p, const naive *n, int64_t mark)
{
  uint64_t set = 0;
  for (unsigned id = 0; id < n->count; id++)
    if (p->marks[id] == mark) set |= bit(id);
  return set;
}

static int64_t largest(const plain_marks *p, const naive *n)
{
  int64_t mark = 0;
  for (unsigned id = 0; id < n->count; id++)
    if (p->marks[id] > mark) mark = p->marks[id];
  return mark;
}

static void give(plain_marks *p, uint64_t set, int64_t mark)
{
  FOR_EACH(id, set) p->marks[id] = mark;
  p->marked += count_of(set);
}

static void naive_spread(plain_marks *p, const naive *n, uint64_t roots, bool restart, int64_t limit)
{
  p->marked = 0;
  p->complete = false;
  if (restart || largest(p, n) == 0) {
    for (unsigned id = 0; id < n->count; id++) p->marks[id] = DRYAD_NO_MARK;
    if (limit >= 1) give(p, roots, 1);
  }
  int64_t depth = largest(p, n);
  for (; depth < limit; depth++) {
    uint64_t next = 0;
    FOR_EACH(id, with_mark(p, n, depth)) next |= n->refs[id];
    next &= with_mark(p, n, DRYAD_NO_MARK);
    if (!next) {
      p->complete = true;
      break;
    }
    give(p, next, depth + 1);
  }
  p->depth = (uint64_t)largest(p, n);
}

static dryad_array *array_of(const plain_marks *p, const dryad_graph *g)
{
  dryad_array *marks = dryad_array_new(g->allocator, g->count, sizeof(int64_t));
  assert_non_null(marks);
  memcpy(marks->data, p->marks, g->count * sizeof(int64_t));
  return marks;
}

static void assert_marks(const int64_t *marks, const plain_marks *expected, unsigned count)
{
  for (unsigned id = 0; id < count; id++)
    assert_number((uint64_t)(marks ? marks[id] : DRYAD_NO_MARK), (uint64_t)expected->marks[id]);
}

static plain_marks unmarked(void)
{
  plain_marks p = {.depth = 0};
  for (unsigned id = 0; id < NAIVE_MOST; id++) p.marks[id] = DRYAD_NO_MARK;
  return p;
}

static plain_marks random_marks(uint64_t *seed, unsigned count)
{
  plain_marks p = unmarked();
  unsigned percent = random_below(seed, 60);
  for (unsigned id = 0; id < count; id++)
    if (chance(seed, percent)) p.marks[id] = (int64_t)random_below(seed, 8) - 3;
  return p;
}

/* ---- spreading --------------------------------------------------------------------------------- */

/* Records the reports of each depth; stops after the given number of calls. */
typedef struct heard {
  uint64_t depths[NAIVE_MOST + 2], marked[NAIVE_MOST + 2];
  unsigned calls, stop_after;
} heard;

static bool hear(void *context, uint64_t depth, uint64_t marked)
{
  heard *h = context;
  assert_true(h->calls <= NAIVE_MOST);
  h->depths[h->calls] = depth;
  h->marked[h->calls] = marked;
  return ++h->calls != h->stop_after;
}

static void spreading_marks_what_a_naive_search_marks(void **state)
{
  (void)state;
  uint64_t seed = 1;
  for (unsigned round = 0; round < 5000; round++) {
    dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_graph *g = dryad_heap_graph(heap);
    naive n = naive_of(g);
    plain_marks p = random_marks(&seed, n.count);
    dryad_id ids[10];
    dryad_roots *roots;
    unsigned count = random_ids(&seed, g, ids, 10);
    assert_int_equal(dryad_roots_give(&roots, g, ids, count, NULL), DRYAD_OK);
    bool restart = chance(&seed, 50);
    uint64_t limit = chance(&seed, 50) ? UINT64_MAX : random_below(&seed, 8), depth, marked;
    dryad_array *before = chance(&seed, 80) ? array_of(&p, g) : NULL, *after;
    if (!before) p = unmarked();
    naive_spread(&p, &n, naive_set(&n, dryad_roots_ids(roots)), restart,
                 limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
    bool complete;
    heard h = {.stop_after = 0};
    assert_int_equal(dryad_marks_spread(&after, before, g, roots, restart, limit, &(dryad_marks_told){hear, &h}, &depth,
                                        &marked, &complete, NULL),
                     DRYAD_OK);
    assert_marks(after->data, &p, n.count);
    assert_number(depth, p.depth);
    assert_number(marked, p.marked);
    assert_int_equal(complete, p.complete);
    uint64_t total = 0;
    for (unsigned i = 0; i < h.calls; i++) {
      assert_true(h.marked[i] > 0);
      if (i > 0) assert_number(h.depths[i], h.depths[i - 1] + 1);
      total += h.marked[i];
    }
    assert_number(total, marked);
    if (h.calls) assert_number(h.depths[h.calls - 1], depth);
    dryad_array_release(before);
    dryad_array_release(after);
    dryad_roots_free(roots);
    dryad_heap_free(heap);
  }
}

static void the_largest_mark_there_can_be_goes_nowhere(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 1; list");
  apply_mark(heap, 0, INT64_MAX);
  dryad_change_result result = apply(heap, change_new(DRYAD_CHANGE_GC));
  assert_false(result.complete);
  assert_number(result.depth, INT64_MAX);
  assert_number(result.changed, 0);
  dryad_heap_free(heap);
}

/* ---- garbage collection ------------------------------------------------------------------------- */

static dryad_change *collection(bool restart)
{
  dryad_change *change = change_new(DRYAD_CHANGE_GC);
  change->restart = restart;
  return change;
}

/* 0 is a module that holds 1, 2, 3; 4 and 5 refer to each other, 5 to 1; 6 refers to 4. The only root is 0. */
static dryad_heap *load_garbage(void)
{
  dryad_heap *heap = load_sketch("module 1; list 2; list 3; str; list 5; list 4 1; str 4");
  const dryad_id root = 0;
  assert_int_equal(dryad_heap_set_roots(heap, &root, 1, NULL), DRYAD_OK);
  return heap;
}

static void what_roots_do_not_reach_goes(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  dryad_change_result result = apply(heap, collection(true));
  const dryad_graph *g = dryad_heap_graph(heap);
  assert_true(result.complete);
  assert_number(result.objects_gone, 3);
  assert_number(result.refs_gone, 4);
  assert_number(result.changed, 4);
  assert_number(result.depth, 4);
  assert_int_equal(dryad_graph_count(g), 4);
  assert_int_equal(dryad_graph_missing(g), 0);
  const int64_t expected[] = {1, 2, 3, 4};
  assert_memory_equal(dryad_heap_marks(heap), expected, sizeof expected);
  assert_number(dryad_heap_change_count(heap), 1);
  assert_true(dryad_heap_undo(heap));
  assert_int_equal(dryad_graph_count(dryad_heap_graph(heap)), 7);
  assert_null(dryad_heap_marks(heap));
  dryad_heap_free(heap);
}

static void what_is_pinned_stays_with_all_that_it_reaches(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  apply_pin(heap, 4);
  dryad_change_result result = apply(heap, collection(true));
  assert_number(result.objects_gone, 1);
  assert_int_equal(dryad_graph_count(dryad_heap_graph(heap)), 6);
  dryad_heap_free(heap);
}

static void a_second_collection_changes_nothing(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  apply(heap, collection(true));
  uint64_t version = dryad_heap_revision(heap);
  dryad_change_result result = apply(heap, collection(true));
  assert_true(result.complete && result.objects_gone == 0);
  assert_number(dryad_heap_revision(heap), version);
  assert_number(dryad_heap_change_count(heap), 1);
  result = apply(heap, collection(false));
  assert_true(result.complete && result.objects_gone == 0 && result.changed == 0);
  assert_number(dryad_heap_revision(heap), version);
  dryad_heap_free(heap);
}

static dryad_change_result collect_telling(dryad_heap *heap, bool restart, heard *h)
{
  dryad_change_result result;
  assert_int_equal(
      dryad_heap_apply(heap, collection(restart), &(dryad_marks_told){hear, h}, &result, (dryad_progress){0}, NULL),
      DRYAD_OK);
  return result;
}

static void depths_are_told_with_what_was_marked_at_each(void **state)
{
  (void)state;
  dryad_heap *heap = load_sketch("module 1 2; list 3; list 3 4; str; str 5; str");
  heard h = {.stop_after = 0};
  collect_telling(heap, true, &h);
  assert_int_equal(h.calls, 4);
  const uint64_t depths[] = {1, 2, 3, 4}, marked[] = {1, 2, 2, 1};
  assert_memory_equal(h.depths, depths, sizeof depths);
  assert_memory_equal(h.marked, marked, sizeof marked);
  dryad_heap_free(heap);
}

static void assert_same_heaps(const dryad_heap *a, const dryad_heap *b)
{
  const dryad_graph *left = dryad_heap_graph(a), *right = dryad_heap_graph(b);
  const int64_t *left_marks = dryad_heap_marks(a), *right_marks = dryad_heap_marks(b);
  assert_number(dryad_graph_count(left), dryad_graph_count(right));
  assert_int_equal(!left_marks, !right_marks);
  for (dryad_id id = 0; id < left->count; id++) {
    assert_number(dryad_graph_address(left, id), dryad_graph_address(right, id));
    if (left_marks) assert_number((uint64_t)left_marks[id], (uint64_t)right_marks[id]);
  }
}

/* Random graphs, some with references removed, so that there is garbage. */
static dryad_heap *load_with_garbage(uint64_t seed)
{
  dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_change *change = change_new(DRYAD_CHANGE_EDIT);
  assert_int_equal(dryad_heap_roots(heap, &(const dryad_roots *){NULL}, (dryad_progress){0}, NULL), DRYAD_OK);
  for (dryad_id id = 0; id < g->count; id++)
    if (chance(&seed, 25)) add_pair(&change->refs, dryad_graph_address(g, id), random_below(&seed, 3));
  apply(heap, change);
  return heap;
}

static void a_collection_stopped_at_any_depth_and_continued_ends_the_same(void **state)
{
  (void)state;
  unsigned stops = 0;
  for (unsigned round = 0; round < 300; round++) {
    dryad_heap *whole = load_with_garbage(round);
    heard h = {.stop_after = 0};
    dryad_change_result at_once = collect_telling(whole, true, &h);
    for (unsigned stop_after = 1; stop_after <= h.calls; stop_after++, stops++) {
      dryad_heap *heap = load_with_garbage(round);
      uint32_t changes = dryad_heap_change_count(heap);
      heard first = {.stop_after = stop_after}, second = {.stop_after = 0};
      dryad_change_result part = collect_telling(heap, true, &first);
      assert_false(part.complete);
      assert_number(part.objects_gone, 0);
      assert_number(part.depth, stop_after);
      dryad_change_result rest = collect_telling(heap, false, &second);
      assert_true(rest.complete);
      assert_number(rest.objects_gone, at_once.objects_gone);
      assert_number(part.changed + rest.changed, at_once.changed);
      assert_int_equal(first.calls + second.calls, h.calls);
      assert_same_heaps(heap, whole);
      assert_in_range(dryad_heap_change_count(heap), changes + 1, changes + 2);
      dryad_heap_free(heap);
    }
    dryad_heap_free(whole);
  }
  assert_in_range(stops, 500, 100000);
}

static void a_stopped_collection_made_again_stops_at_the_same_depth(void **state)
{
  (void)state;
  for (unsigned round = 0; round < 100; round++) {
    dryad_heap *heap = load_with_garbage(round), *again = load_with_garbage(round);
    heard h = {.stop_after = 2};
    collect_telling(heap, true, &h);
    for (uint32_t i = dryad_heap_change_count(again); i < dryad_heap_change_count(heap); i++) {
      unsigned char *bytes;
      uint64_t length;
      dryad_change *change;
      const dryad_change *made = dryad_heap_change_at(heap, i, NULL);
      assert_int_equal(dryad_change_encode(&bytes, &length, made, NULL), DRYAD_OK);
      assert_int_equal(dryad_change_decode(&change, bytes, length, NULL, NULL), DRYAD_OK);
      dryad_free(made->allocator, bytes, length, 1);
      dryad_change_result result = apply(again, change);
      assert_int_equal(result.complete, h.calls < 2);
    }
    assert_same_heaps(heap, again);
    dryad_heap_free(heap);
    dryad_heap_free(again);
  }
}

static void without_marks_a_collection_that_continues_starts_at_the_roots(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  dryad_change_result result = apply(heap, collection(false));
  assert_true(result.complete);
  assert_number(result.objects_gone, 3);
  dryad_heap_free(heap);
}

/* ---- set and moved ------------------------------------------------------------------------------ */

static void marks_are_set_on_what_is_there_and_taken_away(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  dryad_change *change = change_new(DRYAD_CHANGE_MARK);
  for (uint64_t address = 5; address < 9; address++) add_to(&change->objects, address);
  for (int64_t mark = -1; mark < 3; mark++) add_to(&change->others, (uint64_t)mark);
  dryad_change_result result = apply(heap, change);
  assert_number(result.changed, 2);
  const int64_t *marks = dryad_heap_marks(heap);
  assert_true(marks[5] == -1 && marks[6] == 0 && marks[0] == DRYAD_NO_MARK);
  apply_mark(heap, 5, DRYAD_NO_MARK);
  marks = dryad_heap_marks(heap);
  assert_true(marks[5] == DRYAD_NO_MARK && marks[6] == 0);
  assert_true(dryad_heap_undo(heap));
  assert_true(dryad_heap_marks(heap)[5] == -1);
  assert_true(dryad_heap_undo(heap));
  assert_null(dryad_heap_marks(heap));
  dryad_heap_free(heap);
}

static void marks_that_are_given_are_no_change_and_stay(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  uint64_t version = dryad_heap_revision(heap);
  dryad_change *change = change_new(DRYAD_CHANGE_MARK);
  add_to(&change->objects, 6);
  add_to(&change->objects, 99);
  add_to(&change->others, 4);
  add_to(&change->others, 5);
  assert_int_equal(dryad_heap_give_marks(heap, change, NULL), DRYAD_OK);
  assert_number(dryad_heap_change_count(heap), 0);
  assert_number(dryad_heap_revision(heap), version);
  apply_mark(heap, 6, 8);
  apply_mark(heap, 5, 9);
  while (dryad_heap_undo(heap)) continue;
  const int64_t *marks = dryad_heap_marks(heap);
  assert_true(marks[6] == 4 && marks[5] == DRYAD_NO_MARK && marks[0] == DRYAD_NO_MARK);
  dryad_heap_free(heap);
}

static void marks_that_are_there_already_are_no_change(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  apply_mark(heap, 5, DRYAD_NO_MARK);
  assert_number(dryad_heap_change_count(heap), 0);
  apply_mark(heap, 5, 7);
  dryad_change_result result = apply_mark(heap, 5, 7);
  assert_number(result.changed, 1);
  assert_number(dryad_heap_change_count(heap), 1);
  dryad_heap_free(heap);
}

static void marks_stay_with_their_objects_through_edits(void **state)
{
  (void)state;
  uint64_t seed = 3;
  for (unsigned round = 0; round < 1000; round++) {
    dryad_heap *heap = load_random_graph(&seed, MODEL_OBJECTS);
    const dryad_graph *before = dryad_graph_retain(dryad_heap_graph(heap));
    plain_marks p = random_marks(&seed, before->count);
    dryad_change *marking = change_new(DRYAD_CHANGE_MARK), *edit = change_new(DRYAD_CHANGE_EDIT);
    for (dryad_id id = 0; id < before->count; id++) {
      add_to(&marking->objects, dryad_graph_address(before, id));
      add_to(&marking->others, (uint64_t)p.marks[id]);
      if (chance(&seed, 20)) add_to(&edit->objects, dryad_graph_address(before, id));
    }
    add_new_object(edit, 3, "new", 5);
    add_new_object(edit, 24, "new", 5);
    apply(heap, marking);
    apply(heap, edit);
    const dryad_graph *after = dryad_heap_graph(heap);
    const int64_t *marks = dryad_heap_marks(heap);
    for (dryad_id id = 0; id < after->count; id++) {
      dryad_id old = dryad_graph_find(before, dryad_graph_address(after, id));
      int64_t expected = old == DRYAD_NONE ? DRYAD_NO_MARK : p.marks[old];
      assert_number((uint64_t)(marks ? marks[id] : DRYAD_NO_MARK), (uint64_t)expected);
    }
    dryad_graph_release(before);
    dryad_heap_free(heap);
  }
}

static void marks_are_shared_where_objects_are_the_same(void **state)
{
  (void)state;
  dryad_heap *heap = load_garbage();
  apply_mark(heap, 5, 7);
  const int64_t *marks = dryad_heap_marks(heap);
  apply_new_ref(heap, 0, 5);
  assert_ptr_equal(dryad_heap_marks(heap), marks);
  apply_pin(heap, 6);
  assert_ptr_equal(dryad_heap_marks(heap), marks);
  dryad_heap_free(heap);
}

/* As deep as there are objects. */
static void chains_are_marked_to_their_end(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  dryad_change_result result = apply(heap, collection(true));
  assert_true(result.complete);
  assert_number(result.depth, A_MILLION);
  assert_number(result.changed, A_MILLION);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(spreading_marks_what_a_naive_search_marks),
      cmocka_unit_test(the_largest_mark_there_can_be_goes_nowhere),
      cmocka_unit_test(what_roots_do_not_reach_goes),
      cmocka_unit_test(what_is_pinned_stays_with_all_that_it_reaches),
      cmocka_unit_test(a_second_collection_changes_nothing),
      cmocka_unit_test(depths_are_told_with_what_was_marked_at_each),
      cmocka_unit_test(a_collection_stopped_at_any_depth_and_continued_ends_the_same),
      cmocka_unit_test(a_stopped_collection_made_again_stops_at_the_same_depth),
      cmocka_unit_test(without_marks_a_collection_that_continues_starts_at_the_roots),
      cmocka_unit_test(marks_are_set_on_what_is_there_and_taken_away),
      cmocka_unit_test(marks_that_are_given_are_no_change_and_stay),
      cmocka_unit_test(marks_that_are_there_already_are_no_change),
      cmocka_unit_test(marks_stay_with_their_objects_through_edits),
      cmocka_unit_test(marks_are_shared_where_objects_are_the_same),
      cmocka_unit_test(chains_are_marked_to_their_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
