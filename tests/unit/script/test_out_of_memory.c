/* SPDX-License-Identifier: MIT */
/* Every allocation of every operation on a finished graph fails once: it is told, and nothing leaks. */
#include "analysis/ancestors.h"
#include "analysis/contents.h"
#include "analysis/cycles.h"
#include "analysis/depth_first.h"
#include "analysis/dominators.h"
#include "analysis/duplicates.h"
#include "analysis/holders.h"
#include "analysis/members.h"
#include "analysis/merged_paths.h"
#include "analysis/nesting.h"
#include "analysis/paths.h"
#include "analysis/retained.h"
#include "analysis/suspects.h"
#include "analysis/type_growth.h"
#include "base/error.h"
#include "failing.h"
#include "graph/default_order.h"
#include "graph/graph.h"
#include "graph/idlist.h"
#include "heap/heap.h"
#include "network.h"

/* ---- the operations ----------------------------------------------------------------------------- */

enum { OBJECTS = 300, WANTED = 5 };

static const dryad_progress none = {0};

static dryad_id all[OBJECTS];

static dryad_status release(const dryad_graph *g, dryad_status status, dryad_id *ids, uint64_t count)
{
  if (!status) dryad_free(g->allocator, ids, count, sizeof *ids);
  return status;
}

static dryad_status of_type(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_ids_of_type(g, DRYAD_NONE, &ids, &count, error);
  return release(g, status, ids, count);
}

static dryad_status rank(dryad_heap *heap, dryad_error *error)
{
  dryad_id ids[OBJECTS], ranked[OBJECTS];
  for (unsigned i = 0; i < OBJECTS; i++) ids[i] = all[OBJECTS - 1 - i]; /* not in the order that costs less */
  return dryad_ids_default_order(dryad_heap_graph(heap), (dryad_ids){ids, OBJECTS}, ranked, error);
}

static dryad_status combine(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_status status = DRYAD_OK;
  for (dryad_set_operation operation = DRYAD_UNION; operation <= DRYAD_INTERSECTION && !status; operation++) {
    dryad_id *ids;
    uint64_t count;
    status = dryad_ids_combine(g, operation, all, OBJECTS, all + 5, 100, &ids, &count, error);
    status = release(g, status, ids, count);
  }
  return status;
}

static dryad_status neighbours(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_ids_children(g, all, OBJECTS / 2, &ids, &count, error);
  status = release(g, status, ids, count);
  if (status) return status;
  status = dryad_ids_parents(g, all, 10, &ids, &count, error);
  return release(g, status, ids, count);
}

static dryad_status reach(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_reach(g, all, 3, all + 7, 2, &ids, &count, NULL, none, error);
  status = release(g, status, ids, count);
  if (status) return status;
  status = dryad_reach_within(g, (dryad_ids){all, 3}, (dryad_ids){all, OBJECTS / 2}, &ids, &count, none, error);
  return release(g, status, ids, count);
}

static dryad_status summarize(dryad_heap *heap, dryad_error *error)
{
  dryad_summary *summary;
  const dryad_graph *graphs[] = {dryad_heap_graph(heap), dryad_heap_graph(heap)};
  dryad_type_growth growth;
  dryad_status status = dryad_summarize(&summary, graphs[0], NULL, 0, error);
  dryad_summary_free(summary);
  if (status) return status;
  status = dryad_type_growth_find(&growth, graphs, 2, error);
  dryad_type_growth_deinit(&growth);
  return status;
}

/* Makes a change of which `ok` tells whether there was memory to put it together; takes it over. */
static dryad_status apply(dryad_heap *heap, dryad_change *change, bool ok, dryad_error *error)
{
  if (ok) return dryad_heap_apply(heap, change, NULL, NULL, none, error);
  dryad_change_free(change);
  return dryad_fail_memory(error);
}

/* Adds a reference between the objects of two ids. */
static dryad_status refer(dryad_heap *heap, dryad_id from, dryad_id to, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_change *change = dryad_change_new(g->allocator, DRYAD_CHANGE_EDIT);
  bool ok = change && dryad_numbers_add(&change->others, g->allocator, dryad_graph_address(g, from)) &&
            dryad_numbers_add(&change->others, g->allocator, dryad_graph_address(g, to));
  return apply(heap, change, ok, error);
}

/* More changes than the history has room for at first. */
static dryad_status change(dryad_heap *heap, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (unsigned changes = 0; changes < 9 && !status; changes++) status = refer(heap, changes, 1, error);
  while (dryad_heap_undo(heap)) continue;
  return status;
}

/* An edit in which objects and references go and others come, of every width. */
static dryad_status edit(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_change *change = dryad_change_new(g->allocator, DRYAD_CHANGE_EDIT);
  bool ok = change != NULL;
  for (uint64_t i = 0; i < 20 && ok; i++) {
    uint64_t address = dryad_graph_address(g, (dryad_id)(3 * i));
    const dryad_new_object object = {.address = (i + 1) << 40,
                                     .size = (uint64_t)1 << (2 * i),
                                     .len = -(int64_t)i,
                                     .has_len = true,
                                     .type = {"new one", 4 + i % 3},
                                     .name = {"name", i % 5},
                                     .value = {.kind = DRYAD_VALUE_TEXT, .text = {"a value", i % 7}}};
    ok = dryad_numbers_add(&change->objects, g->allocator, address) && dryad_change_add_object(change, &object) &&
         dryad_numbers_add(&change->refs, g->allocator, address + 16) &&
         dryad_numbers_add(&change->refs, g->allocator, 0) &&
         dryad_numbers_add(&change->others, g->allocator, object.address) &&
         dryad_numbers_add(&change->others, g->allocator, i % 2 ? address : 5);
  }
  dryad_status status = apply(heap, change, ok, error);
  assert_int_equal(dryad_heap_undo(heap), !status);
  return status;
}

/* Adds a mark or a pin for every fourth object. */
static dryad_status name_some(dryad_heap *heap, dryad_change_kind kind, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_change *change = dryad_change_new(g->allocator, kind);
  bool ok = change != NULL;
  for (dryad_id id = 0; id < OBJECTS && ok; id += 4) {
    ok = dryad_numbers_add(&change->objects, g->allocator, dryad_graph_address(g, id));
    if (ok && kind == DRYAD_CHANGE_MARK) ok = dryad_numbers_add(&change->others, g->allocator, id);
  }
  return apply(heap, change, ok, error);
}

/* Marks, pins and an edit that all of them go through, and what is asked then. */
static dryad_status pin_and_mark(dryad_heap *heap, dryad_error *error)
{
  const dryad_type_index *index = NULL;
  const dryad_roots *roots = NULL;
  dryad_id *ids;
  uint64_t count;
  dryad_status status = name_some(heap, DRYAD_CHANGE_PIN, error);
  if (!status) status = name_some(heap, DRYAD_CHANGE_MARK, error);
  if (!status) status = dryad_heap_type_index(heap, &index, error);
  if (!status) status = refer(heap, 1, 2, error);
  if (!status) status = dryad_heap_roots(heap, &roots, none, error);
  if (!status) status = dryad_heap_unreferenced(heap, &ids, &count, error);
  if (!status) dryad_free(dryad_heap_graph(heap)->allocator, ids, count, sizeof *ids);
  while (dryad_heap_undo(heap)) continue;
  return status;
}

static dryad_status collect(dryad_heap *heap, dryad_error *error)
{
  dryad_change *change = dryad_change_new(dryad_heap_graph(heap)->allocator, DRYAD_CHANGE_GC);
  dryad_status status = dryad_heap_set_roots(heap, all + OBJECTS - 3, 2, error);
  status = apply(heap, change, change && !status, error);
  while (dryad_heap_undo(heap)) continue;
  if (!status) status = dryad_heap_set_roots(heap, NULL, 0, error);
  return status;
}

static dryad_status paths_to_each(dryad_heap *heap, dryad_error *error)
{
  dryad_path found[30];
  dryad_steps steps;
  dryad_status status = dryad_paths_to_each(found, &steps, dryad_heap_graph(heap), (dryad_ids){all, 2},
                                            (dryad_ids){all + 20, 30}, (dryad_ids){0}, true, none, error);
  if (status) assert_true(steps.count == 0 && !steps.counts.data);
  for (unsigned i = 0; i < 30; i++) {
    if (status) assert_true(found[i].count == 0 && !found[i].ids);
    dryad_path_deinit(&found[i]);
  }
  dryad_steps_deinit(&steps);
  return status;
}

static dryad_status ancestors(dryad_heap *heap, dryad_error *error)
{
  const bool stops[32] = {false};
  dryad_ancestors found;
  dryad_status status = dryad_ancestors_find(&found, dryad_heap_graph(heap), (dryad_ids){all, 3}, stops, none, error);
  if (status) assert_true(found.row_count == 0 && !found.rows && !found.pairs.counts.data);
  dryad_ancestors_deinit(&found);
  return status;
}

/* ---- operations from roots ---------------------------------------------------------------------- */

static dryad_status settle(dryad_heap *heap, dryad_error *error)
{
  dryad_roots *roots;
  dryad_status status = dryad_roots_settle(&roots, dryad_heap_graph(heap), none, error);
  assert_int_equal(!roots, status != DRYAD_OK);
  dryad_roots_free(roots);
  return status;
}

typedef dryad_status (*operation_from_roots)(const dryad_graph *g, const dryad_roots *roots, dryad_error *error);

static dryad_status from_given(dryad_heap *heap, operation_from_roots run, dryad_error *error)
{
  dryad_roots *roots;
  dryad_status status = dryad_roots_give(&roots, dryad_heap_graph(heap), all + OBJECTS - 10, 5, error);
  assert_int_equal(!roots, status != DRYAD_OK);
  if (!status) status = run(dryad_heap_graph(heap), roots, error);
  dryad_roots_free(roots);
  return status;
}

static dryad_status move_roots(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_roots *moved;
  dryad_status status = dryad_roots_move(&moved, roots, g, g, error);
  assert_int_equal(!moved, status != DRYAD_OK);
  dryad_roots_free(moved);
  return status;
}
static dryad_status move(dryad_heap *heap, dryad_error *error) { return from_given(heap, move_roots, error); }

static dryad_status find_unreachable(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_id *ids;
  uint64_t count;
  dryad_status status = dryad_roots_unreachable(roots, g, DRYAD_ROOT_NONE, &ids, &count, none, error);
  return release(g, status, ids, count);
}
static dryad_status unreachable(dryad_heap *heap, dryad_error *error)
{
  return from_given(heap, find_unreachable, error);
}

static dryad_status find_dominators(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_dominators *d;
  dryad_status status = dryad_dominators_new(&d, g, roots, none, error);
  assert_int_equal(!d, status != DRYAD_OK);
  dryad_dominators_free(d);
  return status;
}
static dryad_status dominators(dryad_heap *heap, dryad_error *error)
{
  return from_given(heap, find_dominators, error);
}

static dryad_status add_retained(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_id *ids;
  uint64_t count, size;
  dryad_status status = dryad_retained_set(g, roots, all + OBJECTS - 12, 4, &ids, &count, &size, none, error);
  return release(g, status, ids, count);
}
static dryad_status retained(dryad_heap *heap, dryad_error *error) { return from_given(heap, add_retained, error); }

static dryad_status find_several(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_path paths[WANTED];
  uint32_t count;
  dryad_status status = dryad_paths_from_roots(paths, WANTED, &count, g, roots, 13, none, error);
  if (status) assert_int_equal(count, 0);
  for (uint32_t i = 0; i < count; i++) dryad_path_deinit(&paths[i]);
  return status;
}
static dryad_status several(dryad_heap *heap, dryad_error *error) { return from_given(heap, find_several, error); }

static dryad_status find_best(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_levels *levels;
  dryad_path path = {0};
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_status status = dryad_levels_new(&levels, g, &known, roots, none, error);
  if (status) return status;
  status = dryad_way_find(&path, g, &known, levels, OBJECTS - 1, none, error);
  if (status) assert_true(path.count == 0 && !path.ids);
  dryad_path_deinit(&path);
  dryad_levels_free(levels);
  return status;
}
static dryad_status way(dryad_heap *heap, dryad_error *error) { return from_given(heap, find_best, error); }

static dryad_status path(dryad_heap *heap, dryad_error *error)
{
  dryad_path found;
  dryad_status status =
      dryad_path_find(&found, dryad_heap_graph(heap), (dryad_ids){all, 2}, (dryad_ids){all + 50, 2}, true, none, error);
  if (status) assert_true(found.count == 0 && !found.ids);
  dryad_path_deinit(&found);
  return status;
}

/* ---- operations on sets ------------------------------------------------------------------------- */

static dryad_status find_in_kinds(const dryad_suspects_search *search, dryad_error *error)
{
  const dryad_ids top = dryad_dominator_tree_children(search->tree, DRYAD_NONE);
  const uint32_t kind = 0;
  dryad_contents contents;
  dryad_nesting nesting;
  dryad_id *members;
  uint64_t count;
  dryad_suspects found;
  dryad_status status = dryad_contents_find(&contents, search->graph, search->kinds, search->tree, top, none, error);
  dryad_contents_deinit(&contents);
  if (status) return status;
  status = dryad_nesting_find(&nesting, search->kinds, search->tree, &kind, 1, none, error);
  dryad_nesting_deinit(&nesting);
  if (status) return status;
  status = dryad_members_find(&members, &count, search->kinds, search->tree, top, kind, DRYAD_MEMBERS_ALL, none, error);
  if (status) return status;
  dryad_free(search->graph->allocator, members, count, sizeof *members);
  status = dryad_suspects_find(&found, search, none, error);
  if (status) assert_true(found.count == 0 && !found.suspects.data && !found.ids.data);
  dryad_suspects_deinit(&found);
  return status;
}

static dryad_status find_suspects(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_dominators *d;
  dryad_classes *classes = NULL;
  dryad_kinds kinds = {0};
  dryad_dominator_tree tree = {0};
  dryad_status status = dryad_dominators_new(&d, g, roots, none, error);
  if (!status) status = dryad_classes_new(&classes, g, error);
  if (!status) status = dryad_kinds_init(&kinds, g, classes, none, error);
  if (!status) status = dryad_dominator_tree_init(&tree, d, error);
  for (uint64_t least = 1; least < 1000 && !status; least *= 8) {
    const dryad_suspects_search search = {.graph = g,
                                          .known = &classes->known,
                                          .kinds = &kinds,
                                          .tree = &tree,
                                          .explained = {all, least > 1 ? 1 : 0},
                                          .least = least};
    status = find_in_kinds(&search, error);
  }
  dryad_dominator_tree_deinit(&tree);
  dryad_kinds_deinit(&kinds);
  dryad_classes_free(classes);
  dryad_dominators_free(d);
  return status;
}

static dryad_status suspects(dryad_heap *heap, dryad_error *error) { return from_given(heap, find_suspects, error); }

static dryad_status cycles(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  static const dryad_cycle_type types[OBJECTS] = {0};
  dryad_known_types known;
  dryad_cycles found;
  dryad_known_types_init(&known, g);
  assert_true(dryad_graph_type_count(g) <= OBJECTS);
  dryad_status status = dryad_cycles_find(&found, g, &known, (dryad_ids){all, OBJECTS}, types, none, error);
  if (status) assert_true(found.count == 0 && !found.shapes.data && !found.steps.data);
  dryad_cycles_deinit(&found);
  return status;
}

static dryad_status find_branches(const dryad_graph *g, const dryad_roots *roots, dryad_error *error)
{
  dryad_merged_paths found;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_levels *levels;
  dryad_status status = dryad_levels_new(&levels, g, &known, roots, none, error);
  if (status) return status;
  const dryad_ids members = {all + 10, OBJECTS - 10};
  status = dryad_merged_paths_find(&found, g, &known, levels, members, 0, none, error);
  if (status) assert_true(found.node_count == 0 && !found.nodes.data);
  dryad_merged_paths_deinit(&found);
  dryad_levels_free(levels);
  return status;
}

static dryad_status nodes(dryad_heap *heap, dryad_error *error) { return from_given(heap, find_branches, error); }

static dryad_status holders(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_holder *found;
  uint64_t count;
  dryad_known_types known;
  dryad_known_types_init(&known, g);
  dryad_status status = dryad_holders_find(&found, &count, g, &known, (dryad_ids){all, OBJECTS}, 4, none, error);
  assert_int_equal(!found, status != DRYAD_OK);
  if (!status) dryad_free(g->allocator, found, count, sizeof *found);
  return status;
}

static dryad_status duplicates(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  dryad_duplicate *found;
  uint64_t count;
  dryad_status status = dryad_duplicates_find(&found, &count, g, none, error);
  assert_int_equal(!found, status != DRYAD_OK);
  if (!status) dryad_free(g->allocator, found, count, sizeof *found);
  return status;
}

static dryad_status remove_references(dryad_heap *heap, dryad_error *error)
{
  const dryad_graph *before = dryad_heap_graph(heap);
  dryad_status status =
      dryad_heap_remove_references(heap, (dryad_ids){all, 200}, (dryad_ids){all, OBJECTS}, NULL, none, error);
  assert_int_equal(dryad_heap_undo(heap), !status);
  assert_ptr_equal(dryad_heap_graph(heap), before);
  return status;
}

/* ---- what a heap keeps -------------------------------------------------------------------------- */

static dryad_status keep_roots(dryad_heap *heap, dryad_error *error)
{
  const dryad_roots *roots = NULL;
  dryad_status status = dryad_heap_roots(heap, &roots, none, error);
  assert_int_equal(!roots, status != DRYAD_OK);
  return status;
}

static dryad_status keep_dominators(dryad_heap *heap, dryad_error *error)
{
  const dryad_dominators *d = NULL;
  dryad_status status = dryad_heap_dominators(heap, &d, none, error);
  assert_int_equal(!d, status != DRYAD_OK);
  return status;
}

static dryad_status keep_given(dryad_heap *heap, dryad_error *error)
{
  dryad_status status = dryad_heap_set_roots(heap, all, 4, error);
  if (!status) status = keep_dominators(heap, error);
  if (!status) status = dryad_heap_set_roots(heap, NULL, 0, error);
  return status ? status : keep_roots(heap, error);
}

static dryad_status keep_retained(dryad_heap *heap, dryad_error *error)
{
  uint64_t size;
  return dryad_heap_retained_size(heap, all, 9, &size, none, error);
}

/* Roots from before a change, dominators from after it. */
static dryad_status keep_through_changes(dryad_heap *heap, dryad_error *error)
{
  uint64_t changed = 0;
  dryad_status status = keep_roots(heap, error);
  if (!status) status = dryad_heap_remove_expensive_references(heap, &changed, none, error);
  if (!status) assert_true(changed > 0);
  if (!status) status = keep_dominators(heap, error);
  if (dryad_heap_undo(heap) && !status) status = keep_dominators(heap, error);
  return status;
}

/* ---- each failure of each ----------------------------------------------------------------------- */

typedef dryad_status (*operation)(dryad_heap *heap, dryad_error *error);

/* Rings of three, in rows where each refers to the next; all of them refer to a module. */
static dryad_heap *load_rings(const dryad_allocator *allocator)
{
  dump_text t = {0};
  for (unsigned i = 0; i < OBJECTS - 1; i++) {
    text_add(&t, "{\"address\": %u, \"type\": \"list\", \"size\": 9, \"refs\": [%u, 9999", i, i / 3 * 3 + (i + 1) % 3);
    if (i % 15 < 12) text_add(&t, ", %u", i + 3);
    text_add(&t, "]}\n");
  }
  text_add(&t, "{\"address\": 9999, \"type\": \"module\", \"size\": 9, \"refs\": []}\n");
  dryad_heap *heap = load_text(
      &t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .allocator = allocator});
  text_free(&t);
  return heap;
}

/* Strings of three texts; of every third the len does not fit in 32 bits. */
static dryad_heap *load_strings(const dryad_allocator *allocator)
{
  static const char *const lens[] = {"1", "-1", "2", "3", "-2"};
  dump_text t = {0};
  for (unsigned i = 0; i < OBJECTS; i++)
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", \"size\": 9, \"len\": %s, \"value\": \"%u\", \"refs\": [%u]}\n",
             i, i % 7 ? "str" : "bytes", lens[i % 5], i % 3, (i + 1) % OBJECTS);
  dryad_heap *heap = load_text(
      &t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .allocator = allocator});
  text_free(&t);
  return heap;
}

static dryad_heap *load_network(const dryad_allocator *allocator)
{
  uint64_t seed = 40;
  return random_network(&seed, OBJECTS, 5, 100, allocator);
}

typedef dryad_heap *(*loader)(const dryad_allocator *allocator);

/* `keeps`: the heap may keep what the operation found. */
static void check(operation run, loader load, bool keeps)
{
  for (uint64_t n = 1;; n++) {
    failing f = {.fail_at = 0};
    const dryad_allocator allocator = {failing_resize, &f};
    dryad_heap *heap = load(&allocator);
    dryad_error error = {0};
    int64_t before = f.ledger.blocks;
    f.fail_at = f.requests + n;
    dryad_status status = run(heap, &error);
    bool has_failed = f.requests >= f.fail_at;
    assert_int_equal(status, has_failed ? DRYAD_NO_MEMORY : DRYAD_OK);
    assert_int_equal(error.status, status);
    if (has_failed) assert_string_equal(error.text, "out of memory");
    if (!keeps) assert_int_equal(f.ledger.blocks, before);
    f.fail_at = 0;
    assert_int_equal(run(heap, NULL), DRYAD_OK);
    dryad_heap_free(heap);
    assert_int_equal(f.ledger.blocks, 0);
    assert_int_equal(f.ledger.bytes, 0);
    if (has_failed) continue;
    assert_true(n > 1);
    return;
  }
}

static void every_operation(void **state)
{
  (void)state;
  const operation operations[] = {
      of_type, rank,        combine,    neighbours,        reach,         summarize, change, settle,
      move,    unreachable, dominators, retained,          several,       way,       path,   suspects,
      nodes,   holders,     duplicates, remove_references, paths_to_each, ancestors, cycles};
  const loader loaders[] = {load_network, load_rings, load_strings};
  for (dryad_id id = 0; id < OBJECTS; id++) all[id] = OBJECTS - 1 - id;
  for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++)
    for (unsigned k = 0; k < sizeof loaders / sizeof *loaders; k++) check(operations[i], loaders[k], false);
}

static void every_operation_whose_result_the_heap_keeps(void **state)
{
  (void)state;
  const operation operations[] = {keep_roots, keep_dominators, keep_given, keep_retained, keep_through_changes,
                                  edit,       pin_and_mark,    collect};
  for (dryad_id id = 0; id < OBJECTS; id++) all[id] = OBJECTS - 1 - id;
  for (unsigned i = 0; i < sizeof operations / sizeof *operations; i++) check(operations[i], load_rings, true);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_operation),
      cmocka_unit_test(every_operation_whose_result_the_heap_keeps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
