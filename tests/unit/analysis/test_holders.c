/* SPDX-License-Identifier: MIT */
/* Holders against counting the references of every object. */
#include "analysis/holders.h"

#include <limits.h>

#include "generated.h"
#include "labelled.h"
#include "labels.h"

static const dryad_progress none = {0};

typedef struct found {
  const dryad_graph *graph;
  dryad_holder *holders;
  uint64_t count;
} found;

static found find(const dryad_graph *g, dryad_ids members, uint64_t least)
{
  found f = {.graph = g};
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_holders_find(&f.holders, &f.count, g, &known, members, least, none, NULL), DRYAD_OK);
  for (uint64_t i = 1; i < f.count; i++) {
    const dryad_holder *a = &f.holders[i - 1], *b = &f.holders[i];
    assert_true(a->held > b->held || (a->held == b->held && a->object <= b->object));
  }
  return f;
}

static void forget(found *f) { dryad_free(f->graph->allocator, f->holders, f->count, sizeof *f->holders); }

/* ---- random heaps ------------------------------------------------------------------------------- */

/* The members that an object refers to: by any edge, or by one. */
static uint64_t held_by(const labelled *l, unsigned id, uint64_t members, unsigned how)
{
  const labelled_object *o = &l->objects[id];
  uint64_t held = 0;
  for (unsigned r = 0; r < o->ref_count; r++)
    if (has(members, o->refs[r]) && (how == UINT_MAX || o->how[r] == how)) held |= bit(o->refs[r]);
  return held;
}

/* The edge of the first reference to a member that has a name, unless several members have different names.
 */
static unsigned common_way(const labelled *l, unsigned id, uint64_t members, unsigned held)
{
  const labelled_object *o = &l->objects[id];
  unsigned common = BY_REF;
  for (unsigned r = 0; r < o->ref_count; r++) {
    if (!has(members, o->refs[r]) || o->how[r] == BY_REF) continue;
    if (common == BY_REF)
      common = o->how[r];
    else if (held > 1 && o->how[r] != common)
      return BY_REF;
  }
  return common;
}

typedef struct row {
  uint64_t held, objects;
} row;

/* The members held by small holders of one type by one edge. */
static row row_of(const labelled *l, const char *type, uint64_t members, unsigned how, uint64_t least)
{
  row sum = {0, 0};
  for (unsigned id = 0; id < l->count; id++) {
    if (strcmp(l->objects[id].type, type) || count_of(held_by(l, id, members, UINT_MAX)) >= least) continue;
    unsigned held = count_of(held_by(l, id, members, how));
    sum.held += held;
    sum.objects += held > 0;
  }
  return sum;
}

static void check(const labelled *l, const dryad_graph *g, const dryad_id *ids, unsigned id_count, uint64_t least)
{
  found f = find(g, (dryad_ids){ids, id_count}, least);
  uint64_t members = 0, alone = 0, expected = 0;
  for (unsigned i = 0; i < id_count; i++)
    if (ids[i] < l->count) members |= bit(ids[i]);
  for (uint64_t i = 0; i < f.count; i++) {
    const dryad_holder *h = &f.holders[i];
    const labelled_object *o = &l->objects[h->object];
    unsigned held = count_of(held_by(l, h->object, members, UINT_MAX)), how = how_of(g, &h->edge);
    assert_true(held > 0);
    if (held >= least) {
      assert_false(has(alone, h->object));
      alone |= bit(h->object);
      assert_number(h->held, held);
      assert_number(h->objects, 1);
      assert_number(how, common_way(l, h->object, members, held));
      continue;
    }
    row sum = row_of(l, o->type, members, how, least);
    assert_true(held_by(l, h->object, members, how) != 0);
    assert_number(h->held, sum.held);
    assert_number(h->objects, sum.objects);
    for (uint64_t k = 0; k < i; k++) {
      bool is_alone = has(alone, f.holders[k].object);
      if (!is_alone && how_of(g, &f.holders[k].edge) == how)
        assert_string_not_equal(l->objects[f.holders[k].object].type, o->type);
    }
  }
  /* The number of rows: one for each big holder, and one for each type and edge of the others. */
  for (unsigned id = 0; id < l->count; id++) {
    if (count_of(held_by(l, id, members, UINT_MAX)) >= least && held_by(l, id, members, UINT_MAX)) expected++;
    bool is_first = true;
    for (unsigned k = 0; k < id; k++) is_first &= strcmp(l->objects[k].type, l->objects[id].type) != 0;
    for (unsigned how = BY_REF; how < BY_NAME + LABELLED_NAMES && is_first; how++)
      expected += row_of(l, l->objects[id].type, members, how, least).held > 0;
  }
  assert_number(f.count, expected);
  forget(&f);
}

static void random_heaps_have_the_holders_that_counting_tells(void **state)
{
  (void)state;
  uint64_t seed = 90;
  for (int round = 0; round < 2000; round++) {
    labelled l = labelled_at_random(&seed);
    dryad_heap *heap = labelled_load(&l);
    for (int list = 0; list < 4; list++) {
      dryad_id ids[80];
      unsigned count = random_ids(&seed, dryad_heap_graph(heap), ids, list < 2 ? 80 : 5);
      check(&l, dryad_heap_graph(heap), ids, count, list == 3 ? UINT64_MAX : random_below(&seed, 6));
    }
    dryad_heap_free(heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

typedef struct expected_holder {
  uint64_t address, objects, held;
  const char *label;
} expected_holder;

static void assert_holders(const char *dump, const uint64_t members[MOST_ADDRESSES], uint64_t least,
                           const expected_holder *expected, uint64_t count)
{
  looked_at l = look_at(dump, true);
  dryad_id ids[MOST_ADDRESSES];
  unsigned id_count = ids_at(&l, members, ids);
  found f = find(l.graph, (dryad_ids){ids, id_count}, least);
  assert_number(f.count, count);
  for (uint64_t i = 0; i < count; i++) {
    const dryad_holder *h = &f.holders[i];
    char label[40];
    dryad_edge_text(label, sizeof label, l.graph, &l.known, &h->edge);
    assert_number(dryad_graph_address(l.graph, h->object), expected[i].address);
    assert_number(h->objects, expected[i].objects);
    assert_number(h->held, expected[i].held);
    assert_string_equal(label, expected[i].label);
  }
  forget(&f);
  dryad_heap_free(l.heap);
}
#define ASSERT_HOLDERS(dump, members, least, ...)                                                                      \
  assert_holders(dump, members, least, (const expected_holder[]){__VA_ARGS__},                                         \
                 sizeof((const expected_holder[]){__VA_ARGS__}) / sizeof(expected_holder))

static void one_that_refers_to_a_member_several_times_counts_it_once(void **state)
{
  (void)state;
  static const char dump[] = OBJECT(1, "list", LEN(3) REFS(9, 9, 9)) OBJECT(9, "Thing", NO_REFS);
  for (uint64_t least = 0; least < 4; least++) ASSERT_HOLDERS(dump, ADDRESSES(9, 9), least, {1, 1, 1, "[0]"});
}

static void from_least_on_a_holder_is_one_of_its_own(void **state)
{
  (void)state;
  static const char dump[] = OBJECT(1, "list", LEN(3) REFS(7, 8, 9)) OBJECT(2, "list", LEN(3) REFS(5, 8, 9))
      OBJECT(5, "int", NO_REFS) OBJECT(7, "Thing", NO_REFS) OBJECT(8, "Thing", NO_REFS) OBJECT(9, "Thing", NO_REFS);
  ASSERT_HOLDERS(dump, ADDRESSES(9, 8, 7), 4, {1, 2, 5, "[0]"});
  ASSERT_HOLDERS(dump, ADDRESSES(9, 8, 7), 3, {1, 1, 3, "[0]"}, {2, 1, 2, "[1]"});
  ASSERT_HOLDERS(dump, ADDRESSES(9, 8, 7), 1, {1, 1, 3, "[0]"}, {2, 1, 2, "[1]"});
  ASSERT_HOLDERS(dump, ADDRESSES(9), 2, {1, 2, 2, "[2]"});
}

static void holders_are_put_together_by_type_and_attribute(void **state)
{
  (void)state;
  static const char dump[] = STR(1, "next") STR(2, "next") STR(3, "last") OBJECT(4, "type", NAME("Node") NO_REFS)
      OBJECT(11, "Node", REFS(1, 21, 3, 22, 4)) OBJECT(12, "Node", REFS(2, 22, 4)) OBJECT(13, "Other", REFS(1, 21, 4))
          OBJECT(21, "Thing", NO_REFS) OBJECT(22, "Thing", NO_REFS);
  ASSERT_HOLDERS(dump, ADDRESSES(21, 22), 9, {11, 2, 2, ".next"}, {11, 1, 1, ".last"}, {13, 1, 1, ".next"});
}

static void keys_and_values_of_one_dict_are_two_ways(void **state)
{
  (void)state;
  static const char dump[] =
      OBJECT(1, "dict", LEN(3) REFS(5, 6, 7, 8, 5, 6)) STR(5, "a") STR(6, "b") STR(7, "c") STR(8, "d");
  looked_at l = look_at(dump, true);
  const dryad_id ids[] = {1, 2, 3, 4};
  found f = find(l.graph, (dryad_ids){ids, 4}, 5);
  assert_number(f.count, 2);
  for (uint64_t i = 0; i < 2; i++) {
    assert_number(f.holders[i].objects, 1);
    assert_number(f.holders[i].held, 2);
  }
  assert_true(f.holders[0].edge.kind + f.holders[1].edge.kind == (int)DRYAD_EDGE_REF + (int)DRYAD_EDGE_KEY);
  forget(&f);
  dryad_heap_free(l.heap);
}

static void one_that_is_its_own_member(void **state)
{
  (void)state;
  ASSERT_HOLDERS(OBJECT(1, "list", LEN(2) REFS(1, 2)) OBJECT(2, "int", NO_REFS), ADDRESSES(1, 2), 2, {1, 1, 2, "[0]"});
}

static void what_is_not_there_is_not_held(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(1, "list", LEN(2) REFS(2, 99)) OBJECT(2, "int", NO_REFS), true);
  const dryad_id missing = 2, top = 0;
  found f = find(l.graph, (dryad_ids){&missing, 1}, 0);
  assert_number(f.count, 0);
  forget(&f);
  f = find(l.graph, (dryad_ids){&top, 1}, 0);
  assert_number(f.count, 0);
  forget(&f);
  f = find(l.graph, (dryad_ids){NULL, 0}, 0);
  assert_number(f.count, 0);
  forget(&f);
  dryad_heap_free(l.heap);
}

/* ---- a million ---------------------------------------------------------------------------------- */

static void in_a_star_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, A_MILLION, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *all = test_malloc(A_MILLION * sizeof *all);
  for (dryad_id id = 0; id < A_MILLION; id++) all[id] = id;
  found f = find(g, (dryad_ids){all, A_MILLION}, 2);
  assert_number(f.count, 2);
  assert_number(f.holders[0].object, 0);
  assert_number(f.holders[0].held, A_MILLION);
  assert_number(f.holders[0].objects, 1);
  assert_number(f.holders[1].held, A_MILLION - 1);
  assert_number(f.holders[1].objects, A_MILLION - 1);
  forget(&f);
  f = find(g, (dryad_ids){all, A_MILLION}, UINT64_MAX);
  assert_number(f.count, 1);
  assert_number(f.holders[0].held, 2 * A_MILLION - 1);
  assert_number(f.holders[0].objects, A_MILLION);
  forget(&f);
  test_free(all);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  static dryad_id all[SOME];
  dryad_holder *holders = NULL;
  uint64_t count = 77;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  for (dryad_id id = 0; id < SOME; id++) all[id] = id;
  dryad_status status = dryad_holders_find(&holders, &count, g, &known, (dryad_ids){all, SOME}, 2, progress, error);
  assert_int_equal(!holders, status != DRYAD_OK);
  assert_number(count, status ? 0 : 2);
  if (!status) dryad_free(g->allocator, holders, count, sizeof *holders);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, find_quietly);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_heaps_have_the_holders_that_counting_tells),
      cmocka_unit_test(one_that_refers_to_a_member_several_times_counts_it_once),
      cmocka_unit_test(from_least_on_a_holder_is_one_of_its_own),
      cmocka_unit_test(holders_are_put_together_by_type_and_attribute),
      cmocka_unit_test(keys_and_values_of_one_dict_are_two_ways),
      cmocka_unit_test(one_that_is_its_own_member),
      cmocka_unit_test(what_is_not_there_is_not_held),
      cmocka_unit_test(in_a_star_of_a_million),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
