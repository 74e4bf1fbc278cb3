/* SPDX-License-Identifier: MIT */
/* Leak suspects against following dominators up from where each of them ends. */
#include "analysis/suspects.h"

#include "generated.h"
#include "graph/graph.h"

static const dryad_progress none = {0};

static dryad_suspects find(const dryad_graph *g, const dryad_dominators *d, uint64_t least)
{
  dryad_suspects found;
  assert_int_equal(dryad_suspects_find(&found, g, d, least, none, NULL), DRYAD_OK);
  const dryad_suspect *suspects = found.suspects.data;
  for (uint64_t i = 1; i < found.count; i++) assert_true(suspects[i - 1].retained >= suspects[i].retained);
  return found;
}

static const dryad_suspect *at(const dryad_suspects *found, uint64_t i)
{
  return &((const dryad_suspect *)found->suspects.data)[i];
}

static const dryad_id *members_of(const dryad_suspects *found, const dryad_suspect *s)
{
  assert_true(s->first_member + s->member_count <= found->id_count);
  return (const dryad_id *)found->ids.data + s->first_member;
}

static const dryad_dominators *dominators_of(dryad_heap *heap)
{
  const dryad_dominators *d;
  assert_int_equal(dryad_heap_dominators(heap, &d, none, NULL), DRYAD_OK);
  return d;
}

static uint64_t retained(const dryad_dominators *d, dryad_id id) { return dryad_dominators_retained(d, id); }

/* ---- trees made by hand ------------------------------------------------------------------------- */

enum { NODES = 64 };

/* Object i of a tree: its number is also its address and its id. */
typedef struct tree {
  struct {
    const char *type;
    uint64_t size;
    int parent; /* -1: none */
  } nodes[NODES];
  int count;
} tree;

static int grow(tree *t, int parent, const char *type, uint64_t size)
{
  assert_true(t->count < NODES && parent < t->count);
  t->nodes[t->count].type = type;
  t->nodes[t->count].size = size;
  t->nodes[t->count].parent = parent;
  return t->count++;
}

/* Children of ten types in turn, so that up to ten of them do not form a group. */
static void grow_mixed(tree *t, int parent, int count, uint64_t size)
{
  static const char *const types[] = {"int", "float", "str", "tuple", "set", "bytes", "long", "code", "cell", "type"};
  for (int i = 0; i < count; i++) grow(t, parent, types[i % 10], size);
}

static int grow_chain(tree *t, int parent, int count, const char *type, const char *other, uint64_t size)
{
  for (int i = 0; i < count; i++) parent = grow(t, parent, i % 2 ? other : type, size);
  return parent;
}

typedef struct suspected {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  dryad_suspects found;
} suspected;

static suspected suspect(const tree *t, uint64_t least)
{
  dump_text text = {0};
  for (int i = 0; i < t->count; i++) {
    const char *comma = "";
    text_add(&text, "{\"address\": %d, \"type\": \"%s\", \"size\": %llu, \"refs\": [", i, t->nodes[i].type,
             (unsigned long long)t->nodes[i].size);
    for (int k = i + 1; k < t->count; k++) {
      if (t->nodes[k].parent != i) continue;
      text_add(&text, "%s%d", comma, k);
      comma = ", ";
    }
    text_add(&text, "]}\n");
  }
  suspected s = {.heap = load_raw(&text)};
  text_free(&text);
  s.graph = dryad_heap_graph(s.heap);
  s.dominators = dominators_of(s.heap);
  s.found = find(s.graph, s.dominators, least);
  return s;
}

static void forget(suspected *s)
{
  dryad_suspects_deinit(&s->found);
  dryad_suspects_deinit(&s->found);
  dryad_heap_free(s->heap);
}

/* The suspect of this kind at this object. */
static const dryad_suspect *only(const suspected *s, dryad_suspect_kind kind, int accumulation)
{
  const dryad_suspect *found = NULL;
  for (uint64_t i = 0; i < s->found.count; i++) {
    const dryad_suspect *one = at(&s->found, i);
    if (one->kind != kind || one->accumulation != (dryad_id)accumulation) continue;
    assert_null(found);
    found = one;
  }
  assert_non_null(found);
  return found;
}

static void assert_type(const suspected *s, uint32_t type, const char *name)
{
  assert_number(type, dryad_graph_find_type(s->graph, name, strlen(name)));
}

static void assert_object(const suspected *s, int accumulation, int owner, const char *type, uint64_t bytes)
{
  const dryad_suspect *one = only(s, DRYAD_SUSPECT_OBJECT, accumulation);
  assert_number(one->object, (dryad_id)owner);
  assert_number(one->retained, bytes);
  assert_number(one->member_count, 0);
  assert_type(s, one->type, type);
}

/* Asserts that its members are every `step`-th object from `first` on. */
static void assert_members(const suspected *s, const dryad_suspect *one, int first, int step, uint64_t count)
{
  assert_number(one->member_count, count);
  for (uint64_t i = 0; i < count; i++)
    assert_number(members_of(&s->found, one)[i], (uint64_t)first + i * (uint64_t)step);
}

static void assert_group(const suspected *s, int dominator, const char *type, int first, uint64_t count, uint64_t bytes)
{
  const dryad_suspect *one = only(s, DRYAD_SUSPECT_GROUP, dominator);
  assert_number(one->object, DRYAD_NONE);
  assert_number(one->retained, bytes);
  assert_type(s, one->type, type);
  assert_members(s, one, first, 1, count);
}

/* ---- each kind ---------------------------------------------------------------------------------- */

static void what_lies_in_small_parts_below_one_object(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int module = grow(&t, -1, "module", 10), dict = grow(&t, module, "dict", 20), list = grow(&t, dict, "list", 30);
  grow_mixed(&t, list, 10, 100);
  grow(&t, -1, "list", 999);
  suspected s = suspect(&t, 1000);
  assert_number(s.found.count, 1);
  assert_object(&s, list, dict, "dict", 1050);
  forget(&s);
}

static void objects_of_one_type_below_one_object(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int module = grow(&t, -1, "module", 10), list = grow(&t, module, "list", 30);
  for (int i = 0; i < 10; i++) grow(&t, list, "Thing", 100);
  suspected s = suspect(&t, 1000);
  assert_number(s.found.count, 1);
  assert_group(&s, list, "Thing", list + 1, 10, 1000);
  forget(&s);
}

static void objects_of_one_type_below_none(void **state)
{
  (void)state;
  tree t = {.count = 0};
  for (int i = 0; i < 5; i++) grow(&t, -1, "Thing", 100);
  grow(&t, -1, "list", 499);
  suspected s = suspect(&t, 500);
  assert_number(s.found.count, 1);
  assert_group(&s, -1, "Thing", 0, 5, 500);
  forget(&s);
}

static void objects_of_one_type_each_below_the_one_before(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int module = grow(&t, -1, "module", 10), list = grow(&t, module, "list", 10);
  grow_chain(&t, list, 20, "Node", "Node", 50);
  suspected s = suspect(&t, 500);
  assert_number(s.found.count, 1);
  const dryad_suspect *chain = only(&s, DRYAD_SUSPECT_CHAIN, list + 1);
  assert_number(chain->object, (uint64_t)list + 1);
  assert_number(chain->retained, 1000);
  assert_type(&s, chain->type, "Node");
  assert_members(&s, chain, list + 1, 1, 11); /* the eleventh retains 500 */
  forget(&s);
}

static void a_chain_by_way_of_dicts(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow_chain(&t, -1, 30, "Node", "dict", 50);
  suspected s = suspect(&t, 700);
  assert_number(s.found.count, 1);
  assert_members(&s, only(&s, DRYAD_SUSPECT_CHAIN, 0), 0, 2, 9); /* object 16 retains 700 */
  forget(&s);
}

static void a_chain_has_eight_of_a_type(void **state)
{
  (void)state;
  for (int length = 7; length < 9; length++) {
    tree t = {.count = 0};
    int last = grow_chain(&t, -1, length, "Node", "Node", 10);
    grow_mixed(&t, last, 10, 100);
    suspected s = suspect(&t, 1000);
    assert_number(s.found.count, 1);
    if (length < 8)
      assert_object(&s, last, 0, "Node", 1070);
    else
      assert_members(&s, only(&s, DRYAD_SUSPECT_CHAIN, 0), 0, 1, 8);
    forget(&s);
  }
}

static void a_long_way_of_several_types_is_no_chain(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int last = grow_chain(&t, -1, 9, "Node", "dict", 10);
  grow_mixed(&t, last, 10, 100);
  suspected s = suspect(&t, 1000);
  assert_number(s.found.count, 1);
  assert_object(&s, last, 0, "Node", 1090);
  forget(&s);
}

static void a_chain_that_leads_to_something_else(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int last = grow_chain(&t, -1, 10, "Node", "Node", 10), list = grow(&t, last, "list", 10);
  grow_mixed(&t, list, 10, 100);
  suspected s = suspect(&t, 1000);
  assert_number(s.found.count, 2);
  assert_members(&s, only(&s, DRYAD_SUSPECT_CHAIN, 0), 0, 1, 10);
  assert_object(&s, list, 0, "Node", 1110);
  forget(&s);
}

/* ---- passing through ---------------------------------------------------------------------------- */

static void a_single_heavy_object_is_passed_through_unless_much_is_beside_it(void **state)
{
  (void)state;
  for (uint64_t rest = 499; rest < 501; rest++) {
    tree t = {.count = 0};
    int list = grow(&t, -1, "list", 1), dict = grow(&t, list, "dict", 10);
    grow_mixed(&t, dict, 5, 100);
    grow(&t, list, "str", rest - 1);
    suspected s = suspect(&t, 500);
    if (rest < 500) {
      assert_number(s.found.count, 1);
      assert_object(&s, dict, list, "list", 510 + rest);
    } else {
      assert_number(s.found.count, 2);
      assert_object(&s, list, list, "list", 1010);
      assert_object(&s, dict, dict, "dict", 510);
    }
    forget(&s);
  }
}

static void two_heavy_objects_are_looked_at_each(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int list = grow(&t, -1, "list", 1);
  int dict = grow(&t, list, "dict", 10), set = grow(&t, list, "set", 10);
  grow_mixed(&t, dict, 5, 100);
  for (int i = 0; i < 6; i++) grow(&t, set, "Thing", 100);
  suspected s = suspect(&t, 500);
  assert_number(s.found.count, 2);
  assert_object(&s, dict, dict, "dict", 510);
  assert_group(&s, set, "Thing", set + 6, 6, 600);
  forget(&s);
}

static void a_group_beside_a_heavy_object(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int list = grow(&t, -1, "list", 1);
  for (int i = 0; i < 5; i++) grow(&t, list, "Thing", 100);
  int heavy = grow(&t, list, "Thing", 700); /* of the same type, but not small */
  suspected s = suspect(&t, 500);
  assert_number(s.found.count, 2);
  assert_group(&s, list, "Thing", list + 1, 5, 500);
  assert_object(&s, heavy, heavy, "Thing", 700);
  forget(&s);
}

static void modules_and_frames_own_nothing_unless_it_lies_in_them(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int module = grow(&t, -1, "module", 10), dict = grow(&t, module, "dict", 600);
  int frame = grow(&t, -1, "frame", 10), list = grow(&t, frame, "list", 700);
  int other = grow(&t, -1, "module", 800);
  suspected s = suspect(&t, 500);
  assert_number(s.found.count, 3);
  assert_object(&s, dict, dict, "dict", 600);
  assert_object(&s, list, list, "list", 700);
  assert_object(&s, other, other, "module", 800);
  forget(&s);
}

/* ---- thresholds --------------------------------------------------------------------------------- */

static void count_suspects(const tree *t, uint64_t least, uint64_t objects, uint64_t groups)
{
  suspected s = suspect(t, least);
  uint64_t counts[3] = {0};
  for (uint64_t i = 0; i < s.found.count; i++) counts[at(&s.found, i)->kind]++;
  assert_number(counts[DRYAD_SUSPECT_OBJECT], objects);
  assert_number(counts[DRYAD_SUSPECT_GROUP], groups);
  assert_number(counts[DRYAD_SUSPECT_CHAIN], 0);
  forget(&s);
}

static void an_object_from_least_on_and_a_group_from_a_quarter_on(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow(&t, -1, "list", 1000);
  grow(&t, 0, "Thing", 60);
  grow(&t, 0, "Thing", 61);
  grow(&t, 0, "set", 200); /* a single set is not a group */
  count_suspects(&t, 484, 1, 1);
  count_suspects(&t, 485, 1, 0);
  count_suspects(&t, 1321, 1, 0);
  count_suspects(&t, 1322, 0, 0);
  count_suspects(&t, UINT64_MAX, 0, 0);
  count_suspects(&t, 121, 2, 1); /* the set, and at the list the rest */
  count_suspects(&t, 62, 2, 1);
  count_suspects(&t, 61, 3, 0); /* a Thing is big by itself */
}

static void nothing_is_no_suspect(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow(&t, -1, "list", 0);
  grow(&t, 0, "Thing", 0);
  grow(&t, 0, "Thing", 0);
  for (uint64_t least = 0; least < 5; least++) count_suspects(&t, least, 0, 0);
  t.nodes[0].size = 10;
  t.nodes[1].size = 1;
  count_suspects(&t, 0, 2, 0);
  count_suspects(&t, 1, 2, 0);
  count_suspects(&t, 2, 1, 1);
  count_suspects(&t, 4, 1, 1);
  count_suspects(&t, 5, 1, 0);
}

static void sizes_that_add_up_to_more_than_can_be_told(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow(&t, -1, "list", INT64_MAX);
  for (int i = 0; i < 3; i++) grow(&t, 0, "Thing", INT64_MAX - 1);
  suspected s = suspect(&t, INT64_MAX);
  assert_number(s.found.count, 1);
  assert_group(&s, 0, "Thing", 1, 3, INT64_MAX);
  forget(&s);
  s = suspect(&t, INT64_MAX / 2);
  assert_number(s.found.count, 3);
  for (int i = 1; i < 4; i++) assert_object(&s, i, i, "Thing", INT64_MAX - 1);
  forget(&s);
}

/* ---- random heaps ------------------------------------------------------------------------------- */

/* Trees with a few references across: long and thin, or broad. */
static dryad_heap *random_tree(uint64_t *seed)
{
  static const char *const types[] = {"Node", "dict", "list", "Thing", "frame", "module"};
  dump_text t = {0};
  unsigned count = 1 + random_below(seed, 150), straight = 30 * random_below(seed, 4), across = random_below(seed, 10);
  unsigned kinds = 1 + random_below(seed, 6), large = random_below(seed, 20);
  bool is_huge = chance(seed, 5);
  unsigned parents[150];
  for (unsigned i = 0; i < count; i++) parents[i] = i && chance(seed, straight) ? i - 1 : random_below(seed, i + 1);
  for (unsigned i = 0; i < count; i++) {
    uint64_t size = random_below(seed, chance(seed, large) ? 1000 : 10);
    if (is_huge && chance(seed, 20)) size = random_bits(seed, 63);
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

/* The big children of one object, or of the virtual root. */
typedef struct parts {
  dryad_id big; /* one of the big ones */
  uint64_t big_count, explained;
} parts;

typedef struct group {
  uint64_t count, retained;
} group;

static group group_of(const dryad_graph *g, const dryad_dominators *d, dryad_id dominator, uint32_t type,
                      uint64_t least)
{
  dryad_ids children = dryad_dominators_children(d, dominator);
  group found = {0, 0};
  for (uint64_t i = 0; i < children.count; i++) {
    if (dryad_graph_type(g, children.ids[i]) != type || retained(d, children.ids[i]) >= least) continue;
    found.count++;
    found.retained = dryad_add_sizes(found.retained, retained(d, children.ids[i]));
  }
  return found;
}

static parts parts_of(const dryad_graph *g, const dryad_dominators *d, dryad_id id, uint64_t least)
{
  dryad_ids children = dryad_dominators_children(d, id);
  parts p = {.big = DRYAD_NONE};
  for (uint64_t i = 0; i < children.count; i++) {
    if (retained(d, children.ids[i]) < least) continue;
    p.big = children.ids[i];
    p.big_count++;
    p.explained = dryad_add_sizes(p.explained, retained(d, p.big));
  }
  for (uint32_t type = 0; type < dryad_graph_type_count(g); type++) {
    group of = group_of(g, d, id, type, least);
    if (of.count > 1 && of.retained >= least) p.explained = dryad_add_sizes(p.explained, of.retained);
  }
  return p;
}

/* Whether one child accounts for all but less than `least` of what an object retains. */
static bool leads_on(const dryad_graph *g, const dryad_dominators *d, dryad_id id, uint64_t least)
{
  parts p = parts_of(g, d, id, least);
  return p.big_count == 1 && p.explained == retained(d, p.big) && retained(d, id) - retained(d, p.big) < least;
}

/* Removes the expected suspect from those found. */
static void take(dryad_suspects *found, dryad_suspect expected, const dryad_id *members, uint64_t member_count)
{
  dryad_suspect *all = found->suspects.data;
  for (uint64_t i = 0; i < found->count; i++) {
    const dryad_suspect *s = &all[i];
    if (s->kind != expected.kind || s->accumulation != expected.accumulation || s->type != expected.type) continue;
    assert_number(s->object, expected.object);
    assert_number(s->retained, expected.retained);
    assert_number(s->member_count, member_count);
    for (uint64_t m = 0; m < member_count; m++) assert_number(members_of(found, s)[m], members[m]);
    all[i] = all[--found->count];
    return;
  }
  fail_msg("no suspect of kind %d at %d", (int)expected.kind, (int)expected.accumulation);
}

static void take_groups(dryad_suspects *found, const dryad_graph *g, const dryad_dominators *d, dryad_id id,
                        uint64_t least)
{
  dryad_ids children = dryad_dominators_children(d, id);
  const uint64_t quarter = least / 4 + (least % 4 ? 1 : 0);
  for (uint32_t type = 0; type < dryad_graph_type_count(g); type++) {
    dryad_id members[150];
    uint64_t count = 0;
    group of = group_of(g, d, id, type, least);
    if (of.count < 2 || of.retained < quarter) continue;
    for (uint64_t i = 0; i < children.count; i++)
      if (dryad_graph_type(g, children.ids[i]) == type && retained(d, children.ids[i]) < least)
        members[count++] = children.ids[i];
    const dryad_suspect expected = {
        .kind = DRYAD_SUSPECT_GROUP, .type = type, .object = DRYAD_NONE, .accumulation = id, .retained = of.retained};
    take(found, expected, members, count);
  }
}

/* The objects passed through, with the end last. */
static unsigned way_to(dryad_id way[150], const dryad_graph *g, const dryad_dominators *d, dryad_id end, uint64_t least)
{
  unsigned count = 0;
  for (dryad_id id = end; id != DRYAD_NONE && (id == end || leads_on(g, d, id, least));
       id = dryad_dominators_parent(d, id)) {
    memmove(way + 1, way, count++ * sizeof *way);
    way[0] = id;
  }
  return count;
}

/* The most frequent type on the way, the first among equals; *count is its frequency. */
static uint32_t most_frequent(const dryad_graph *g, const dryad_id *way, unsigned length, unsigned *most)
{
  uint32_t type = DRYAD_NONE;
  *most = 0;
  for (unsigned i = 0; i < length; i++) {
    unsigned count = 0;
    for (unsigned k = 0; k < length; k++) count += dryad_graph_type(g, way[k]) == dryad_graph_type(g, way[i]);
    if (count <= *most) continue;
    *most = count;
    type = dryad_graph_type(g, way[i]);
  }
  return type;
}

static bool is_named(const dryad_graph *g, dryad_id id, const char *name)
{
  return dryad_text_equal(dryad_graph_type_name(g, dryad_graph_type(g, id)), (dryad_text){name, strlen(name)});
}

static void take_way(dryad_suspects *found, const dryad_graph *g, const dryad_dominators *d, dryad_id end,
                     uint64_t least)
{
  dryad_id way[150], members[150], owner = end;
  unsigned length = way_to(way, g, d, end, least), most, member_count = 0;
  uint64_t explained = parts_of(g, d, end, least).explained;
  uint32_t type = most_frequent(g, way, length, &most);
  bool is_chain = most >= 8 && retained(d, way[0]) - explained >= least;
  for (unsigned i = length; i-- > 0;)
    if (!is_named(g, way[i], "module") && !is_named(g, way[i], "frame")) owner = way[i];
  for (unsigned i = 0; i < length; i++)
    if (dryad_graph_type(g, way[i]) == type) members[member_count++] = way[i];
  if (is_chain) {
    const dryad_suspect expected = {.kind = DRYAD_SUSPECT_CHAIN,
                                    .type = type,
                                    .object = members[0],
                                    .accumulation = members[0],
                                    .retained = retained(d, members[0])};
    take(found, expected, members, member_count);
  }
  if (retained(d, end) - explained >= least && !(is_chain && type == dryad_graph_type(g, end))) {
    const dryad_suspect expected = {.kind = DRYAD_SUSPECT_OBJECT,
                                    .type = dryad_graph_type(g, owner),
                                    .object = owner,
                                    .accumulation = end,
                                    .retained = retained(d, owner)};
    take(found, expected, NULL, 0);
  }
}

static void check_random(dryad_heap *heap, uint64_t least, unsigned kinds[3])
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_dominators *d = dominators_of(heap);
  dryad_suspects found = find(g, d, least);
  if (least == 0) least = 1;
  for (uint64_t i = 0; i < found.count; i++) kinds[at(&found, i)->kind]++;
  take_groups(&found, g, d, DRYAD_NONE, least);
  for (dryad_id id = 0; id < dryad_graph_count(g); id++) {
    if (retained(d, id) < least || leads_on(g, d, id, least)) continue;
    take_groups(&found, g, d, id, least);
    take_way(&found, g, d, id, least);
  }
  assert_number(found.count, 0);
  dryad_suspects_deinit(&found);
}

static void random_trees_have_the_suspects_that_their_ends_tell(void **state)
{
  (void)state;
  uint64_t seed = 80;
  unsigned kinds[3] = {0};
  for (int round = 0; round < 2000; round++) {
    dryad_heap *heap = random_tree(&seed);
    const dryad_dominators *d = dominators_of(heap);
    uint64_t total = dryad_dominators_reachable_size(d);
    check_random(heap, random_below(&seed, 6), kinds);
    check_random(heap, total / (1 + random_below(&seed, 20)), kinds);
    check_random(heap, retained(d, random_below(&seed, dryad_graph_count(dryad_heap_graph(heap)))), kinds);
    check_random(heap, random_bits(&seed, 64), kinds);
    dryad_heap_free(heap);
  }
  for (int kind = 0; kind < 3; kind++) assert_true(kinds[kind] > 100);
}

/* ---- a million ---------------------------------------------------------------------------------- */

enum { TYPES = A_MILLION / 4 };

static void a_chain_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_chain, A_MILLION, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  uint64_t least = dryad_graph_total_size(g) / 10, bytes = 0, count = A_MILLION;
  while (bytes < least) bytes += generated_size((unsigned)--count);
  dryad_suspects found = find(g, dominators_of(heap), least);
  assert_number(found.count, 1);
  assert_int_equal(at(&found, 0)->kind, DRYAD_SUSPECT_CHAIN);
  assert_number(at(&found, 0)->retained, dryad_graph_total_size(g));
  assert_number(at(&found, 0)->member_count, count + 1);
  for (uint64_t i = 0; i <= count; i++) assert_number(members_of(&found, at(&found, 0))[i], i);
  dryad_suspects_deinit(&found);
  dryad_heap_free(heap);
}

static void a_star_of_a_million(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_star, A_MILLION, NULL);
  const dryad_graph *g = dryad_heap_graph(heap);
  uint64_t total = dryad_graph_total_size(g);
  dryad_suspects found = find(g, dominators_of(heap), total / 10);
  assert_number(found.count, 1);
  assert_int_equal(at(&found, 0)->kind, DRYAD_SUSPECT_GROUP);
  assert_number(at(&found, 0)->accumulation, 0);
  assert_number(at(&found, 0)->retained, total - generated_size(0));
  assert_number(at(&found, 0)->member_count, A_MILLION - 1);
  for (uint64_t i = 1; i < A_MILLION; i++) assert_number(members_of(&found, at(&found, 0))[i - 1], i);
  dryad_suspects_deinit(&found);
  dryad_heap_free(heap);
}

/* The first refers to all others, whose types come in turn: each twice. */
static bool write_types(dump_text *t, unsigned piece, unsigned count)
{
  if (piece == 0) text_add(t, "{\"address\": 0, \"type\": \"list\", \"size\": 1, \"refs\": [1");
  if (piece > 1 && piece < count) add_number(t, ", ", piece);
  if (piece == count) text_add(t, "]}\n");
  if (piece > count && piece < 2 * count) {
    add_number(t, "{\"address\": ", piece - count);
    add_number(t, ", \"type\": \"", (piece - count) % (count / 2));
    text_add(t, "\", \"size\": 4, \"refs\": []}\n");
  }
  return piece < 2 * count;
}

static void groups_of_many_types_below_one_object(void **state)
{
  (void)state;
  dryad_heap *heap = load_generated(write_types, 2 * TYPES + 1, NULL);
  dryad_suspects found = find(dryad_heap_graph(heap), dominators_of(heap), 16);
  assert_number(found.count, TYPES + 1);
  assert_int_equal(at(&found, 0)->kind, DRYAD_SUSPECT_OBJECT);
  for (uint64_t i = 1; i <= TYPES; i++) {
    const dryad_suspect *s = at(&found, i);
    assert_int_equal(s->kind, DRYAD_SUSPECT_GROUP);
    assert_number(s->member_count, 2);
    assert_number(members_of(&found, s)[1] - members_of(&found, s)[0], TYPES);
  }
  dryad_suspects_deinit(&found);
  dryad_heap_free(heap);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id root = 0;
  dryad_roots *roots;
  dryad_dominators *d;
  dryad_suspects found;
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominators_new(&d, g, roots, none, NULL), DRYAD_OK);
  dryad_status status = dryad_suspects_find(&found, g, d, 1000, progress, error);
  assert_int_equal(found.count == 0 && !found.suspects.data && !found.ids.data, status != DRYAD_OK);
  dryad_suspects_deinit(&found);
  dryad_dominators_free(d);
  dryad_roots_free(roots);
  return status;
}

static void cancelled_at_every_call(void **state)
{
  (void)state;
  assert_cancellable(write_star, find_quietly);
  assert_cancellable(write_chain, find_quietly);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_lies_in_small_parts_below_one_object),
      cmocka_unit_test(objects_of_one_type_below_one_object),
      cmocka_unit_test(objects_of_one_type_below_none),
      cmocka_unit_test(objects_of_one_type_each_below_the_one_before),
      cmocka_unit_test(a_chain_by_way_of_dicts),
      cmocka_unit_test(a_chain_has_eight_of_a_type),
      cmocka_unit_test(a_long_way_of_several_types_is_no_chain),
      cmocka_unit_test(a_chain_that_leads_to_something_else),
      cmocka_unit_test(a_single_heavy_object_is_passed_through_unless_much_is_beside_it),
      cmocka_unit_test(two_heavy_objects_are_looked_at_each),
      cmocka_unit_test(a_group_beside_a_heavy_object),
      cmocka_unit_test(modules_and_frames_own_nothing_unless_it_lies_in_them),
      cmocka_unit_test(an_object_from_least_on_and_a_group_from_a_quarter_on),
      cmocka_unit_test(nothing_is_no_suspect),
      cmocka_unit_test(sizes_that_add_up_to_more_than_can_be_told),
      cmocka_unit_test(random_trees_have_the_suspects_that_their_ends_tell),
      cmocka_unit_test(a_chain_of_a_million),
      cmocka_unit_test(a_star_of_a_million),
      cmocka_unit_test(groups_of_many_types_below_one_object),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
