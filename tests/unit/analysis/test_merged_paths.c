/* SPDX-License-Identifier: MIT */
/* Merged paths from roots, against following the tree back from every member. */
#include "analysis/merged_paths.h"

#include "generated.h"
#include "graph/graph.h"
#include "labelled.h"
#include "labels.h"

static const dryad_progress none = {0};

static const dryad_merged_node *at(const dryad_merged_paths *found, uint32_t i)
{
  return &((const dryad_merged_node *)found->nodes.data)[i];
}

static dryad_merged_paths find(const dryad_graph *g, const dryad_roots *roots, dryad_ids members, uint64_t least)
{
  dryad_merged_paths found;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_merged_paths_find(&found, g, roots, &known, members, least, none, NULL), DRYAD_OK);
  return found;
}

/* Asserts that a node counts its own members and those of the nodes below it; the deepest nodes count more. */
static void assert_sums(const dryad_merged_paths *found)
{
  uint64_t started = 0;
  for (uint32_t i = 0; i < found->node_count; i++) {
    uint64_t count = at(found, i)->here;
    for (uint32_t k = i + 1; k < found->node_count; k++)
      if (at(found, k)->above == i) count += at(found, k)->count;
    const dryad_merged_node *b = at(found, i);
    assert_true(b->depth == DRYAD_DEEPEST_MERGED_NODE ? b->count >= count : b->count == count);
    assert_true(b->above == DRYAD_NONE || b->above < i);
    assert_number(b->depth, b->above == DRYAD_NONE ? 1 : at(found, b->above)->depth + 1);
    if (b->above == DRYAD_NONE) started += at(found, i)->count;
  }
  assert_number(started + found->unreached, found->count);
}

/* ---- random heaps ------------------------------------------------------------------------------- */

/* By object; 0 and DRYAD_NONE for objects that neither are members nor lead to any. */
typedef struct ways {
  unsigned counts[NAIVE_MOST];
  uint64_t sizes[NAIVE_MOST];
  dryad_id fathers[NAIVE_MOST]; /* DRYAD_NONE: none */
  unsigned how[NAIVE_MOST];     /* the edge from the father */
  bool alone[NAIVE_MOST];
  uint64_t members, reached;
} ways;

static ways follow(const labelled *l, const dryad_root_tree *tree, uint64_t members, uint64_t least)
{
  ways w = {.members = members};
  for (unsigned id = 0; id < l->count; id++) {
    dryad_id parent = tree->parents[id];
    w.fathers[id] = parent == id ? DRYAD_NONE : parent;
    if (parent != DRYAD_NONE) w.reached |= bit(id);
    if (parent != DRYAD_NONE && parent != id) w.how[id] = labelled_between(l, parent, id);
  }
  FOR_EACH(id, members & w.reached)
  {
    for (dryad_id on_way = (dryad_id)id; on_way != DRYAD_NONE; on_way = w.fathers[on_way]) {
      w.counts[on_way]++;
      w.sizes[on_way] += l->objects[id].size;
    }
  }
  for (unsigned id = 0; id < l->count; id++) {
    bool is_start = w.fathers[id] == DRYAD_NONE && !strcmp(l->objects[id].type, "module");
    w.alone[id] = w.counts[id] >= least || is_start;
  }
  return w;
}

/* Whether two objects form one node: their paths have the same names and types. */
static bool is_same_branch(const labelled *l, const ways *w, dryad_id a, dryad_id b)
{
  while (a != b) {
    if (a == DRYAD_NONE || b == DRYAD_NONE || w->alone[a] || w->alone[b]) return false;
    if (strcmp(l->objects[a].type, l->objects[b].type)) return false;
    bool are_starts = w->fathers[a] == DRYAD_NONE && w->fathers[b] == DRYAD_NONE;
    if (!are_starts && w->how[a] != w->how[b]) return false;
    a = w->fathers[a];
    b = w->fathers[b];
  }
  return true;
}

static uint64_t branch_of(const labelled *l, const ways *w, dryad_id id)
{
  uint64_t objects = 0;
  for (dryad_id other = 0; other < l->count; other++)
    if (w->counts[other] > 0 && is_same_branch(l, w, id, other)) objects |= bit(other);
  return objects;
}

static void assert_branch(const labelled *l, const ways *w, const dryad_graph *g, const dryad_merged_paths *found,
                          const dryad_merged_node *b, uint64_t objects)
{
  uint64_t count = 0, size = 0;
  FOR_EACH(id, objects)
  {
    count += w->counts[id];
    size += w->sizes[id];
  }
  assert_number(b->objects, count_of(objects));
  assert_number(b->here, count_of(objects & w->members));
  assert_number(b->count, count);
  assert_number(b->size, size);
  dryad_id father = w->fathers[b->object];
  if (father == DRYAD_NONE) {
    assert_number(b->above, DRYAD_NONE);
    return;
  }
  assert_true(b->above != DRYAD_NONE);
  assert_true(is_same_branch(l, w, at(found, b->above)->object, father));
  assert_number(how_of(g, &b->edge), w->how[b->object]);
}

static void check(const labelled *l, const dryad_graph *g, const dryad_roots *roots, dryad_ids ids, uint64_t least)
{
  dryad_root_tree tree;
  assert_int_equal(dryad_root_tree_init(&tree, g, roots, none, NULL), DRYAD_OK);
  naive n = naive_of(g);
  ways w = follow(l, &tree, naive_set(&n, ids), least);
  dryad_merged_paths found = find(g, roots, ids, least);
  uint64_t seen = 0;
  for (uint32_t i = 0; i < found.node_count; i++) {
    const dryad_merged_node *b = at(&found, i);
    uint64_t objects = branch_of(l, &w, b->object);
    assert_true(objects != 0 && !(objects & seen));
    seen |= objects;
    assert_branch(l, &w, g, &found, b, objects);
  }
  for (unsigned id = 0; id < l->count; id++) assert_int_equal(has(seen, id), w.counts[id] > 0);
  assert_number(found.count, count_of(w.members));
  assert_number(found.unreached, count_of(w.members & ~w.reached));
  assert_number(found.size, naive_bytes(&n, w.members));
  assert_sums(&found);
  dryad_merged_paths_deinit(&found);
  dryad_root_tree_deinit(&tree);
}

static void random_heaps_have_the_branches_that_ways_back_tell(void **state)
{
  (void)state;
  uint64_t seed = 91;
  for (int round = 0; round < 500; round++) {
    labelled l = labelled_at_random(&seed);
    dryad_heap *heap = labelled_load(&l);
    dryad_id ids[80];
    const dryad_roots *roots;
    if (chance(&seed, 40)) {
      unsigned count = random_ids(&seed, dryad_heap_graph(heap), ids, 6);
      assert_int_equal(dryad_heap_set_roots(heap, ids, count, NULL), DRYAD_OK);
    }
    assert_int_equal(dryad_heap_roots(heap, &roots, none, NULL), DRYAD_OK);
    for (int list = 0; list < 3; list++) {
      unsigned count = random_ids(&seed, dryad_heap_graph(heap), ids, list < 2 ? 80 : 5);
      check(&l, dryad_heap_graph(heap), roots, (dryad_ids){ids, count},
            list == 1 ? UINT64_MAX : random_below(&seed, 8));
    }
    dryad_heap_free(heap);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------ */

typedef struct expected_branch {
  int above; /* -1: none */
  uint64_t address, objects, count, here;
  const char *label; /* "": none */
} expected_branch;

typedef struct looked_for {
  looked_at at;
  dryad_merged_paths found;
} looked_for;

static looked_for look_for(const char *dump, const uint64_t members[MOST_ADDRESSES], uint64_t least)
{
  looked_for l = {.at = look_at(dump, true)};
  const dryad_roots *roots;
  dryad_id ids[MOST_ADDRESSES];
  unsigned count = ids_at(&l.at, members, ids);
  assert_int_equal(dryad_heap_roots(l.at.heap, &roots, none, NULL), DRYAD_OK);
  l.found = find(l.at.graph, roots, (dryad_ids){ids, count}, least);
  assert_sums(&l.found);
  return l;
}

static void assert_branches(const char *dump, const uint64_t members[MOST_ADDRESSES], uint64_t least,
                            const expected_branch *expected, uint32_t count)
{
  looked_for l = look_for(dump, members, least);
  assert_number(l.found.node_count, count);
  for (uint32_t i = 0; i < count; i++) {
    const dryad_merged_node *b = at(&l.found, i);
    char label[40] = "";
    if (expected[i].above >= 0) dryad_edge_text(label, sizeof label, l.at.graph, &l.at.known, &b->edge);
    assert_number(b->above, (uint32_t)expected[i].above);
    assert_number(dryad_graph_address(l.at.graph, b->object), expected[i].address);
    assert_number(b->objects, expected[i].objects);
    assert_number(b->count, expected[i].count);
    assert_number(b->here, expected[i].here);
    assert_number(b->size, 8 * expected[i].count);
    assert_string_equal(label, expected[i].label);
  }
  dryad_merged_paths_deinit(&l.found);
  dryad_merged_paths_deinit(&l.found);
  dryad_heap_free(l.at.heap);
}
#define ASSERT_BRANCHES(dump, members, least, ...)                                                                     \
  assert_branches(dump, members, least, (const expected_branch[]){__VA_ARGS__},                                        \
                  sizeof((const expected_branch[]){__VA_ARGS__}) / sizeof(expected_branch))

/* A module whose `pool` is a list of two Nodes, each with a Thing as `next` and the second with one as `last`. */
static const char pool[] = OBJECT(1, "module", REFS(2, 10)) STR(2, "pool") STR(3, "next") STR(4, "next") STR(5, "last")
    OBJECT(6, "type", NAME("Node") NO_REFS) OBJECT(10, "list", LEN(2) REFS(11, 12)) OBJECT(11, "Node", REFS(3, 21, 6))
        OBJECT(12, "Node", REFS(4, 22, 5, 23, 6)) OBJECT(21, "Thing", NO_REFS) OBJECT(22, "Thing", NO_REFS)
            OBJECT(23, "Thing", NO_REFS);

static void objects_of_one_type_by_one_name_make_one_branch(void **state)
{
  (void)state;
  ASSERT_BRANCHES(pool, ADDRESSES(21, 22, 23), 9, {-1, 1, 1, 3, 0, ""}, {0, 10, 1, 3, 0, ".pool"},
                  {1, 11, 2, 3, 0, "[0]"}, {2, 21, 2, 2, 2, ".next"}, {2, 23, 1, 1, 1, ".last"});
}

static void what_leads_to_at_least_so_many_is_a_branch_of_its_own(void **state)
{
  (void)state;
  ASSERT_BRANCHES(pool, ADDRESSES(21, 22, 23), 2, {-1, 1, 1, 3, 0, ""}, {0, 10, 1, 3, 0, ".pool"},
                  {1, 11, 1, 1, 0, "[0]"}, {1, 12, 1, 2, 0, "[1]"}, {2, 21, 1, 1, 1, ".next"},
                  {3, 22, 1, 1, 1, ".next"}, {3, 23, 1, 1, 1, ".last"});
  ASSERT_BRANCHES(pool, ADDRESSES(21, 22), 1, {-1, 1, 1, 2, 0, ""}, {0, 10, 1, 2, 0, ".pool"}, {1, 11, 1, 1, 0, "[0]"},
                  {1, 12, 1, 1, 0, "[1]"}, {2, 21, 1, 1, 1, ".next"}, {3, 22, 1, 1, 1, ".next"});
}

static void a_member_on_the_way_to_another(void **state)
{
  (void)state;
  ASSERT_BRANCHES(pool, ADDRESSES(12, 22, 12, 10), 9, {-1, 1, 1, 3, 0, ""}, {0, 10, 1, 3, 1, ".pool"},
                  {1, 12, 1, 2, 1, "[1]"}, {2, 22, 1, 1, 1, ".next"});
}

static void members_that_are_roots(void **state)
{
  (void)state;
  static const char dump[] = OBJECT(1, "list", LEN(1) REFS(9)) OBJECT(2, "list", NO_REFS) OBJECT(3, "module", NO_REFS)
      OBJECT(4, "module", NO_REFS) OBJECT(9, "int", NO_REFS);
  ASSERT_BRANCHES(dump, ADDRESSES(1, 2, 3, 4, 9), 9, {-1, 1, 2, 3, 2, ""}, {0, 9, 1, 1, 1, "[0]"}, {-1, 3, 1, 1, 1, ""},
                  {-1, 4, 1, 1, 1, ""});
  ASSERT_BRANCHES(dump, ADDRESSES(1, 2, 9), 2, {-1, 1, 1, 2, 1, ""}, {0, 9, 1, 1, 1, "[0]"}, {-1, 2, 1, 1, 1, ""});
}

static void members_that_roots_do_not_reach(void **state)
{
  (void)state;
  looked_at l = look_at(pool, true);
  dryad_roots *roots;
  const dryad_id from = id_at(&l, 12), ids[] = {id_at(&l, 21), id_at(&l, 22), id_at(&l, 1), id_at(&l, 21)};
  assert_int_equal(dryad_roots_give(&roots, l.graph, &from, 1, NULL), DRYAD_OK);
  dryad_merged_paths found = find(l.graph, roots, (dryad_ids){ids, 4}, 9);
  assert_number(found.count, 3);
  assert_number(found.unreached, 2);
  assert_number(found.size, 24);
  assert_number(found.node_count, 2);
  assert_number(at(&found, 0)->object, from);
  assert_sums(&found);
  dryad_merged_paths_deinit(&found);
  found = find(l.graph, roots, (dryad_ids){ids, 1}, 0);
  assert_number(found.unreached, 1);
  assert_number(found.node_count, 0);
  dryad_merged_paths_deinit(&found);
  dryad_roots_free(roots);
  dryad_heap_free(l.heap);
}

static void no_members_have_no_branches(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(1, "list", LEN(2) REFS(2, 99)) OBJECT(2, "int", NO_REFS), true);
  const dryad_roots *roots;
  const dryad_id missing = 2;
  assert_int_equal(dryad_heap_roots(l.heap, &roots, none, NULL), DRYAD_OK);
  for (uint64_t count = 0; count < 2; count++) {
    for (uint64_t least = 0; least < 2; least++) {
      dryad_merged_paths found = find(l.graph, roots, (dryad_ids){&missing, count}, least);
      assert_number(found.node_count + found.count + found.size + found.unreached, 0);
      dryad_merged_paths_deinit(&found);
    }
  }
  dryad_heap_free(l.heap);
  dryad_merged_paths_deinit(&(dryad_merged_paths){0});
}

/* ---- a million ---------------------------------------------------------------------------------- */

/* All objects, of which the first is the root. */
static dryad_merged_paths find_all(dryad_heap *heap, uint64_t least)
{
  dryad_id *all = test_malloc(A_MILLION * sizeof *all);
  const dryad_id root = 0;
  dryad_roots *roots;
  for (dryad_id id = 0; id < A_MILLION; id++) all[id] = id;
  assert_int_equal(dryad_roots_give(&roots, dryad_heap_graph(heap), &root, 1, NULL), DRYAD_OK);
  dryad_merged_paths found = find(dryad_heap_graph(heap), roots, (dryad_ids){all, A_MILLION}, least);
  assert_number(found.size, dryad_graph_total_size(dryad_heap_graph(heap)));
  assert_number(found.unreached, 0);
  dryad_roots_free(roots);
  test_free(all);
  return found;
}

static void along_a_chain_of_a_million_no_deeper_than_can_be_shown(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  for (uint64_t least = 1; least < A_MILLION; least += A_MILLION - 2) {
    dryad_merged_paths found = find_all(heap, least);
    assert_sums(&found);
    assert_number(found.node_count, DRYAD_DEEPEST_MERGED_NODE);
    for (uint32_t i = 0; i < found.node_count; i++) {
      assert_number(at(&found, i)->above, i ? i - 1 : DRYAD_NONE);
      assert_number(at(&found, i)->object, i);
      assert_number(at(&found, i)->count, A_MILLION - i);
      assert_number(at(&found, i)->here, 1);
    }
    dryad_merged_paths_deinit(&found);
  }
  dryad_heap_free(heap);
}

static void across_a_star_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, A_MILLION, NULL);
  dryad_merged_paths found = find_all(heap, 2);
  assert_number(found.node_count, 2);
  assert_number(at(&found, 0)->count, A_MILLION);
  assert_number(at(&found, 1)->here, A_MILLION - 1);
  dryad_merged_paths_deinit(&found);
  found = find_all(heap, 1);
  assert_number(found.node_count, A_MILLION);
  dryad_merged_paths_deinit(&found);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id root = 0, last = SOME - 1;
  dryad_roots *roots;
  dryad_merged_paths found;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  dryad_status status = dryad_merged_paths_find(&found, g, roots, &known, (dryad_ids){&last, 1}, 2, progress, error);
  assert_int_equal(found.node_count == 0 && !found.nodes.data, status != DRYAD_OK);
  dryad_merged_paths_deinit(&found);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, find_quietly);
  assert_cancellable(write_lasso, find_quietly);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(random_heaps_have_the_branches_that_ways_back_tell),
      cmocka_unit_test(objects_of_one_type_by_one_name_make_one_branch),
      cmocka_unit_test(what_leads_to_at_least_so_many_is_a_branch_of_its_own),
      cmocka_unit_test(a_member_on_the_way_to_another),
      cmocka_unit_test(members_that_are_roots),
      cmocka_unit_test(members_that_roots_do_not_reach),
      cmocka_unit_test(no_members_have_no_branches),
      cmocka_unit_test(along_a_chain_of_a_million_no_deeper_than_can_be_shown),
      cmocka_unit_test(across_a_star_of_a_million),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
