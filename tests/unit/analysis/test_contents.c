/* SPDX-License-Identifier: MIT */
/* Contents, nesting, members and what is unexplained, against following dominators up from each object. */
#include "analysis/contents.h"

#include "analysis/members.h"
#include "analysis/nesting.h"
#include "analysis/unexplained.h"
#include "generated.h"
#include "graph/graph.h"
#include "heap/heap.h"

static const dryad_progress none = {0};

enum { MOST_OBJECTS = 120 };

typedef struct fixture {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  const dryad_classes *classes;
  dryad_kinds kinds;
  dryad_dominator_tree tree;
} fixture;

static void set_up(fixture *f, dryad_heap *heap)
{
  f->heap = heap;
  f->graph = dryad_heap_graph(heap);
  assert_int_equal(dryad_heap_dominators(heap, &f->dominators, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_classes(heap, &f->classes, NULL), DRYAD_OK);
  assert_int_equal(dryad_kinds_init(&f->kinds, f->graph, f->classes, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominator_tree_init(&f->tree, f->dominators, NULL), DRYAD_OK);
}

static void tear_down(fixture *f)
{
  dryad_dominator_tree_deinit(&f->tree);
  dryad_dominator_tree_deinit(&f->tree);
  dryad_kinds_deinit(&f->kinds);
  dryad_kinds_deinit(&f->kinds);
  dryad_heap_free(f->heap);
}

/* Trees with a few references across: long and thin, or broad. */
static dryad_heap *random_heap(uint64_t *seed)
{
  static const char *const types[] = {"Node", "dict", "list", "Thing"};
  dump_text t = {0};
  unsigned count = 1 + random_below(seed, MOST_OBJECTS - 1), straight = 30 * random_below(seed, 4);
  unsigned across = random_below(seed, 10), kinds = 1 + random_below(seed, 4), parents[MOST_OBJECTS];
  bool is_huge = chance(seed, 5);
  for (unsigned i = 0; i < count; i++) parents[i] = i && chance(seed, straight) ? i - 1 : random_below(seed, i + 1);
  for (unsigned i = 0; i < count; i++) {
    uint64_t size = is_huge && chance(seed, 20) ? random_bits(seed, 63) : random_below(seed, 100);
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": %llu, \"refs\": [%u", i,
             types[random_below(seed, kinds)], (unsigned long long)size, i);
    for (unsigned k = i + 1; k < count; k++)
      if (parents[k] == i) text_add(&t, ", %u", k);
    if (chance(seed, across)) text_add(&t, ", %u", random_below(seed, count));
    text_add(&t, "]}\n");
  }
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* ---- the oracle --------------------------------------------------------------------------------- */

static bool is_below(const fixture *f, dryad_id id, dryad_id above)
{
  while ((id = dryad_dominators_parent(f->dominators, id)) != DRYAD_NONE)
    if (id == above) return true;
  return false;
}

/* Whether the object is below one of these, or one of them. */
static bool is_within(const fixture *f, dryad_id id, dryad_ids starts)
{
  for (uint64_t i = 0; i < starts.count; i++)
    if (id == starts.ids[i] || is_below(f, id, starts.ids[i])) return true;
  return false;
}

/* The nearest object of its kind that it is below, within the starts; DRYAD_NONE: none. */
static dryad_id above_of_kind(const fixture *f, dryad_id id, dryad_ids starts)
{
  const uint32_t kind = f->kinds.numbers[id];
  while ((id = dryad_dominators_parent(f->dominators, id)) != DRYAD_NONE)
    if (f->kinds.numbers[id] == kind && is_within(f, id, starts)) return id;
  return DRYAD_NONE;
}

static uint64_t retained(const fixture *f, dryad_id id) { return dryad_dominators_retained(f->dominators, id); }

static uint64_t own_of(const fixture *f, dryad_id id, dryad_ids starts)
{
  uint64_t own = retained(f, id);
  for (dryad_id other = 0; other < f->graph->count; other++)
    if (is_within(f, other, starts) && f->kinds.numbers[other] == f->kinds.numbers[id] &&
        above_of_kind(f, other, starts) == id)
      own -= retained(f, other) < own ? retained(f, other) : own;
  return own;
}

static dryad_content content_of(const fixture *f, uint32_t kind, dryad_ids starts)
{
  dryad_content c = {.kind = kind};
  for (dryad_id id = 0; id < f->graph->count; id++) {
    if (f->kinds.numbers[id] != kind || !is_within(f, id, starts)) continue;
    uint32_t depth = 1;
    for (dryad_id above = id; (above = above_of_kind(f, above, starts)) != DRYAD_NONE;) depth++;
    if (depth > c.depth) c.depth = depth;
    if (depth == 1) c.count++, c.retained = dryad_add_sizes(c.retained, retained(f, id));
    c.all++;
    c.size = dryad_add_sizes(c.size, dryad_graph_size(f->graph, id));
    const uint64_t own = own_of(f, id, starts);
    if (own > c.largest) c.largest = own;
  }
  return c;
}

/* Objects none of which is below another. */
static dryad_ids random_starts(const fixture *f, dryad_id *ids, uint64_t *seed)
{
  dryad_ids starts = {ids, 0};
  for (unsigned tries = random_below(seed, 6); tries > 0; tries--) {
    dryad_id id = random_below(seed, f->graph->count);
    bool fits = !is_within(f, id, starts);
    for (uint64_t i = 0; i < starts.count; i++) fits &= !is_below(f, ids[i], id);
    if (fits) ids[starts.count++] = id;
  }
  return starts;
}

/* ---- contents ----------------------------------------------------------------------------------- */

static void check_contents(const fixture *f, dryad_ids starts)
{
  dryad_contents found;
  assert_int_equal(dryad_contents_find(&found, f->graph, &f->kinds, &f->tree, starts, none, NULL), DRYAD_OK);
  const dryad_content *rows = found.rows.data;
  uint32_t expected = 0;
  for (uint32_t kind = 0; kind < f->kinds.count; kind++) {
    const dryad_content wanted = content_of(f, kind, starts);
    if (wanted.all == 0) continue;
    expected++;
    const dryad_content *row = rows;
    while (row < rows + found.count && row->kind != kind) row++;
    assert_true(row < rows + found.count);
    assert_number(row->count, wanted.count);
    assert_number(row->retained, wanted.retained);
    assert_number(row->all, wanted.all);
    assert_number(row->size, wanted.size);
    assert_number(row->largest, wanted.largest);
    assert_number(row->depth, wanted.depth);
  }
  assert_number(found.count, expected);
  for (uint32_t i = 1; i < found.count; i++) assert_true(rows[i - 1].retained >= rows[i].retained);
  dryad_contents_deinit(&found);
  dryad_contents_deinit(&found);
}

static void check_members(const fixture *f, dryad_ids starts, uint32_t kind, dryad_members_choice choice)
{
  dryad_id *ids;
  uint64_t count, expected = 0;
  assert_int_equal(dryad_members_find(&ids, &count, &f->kinds, &f->tree, starts, kind, choice, none, NULL), DRYAD_OK);
  for (dryad_id id = 0; id < f->graph->count; id++) {
    if (f->kinds.numbers[id] != kind || !is_within(f, id, starts)) continue;
    if (choice == DRYAD_MEMBERS_TOPMOST && above_of_kind(f, id, starts) != DRYAD_NONE) continue;
    uint64_t place = 0;
    while (place < count && ids[place] != id) place++;
    assert_true(place < count);
    for (uint64_t i = place; i < count; i++) assert_false(is_below(f, id, ids[i]));
    expected++;
  }
  assert_number(count, expected);
  dryad_free(f->graph->allocator, ids, count, sizeof *ids);
}

static void contents_and_members_of_subtrees(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 150;) {
    uint64_t s = seed++;
    fixture f;
    dryad_id ids[8];
    set_up(&f, random_heap(&s));
    const dryad_ids all = dryad_dominator_tree_children(&f.tree, DRYAD_NONE);
    const dryad_ids some = random_starts(&f, ids, &s);
    check_contents(&f, all);
    check_contents(&f, some);
    for (uint32_t kind = 0; kind < f.kinds.count; kind++) {
      check_members(&f, all, kind, DRYAD_MEMBERS_TOPMOST);
      check_members(&f, some, kind, DRYAD_MEMBERS_TOPMOST);
      check_members(&f, some, kind, DRYAD_MEMBERS_ALL);
    }
    tear_down(&f);
  }
}

static void children_as_the_dominators_list_them(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 50;) {
    uint64_t s = seed++;
    fixture f;
    set_up(&f, random_heap(&s));
    for (dryad_id id = 0; id <= f.graph->count; id++) {
      const dryad_id of = id < f.graph->count ? id : DRYAD_NONE;
      const dryad_ids quick = dryad_dominator_tree_children(&f.tree, of);
      const dryad_ids slow = dryad_dominators_children(f.dominators, of);
      assert_number(quick.count, slow.count);
      assert_ptr_equal(quick.ids, slow.ids);
    }
    tear_down(&f);
  }
}

/* ---- nesting ------------------------------------------------------------------------------------ */

static uint64_t bytes_within(const fixture *f, uint32_t outer, uint32_t inner)
{
  const dryad_ids all = dryad_dominator_tree_children(&f->tree, DRYAD_NONE);
  uint64_t sum = 0;
  for (dryad_id id = 0; id < f->graph->count; id++) {
    if (f->kinds.numbers[id] != inner || !is_within(f, id, all) || above_of_kind(f, id, all) != DRYAD_NONE) continue;
    for (dryad_id above = id; (above = dryad_dominators_parent(f->dominators, above)) != DRYAD_NONE;) {
      if (f->kinds.numbers[above] != outer) continue;
      sum = dryad_add_sizes(sum, retained(f, id));
      break;
    }
  }
  return sum;
}

static void what_lies_below_objects_of_other_kinds(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 100;) {
    uint64_t s = seed++;
    fixture f;
    dryad_nesting found;
    uint32_t wanted[4], count = 0;
    set_up(&f, random_heap(&s));
    for (uint32_t kind = f.kinds.count; kind-- > 0 && count < 4;)
      if (chance(&s, 80)) wanted[count++] = kind;
    assert_int_equal(dryad_nesting_find(&found, &f.kinds, &f.tree, wanted, count, none, NULL), DRYAD_OK);
    assert_number(found.count, count);
    for (uint32_t i = 0; i < count; i++) {
      uint64_t topmost;
      dryad_id *ids;
      assert_int_equal(dryad_members_find(&ids, &topmost, &f.kinds, &f.tree,
                                          dryad_dominator_tree_children(&f.tree, DRYAD_NONE), wanted[i],
                                          DRYAD_MEMBERS_TOPMOST, none, NULL),
                       DRYAD_OK);
      assert_number(found.first[i + 1] - found.first[i], topmost);
      assert_memory_equal(found.ids + found.first[i], ids, topmost * sizeof *ids);
      dryad_free(f.graph->allocator, ids, topmost, sizeof *ids);
      for (uint32_t k = 0; k < count; k++)
        assert_number(found.within[k][i], k == i ? 0 : bytes_within(&f, wanted[k], wanted[i]));
    }
    dryad_nesting_deinit(&found);
    dryad_nesting_deinit(&found);
    tear_down(&f);
  }
}

/* ---- what is unexplained ------------------------------------------------------------------------ */

static uint64_t naive_unexplained(const fixture *f, dryad_id id, dryad_ids explained)
{
  uint64_t sum = 0;
  for (dryad_id other = 0; other < f->graph->count; other++)
    if ((other == id || is_below(f, other, id)) && !is_within(f, other, explained))
      sum = dryad_add_sizes(sum, dryad_graph_size(f->graph, other));
  return sum;
}

static void what_some_objects_do_not_explain(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 100;) {
    uint64_t s = seed++;
    fixture f;
    dryad_id ids[6];
    dryad_ids explained = {ids, random_below(&s, 6)};
    uint64_t *bytes;
    set_up(&f, random_heap(&s));
    if (dryad_graph_total_size(f.graph) == INT64_MAX) { /* sizes that do not add up */
      tear_down(&f);
      continue;
    }
    for (uint64_t i = 0; i < explained.count; i++) ids[i] = random_below(&s, f.graph->count); /* one in another, too */
    assert_int_equal(dryad_unexplained_find(&bytes, &f.tree, explained, none, NULL), DRYAD_OK);
    const dryad_ids all = dryad_dominator_tree_children(&f.tree, DRYAD_NONE);
    for (dryad_id id = 0; id < f.graph->count; id++) {
      bool is_below_one = false;
      for (uint64_t i = 0; i < explained.count; i++) is_below_one |= is_below(&f, id, ids[i]);
      if (!is_within(&f, id, all) || is_below_one) continue;
      assert_number(bytes[id], naive_unexplained(&f, id, explained));
    }
    dryad_free(f.graph->allocator, bytes, (uint64_t)f.graph->count + 1, sizeof *bytes);
    tear_down(&f);
  }
}

/* ---- kinds -------------------------------------------------------------------------------------- */

static const char definitions[] =
    "{\"address\": 1, \"type\": \"code\", \"size\": 1, \"name\": \"f\", \"refs\": []}\n"
    "{\"address\": 2, \"type\": \"code\", \"size\": 1, \"name\": \"f\", \"refs\": []}\n"
    "{\"address\": 3, \"type\": \"function\", \"size\": 1, \"name\": \"f\", \"refs\": [1]}\n"
    "{\"address\": 4, \"type\": \"function\", \"size\": 1, \"name\": \"f\", \"refs\": [1]}\n"
    "{\"address\": 5, \"type\": \"function\", \"size\": 1, \"name\": \"f\", \"refs\": [2]}\n"
    "{\"address\": 6, \"type\": \"generator\", \"size\": 1, \"name\": \"f\", \"refs\": [1]}\n"
    "{\"address\": 7, \"type\": \"coroutine\", \"size\": 1, \"name\": \"f\", \"refs\": []}\n"
    "{\"address\": 8, \"type\": \"coroutine\", \"size\": 1, \"name\": \"f\", \"refs\": []}\n"
    "{\"address\": 9, \"type\": \"coroutine\", \"size\": 1, \"name\": \"g\", \"refs\": []}\n"
    "{\"address\": 10, \"type\": \"type\", \"size\": 1, \"name\": \"C\", \"qualname\": \"a.C\", \"refs\": []}\n"
    "{\"address\": 11, \"type\": \"type\", \"size\": 1, \"name\": \"C\", \"qualname\": \"b.C\", \"refs\": []}\n"
    "{\"address\": 12, \"type\": \"type\", \"size\": 1, \"name\": \"C\", \"qualname\": \"b.C\", \"refs\": []}\n"
    "{\"address\": 13, \"type\": \"Meta\", \"size\": 1, \"name\": \"D\", \"qualname\": \"b.D\", \"refs\": []}\n"
    "{\"address\": 14, \"type\": \"Meta\", \"size\": 1, \"name\": \"D\", \"qualname\": \"b.D\", \"refs\": []}\n"
    "{\"address\": 15, \"type\": \"Thing\", \"size\": 1, \"name\": \"x\", \"refs\": [1]}\n"
    "{\"address\": 16, \"type\": \"Thing\", \"size\": 1, \"name\": \"y\", \"refs\": [2]}\n";

static void what_is_made_from_one_definition_is_a_kind(void **state)
{
  (void)state;
  dump_text t = {0};
  text_add_bytes(&t, definitions, strlen(definitions));
  fixture f;
  set_up(&f, load_raw(&t));
  text_free(&t);
  const uint32_t *n = f.kinds.numbers; /* of the object at the address i + 1 */
  assert_int_equal(n[2], n[3]);
  assert_int_not_equal(n[3], n[4]);
  assert_int_not_equal(n[2], n[5]);
  assert_int_equal(n[6], n[7]);
  assert_int_not_equal(n[7], n[8]);
  assert_int_not_equal(n[9], n[10]);
  assert_int_equal(n[10], n[11]);
  assert_int_equal(n[12], n[13]);
  assert_int_equal(n[14], n[15]);
  assert_int_equal(n[0], n[1]);
  assert_number(dryad_kind_at(&f.kinds, n[2])->count, 2);
  assert_number(dryad_kind_at(&f.kinds, n[2])->first, 2);
  assert_true(dryad_kind_at(&f.kinds, n[2])->is_defined);
  assert_true(dryad_kind_at(&f.kinds, n[12])->is_defined);
  assert_false(dryad_kind_at(&f.kinds, n[14])->is_defined);
  assert_true(dryad_kind_at(&f.kinds, n[0])->is_common);
  assert_false(dryad_kind_at(&f.kinds, n[14])->is_common);
  assert_false(dryad_kind_at(&f.kinds, n[2])->is_common);
  tear_down(&f);
}

/* ---- millions ----------------------------------------------------------------------------------- */

static void a_chain_of_millions(void **state)
{
  (void)state;
  fixture f;
  dryad_contents found;
  set_up(&f, load_generated(write_chain, A_MILLION, NULL));
  const dryad_ids all = dryad_dominator_tree_children(&f.tree, DRYAD_NONE);
  assert_int_equal(dryad_contents_find(&found, f.graph, &f.kinds, &f.tree, all, none, NULL), DRYAD_OK);
  const dryad_content *row = found.rows.data;
  assert_number(found.count, 1);
  assert_number(row->count, 1);
  assert_number(row->all, A_MILLION);
  assert_number(row->depth, A_MILLION);
  assert_number(row->largest, 7);
  dryad_contents_deinit(&found);
  tear_down(&f);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(contents_and_members_of_subtrees),
      cmocka_unit_test(children_as_the_dominators_list_them),
      cmocka_unit_test(what_lies_below_objects_of_other_kinds),
      cmocka_unit_test(what_some_objects_do_not_explain),
      cmocka_unit_test(what_is_made_from_one_definition_is_a_kind),
      cmocka_unit_test(a_chain_of_millions),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
