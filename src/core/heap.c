#include "core/heap.h"

#include <string.h>

#include "core/error.h"
#include "core/graph.h"
#include "core/known_types.h"
#include "core/rebuild.h"

struct dryad_heap {
  const dryad_allocator *allocator;
  dryad_graph **history; /* history[depth - 1] is the current graph */
  uint32_t depth, capacity;
  uint64_t version;
  dryad_report report;
  char *path;
};

enum { FIRST_CAPACITY = 4 };

dryad_heap *dryad_heap_new(const dryad_allocator *allocator, dryad_graph *graph, const dryad_report *report,
                           const char *path)
{
  dryad_heap *heap = dryad_calloc(allocator, 1, sizeof *heap);
  if (!heap) return NULL;
  heap->allocator = allocator;
  heap->report = *report;
  heap->path = dryad_alloc(allocator, strlen(path) + 1, 1);
  heap->history = dryad_alloc(allocator, FIRST_CAPACITY, sizeof(dryad_graph *));
  if (!heap->path || !heap->history) {
    dryad_free(allocator, heap->path, strlen(path) + 1, 1);
    dryad_free(allocator, heap->history, FIRST_CAPACITY, sizeof(dryad_graph *));
    dryad_free(allocator, heap, 1, sizeof *heap);
    return NULL;
  }
  strcpy(heap->path, path);
  heap->capacity = FIRST_CAPACITY;
  heap->history[heap->depth++] = graph;
  return heap;
}

void dryad_heap_free(dryad_heap *heap)
{
  if (!heap) return;
  while (heap->depth) dryad_graph_release(heap->history[--heap->depth]);
  dryad_free(heap->allocator, heap->history, heap->capacity, sizeof(dryad_graph *));
  dryad_free(heap->allocator, heap->path, strlen(heap->path) + 1, 1);
  dryad_free(heap->allocator, heap, 1, sizeof *heap);
}

dryad_status dryad_heap_install(dryad_heap *heap, dryad_graph *graph, dryad_error *error)
{
  if (heap->depth == heap->capacity) {
    dryad_graph **larger =
        dryad_realloc(heap->allocator, heap->history, heap->capacity, heap->capacity * 2, sizeof(dryad_graph *));
    if (!larger) {
      dryad_graph_release(graph);
      return dryad_fail_memory(error);
    }
    heap->history = larger;
    heap->capacity *= 2;
  }
  heap->history[heap->depth++] = graph;
  heap->version++;
  return DRYAD_OK;
}

dryad_status dryad_heap_collapse(dryad_heap *heap, uint64_t *collapsed, dryad_progress progress, dryad_error *error)
{
  dryad_graph *graph;
  uint64_t count = 0;
  dryad_status status = dryad_graph_collapsed(&graph, dryad_heap_graph(heap), &count, progress, error);
  if (!status && graph) status = dryad_heap_install(heap, graph, error);
  if (!status && collapsed) *collapsed = count;
  return status;
}

dryad_status dryad_heap_remove_expensive_references(dryad_heap *heap, uint64_t *changed, dryad_progress progress,
                                                    dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  dryad_graph *cheaper;
  dryad_known_types known;
  uint64_t count = 0;
  dryad_known_types_init(&known, graph);
  dryad_status status =
      dryad_graph_with_refs(&cheaper, graph, dryad_choose_cheap_refs, &known, &count, progress, error);
  if (!status && cheaper) status = dryad_heap_install(heap, cheaper, error);
  if (!status && changed) *changed = count;
  return status;
}

bool dryad_heap_undo(dryad_heap *heap)
{
  if (heap->depth == 1) return false;
  dryad_graph_release(heap->history[--heap->depth]);
  heap->version++;
  return true;
}

const dryad_graph *dryad_heap_graph(const dryad_heap *heap) { return heap->history[heap->depth - 1]; }
const dryad_report *dryad_heap_report(const dryad_heap *heap) { return &heap->report; }
const char *dryad_heap_path(const dryad_heap *heap) { return heap->path; }
uint64_t dryad_heap_version(const dryad_heap *heap) { return heap->version; }

static uint64_t array_bytes(const dryad_array *array) { return array->count * array->size; }

uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS])
{
  const dryad_graph *g = dryad_heap_graph(heap);
  const dryad_store *store = g->store;
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
      {"large_values", store->wide_capacity * sizeof *store->wide + store->extra_capacity * sizeof *store->extras},
  };
  memcpy(parts, all, sizeof all);
  return sizeof all / sizeof *all;
}
