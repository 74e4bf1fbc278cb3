/* SPDX-License-Identifier: MIT */
/* Leak suspects against following dominators up from where each of them ends. */
#include "analysis/suspects.h"

#include "analysis/containers.h"
#include "generated.h"
#include "graph/graph.h"
#include "heap/heap.h"

static const dryad_progress none = {0};

/* A heap with all that a search needs. */
typedef struct fixture {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_dominators *dominators;
  dryad_known_types known;
  const dryad_classes *classes;
  dryad_kinds kinds;
  dryad_dominator_tree tree;
} fixture;

static fixture set_up(dryad_heap *heap)
{
  fixture f = {.heap = heap, .graph = dryad_heap_graph(heap)};
  assert_int_equal(dryad_heap_dominators(heap, &f.dominators, none, NULL), DRYAD_OK);
  dryad_known_types_init(&f.known, f.graph);
  assert_int_equal(dryad_heap_classes(heap, &f.classes, NULL), DRYAD_OK);
  assert_int_equal(dryad_kinds_init(&f.kinds, f.graph, f.classes, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominator_tree_init(&f.tree, f.dominators, NULL), DRYAD_OK);
  return f;
}

static void tear_down(fixture *f)
{
  dryad_dominator_tree_deinit(&f->tree);
  dryad_kinds_deinit(&f->kinds);
  dryad_heap_free(f->heap);
}

static dryad_suspects find(const fixture *f, dryad_ids explained, uint64_t least)
{
  const dryad_suspects_search search = {.graph = f->graph,
                                        .known = &f->known,
                                        .kinds = &f->kinds,
                                        .tree = &f->tree,
                                        .explained = explained,
                                        .least = least};
  dryad_suspects found;
  assert_int_equal(dryad_suspects_find(&found, &search, none, NULL), DRYAD_OK);
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
  fixture f;
  dryad_suspects found;
} suspected;

/* Without what the objects in `explained` retain. */
static suspected suspect_besides(const tree *t, uint64_t least, dryad_ids explained)
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
  suspected s = {.f = set_up(load_raw(&text))};
  text_free(&text);
  s.found = find(&s.f, explained, least);
  return s;
}

static suspected suspect(const tree *t, uint64_t least) { return suspect_besides(t, least, (dryad_ids){NULL, 0}); }

static void forget(suspected *s)
{
  dryad_suspects_deinit(&s->found);
  dryad_suspects_deinit(&s->found);
  tear_down(&s->f);
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

static void assert_type(const suspected *s, uint32_t kind, const char *name)
{
  assert_number(dryad_graph_type(s->f.graph, dryad_kind_at(&s->f.kinds, kind)->first),
                dryad_graph_find_type(s->f.graph, name, strlen(name)));
}

static void assert_object(const suspected *s, int accumulation, int owner, const char *type, uint64_t bytes)
{
  const dryad_suspect *one = only(s, DRYAD_SUSPECT_OBJECT, accumulation);
  assert_number(one->object, (dryad_id)owner);
  assert_number(one->retained, bytes);
  assert_number(one->member_count, 0);
  assert_type(s, one->of, type);
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
  assert_type(s, one->of, type);
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
  assert_type(&s, chain->of, "Node");
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
      assert_object(&s, list, list, "list", 500); /* without the dict */
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
  assert_object(&s, heavy, heavy, "Thing", 700); /* more than half of what the six retain */
  assert_object(&s, list, list, "list", 501);
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

static void objects_and_groups_from_least_on(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow(&t, -1, "list", 1000);
  grow(&t, -1, "Thing", 61);
  grow(&t, -1, "Thing", 61);
  grow(&t, -1, "set", 200); /* a single set is not a group */
  count_suspects(&t, 61, 2, 1);
  count_suspects(&t, 122, 2, 1);
  count_suspects(&t, 123, 2, 0);
  count_suspects(&t, 200, 2, 0);
  count_suspects(&t, 201, 1, 0);
  count_suspects(&t, 1000, 1, 0);
  count_suspects(&t, 1001, 0, 0);
  count_suspects(&t, UINT64_MAX, 0, 0);
}

static void a_group_has_no_member_with_more_than_half(void **state)
{
  (void)state;
  for (uint64_t most = 200; most < 202; most++) {
    tree t = {.count = 0};
    int module = grow(&t, -1, "module", 1);
    for (int i = 0; i < 2; i++) grow(&t, module, "Thing", 100);
    grow(&t, module, "Thing", most);
    count_suspects(&t, 400, most == 201, most == 200);
  }
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
  count_suspects(&t, 0, 1, 0);
  count_suspects(&t, 10, 1, 0);
  count_suspects(&t, 11, 0, 0);
}

/* ---- common objects ----------------------------------------------------------------------------- */

static void what_accumulates_in_a_container_is_one_suspect(void **state)
{
  (void)state;
  for (uint64_t size = 21; size > 18; size -= 2) {
    tree t = {.count = 0};
    int list = grow(&t, -1, "list", 50);
    for (int i = 0; i < 10; i++) grow(&t, list, "str", size);
    grow(&t, list, "float", 40);
    suspected s = suspect(&t, 100);
    assert_number(s.found.count, 1);
    if (size == 21)
      assert_group(&s, list, "str", list + 1, 10, 210); /* seven tenths of 300 */
    else
      assert_object(&s, list, list, "list", 280);
    forget(&s);
  }
}

/* Ten dicts, each of which hangs on a class, and perhaps also on a list. */
static suspected suspect_dicts(bool is_listed)
{
  dump_text text = {0};
  text_add(&text, "{\"address\": 0, \"type\": \"list\", \"size\": 1, \"refs\": [");
  for (int i = 0; i < 10 && is_listed; i++) text_add(&text, "%s%d", i ? ", " : "", 100 + i);
  text_add(&text, "]}\n");
  for (int i = 0; i < 10; i++) {
    text_add(&text, "{\"address\": %d, \"type\": \"dict\", \"size\": 100, \"refs\": []}\n", 100 + i);
    text_add(&text, "{\"address\": %d, \"type\": \"Class\", \"size\": 1, \"refs\": [%d]}\n", 200 + i, 100 + i);
    text_add(&text, "{\"address\": %d, \"type\": \"Other\", \"size\": 1, \"refs\": [%d]}\n", 300 + i, 100 + i);
  }
  suspected s = {.f = set_up(load_raw(&text))};
  text_free(&text);
  s.found = find(&s.f, (dryad_ids){NULL, 0}, 500);
  return s;
}

static void common_objects_are_a_group_only_as_items_of_a_container(void **state)
{
  (void)state;
  suspected s = suspect_dicts(true);
  assert_number(s.found.count, 1);
  assert_group(&s, 0, "dict", 1, 10, 1000);
  forget(&s);
  s = suspect_dicts(false);
  assert_number(s.found.count, 0);
  forget(&s);
}

static void what_is_explained_is_left_out(void **state)
{
  (void)state;
  tree t = {.count = 0};
  int list = grow(&t, -1, "list", 10);
  for (int i = 0; i < 4; i++) grow(&t, list, "Thing", 100);
  int blob = grow(&t, list, "blob", 300);
  grow(&t, blob, "blob", 200);
  const dryad_id things[] = {1, 2, 3, 4}, both[] = {(dryad_id)blob, (dryad_id)blob + 1};
  suspected s = suspect_besides(&t, 300, (dryad_ids){things, 4});
  assert_number(s.found.count, 1);
  assert_object(&s, blob, list, "list", 510);
  forget(&s);
  s = suspect_besides(&t, 300, (dryad_ids){both, 2}); /* one lies in the other */
  assert_number(s.found.count, 1);
  assert_group(&s, list, "Thing", 1, 4, 400);
  forget(&s);
}

/* ---- sizes -------------------------------------------------------------------------------------- */

static void sizes_that_add_up_to_more_than_can_be_told(void **state)
{
  (void)state;
  tree t = {.count = 0};
  grow(&t, -1, "list", INT64_MAX);
  for (int i = 0; i < 3; i++) grow(&t, 0, "Thing", INT64_MAX - 1);
  for (uint64_t least = INT64_MAX / 2; least <= INT64_MAX; least += INT64_MAX / 2) { /* each is more than half */
    suspected s = suspect(&t, least);
    if (least < INT64_MAX)
      for (int i = 1; i < 4; i++) assert_object(&s, i, i, "Thing", INT64_MAX - 1);
    else
      assert_object(&s, 0, 0, "list", INT64_MAX);
    forget(&s);
  }
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

/* The children of a kind that retain anything, in order. */
static uint64_t children_of_kind(const fixture *f, dryad_id id, uint32_t kind, dryad_id members[150])
{
  dryad_ids children = dryad_dominators_children(f->dominators, id);
  uint64_t count = 0;
  for (uint64_t i = 0; i < children.count; i++)
    if (f->kinds.numbers[children.ids[i]] == kind && retained(f->dominators, children.ids[i]) > 0)
      members[count++] = children.ids[i];
  return count;
}

static bool is_named(const dryad_graph *g, dryad_id id, const char *name)
{
  return dryad_text_equal(dryad_graph_type_name(g, dryad_graph_type(g, id)), (dryad_text){name, strlen(name)});
}

/* What the children of a kind retain; 0 if they cannot be a group. */
static uint64_t sum_of_kind(const fixture *f, dryad_id id, uint32_t kind, uint64_t least)
{
  dryad_id members[150];
  uint64_t count = children_of_kind(f, id, kind, members), sum = 0, largest = 0;
  for (uint64_t i = 0; i < count; i++) {
    sum = dryad_add_sizes(sum, retained(f->dominators, members[i]));
    if (retained(f->dominators, members[i]) > largest) largest = retained(f->dominators, members[i]);
  }
  return count > 1 && sum >= least && largest <= sum / 2 && !is_named(f->graph, members[0], "module") ? sum : 0;
}

static bool holds_kind(const fixture *f, dryad_id id, uint32_t kind)
{
  dryad_id members[150];
  const dryad_ids ids = {members, children_of_kind(f, id, kind, members)};
  return id != DRYAD_NONE && dryad_holds_as_items(f->graph, &f->known, id, ids);
}

/* The children of one object, or of the virtual root. */
typedef struct parts {
  dryad_id big; /* one of the big ones that are in no group */
  uint64_t big_count, explained;
  uint32_t only; /* the kind of the only group; DRYAD_NONE: there may be several */
} parts;

/* The kind of the items that explain at least seven tenths of a container. */
static uint32_t main_kind(const fixture *f, dryad_id id, uint64_t least)
{
  dryad_ids children = dryad_dominators_children(f->dominators, id);
  uint32_t most = DRYAD_NONE;
  for (uint64_t i = 0; i < children.count && id != DRYAD_NONE; i++) {
    const uint32_t kind = f->kinds.numbers[children.ids[i]];
    const uint64_t sum = sum_of_kind(f, id, kind, least);
    if (sum == 0 || sum < retained(f->dominators, id) / 10 * 7) continue;
    if (most == DRYAD_NONE || sum > sum_of_kind(f, id, most, least)) most = kind;
  }
  return most != DRYAD_NONE && holds_kind(f, id, most) ? most : DRYAD_NONE;
}

/* What a group retains; 0: the children of this kind are none. */
static uint64_t group_of(const fixture *f, dryad_id id, uint32_t kind, uint64_t least)
{
  const uint32_t only = main_kind(f, id, least);
  const bool is_one = only == DRYAD_NONE ? !holds_kind(f, id, kind) : only == kind;
  return is_one ? sum_of_kind(f, id, kind, least) : 0;
}

static parts parts_of(const fixture *f, dryad_id id, uint64_t least)
{
  dryad_ids children = dryad_dominators_children(f->dominators, id);
  parts p = {.big = DRYAD_NONE, .only = main_kind(f, id, least)};
  for (uint32_t kind = 0; kind < f->kinds.count; kind++)
    p.explained = dryad_add_sizes(p.explained, group_of(f, id, kind, least));
  for (uint64_t i = 0; i < children.count; i++) {
    if (retained(f->dominators, children.ids[i]) < least) continue;
    if (group_of(f, id, f->kinds.numbers[children.ids[i]], least) > 0) continue;
    p.big = children.ids[i];
    p.big_count++;
    p.explained = dryad_add_sizes(p.explained, retained(f->dominators, p.big));
  }
  if (id != DRYAD_NONE && (p.only != DRYAD_NONE || p.explained > retained(f->dominators, id)))
    p.explained = retained(f->dominators, id);
  return p;
}

/* Whether one child accounts for all but less than `least` of what an object retains. */
static bool leads_on(const fixture *f, dryad_id id, uint64_t least)
{
  parts p = parts_of(f, id, least);
  return p.only == DRYAD_NONE && p.big_count == 1 && p.explained == retained(f->dominators, p.big) &&
         retained(f->dominators, id) - retained(f->dominators, p.big) < least;
}

/* Whether a search from the top gets to an object: none above it is in a group, or leads on past it. */
static bool is_looked_at(const fixture *f, dryad_id id, uint64_t least)
{
  if (retained(f->dominators, id) < least) return false;
  for (dryad_id above; id != DRYAD_NONE; id = above) {
    above = dryad_dominators_parent(f->dominators, id);
    if (group_of(f, above, f->kinds.numbers[id], least) > 0) return false;
  }
  return true;
}

/* Removes the expected suspect from those found. */
static void take(dryad_suspects *found, dryad_suspect expected, const dryad_id *members, uint64_t member_count)
{
  dryad_suspect *all = found->suspects.data;
  for (uint64_t i = 0; i < found->count; i++) {
    const dryad_suspect *s = &all[i];
    if (s->kind != expected.kind || s->accumulation != expected.accumulation || s->of != expected.of) continue;
    assert_number(s->object, expected.object);
    assert_number(s->retained, expected.retained);
    assert_number(s->member_count, member_count);
    for (uint64_t m = 0; m < member_count; m++) assert_number(members_of(found, s)[m], members[m]);
    all[i] = all[--found->count];
    return;
  }
  fail_msg("no suspect of kind %d at %d", (int)expected.kind, (int)expected.accumulation);
}

static void take_groups(dryad_suspects *found, const fixture *f, dryad_id id, uint64_t least)
{
  for (uint32_t kind = 0; kind < f->kinds.count; kind++) {
    dryad_id members[150];
    const uint64_t sum = group_of(f, id, kind, least);
    if (sum == 0) continue;
    const dryad_suspect expected = {
        .kind = DRYAD_SUSPECT_GROUP, .of = kind, .object = DRYAD_NONE, .accumulation = id, .retained = sum};
    take(found, expected, members, children_of_kind(f, id, kind, members));
  }
}

/* The objects passed through, with the end last. */
static unsigned way_to(dryad_id way[150], const fixture *f, dryad_id end, uint64_t least)
{
  unsigned count = 0;
  for (dryad_id id = end; id != DRYAD_NONE && (id == end || leads_on(f, id, least));
       id = dryad_dominators_parent(f->dominators, id)) {
    memmove(way + 1, way, count++ * sizeof *way);
    way[0] = id;
  }
  return count;
}

/* The most frequent kind on the way, the first among equals; *count is its frequency. */
static uint32_t most_frequent(const fixture *f, const dryad_id *way, unsigned length, unsigned *most)
{
  uint32_t kind = DRYAD_NONE;
  *most = 0;
  for (unsigned i = 0; i < length; i++) {
    unsigned count = 0;
    for (unsigned k = 0; k < length; k++) count += f->kinds.numbers[way[k]] == f->kinds.numbers[way[i]];
    if (count <= *most) continue;
    *most = count;
    kind = f->kinds.numbers[way[i]];
  }
  return kind;
}

static void take_way(dryad_suspects *found, const fixture *f, dryad_id end, uint64_t least)
{
  dryad_id way[150], members[150], owner = DRYAD_NONE;
  unsigned length = way_to(way, f, end, least), most, member_count = 0;
  const uint64_t explained = parts_of(f, end, least).explained;
  uint32_t kind = most_frequent(f, way, length, &most);
  bool is_chain = most >= 8 && retained(f->dominators, way[0]) - explained >= least;
  for (unsigned i = length; i-- > 0;)
    if (!is_named(f->graph, way[i], "module") && !is_named(f->graph, way[i], "frame")) owner = way[i];
  if (owner == DRYAD_NONE) owner = end;
  for (unsigned i = 0; i < length; i++)
    if (f->kinds.numbers[way[i]] == kind) members[member_count++] = way[i];
  if (is_chain) {
    const dryad_suspect expected = {.kind = DRYAD_SUSPECT_CHAIN,
                                    .of = kind,
                                    .object = members[0],
                                    .accumulation = members[0],
                                    .retained = retained(f->dominators, members[0]) - explained};
    take(found, expected, members, member_count);
  }
  if (retained(f->dominators, end) - explained >= least && !(is_chain && kind == f->kinds.numbers[end])) {
    const dryad_suspect expected = {.kind = DRYAD_SUSPECT_OBJECT,
                                    .of = f->kinds.numbers[owner],
                                    .object = owner,
                                    .accumulation = end,
                                    .retained = retained(f->dominators, owner) - explained};
    take(found, expected, NULL, 0);
  }
}

static void check_random(fixture *f, uint64_t least, unsigned counts[3])
{
  dryad_suspects found = find(f, (dryad_ids){NULL, 0}, least);
  if (least == 0) least = 1;
  for (uint64_t i = 0; i < found.count; i++) counts[at(&found, i)->kind]++;
  take_groups(&found, f, DRYAD_NONE, least);
  for (dryad_id id = 0; id < dryad_graph_count(f->graph); id++) {
    if (!is_looked_at(f, id, least)) continue;
    take_groups(&found, f, id, least);
    if (!leads_on(f, id, least)) take_way(&found, f, id, least);
  }
  assert_number(found.count, 0);
  dryad_suspects_deinit(&found);
}

/* All kinds count as uncommon: which container holds common objects is tested above. */
static void random_trees_have_the_suspects_that_their_ends_tell(void **state)
{
  (void)state;
  uint64_t seed = 80;
  unsigned counts[3] = {0};
  for (int round = 0; round < 1000; round++) {
    fixture f = set_up(random_tree(&seed));
    const uint64_t total = dryad_dominators_reachable_size(f.dominators);
    for (uint32_t kind = 0; kind < f.kinds.count; kind++) ((dryad_kind *)f.kinds.kinds.data)[kind].is_common = false;
    check_random(&f, random_below(&seed, 6), counts);
    check_random(&f, total / (1 + random_below(&seed, 20)), counts);
    check_random(&f, retained(f.dominators, random_below(&seed, dryad_graph_count(f.graph))), counts);
    check_random(&f, random_bits(&seed, 64), counts);
    tear_down(&f);
  }
  for (int kind = 0; kind < 3; kind++) assert_true(counts[kind] > 100);
}

/* ---- a million ---------------------------------------------------------------------------------- */

enum { TYPES = A_MILLION / 4 };

static void a_chain_of_a_million(void **state)
{
  (void)state;
  fixture f = set_up(load_generated(write_chain, A_MILLION, NULL));
  const dryad_graph *g = f.graph;
  uint64_t least = dryad_graph_total_size(g) / 10, bytes = 0, count = A_MILLION;
  while (bytes < least) bytes += generated_size((unsigned)--count);
  dryad_suspects found = find(&f, (dryad_ids){NULL, 0}, least);
  assert_number(found.count, 1);
  assert_int_equal(at(&found, 0)->kind, DRYAD_SUSPECT_CHAIN);
  assert_number(at(&found, 0)->retained, dryad_graph_total_size(g));
  assert_number(at(&found, 0)->member_count, count + 1);
  for (uint64_t i = 0; i <= count; i++) assert_number(members_of(&found, at(&found, 0))[i], i);
  dryad_suspects_deinit(&found);
  tear_down(&f);
}

static void a_star_of_a_million(void **state)
{
  (void)state;
  fixture f = set_up(load_generated(write_star, A_MILLION, NULL));
  uint64_t total = dryad_graph_total_size(f.graph);
  dryad_suspects found = find(&f, (dryad_ids){NULL, 0}, total / 10);
  assert_number(found.count, 1);
  assert_int_equal(at(&found, 0)->kind, DRYAD_SUSPECT_GROUP);
  assert_number(at(&found, 0)->accumulation, 0);
  assert_number(at(&found, 0)->retained, total - generated_size(0));
  assert_number(at(&found, 0)->member_count, A_MILLION - 1);
  for (uint64_t i = 1; i < A_MILLION; i++) assert_number(members_of(&found, at(&found, 0))[i - 1], i);
  dryad_suspects_deinit(&found);
  tear_down(&f);
}

/* Types come in turn: each twice. */
static bool write_types(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count) {
    add_number(t, "{\"address\": ", piece);
    add_number(t, ", \"type\": \"", piece % (count / 2));
    text_add(t, "\", \"size\": 4, \"refs\": []}\n");
  }
  return piece < count;
}

static void groups_of_many_types_below_none(void **state)
{
  (void)state;
  fixture f = set_up(load_generated(write_types, 2 * TYPES, NULL));
  dryad_suspects found = find(&f, (dryad_ids){NULL, 0}, 8);
  assert_number(found.count, TYPES);
  for (uint64_t i = 0; i < TYPES; i++) {
    const dryad_suspect *s = at(&found, i);
    assert_int_equal(s->kind, DRYAD_SUSPECT_GROUP);
    assert_number(s->member_count, 2);
    assert_number(members_of(&found, s)[1] - members_of(&found, s)[0], TYPES);
  }
  dryad_suspects_deinit(&found);
  tear_down(&f);
}

/* ---- cancelling --------------------------------------------------------------------------------- */

static dryad_status find_quietly(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_id root = 0;
  dryad_roots *roots;
  dryad_dominators *d;
  dryad_known_types known;
  dryad_classes *classes;
  dryad_kinds kinds;
  dryad_dominator_tree below;
  dryad_suspects found;
  dryad_known_types_init(&known, g);
  assert_int_equal(dryad_roots_give(&roots, g, &root, 1, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominators_new(&d, g, roots, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_classes_new(&classes, g, NULL), DRYAD_OK);
  assert_int_equal(dryad_kinds_init(&kinds, g, classes, none, NULL), DRYAD_OK);
  assert_int_equal(dryad_dominator_tree_init(&below, d, NULL), DRYAD_OK);
  const dryad_suspects_search search = {.graph = g, .known = &known, .kinds = &kinds, .tree = &below, .least = 1000};
  dryad_status status = dryad_suspects_find(&found, &search, progress, error);
  assert_int_equal(found.count == 0 && !found.suspects.data && !found.ids.data, status != DRYAD_OK);
  dryad_suspects_deinit(&found);
  dryad_dominator_tree_deinit(&below);
  dryad_kinds_deinit(&kinds);
  dryad_classes_free(classes);
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
      cmocka_unit_test(objects_and_groups_from_least_on),
      cmocka_unit_test(a_group_has_no_member_with_more_than_half),
      cmocka_unit_test(what_accumulates_in_a_container_is_one_suspect),
      cmocka_unit_test(common_objects_are_a_group_only_as_items_of_a_container),
      cmocka_unit_test(what_is_explained_is_left_out),
      cmocka_unit_test(nothing_is_no_suspect),
      cmocka_unit_test(sizes_that_add_up_to_more_than_can_be_told),
      cmocka_unit_test(random_trees_have_the_suspects_that_their_ends_tell),
      cmocka_unit_test(a_chain_of_a_million),
      cmocka_unit_test(a_star_of_a_million),
      cmocka_unit_test(groups_of_many_types_below_none),
      cmocka_unit_test(cancelled_at_every_call),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
