/* SPDX-License-Identifier: MIT */
/* Groups of dominated objects and the tree of such groups, against looking at every object for each of them. */
#include "analysis/retained_groups.h"

#include "analysis/retained_tree.h"
#include "classed.h"

static const dryad_progress none = {0};

/* ---- the oracle ---------------------------------------------------------------------------------- */

/* A set of objects, by id. */
typedef struct objects {
  bool has[CLASSED_MOST + CLASSED_CLASSES];
} objects;

typedef struct naive_group {
  objects objects;
  uint64_t count, size, retained;
  dryad_id largest;
} naive_group;

static bool is_named(const classed *c, dryad_id id, const char *group) { return !strcmp(c->groups[id], group); }

/* Whether a member dominates the object immediately; without members, whether nothing does. */
static bool is_child(const classed *c, dryad_id id, const objects *members)
{
  const dryad_id parent = dryad_dominators_parent(c->dominators, id);
  if (!classed_is_reachable(c, id)) return false;
  return members ? parent != DRYAD_NONE && members->has[parent] && !members->has[id] : parent == DRYAD_NONE;
}

static naive_group group_of(const classed *c, const objects *members, const char *name)
{
  naive_group group = {.largest = DRYAD_NONE};
  for (dryad_id id = 0; id < c->graph->count; id++) {
    if (!is_child(c, id, members) || !is_named(c, id, name)) continue;
    const uint64_t retained = dryad_dominators_retained(c->dominators, id);
    if (group.count == 0 || retained > dryad_dominators_retained(c->dominators, group.largest)) group.largest = id;
    group.objects.has[id] = true;
    group.count++;
    group.size = dryad_add_sizes(group.size, dryad_graph_size(c->graph, id));
    group.retained = dryad_add_sizes(group.retained, retained);
  }
  return group;
}

/* What distinguishes the groups of the children; returns how many there are. */
static unsigned names_of_children(const classed *c, const objects *members, const char **names)
{
  unsigned count = 0;
  for (dryad_id id = 0; id < c->graph->count; id++) {
    bool is_known = false;
    for (unsigned i = 0; i < count; i++) is_known |= is_named(c, id, names[i]);
    if (!is_known && is_child(c, id, members)) names[count++] = c->groups[id];
  }
  return count;
}

/* Adds all that members dominate, directly or through each other, and that is of their class. */
static void join_own_class(const classed *c, naive_group *group)
{
  const char *name = c->groups[group->largest];
  for (bool grew = true; grew;) {
    grew = false;
    for (dryad_id id = 0; id < c->graph->count; id++) {
      if (!is_child(c, id, &group->objects) || !is_named(c, id, name)) continue;
      group->objects.has[id] = grew = true;
      group->count++;
      group->size = dryad_add_sizes(group->size, dryad_graph_size(c->graph, id));
    }
  }
}

/* ---- groups -------------------------------------------------------------------------------------- */

static void check_groups(const classed *c, const dryad_retained_groups *found, const objects *members)
{
  const dryad_class_group *groups = found->groups.data;
  const char *names[CLASSED_MOST];
  uint64_t ids = 0;
  assert_number(found->count, names_of_children(c, members, names));
  for (uint32_t i = 0; i < found->count; i++) {
    const naive_group expected = group_of(c, members, c->groups[groups[i].largest]);
    assert_class_name(c, groups[i].class, c->names[groups[i].largest]);
    assert_number(groups[i].count, expected.count);
    assert_number(groups[i].size, expected.size);
    assert_number(groups[i].retained, expected.retained);
    assert_number(groups[i].largest, expected.largest);
    assert_number(groups[i].first, ids);
    objects seen = {0};
    for (uint64_t k = 0; k < groups[i].count; k++) {
      const dryad_id id = found->ids[groups[i].first + k];
      assert_true(expected.objects.has[id]);
      assert_false(seen.has[id]);
      seen.has[id] = true;
    }
    if (i > 0) assert_true(groups[i - 1].retained >= groups[i].retained);
    ids += groups[i].count;
  }
  assert_number(found->id_count, ids);
}

static void check_groups_of(const classed *c, const dryad_id *ids, uint64_t count)
{
  dryad_retained_groups found;
  objects members = {0};
  for (uint64_t i = 0; i < count; i++)
    if (ids[i] < c->graph->count) members.has[ids[i]] = true;
  assert_int_equal(
      dryad_retained_groups_find(&found, c->graph, c->classes, c->dominators, &(dryad_ids){ids, count}, none, NULL),
      DRYAD_OK);
  check_groups(c, &found, &members);
  dryad_retained_groups_deinit(&found);
  dryad_retained_groups_deinit(&found);
}

static void what_objects_dominate_by_class(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 400;) {
    uint64_t s = seed++;
    classed c;
    dryad_retained_groups found;
    dryad_id ids[12];
    classed_random(&c, &s);
    assert_int_equal(dryad_retained_groups_find(&found, c.graph, c.classes, c.dominators, NULL, none, NULL), DRYAD_OK);
    check_groups(&c, &found, NULL);
    dryad_retained_groups_deinit(&found);
    const unsigned known = c.graph->count + c.graph->missing;           /* of dangling references, too */
    for (unsigned i = 0; i < 12; i++) ids[i] = random_below(&s, known); /* some twice, some below others */
    for (unsigned count = 0; count <= 12; count += 3) check_groups_of(&c, ids, count);
    for (dryad_id id = 0; id < known; id++) check_groups_of(&c, &id, 1);
    classed_tear_down(&c);
  }
}

/* ---- the tree ------------------------------------------------------------------------------------ */

typedef struct checking {
  const classed *c;
  const dryad_retained_tree *found;
  uint64_t least;
  bool is_whole; /* there was room for all nodes */
} checking;

static const dryad_retained_node *child_named(const checking *k, uint32_t parent, const char *name)
{
  for (uint32_t i = 0; i < k->found->count; i++) {
    const dryad_retained_node *node = &k->found->nodes[i];
    if (node->parent == parent && (node->class == DRYAD_NONE ? !name : name && is_named(k->c, node->largest, name)))
      return node;
  }
  return NULL;
}

static void check_children(const checking *k, uint32_t parent, unsigned depth, const objects *members);

static void check_group(const checking *k, const dryad_retained_node *node, unsigned depth, naive_group *expected)
{
  assert_class_name(k->c, node->class, k->c->names[node->largest]);
  assert_number(node->largest, expected->largest);
  if (!k->c->is_huge) assert_number(node->retained, expected->retained);
  join_own_class(k->c, expected);
  assert_number(node->count, expected->count);
  assert_number(node->size, expected->size);
  check_children(k, (uint32_t)(node - k->found->nodes), depth, &expected->objects);
}

/* The children of a node are its large groups and, if there are others, their sum; or none where there was no room, or
 * at the end of the depth. */
static void check_children(const checking *k, uint32_t parent, unsigned depth, const objects *members)
{
  const char *names[CLASSED_MOST];
  const unsigned count = names_of_children(k->c, members, names);
  const dryad_retained_node *node = child_named(k, parent, NULL);
  uint64_t others = 0, others_size = 0, others_retained = 0, children = node != NULL;
  for (unsigned i = 0; i < count; i++) {
    naive_group expected = group_of(k->c, members, names[i]);
    const dryad_retained_node *child = child_named(k, parent, names[i]);
    if (child) {
      assert_true(expected.retained >= k->least);
      check_group(k, child, depth + 1, &expected);
      children++;
      continue;
    }
    if (k->is_whole && depth < DRYAD_RETAINED_TREE_DEPTH) assert_true(expected.retained < k->least);
    others += expected.count;
    others_size = dryad_add_sizes(others_size, expected.size);
    others_retained = dryad_add_sizes(others_retained, expected.retained);
  }
  if (children == 0 && (!k->is_whole || depth == DRYAD_RETAINED_TREE_DEPTH)) return;
  assert_int_equal(node != NULL, others > 0);
  if (!node) return;
  assert_number(node->count, others);
  assert_number(node->size, others_size);
  assert_number(node->largest, DRYAD_NONE);
  if (!k->c->is_huge) assert_number(node->retained, others_retained);
}

/* Each node comes after its parent and before all that is not below it; siblings are ordered; none retains too much. */
static void check_order(const dryad_retained_tree *found, uint64_t reachable_size)
{
  const dryad_retained_node *nodes = found->nodes;
  for (uint32_t i = 0; i < found->count; i++) {
    uint64_t left = nodes[i].retained, last = UINT64_MAX;
    bool had_rest = false;
    if (i > 0 && nodes[i].parent != DRYAD_NONE) {
      uint32_t above = i - 1;
      while (above != nodes[i].parent) above = nodes[above].parent;
    }
    for (uint32_t k = i + 1; k < found->count; k++) {
      if (nodes[k].parent != i) continue;
      assert_true(nodes[k].retained <= left && !had_rest);
      left -= nodes[k].retained;
      had_rest = nodes[k].class == DRYAD_NONE;
      if (!had_rest) assert_true(nodes[k].retained <= last);
      last = nodes[k].retained;
    }
  }
  for (uint32_t i = 0; i < found->count; i++) {
    if (nodes[i].parent != DRYAD_NONE) continue;
    assert_true(nodes[i].retained <= reachable_size);
    reachable_size -= nodes[i].retained;
  }
}

/* What is missing in a tree that had no room for all nodes. */
typedef struct missing {
  const classed *c;
  const dryad_retained_tree *found, *whole;
  uint64_t least_extended, most_ended; /* bytes of groups that have children, and of those that lost all of theirs */
  bool is_any;
} missing;

static const dryad_retained_node *same_child(const missing *m, const dryad_retained_node *of, uint32_t parent)
{
  const checking k = {.c = m->c, .found = m->found};
  return child_named(&k, parent, of->class == DRYAD_NONE ? NULL : m->c->groups[of->largest]);
}

static void find_missing(missing *m, uint32_t found, uint32_t whole)
{
  uint64_t least = UINT64_MAX, most = 0;
  for (uint32_t i = 0; i < m->whole->count; i++) {
    const dryad_retained_node *child = &m->whole->nodes[i];
    if (child->parent != whole) continue;
    const dryad_retained_node *same = same_child(m, child, found);
    if (!same) {
      if (child->class != DRYAD_NONE) m->is_any = true;
      if (child->retained > most) most = child->retained;
    } else if (child->class != DRYAD_NONE) {
      if (child->retained < least) least = child->retained;
      find_missing(m, (uint32_t)(same - m->found->nodes), i);
    }
  }
  assert_true(least >= most); /* of the children of one group, the largest are there */
  if (found == DRYAD_NONE) return;
  const uint64_t retained = m->found->nodes[found].retained;
  bool has_children = false;
  for (uint32_t i = 0; i < m->found->count; i++) has_children |= m->found->nodes[i].parent == found;
  if (has_children && retained < m->least_extended) m->least_extended = retained;
  if (!has_children && most > 0 && retained > m->most_ended) m->most_ended = retained;
}

static void check_limited(const classed *c, const dryad_retained_tree *whole, uint64_t least, uint32_t most)
{
  dryad_retained_tree found;
  assert_int_equal(dryad_retained_tree_find(&found, c->graph, c->classes, c->dominators, least, most, none, NULL),
                   DRYAD_OK);
  assert_true(found.count <= most);
  check_order(&found, c->dominators->reachable_size);
  check_children(&(checking){.c = c, .found = &found, .least = least, .is_whole = whole->count <= most}, DRYAD_NONE, 0,
                 NULL);
  missing m = {.c = c, .found = &found, .whole = whole, .least_extended = UINT64_MAX};
  find_missing(&m, DRYAD_NONE, DRYAD_NONE);
  assert_true(m.least_extended >= m.most_ended);
  if (m.is_any) assert_number(found.count, most);
  dryad_retained_tree_deinit(&found);
}

static void the_tree_of_groups(void **state)
{
  (void)state;
  for (uint64_t seed = 1; seed < 400;) {
    uint64_t s = seed++;
    classed c;
    dryad_retained_tree found;
    classed_random(&c, &s);
    const uint64_t least = chance(&s, 30) ? 0 : random_bits(&s, 12);
    assert_int_equal(dryad_retained_tree_find(&found, c.graph, c.classes, c.dominators, least, 1000, none, NULL),
                     DRYAD_OK);
    check_order(&found, c.dominators->reachable_size);
    check_children(&(checking){.c = &c, .found = &found, .least = least, .is_whole = true}, DRYAD_NONE, 0, NULL);
    for (uint32_t most = 1; most < found.count + 2; most += 1 + most / 4) check_limited(&c, &found, least, most);
    dryad_retained_tree_deinit(&found);
    dryad_retained_tree_deinit(&found);
    classed_tear_down(&c);
  }
}

/* ---- by hand ------------------------------------------------------------------------------------- */

static void load_and_find(classed *c, const char *lines, dryad_retained_tree *found)
{
  dump_text t = text_of(lines);
  classed_set_up(c, load_raw(&t));
  assert_int_equal(dryad_retained_tree_find(found, c->graph, c->classes, c->dominators, 10, 100, none, NULL), DRYAD_OK);
}

static void assert_node(const classed *c, const dryad_retained_tree *found, uint32_t place, uint32_t parent,
                        const char *class, dryad_retained_node expected)
{
  const dryad_retained_node *node = &found->nodes[place];
  assert_true(place < found->count);
  assert_number(node->parent, parent);
  if (class) assert_class_name(c, node->class, class);
  if (!class) assert_number(node->class, DRYAD_NONE);
  assert_number(node->count, expected.count);
  assert_number(node->size, expected.size);
  assert_number(node->retained, expected.retained);
}

static void a_linked_list_is_one_group(void **state)
{
  (void)state;
  classed c;
  dryad_retained_tree found;
  load_and_find(&c,
                "{\"address\": 1, \"type\": \"module\", \"size\": 10, \"name\": \"m\", \"refs\": [2, 9]}\n"
                "{\"address\": 2, \"type\": \"Node\", \"size\": 20, \"refs\": [3, 6]}\n"
                "{\"address\": 3, \"type\": \"Node\", \"size\": 20, \"refs\": [4, 7]}\n"
                "{\"address\": 4, \"type\": \"Node\", \"size\": 20, \"refs\": [5]}\n"
                "{\"address\": 5, \"type\": \"other\", \"size\": 3, \"refs\": []}\n"
                "{\"address\": 6, \"type\": \"str\", \"size\": 50, \"refs\": []}\n"
                "{\"address\": 7, \"type\": \"str\", \"size\": 60, \"refs\": []}\n"
                "{\"address\": 9, \"type\": \"int\", \"size\": 9, \"refs\": []}\n",
                &found);
  assert_number(found.count, 5);
  assert_node(&c, &found, 0, DRYAD_NONE, "module", (dryad_retained_node){.count = 1, .size = 10, .retained = 192});
  assert_node(&c, &found, 1, 0, "Node", (dryad_retained_node){.count = 3, .size = 60, .retained = 173});
  assert_node(&c, &found, 2, 1, "str", (dryad_retained_node){.count = 2, .size = 110, .retained = 110});
  assert_node(&c, &found, 3, 1, NULL, (dryad_retained_node){.count = 1, .size = 3, .retained = 3});
  assert_node(&c, &found, 4, 0, NULL, (dryad_retained_node){.count = 1, .size = 9, .retained = 9});
  assert_number(found.nodes[1].largest, dryad_graph_find(c.graph, 2));
  assert_number(found.nodes[2].largest, dryad_graph_find(c.graph, 7));
  dryad_retained_tree_deinit(&found);
  classed_tear_down(&c);
}

/* Each of two is as large as numbers go. */
static void sums_that_end_are_never_more_than_the_whole(void **state)
{
  (void)state;
  classed c;
  dryad_retained_tree found;
  load_and_find(&c,
                "{\"address\": 1, \"type\": \"module\", \"size\": 10, \"name\": \"m\", \"refs\": [2, 3, 4]}\n"
                "{\"address\": 2, \"type\": \"A\", \"size\": 9223372036854775807, \"refs\": []}\n"
                "{\"address\": 3, \"type\": \"B\", \"size\": 9223372036854775807, \"refs\": []}\n"
                "{\"address\": 4, \"type\": \"C\", \"size\": 1, \"refs\": []}\n",
                &found);
  assert_number(found.count, 4);
  assert_node(&c, &found, 0, DRYAD_NONE, "module",
              (dryad_retained_node){.count = 1, .size = 10, .retained = INT64_MAX});
  assert_node(&c, &found, 1, 0, "A", (dryad_retained_node){.count = 1, .size = INT64_MAX, .retained = INT64_MAX - 10});
  assert_node(&c, &found, 2, 0, "B", (dryad_retained_node){.count = 1, .size = INT64_MAX, .retained = 0});
  assert_node(&c, &found, 3, 0, NULL, (dryad_retained_node){.count = 1, .size = 1, .retained = 0});
  dryad_retained_tree_deinit(&found);
  classed_tear_down(&c);
}

/* ---- millions ------------------------------------------------------------------------------------ */

/* A chain of objects whose class is never that of the next. */
static bool write_alternating(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count)
    text_add(t, "{\"address\": %u, \"type\": \"%s\", \"size\": 1, \"refs\": [%u]}\n", piece, piece % 2 ? "odd" : "even",
             piece + 1);
  return piece < count;
}

/* The first refers to all others, which have a type each. */
static bool write_types(dump_text *t, unsigned piece, unsigned count)
{
  if (piece == 0) text_add(t, "{\"address\": 0, \"type\": \"list\", \"size\": 1, \"refs\": [1");
  if (piece > 1 && piece < count) add_number(t, ", ", piece);
  if (piece == count) text_add(t, "]}\n");
  if (piece > count && piece < 2 * count)
    text_add(t, "{\"address\": %u, \"type\": \"t%u\", \"size\": 1, \"refs\": []}\n", piece - count, piece - count);
  return piece < 2 * count;
}

static void find_in(classed *c, write_piece write, uint64_t least, dryad_retained_tree *found)
{
  classed_set_up(c, load_generated(write, A_MILLION, NULL));
  assert_int_equal(dryad_retained_tree_find(found, c->graph, c->classes, c->dominators, least, 2000, none, NULL),
                   DRYAD_OK);
}

static void chains_and_stars_of_millions(void **state)
{
  (void)state;
  static const write_piece of_one_class[] = {write_chain, write_lasso, write_ladder, write_star};
  for (unsigned i = 0; i < sizeof of_one_class / sizeof *of_one_class; i++) {
    classed c;
    dryad_retained_tree found;
    find_in(&c, of_one_class[i], 1, &found);
    assert_number(found.count, 1);
    assert_number(found.nodes[0].count, A_MILLION);
    assert_number(found.nodes[0].size, c.dominators->reachable_size);
    assert_number(found.nodes[0].retained, c.dominators->reachable_size);
    dryad_retained_tree_deinit(&found);
    classed_tear_down(&c);
  }
}

static void a_chain_of_several_classes_ends_at_some_depth(void **state)
{
  (void)state;
  classed c;
  dryad_retained_tree found;
  find_in(&c, write_alternating, 1, &found);
  assert_number(found.count, DRYAD_RETAINED_TREE_DEPTH);
  for (uint32_t i = 0; i < found.count; i++)
    assert_node(&c, &found, i, i ? i - 1 : DRYAD_NONE, i % 2 ? "odd" : "even",
                (dryad_retained_node){.count = 1, .size = 1, .retained = A_MILLION - i});
  dryad_retained_tree_deinit(&found);
  classed_tear_down(&c);
}

static void a_million_types(void **state)
{
  (void)state;
  classed c;
  dryad_retained_tree found;
  dryad_retained_groups groups;
  const dryad_id list = 0;
  find_in(&c, write_types, 2, &found);
  assert_number(found.count, 2);
  assert_node(&c, &found, 1, 0, NULL,
              (dryad_retained_node){.count = A_MILLION - 1, .size = A_MILLION - 1, .retained = A_MILLION - 1});
  dryad_retained_tree_deinit(&found);
  assert_int_equal(dryad_retained_tree_find(&found, c.graph, c.classes, c.dominators, 1, 2000, none, NULL), DRYAD_OK);
  assert_number(found.count, 2000);
  assert_number(found.nodes[1].largest, 1);
  assert_number(found.nodes[1999].retained, A_MILLION - 1 - 1998);
  dryad_retained_tree_deinit(&found);
  assert_int_equal(
      dryad_retained_groups_find(&groups, c.graph, c.classes, c.dominators, &(dryad_ids){&list, 1}, none, NULL),
      DRYAD_OK);
  assert_number(groups.count, A_MILLION - 1);
  dryad_retained_groups_deinit(&groups);
  classed_tear_down(&c);
}

/* ---- cancelling ---------------------------------------------------------------------------------- */

static dryad_status find_groups(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  classed_apart a;
  dryad_retained_groups found;
  const dryad_id star = 0;
  classed_apart_set_up(&a, heap);
  const classed *c = &a.c;
  dryad_status status =
      dryad_retained_groups_find(&found, c->graph, c->classes, c->dominators, &(dryad_ids){&star, 1}, progress, error);
  dryad_retained_groups_deinit(&found);
  classed_apart_tear_down(&a);
  return status;
}

static dryad_status find_tree(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  classed_apart a;
  dryad_retained_tree found;
  classed_apart_set_up(&a, heap);
  const classed *c = &a.c;
  dryad_status status = dryad_retained_tree_find(&found, c->graph, c->classes, c->dominators, 1, 2000, progress, error);
  dryad_retained_tree_deinit(&found);
  classed_apart_tear_down(&a);
  return status;
}

static void grouping_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_star, find_groups);
  assert_cancellable(write_star, find_tree);
  assert_cancellable(write_chain, find_tree);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_objects_dominate_by_class),
      cmocka_unit_test(the_tree_of_groups),
      cmocka_unit_test(a_linked_list_is_one_group),
      cmocka_unit_test(sums_that_end_are_never_more_than_the_whole),
      cmocka_unit_test(chains_and_stars_of_millions),
      cmocka_unit_test(a_chain_of_several_classes_ends_at_some_depth),
      cmocka_unit_test(a_million_types),
      cmocka_unit_test(grouping_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
