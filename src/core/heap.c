#include "core/heap.h"

#include <string.h>

#include "core/dominators.h"
#include "core/error.h"
#include "core/graph.h"
#include "core/known_types.h"
#include "core/rebuild.h"
#include "core/retained.h"

/* A graph, and what was asked about it so far. */
typedef struct version {
  dryad_graph *graph;
  uint32_t settled_at; /* the place in history of the graph whose settled roots this one has */
  dryad_roots *roots;
  dryad_dominators *dominators;
} version;

struct dryad_heap {
  const dryad_allocator *allocator;
  version *history; /* history[depth - 1] is the current one */
  uint32_t depth, capacity;
  uint64_t *given_roots; /* given_count addresses, NULL: roots are settled */
  uint64_t given_count;
  uint64_t version;
  dryad_report report;
  char *path;
};

enum { FIRST_CAPACITY = 4 };

static version *current(const dryad_heap *heap) { return &heap->history[heap->depth - 1]; }

/* ---- life and versions ------------------------------------------------------------------------- */

dryad_heap *dryad_heap_new(const dryad_allocator *allocator, dryad_graph *graph, const dryad_report *report,
                           const char *path)
{
  dryad_heap *heap = dryad_calloc(allocator, 1, sizeof *heap);
  if (!heap) return NULL;
  heap->allocator = allocator;
  heap->report = *report;
  heap->path = dryad_alloc(allocator, strlen(path) + 1, 1);
  heap->history = dryad_alloc(allocator, FIRST_CAPACITY, sizeof *heap->history);
  if (!heap->path || !heap->history) {
    dryad_free(allocator, heap->path, strlen(path) + 1, 1);
    dryad_free(allocator, heap->history, FIRST_CAPACITY, sizeof *heap->history);
    dryad_free(allocator, heap, 1, sizeof *heap);
    return NULL;
  }
  strcpy(heap->path, path);
  heap->capacity = FIRST_CAPACITY;
  heap->history[heap->depth++] = (version){.graph = graph};
  return heap;
}

static void forget_answers(version *v)
{
  dryad_dominators_free(v->dominators);
  dryad_roots_free(v->roots);
  v->dominators = NULL;
  v->roots = NULL;
}

static void drop_current(dryad_heap *heap)
{
  version *v = &heap->history[--heap->depth];
  forget_answers(v);
  dryad_graph_release(v->graph);
}

void dryad_heap_free(dryad_heap *heap)
{
  if (!heap) return;
  while (heap->depth) drop_current(heap);
  dryad_free(heap->allocator, heap->given_roots, heap->given_count, sizeof *heap->given_roots);
  dryad_free(heap->allocator, heap->history, heap->capacity, sizeof *heap->history);
  dryad_free(heap->allocator, heap->path, strlen(heap->path) + 1, 1);
  dryad_free(heap->allocator, heap, 1, sizeof *heap);
}

dryad_status dryad_heap_install(dryad_heap *heap, dryad_graph *graph, dryad_error *error)
{
  if (heap->depth == heap->capacity) {
    version *larger =
        dryad_realloc(heap->allocator, heap->history, heap->capacity, heap->capacity * 2, sizeof *heap->history);
    if (!larger) {
      dryad_graph_release(graph);
      return dryad_fail_memory(error);
    }
    heap->history = larger;
    heap->capacity *= 2;
  }
  uint32_t settled_at = current(heap)->settled_at;
  heap->history[heap->depth++] = (version){.graph = graph, .settled_at = settled_at};
  heap->version++;
  return DRYAD_OK;
}

bool dryad_heap_undo(dryad_heap *heap)
{
  if (heap->depth == 1) return false;
  drop_current(heap);
  heap->version++;
  return true;
}

const dryad_graph *dryad_heap_graph(const dryad_heap *heap) { return current(heap)->graph; }
const dryad_report *dryad_heap_report(const dryad_heap *heap) { return &heap->report; }
const char *dryad_heap_path(const dryad_heap *heap) { return heap->path; }
uint64_t dryad_heap_version(const dryad_heap *heap) { return heap->version; }

/* ---- changes ----------------------------------------------------------------------------------- */

dryad_status dryad_heap_collapse(dryad_heap *heap, uint64_t *collapsed, dryad_progress progress, dryad_error *error)
{
  dryad_graph *graph;
  uint64_t count = 0;
  dryad_status status = dryad_graph_collapsed(&graph, dryad_heap_graph(heap), &count, progress, error);
  if (!status && graph) {
    status = dryad_heap_install(heap, graph, error);
    if (!status) current(heap)->settled_at = heap->depth - 1;
  }
  if (!status && collapsed) *collapsed = count;
  return status;
}

static dryad_status change_refs(dryad_heap *heap, dryad_choose_refs choose, void *context, uint64_t *changed,
                                dryad_progress progress, dryad_error *error)
{
  dryad_graph *graph;
  uint64_t count = 0;
  dryad_status status = dryad_graph_with_refs(&graph, dryad_heap_graph(heap), choose, context, &count, progress, error);
  if (!status && graph) status = dryad_heap_install(heap, graph, error);
  if (!status && changed) *changed = count;
  return status;
}

dryad_status dryad_heap_remove_expensive_references(dryad_heap *heap, uint64_t *changed, dryad_progress progress,
                                                    dryad_error *error)
{
  dryad_known_types types;
  dryad_known_types_init(&types, dryad_heap_graph(heap));
  return change_refs(heap, dryad_choose_cheap_refs, &types, changed, progress, error);
}

/* Both ends of references that are to go, by id; dangling ones too. */
typedef struct cut {
  dryad_bits from, to;
} cut;

static void choose_uncut(void *context, const dryad_graph *graph, dryad_id id, dryad_ids children, bool *keep)
{
  const cut *c = context;
  (void)graph;
  if (!dryad_bits_get(&c->from, id)) return;
  for (uint64_t i = 0; i < children.count; i++) keep[i] = !dryad_bits_get(&c->to, children.ids[i]);
}

dryad_status dryad_heap_remove_references(dryad_heap *heap, dryad_ids from, dryad_ids to, uint64_t *changed,
                                          dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  uint64_t count = (uint64_t)graph->count + graph->missing;
  cut c = {0};
  bool ok = dryad_bits_init(&c.from, heap->allocator, count) && dryad_bits_init(&c.to, heap->allocator, count);
  dryad_status status = ok ? DRYAD_OK : dryad_fail_memory(error);
  if (ok) {
    for (uint64_t i = 0; i < from.count; i++)
      if (from.ids[i] < count) dryad_bits_set(&c.from, from.ids[i]);
    for (uint64_t i = 0; i < to.count; i++)
      if (to.ids[i] < count) dryad_bits_set(&c.to, to.ids[i]);
    status = change_refs(heap, choose_uncut, &c, changed, progress, error);
  }
  dryad_bits_deinit(&c.from);
  dryad_bits_deinit(&c.to);
  return status;
}

/* ---- roots and dominators ----------------------------------------------------------------------- */

static dryad_status roots_from_given(const dryad_heap *heap, dryad_roots **out, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_id *ids = dryad_alloc(heap->allocator, heap->given_count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  uint64_t count = 0;
  for (uint64_t i = 0; i < heap->given_count; i++) {
    dryad_id id = dryad_graph_find(graph, heap->given_roots[i]);
    if (id != DRYAD_NONE) ids[count++] = id;
  }
  dryad_status status = dryad_roots_give(out, graph, ids, count, error);
  dryad_free(heap->allocator, ids, heap->given_count, sizeof *ids);
  return status;
}

/* A progress callback may ask for the same thing meanwhile; what was there first stays. */
static dryad_status settle(version *v, dryad_progress progress, dryad_error *error)
{
  dryad_roots *roots;
  if (v->roots) return DRYAD_OK;
  dryad_status status = dryad_roots_settle(&roots, v->graph, progress, error);
  if (v->roots)
    dryad_roots_free(roots);
  else
    v->roots = roots;
  return status;
}

dryad_status dryad_heap_roots(dryad_heap *heap, const dryad_roots **out, dryad_progress progress, dryad_error *error)
{
  version *now = current(heap), *settled = &heap->history[now->settled_at];
  dryad_status status = DRYAD_OK;
  *out = NULL;
  if (!now->roots && heap->given_roots) {
    status = roots_from_given(heap, &now->roots, error);
  } else if (!now->roots) {
    status = settle(settled, progress, error);
    if (!status && settled != now)
      status = dryad_roots_move(&now->roots, settled->roots, settled->graph, now->graph, error);
  }
  if (!status) *out = now->roots;
  return status;
}

dryad_status dryad_heap_set_roots(dryad_heap *heap, const dryad_id *ids, uint64_t count, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  uint64_t *given = ids ? dryad_alloc(heap->allocator, count, sizeof *given) : NULL;
  if (ids && !given) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count && ids; i++) given[i] = dryad_graph_address(graph, ids[i]);
  dryad_free(heap->allocator, heap->given_roots, heap->given_count, sizeof *heap->given_roots);
  heap->given_roots = given;
  heap->given_count = ids ? count : 0;
  if (!ids) current(heap)->settled_at = heap->depth - 1;
  for (uint32_t i = 0; i < heap->depth; i++) forget_answers(&heap->history[i]);
  return DRYAD_OK;
}

dryad_status dryad_heap_dominators(dryad_heap *heap, const dryad_dominators **out, dryad_progress progress,
                                   dryad_error *error)
{
  const dryad_roots *roots;
  *out = NULL;
  dryad_status status = dryad_heap_roots(heap, &roots, progress, error);
  version *now = current(heap);
  if (!status && !now->dominators) {
    dryad_dominators *dominators;
    status = dryad_dominators_new(&dominators, now->graph, roots, progress, error);
    if (now->dominators)
      dryad_dominators_free(dominators);
    else
      now->dominators = dominators;
  }
  if (!status) *out = now->dominators;
  return status;
}

dryad_status dryad_heap_retained_size(dryad_heap *heap, const dryad_id *ids, uint64_t count, uint64_t *size,
                                      dryad_progress progress, dryad_error *error)
{
  const dryad_roots *roots;
  *size = 0;
  dryad_status status = dryad_heap_roots(heap, &roots, progress, error);
  if (status) return status;
  return dryad_retained_set(dryad_heap_graph(heap), roots, ids, count, NULL, NULL, size, progress, error);
}

const dryad_roots *dryad_heap_known_roots(const dryad_heap *heap) { return current(heap)->roots; }
const dryad_dominators *dryad_heap_known_dominators(const dryad_heap *heap) { return current(heap)->dominators; }

/* ---- memory ------------------------------------------------------------------------------------ */

static uint64_t array_bytes(const dryad_array *array) { return array->count * array->size; }

uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS])
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_store *store = g->store;
  const dryad_dominators *dominators = current(heap)->dominators;
  const dryad_memory_part all[] = {
      {"addresses", array_bytes(g->addresses)},
      {"types", array_bytes(g->types)},
      {"sizes", array_bytes(g->sizes)},
      {"lens", array_bytes(g->lens)},
      {"labels", array_bytes(g->labels)},
      {"child_offsets", array_bytes(g->child_offsets.low)},
      {"children", array_bytes(g->children)},
      {"parent_offsets", array_bytes(g->parent_offsets.low)},
      {"parents", array_bytes(g->parents)},
      {"text", store->texts.capacity + store->type_names.capacity + store->type_capacity * sizeof *store->types},
      {"dominators", dominators ? (uint64_t)g->count * DRYAD_DOMINATORS_BYTES : 0},
      {"large_values", store->wide_capacity * sizeof *store->wide + store->extra_capacity * sizeof *store->extras},
  };
  memcpy(parts, all, sizeof all);
  return sizeof all / sizeof *all;
}
