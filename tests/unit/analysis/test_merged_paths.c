/* SPDX-License-Identifier: MIT */
/* Merged ways, against following the ways back from every member. */
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

/* The levels of a graph with the given roots; freed with dryad_levels_free. */
static dryad_levels *levels_from(const dryad_graph *g, const dryad_roots *roots)
{
  dryad_levels *levels;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_levels_new(&levels, g, &known, roots, none, NULL), DRYAD_OK);
  return levels;
}

static dryad_merged_paths find(const dryad_graph *g, const dryad_roots *roots, dryad_ids members, bool join_keys)
{
  dryad_merged_paths found;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_levels *levels = levels_from(g, roots);
  uint32_t most_apart = join_keys ? 0 : UINT32_MAX;
  assert_int_equal(dryad_merged_paths_find(&found, g, &known, levels, members, most_apart, none, NULL), DRYAD_OK);
  dryad_levels_free(levels);
  return found;
}

/* Asserts that a node counts its own members and those of the nodes below it; the deepest nodes count more, and those
   with repeated steps below count some of their own again. */
static void assert_sums(const dryad_merged_paths *found)
{
  uint64_t started = 0;
  bool repeats = false;
  for (uint32_t i = 0; i < found->node_count; i++) repeats |= at(found, i)->repeats;
  for (uint32_t i = 0; i < found->node_count; i++) {
    uint64_t count = at(found, i)->here;
    for (uint32_t k = i + 1; k < found->node_count; k++)
      if (at(found, k)->above == i) count += at(found, k)->count;
    const dryad_merged_node *b = at(found, i);
    if (!repeats) assert_true(b->depth == DRYAD_DEEPEST_MERGED_NODE ? b->count >= count : b->count == count);
    assert_true(b->above == DRYAD_NONE || b->above < i);
    assert_number(b->depth, b->above == DRYAD_NONE ? 1 : at(found, b->above)->depth + 1);
    if (b->above == DRYAD_NONE) started += at(found, i)->count;
  }
  assert_number(started + found->unreached, found->count);
}

/* ---- random heaps ------------------------------------------------------------------------------- */

enum { LONGEST = 2048, STEPS_BACK = 3, STARTS_ALONE = 3 };

/* By object: on the way to a member, with all that its branch is told by. */
typedef struct ways {
  dryad_id fathers[NAIVE_MOST]; /* DRYAD_NONE: none */
  char labels[NAIVE_MOST][40];  /* of the step to it; "": a start */
  char branches[NAIVE_MOST][LONGEST];
  uint64_t on_way, members, reached;
} ways;

static dryad_id father_of(const dryad_ways *forest, uint32_t place)
{
  uint32_t above = forest->nodes[place].above;
  return above == DRYAD_NONE ? DRYAD_NONE : forest->nodes[above].id;
}

/* The steps on the way to it; of equal ones in a row of three, only the first. */
static void name_branch(ways *w, const labelled *l, dryad_id id, unsigned how, unsigned starts)
{
  dryad_id father = w->fathers[id];
  char step[64];
  if (father == DRYAD_NONE) {
    bool is_alone = starts <= STARTS_ALONE;
    snprintf(w->branches[id], LONGEST, is_alone ? "%s %u" : "%s", l->objects[id].type, is_alone ? id : 0);
    return;
  }
  dryad_id back = father;
  for (int i = 0; i < STEPS_BACK && w->fathers[back] != DRYAD_NONE; i++, back = w->fathers[back]) {
    if (strcmp(w->labels[back], w->labels[id]) || strcmp(l->objects[back].type, l->objects[id].type)) continue;
    memcpy(w->branches[id], w->branches[back], LONGEST);
    return;
  }
  snprintf(step, sizeof step, "/%u %s", how, l->objects[id].type);
  size_t length = strlen(w->branches[father]);
  assert_true(length + strlen(step) < LONGEST);
  memcpy(w->branches[id], w->branches[father], length);
  memcpy(w->branches[id] + length, step, strlen(step) + 1);
}

static ways follow(const labelled *l, const dryad_graph *g, const dryad_roots *roots, uint64_t members)
{
  ways w = {.members = members};
  dryad_id all[NAIVE_MOST];
  unsigned starts = 0;
  dryad_ways forest;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_levels *levels = levels_from(g, roots);
  for (dryad_id id = 0; id < l->count; id++) {
    all[id] = id;
    if (levels->levels[id] != DRYAD_NONE) w.reached |= bit(id);
  }
  assert_int_equal(dryad_ways_find(&forest, g, &known, levels, (dryad_ids){all, l->count}, none, NULL), DRYAD_OK);
  for (uint32_t i = 0; i < forest.count; i++) w.fathers[forest.nodes[i].id] = father_of(&forest, i);
  FOR_EACH(id, members & w.reached)
  for (dryad_id on_way = (dryad_id)id; on_way != DRYAD_NONE; on_way = w.fathers[on_way])
    w.on_way |= bit((unsigned)on_way);
  for (uint32_t i = 0; i < forest.count; i++)
    starts += forest.nodes[i].above == DRYAD_NONE && has(w.on_way, forest.nodes[i].id);
  for (uint32_t i = 0; i < forest.count; i++) {
    dryad_id id = forest.nodes[i].id;
    dryad_edge edge = {.kind = DRYAD_EDGE_REF};
    if (w.fathers[id] != DRYAD_NONE) {
      edge = dryad_edge_of(g, &known, w.fathers[id], forest.nodes[i].position);
      dryad_edge_text(w.labels[id], sizeof w.labels[id], g, &known, &edge);
    }
    name_branch(&w, l, id, how_of(g, &edge), starts);
  }
  dryad_ways_deinit(&forest);
  dryad_levels_free(levels);
  return w;
}

static uint64_t branch_of(const labelled *l, const ways *w, dryad_id id)
{
  uint64_t objects = 0;
  for (dryad_id other = 0; other < l->count; other++)
    if (has(w->on_way, other) && !strcmp(w->branches[id], w->branches[other])) objects |= bit(other);
  return objects;
}

/* The members whose ways pass one of the objects. */
static uint64_t led_to(const ways *w, uint64_t objects)
{
  uint64_t found = 0;
  FOR_EACH(id, w->members & w->reached)
  for (dryad_id on_way = (dryad_id)id; on_way != DRYAD_NONE; on_way = w->fathers[on_way])
    if (has(objects, on_way)) found |= bit((unsigned)id);
  return found;
}

static void assert_branch(const ways *w, const naive *n, const dryad_merged_paths *found, const dryad_merged_node *b,
                          uint64_t objects)
{
  uint64_t members = led_to(w, objects), holders = 0;
  FOR_EACH(id, objects & w->members)
  if (w->fathers[id] != DRYAD_NONE) holders |= bit(w->fathers[id]);
  assert_number(b->objects, count_of(objects));
  assert_number(b->here, count_of(objects & w->members));
  assert_number(b->count, count_of(members));
  assert_number(b->size, naive_bytes(n, members));
  assert_number(b->holders, count_of(holders));
  assert_true(b->holders == 0 || has(holders, b->holder));
  dryad_id father = w->fathers[b->object];
  assert_int_equal(father == DRYAD_NONE, b->above == DRYAD_NONE);
  if (father != DRYAD_NONE) assert_string_equal(w->branches[father], w->branches[at(found, b->above)->object]);
  bool is_same = true;
  FOR_EACH(id, objects)
  if (strcmp(w->labels[id], w->labels[b->object])) is_same = false;
  assert_int_equal(b->same_label, is_same);
}

static void check(const labelled *l, const dryad_graph *g, const dryad_roots *roots, dryad_ids ids)
{
  naive n = naive_of(g);
  static ways w;
  w = follow(l, g, roots, naive_set(&n, ids));
  dryad_merged_paths found = find(g, roots, ids, true);
  uint64_t seen = 0;
  for (uint32_t i = 0; i < found.node_count; i++) {
    const dryad_merged_node *b = at(&found, i);
    uint64_t objects = branch_of(l, &w, b->object);
    assert_true(objects != 0 && !(objects & seen));
    seen |= objects;
    assert_branch(&w, &n, &found, b, objects);
  }
  assert_int_equal(seen, w.on_way);
  assert_number(found.count, count_of(w.members));
  assert_number(found.unreached, count_of(w.members & ~w.reached));
  assert_number(found.size, naive_bytes(&n, w.members));
  assert_sums(&found);
  dryad_merged_paths_deinit(&found);
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
      check(&l, dryad_heap_graph(heap), roots, (dryad_ids){ids, count});
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

static looked_for look_for(const char *dump, const uint64_t members[MOST_ADDRESSES], bool join_keys)
{
  looked_for l = {.at = look_at(dump, true)};
  const dryad_roots *roots;
  dryad_id ids[MOST_ADDRESSES];
  unsigned count = ids_at(&l.at, members, ids);
  assert_int_equal(dryad_heap_roots(l.at.heap, &roots, none, NULL), DRYAD_OK);
  l.found = find(l.at.graph, roots, (dryad_ids){ids, count}, join_keys);
  assert_sums(&l.found);
  return l;
}

static void assert_branches(const char *dump, const uint64_t members[MOST_ADDRESSES], bool join_keys,
                            const expected_branch *expected, uint32_t count)
{
  looked_for l = look_for(dump, members, join_keys);
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
#define ASSERT_BRANCHES(dump, members, join_keys, ...)                                                                 \
  assert_branches(dump, members, join_keys, (const expected_branch[]){__VA_ARGS__},                                    \
                  sizeof((const expected_branch[]){__VA_ARGS__}) / sizeof(expected_branch))

/* A module whose `pool` is a list of two Nodes, each with a Thing as `next` and the second with one as `last`. */
static const char pool[] = OBJECT(1, "module", REFS(2, 10)) STR(2, "pool") STR(3, "next") STR(4, "next") STR(5, "last")
    OBJECT(6, "type", NAME("Node") NO_REFS) OBJECT(10, "list", LEN(2) REFS(11, 12)) OBJECT(11, "Node", REFS(3, 21, 6))
        OBJECT(12, "Node", REFS(4, 22, 5, 23, 6)) OBJECT(21, "Thing", NO_REFS) OBJECT(22, "Thing", NO_REFS)
            OBJECT(23, "Thing", NO_REFS);

static void objects_of_one_type_by_one_name_make_one_branch(void **state)
{
  (void)state;
  ASSERT_BRANCHES(pool, ADDRESSES(21, 22, 23), false, {-1, 1, 1, 3, 0, ""}, {0, 10, 1, 3, 0, ".pool"},
                  {1, 11, 2, 3, 0, "[0]"}, {2, 21, 2, 2, 2, ".next"}, {2, 23, 1, 1, 1, ".last"});
  ASSERT_BRANCHES(pool, ADDRESSES(21, 22), false, {-1, 1, 1, 2, 0, ""}, {0, 10, 1, 2, 0, ".pool"},
                  {1, 11, 2, 2, 0, "[0]"}, {2, 21, 2, 2, 2, ".next"});
}

static void what_all_of_a_branch_have_for_their_label_is_known(void **state)
{
  (void)state;
  looked_for l = look_for(pool, ADDRESSES(21, 22, 23), false);
  assert_false(at(&l.found, 2)->same_label);
  assert_true(at(&l.found, 3)->same_label);
  assert_number(at(&l.found, 3)->holders, 2);
  assert_number(dryad_graph_address(l.at.graph, at(&l.found, 3)->holder), 11);
  assert_number(at(&l.found, 4)->holders, 1);
  assert_number(dryad_graph_address(l.at.graph, at(&l.found, 4)->holder), 12);
  dryad_merged_paths_deinit(&l.found);
  dryad_heap_free(l.at.heap);
}

static void a_member_on_the_way_to_another(void **state)
{
  (void)state;
  ASSERT_BRANCHES(pool, ADDRESSES(12, 22, 12, 10), false, {-1, 1, 1, 3, 0, ""}, {0, 10, 1, 3, 1, ".pool"},
                  {1, 12, 1, 2, 1, "[1]"}, {2, 22, 1, 1, 1, ".next"});
}

/* A dict of two lists, of which each has an int. */
static const char books[] = OBJECT(1, "module", REFS(2, 10)) STR(2, "books") STR(3, "open") STR(4, "paid")
    OBJECT(10, "dict", LEN(2) REFS(3, 11, 4, 12)) OBJECT(11, "list", LEN(1) REFS(21))
        OBJECT(12, "list", LEN(1) REFS(22)) OBJECT(21, "int", NO_REFS) OBJECT(22, "int", NO_REFS);

static void keys_of_a_small_dict_are_told_apart_unless_they_are_joined(void **state)
{
  (void)state;
  ASSERT_BRANCHES(books, ADDRESSES(21, 22), false, {-1, 1, 1, 2, 0, ""}, {0, 10, 1, 2, 0, ".books"},
                  {1, 11, 1, 1, 0, "['open']"}, {1, 12, 1, 1, 0, "['paid']"}, {2, 21, 1, 1, 1, "[0]"},
                  {3, 22, 1, 1, 1, "[0]"});
  ASSERT_BRANCHES(books, ADDRESSES(21, 22), true, {-1, 1, 1, 2, 0, ""}, {0, 10, 1, 2, 0, ".books"},
                  {1, 11, 2, 2, 0, "['open']"}, {2, 21, 2, 2, 2, "[0]"});
}

static void a_step_that_repeats_an_earlier_one_leads_back_to_its_branch(void **state)
{
  (void)state;
  /* A tree: each Node has a list as `next`, whose items are Nodes. */
  static const char tree[] =
      OBJECT(1, "module", REFS(2, 11)) STR(2, "root") STR(3, "next") OBJECT(6, "type", NAME("Node") NO_REFS)
          OBJECT(11, "Node", REFS(3, 21, 6)) OBJECT(21, "list", LEN(2) REFS(12, 13)) OBJECT(12, "Node", REFS(3, 22, 6))
              OBJECT(13, "Node", REFS(6)) OBJECT(22, "list", LEN(1) REFS(14)) OBJECT(14, "Node", REFS(6));
  looked_for l = look_for(tree, ADDRESSES(11, 12, 13, 14), false);
  assert_number(l.found.node_count, 4);
  const uint64_t objects[] = {1, 1, 2, 3}, count[] = {4, 4, 3, 3}, here[] = {0, 1, 0, 3};
  for (uint32_t i = 0; i < 4; i++) {
    assert_number(at(&l.found, i)->above, i ? i - 1 : DRYAD_NONE);
    assert_number(at(&l.found, i)->objects, objects[i]);
    assert_number(at(&l.found, i)->count, count[i]);
    assert_number(at(&l.found, i)->here, here[i]);
    assert_int_equal(at(&l.found, i)->repeats, i >= 2);
  }
  dryad_merged_paths_deinit(&l.found);
  dryad_heap_free(l.at.heap);
}

static void members_that_are_roots(void **state)
{
  (void)state;
  static const char dump[] = OBJECT(1, "list", LEN(1) REFS(9)) OBJECT(2, "list", NO_REFS) OBJECT(3, "module", NO_REFS)
      OBJECT(4, "module", NO_REFS) OBJECT(9, "int", NO_REFS);
  ASSERT_BRANCHES(dump, ADDRESSES(1, 2, 3, 4, 9), false, {-1, 1, 2, 3, 2, ""}, {-1, 3, 2, 2, 2, ""},
                  {0, 9, 1, 1, 1, "[0]"});
  ASSERT_BRANCHES(dump, ADDRESSES(1, 2, 9), false, {-1, 1, 1, 2, 1, ""}, {-1, 2, 1, 1, 1, ""}, {0, 9, 1, 1, 1, "[0]"});
}

static void named_modules_are_starts_of_their_own(void **state)
{
  (void)state;
  static const char dump[] = OBJECT(1, "module", NAME("d") NO_REFS) OBJECT(2, "module", NAME("c") NO_REFS)
      OBJECT(3, "module", NAME("b") NO_REFS) OBJECT(4, "module", NAME("a") NO_REFS);
  ASSERT_BRANCHES(dump, ADDRESSES(1, 2, 3, 4), false, {-1, 4, 1, 1, 1, ""}, {-1, 3, 1, 1, 1, ""}, {-1, 2, 1, 1, 1, ""},
                  {-1, 1, 1, 1, 1, ""});
}

static void members_that_roots_do_not_reach(void **state)
{
  (void)state;
  looked_at l = look_at(pool, true);
  dryad_roots *roots;
  const dryad_id from = id_at(&l, 12), ids[] = {id_at(&l, 21), id_at(&l, 22), id_at(&l, 1), id_at(&l, 21)};
  assert_int_equal(dryad_roots_give(&roots, l.graph, &from, 1, NULL), DRYAD_OK);
  dryad_merged_paths found = find(l.graph, roots, (dryad_ids){ids, 4}, false);
  assert_number(found.count, 3);
  assert_number(found.unreached, 2);
  assert_number(found.size, 24);
  assert_number(found.node_count, 2);
  assert_number(at(&found, 0)->object, from);
  assert_sums(&found);
  dryad_merged_paths_deinit(&found);
  found = find(l.graph, roots, (dryad_ids){ids, 1}, false);
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
    dryad_merged_paths found = find(l.graph, roots, (dryad_ids){&missing, count}, false);
    assert_number(found.node_count + found.count + found.size + found.unreached, 0);
    dryad_merged_paths_deinit(&found);
  }
  dryad_heap_free(l.heap);
  dryad_merged_paths_deinit(&(dryad_merged_paths){0});
}

/* ---- a million ---------------------------------------------------------------------------------- */

/* All objects, of which the first is the root. */
static dryad_merged_paths find_all(dryad_heap *heap)
{
  dryad_id *all = test_malloc(A_MILLION * sizeof *all);
  const dryad_id root = 0;
  dryad_roots *roots;
  for (dryad_id id = 0; id < A_MILLION; id++) all[id] = id;
  assert_int_equal(dryad_roots_give(&roots, dryad_heap_graph(heap), &root, 1, NULL), DRYAD_OK);
  dryad_merged_paths found = find(dryad_heap_graph(heap), roots, (dryad_ids){all, A_MILLION}, false);
  assert_number(found.size, dryad_graph_total_size(dryad_heap_graph(heap)));
  assert_number(found.unreached, 0);
  dryad_roots_free(roots);
  test_free(all);
  return found;
}

static void along_a_chain_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  dryad_merged_paths found = find_all(heap);
  assert_number(found.node_count, 2);
  assert_number(at(&found, 0)->here, 1);
  assert_number(at(&found, 1)->objects, A_MILLION - 1);
  assert_number(at(&found, 1)->count, A_MILLION - 1);
  assert_true(at(&found, 1)->repeats);
  dryad_merged_paths_deinit(&found);
  dryad_heap_free(heap);
}

static void across_a_star_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, A_MILLION, NULL);
  dryad_merged_paths found = find_all(heap);
  assert_number(found.node_count, 2);
  assert_number(at(&found, 0)->count, A_MILLION);
  assert_number(at(&found, 1)->here, A_MILLION - 1);
  assert_number(at(&found, 1)->holders, 1);
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
  dryad_levels *levels;
  dryad_status status = dryad_levels_new(&levels, g, &known, roots, progress, error);
  if (!status)
    status = dryad_merged_paths_find(&found, g, &known, levels, (dryad_ids){&last, 1}, UINT32_MAX, progress, error);
  else
    found = (dryad_merged_paths){0};
  dryad_levels_free(levels);
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
      cmocka_unit_test(what_all_of_a_branch_have_for_their_label_is_known),
      cmocka_unit_test(a_member_on_the_way_to_another),
      cmocka_unit_test(keys_of_a_small_dict_are_told_apart_unless_they_are_joined),
      cmocka_unit_test(a_step_that_repeats_an_earlier_one_leads_back_to_its_branch),
      cmocka_unit_test(members_that_are_roots),
      cmocka_unit_test(named_modules_are_starts_of_their_own),
      cmocka_unit_test(members_that_roots_do_not_reach),
      cmocka_unit_test(no_members_have_no_branches),
      cmocka_unit_test(along_a_chain_of_a_million),
      cmocka_unit_test(across_a_star_of_a_million),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
