/* SPDX-License-Identifier: MIT */
#include "heap/heap.h"

#include <stdio.h>
#include <string.h>

#include "analysis/retained.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/trace.h"
#include "heap/version.h"

struct dryad_heap {
  const dryad_allocator *allocator;
  dryad_version *history; /* history[depth - 1] is the current one */
  uint32_t depth, capacity;
  uint64_t *given_roots; /* given_count addresses; NULL: roots are determined from the graph */
  uint64_t given_count;
  uint64_t revision, last_serial;
  dryad_report report;
  char *path;
  char *facts; /* facts_length bytes of JSON; NULL: none */
  size_t facts_length;
};

enum { FIRST_CAPACITY = 4 };

static dryad_version *current(const dryad_heap *heap) { return &heap->history[heap->depth - 1]; }

/* ---- life and versions ------------------------------------------------------------------------- */

dryad_heap *dryad_heap_new(const dryad_allocator *allocator, dryad_graph *graph, const dryad_report *report,
                           const char *path)
{
  DRYAD_ASSERT(graph->references == 1 && report && path);
  dryad_heap *heap = dryad_calloc(allocator, 1, sizeof *heap);
  if (!heap) return NULL;
  heap->allocator = allocator;
  heap->report = *report;
  heap->report.size = sizeof heap->report;
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
  heap->history[heap->depth++] = (dryad_version){.graph = graph};
  return heap;
}

void dryad_heap_give_facts(dryad_heap *heap, char *facts, size_t length)
{
  DRYAD_ASSERT(!heap->facts && facts && length <= DRYAD_MAX_FACTS);
  heap->facts = facts;
  heap->facts_length = length;
}

static void drop_current(dryad_heap *heap) { dryad_version_deinit(&heap->history[--heap->depth]); }

void dryad_heap_free(dryad_heap *heap)
{
  if (!heap) return;
  while (heap->depth) drop_current(heap);
  dryad_free(heap->allocator, heap->given_roots, heap->given_count, sizeof *heap->given_roots);
  dryad_free(heap->allocator, heap->history, heap->capacity, sizeof *heap->history);
  dryad_free(heap->allocator, heap->path, strlen(heap->path) + 1, 1);
  dryad_free(heap->allocator, heap->facts, heap->facts_length, 1);
  dryad_free(heap->allocator, heap, 1, sizeof *heap);
}

/* Makes room for one more version. */
static dryad_status reserve(dryad_heap *heap, dryad_error *error)
{
  if (heap->depth < heap->capacity) return DRYAD_OK;
  dryad_version *larger =
      dryad_realloc(heap->allocator, heap->history, heap->capacity, heap->capacity * 2, sizeof *heap->history);
  if (!larger) return dryad_fail_memory(error);
  heap->history = larger;
  heap->capacity *= 2;
  return DRYAD_OK;
}

/* Makes the version that a change produced the current one, and hands it the change. */
static void install(dryad_heap *heap, const dryad_version *next, dryad_change *change)
{
  heap->history[heap->depth] = *next;
  heap->history[heap->depth].change = change;
  heap->history[heap->depth++].serial = ++heap->last_serial;
  heap->revision++;
}

dryad_status dryad_heap_apply(dryad_heap *heap, dryad_change *change, const dryad_marks_told *told,
                              dryad_change_result *result, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(heap && change);
  const dryad_roots *roots = NULL;
  dryad_change_result unasked;
  dryad_version next = {0};
  if (!result) result = &unasked;
  *result = (dryad_change_result){0};
  dryad_status status = reserve(heap, error);
  if (!status && change->kind == DRYAD_CHANGE_GC) status = dryad_heap_roots(heap, &roots, progress, error);
  if (!status)
    status = dryad_version_change(&next, current(heap), heap->depth, change, roots, told, result, progress, error);
  if (!status && (status = dryad_graph_check(current(heap)->graph, error))) {
    dryad_version_deinit(&next);
    next = (dryad_version){0};
  }
  if (status) *result = (dryad_change_result){0};
  if (!status && next.graph)
    install(heap, &next, change);
  else
    dryad_change_free(change);
  return status;
}

bool dryad_heap_undo(dryad_heap *heap)
{
  if (heap->depth == 1) return false;
  drop_current(heap);
  heap->revision++;
  return true;
}

void dryad_heap_exchange(dryad_heap *heap, dryad_heap *other)
{
  DRYAD_ASSERT(heap->depth == 1 && other->depth == 1 && !heap->given_roots && !other->given_roots);
  const dryad_heap before = *heap;
  *heap = *other;
  *other = before;
  heap->revision = other->revision = (heap->revision > other->revision ? heap->revision : other->revision) + 1;
}

const dryad_graph *dryad_heap_graph(const dryad_heap *heap) { return current(heap)->graph; }
const dryad_report *dryad_heap_report(const dryad_heap *heap) { return &heap->report; }

void dryad_heap_mark_incomplete(dryad_heap *heap, const char *reason)
{
  dryad_report *report = &heap->report;
  if (report->complete == DRYAD_INCOMPLETE) return;
  report->complete = DRYAD_INCOMPLETE;
  snprintf(report->incomplete, sizeof report->incomplete, "%s", reason);
}

const char *dryad_heap_path(const dryad_heap *heap) { return heap->path; }
dryad_text dryad_heap_facts(const dryad_heap *heap) { return (dryad_text){heap->facts, heap->facts_length}; }
uint64_t dryad_heap_revision(const dryad_heap *heap) { return heap->revision; }

uint32_t dryad_heap_change_count(const dryad_heap *heap) { return heap->depth - 1; }

const dryad_change *dryad_heap_change_at(const dryad_heap *heap, uint32_t i, uint64_t *serial)
{
  DRYAD_ASSERT(i < dryad_heap_change_count(heap));
  const dryad_version *version = &heap->history[i + 1];
  if (serial) *serial = version->serial;
  return version->change;
}

dryad_status dryad_heap_check(const dryad_heap *heap, dryad_error *error)
{
  return dryad_graph_check(dryad_heap_graph(heap), error);
}

/* ---- roots and dominators ----------------------------------------------------------------------- */

static const uint64_t *pins_of(const dryad_version *version, uint64_t *count)
{
  *count = version->pins ? version->pins->count : 0;
  return version->pins ? version->pins->data : NULL;
}

/* A progress callback may compute the same thing meanwhile; the first result is kept. */
static void keep_roots(dryad_version *version, dryad_roots *roots)
{
  if (version->roots)
    dryad_roots_free(roots);
  else
    version->roots = roots;
}

/* Adds a version's pinned objects to its roots, which this takes over, and stores them in the version. */
static dryad_status keep_with_pins(dryad_version *version, dryad_roots *roots, dryad_error *error)
{
  uint64_t count;
  const uint64_t *pins = pins_of(version, &count);
  dryad_roots *all = roots;
  dryad_status status = DRYAD_OK;
  if (count) {
    status = dryad_roots_with(&all, roots, version->graph, pins, count, error);
    dryad_roots_free(roots);
  }
  if (!status) keep_roots(version, all);
  return status;
}

static dryad_status give_roots(const dryad_heap *heap, dryad_version *version, dryad_error *error)
{
  dryad_id *ids = dryad_alloc(heap->allocator, heap->given_count, sizeof *ids);
  if (!ids) return dryad_fail_memory(error);
  uint64_t count = 0;
  for (uint64_t i = 0; i < heap->given_count; i++) {
    dryad_id id = dryad_graph_find(version->graph, heap->given_roots[i]);
    if (id != DRYAD_NONE) ids[count++] = id;
  }
  dryad_roots *roots;
  dryad_status status = dryad_roots_give(&roots, version->graph, ids, count, error);
  dryad_free(heap->allocator, ids, heap->given_count, sizeof *ids);
  return status ? status : keep_with_pins(version, roots, error);
}

static dryad_status settle_roots(dryad_version *version, dryad_progress progress, dryad_error *error)
{
  dryad_roots *roots;
  if (version->roots) return DRYAD_OK;
  dryad_trace_stage stage = dryad_trace_begin("roots");
  dryad_status status = dryad_roots_settle(&roots, version->graph, progress, error);
  DRYAD_TRACE_END(stage, {"objects", .number = version->graph->count}, {"status", .number = status});
  return status ? status : keep_with_pins(version, roots, error);
}

/* The version that stores the results that depend on the current version's roots. */
static dryad_version *answering(const dryad_heap *heap) { return &heap->history[current(heap)->roots_at]; }

/* Objects pinned in the version whose roots were determined are pinned in every later one. */
dryad_status dryad_heap_roots(dryad_heap *heap, const dryad_roots **out, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_version *now = answering(heap), *settled = &heap->history[current(heap)->settled_at];
  dryad_status status = DRYAD_OK;
  *out = NULL;
  if (!now->roots && heap->given_roots) {
    status = give_roots(heap, now, error);
  } else if (!now->roots) {
    status = settle_roots(settled, progress, error);
    if (!status && settled != now) {
      dryad_roots *moved;
      status = dryad_roots_move(&moved, settled->roots, settled->graph, now->graph, error);
      if (!status) status = keep_with_pins(now, moved, error);
    }
  }
  if (!status) status = dryad_graph_check(now->graph, error);
  if (!status) *out = now->roots;
  return status;
}

dryad_status dryad_heap_set_roots(dryad_heap *heap, const dryad_id *ids, uint64_t count, dryad_error *error)
{
  DRYAD_ASSERT_SLOW(!ids || dryad_ids_are_known(dryad_heap_graph(heap), ids, count));
  const dryad_graph *graph = dryad_heap_graph(heap);
  uint64_t *given = ids ? dryad_alloc(heap->allocator, count, sizeof *given) : NULL;
  if (ids && !given) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count && ids; i++) given[i] = dryad_graph_address(graph, ids[i]);
  dryad_free(heap->allocator, heap->given_roots, heap->given_count, sizeof *heap->given_roots);
  heap->given_roots = given;
  heap->given_count = ids ? count : 0;
  if (!ids) current(heap)->settled_at = current(heap)->roots_at = heap->depth - 1;
  for (uint32_t i = 0; i < heap->depth; i++) dryad_version_forget(&heap->history[i]);
  heap->revision++;
  return DRYAD_OK;
}

dryad_status dryad_heap_dominators(dryad_heap *heap, const dryad_dominators **out, dryad_progress progress,
                                   dryad_error *error)
{
  DRYAD_ASSERT(out);
  const dryad_roots *roots;
  *out = NULL;
  dryad_status status = dryad_heap_roots(heap, &roots, progress, error);
  dryad_version *now = answering(heap);
  if (!status && !now->dominators) {
    dryad_dominators *dominators;
    dryad_trace_stage stage = dryad_trace_begin("dominators");
    status = dryad_dominators_new(&dominators, now->graph, roots, progress, error);
    DRYAD_TRACE_END(stage, {"objects", .number = now->graph->count}, {"references", .number = now->graph->ref_count},
                    {"status", .number = status});
    if (now->dominators)
      dryad_dominators_free(dominators);
    else
      now->dominators = dominators;
  }
  if (!status && now->dominators->is_unchecked)
    status = dryad_dominators_check(now->dominators, now->graph, progress, error);
  if (!status) status = dryad_graph_check(now->graph, error);
  if (!status) *out = now->dominators;
  return status;
}

dryad_status dryad_heap_levels(dryad_heap *heap, const dryad_levels **out, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out);
  const dryad_roots *roots;
  *out = NULL;
  dryad_status status = dryad_heap_roots(heap, &roots, progress, error);
  dryad_version *now = answering(heap);
  if (!status && !now->levels) {
    dryad_levels *levels;
    dryad_known_types known;
    dryad_known_types_init(&known, now->graph);
    dryad_trace_stage stage = dryad_trace_begin("levels");
    status = dryad_levels_new(&levels, now->graph, &known, roots, progress, error);
    DRYAD_TRACE_END(stage, {"objects", .number = now->graph->count}, {"status", .number = status});
    if (now->levels)
      dryad_levels_free(levels);
    else
      now->levels = levels;
  }
  if (!status) status = dryad_graph_check(now->graph, error);
  if (!status) *out = now->levels;
  return status;
}

const dryad_levels *dryad_heap_known_levels(const dryad_heap *heap) { return answering(heap)->levels; }

dryad_status dryad_heap_retained_size(dryad_heap *heap, const dryad_id *ids, uint64_t count, uint64_t *size,
                                      dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(size && (ids || count == 0));
  const dryad_roots *roots;
  *size = 0;
  dryad_status status = dryad_heap_roots(heap, &roots, progress, error);
  if (status) return status;
  status = dryad_retained_set(dryad_heap_graph(heap), roots, ids, count, NULL, NULL, size, progress, error);
  return status ? status : dryad_graph_check(dryad_heap_graph(heap), error);
}

const dryad_roots *dryad_heap_known_roots(const dryad_heap *heap) { return answering(heap)->roots; }

const dryad_dominators *dryad_heap_kept_dominators(const dryad_heap *heap) { return answering(heap)->dominators; }

const dryad_dominators *dryad_heap_known_dominators(const dryad_heap *heap)
{
  const dryad_dominators *dominators = dryad_heap_kept_dominators(heap);
  return dominators && !dominators->is_unchecked ? dominators : NULL;
}

void dryad_heap_give_answers(dryad_heap *heap, dryad_roots *roots, dryad_dominators *dominators)
{
  DRYAD_ASSERT(heap->depth == 1 && !heap->history[0].roots && !heap->history[0].dominators);
  DRYAD_ASSERT(roots || !dominators);
  heap->history[0].roots = roots;
  heap->history[0].dominators = dominators;
}

bool dryad_heap_is_changed(const dryad_heap *heap)
{
  return dryad_heap_graph(heap) != heap->history[0].graph || dryad_heap_has_given_roots(heap);
}

bool dryad_heap_has_given_roots(const dryad_heap *heap) { return heap->given_roots != NULL; }

bool dryad_heap_has_pins(const dryad_heap *heap) { return current(heap)->pins != NULL; }

bool dryad_heap_is_pinned(const dryad_heap *heap, dryad_id id)
{
  const dryad_version *now = current(heap);
  return dryad_version_is_pinned(now, dryad_graph_address(now->graph, id));
}

/* ---- types, marks, unreferenced objects --------------------------------------------------------- */

dryad_status dryad_heap_type_index(dryad_heap *heap, const dryad_type_index **out, dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_version *first = &heap->history[current(heap)->graph_at];
  dryad_status status = DRYAD_OK;
  if (!first->type_index) status = dryad_type_index_new(&first->type_index, first->graph, error);
  if (!status) status = dryad_graph_check(first->graph, error);
  *out = status ? NULL : first->type_index;
  return status;
}

dryad_status dryad_heap_classes(dryad_heap *heap, const dryad_classes **out, dryad_error *error)
{
  DRYAD_ASSERT(out);
  dryad_version *first = &heap->history[current(heap)->graph_at];
  dryad_status status = DRYAD_OK;
  if (!first->classes) status = dryad_classes_new(&first->classes, first->graph, error);
  if (!status) status = dryad_graph_check(first->graph, error);
  *out = status ? NULL : first->classes;
  return status;
}

const int64_t *dryad_heap_marks(const dryad_heap *heap)
{
  const dryad_array *marks = current(heap)->marks;
  return marks ? marks->data : NULL;
}

dryad_status dryad_heap_give_marks(dryad_heap *heap, dryad_change *change, dryad_error *error)
{
  DRYAD_ASSERT(change->kind == DRYAD_CHANGE_MARK);
  dryad_version *now = &heap->history[heap->depth - 1];
  dryad_array *marks;
  uint64_t marked;
  dryad_status status = dryad_marks_set(&marks, now->marks, now->graph, change, &marked, error);
  if (!status) {
    dryad_array_release(now->marks);
    now->marks = marks;
  }
  dryad_change_free(change);
  return status;
}

dryad_status dryad_heap_unreferenced(const dryad_heap *heap, dryad_id **ids, uint64_t *count, dryad_error *error)
{
  DRYAD_ASSERT(ids && count);
  const dryad_graph *now = dryad_heap_graph(heap), *read = heap->history[current(heap)->read_at].graph;
  uint64_t found = 0, next = 0;
  *ids = NULL;
  *count = 0;
  for (dryad_id id = 0; id < read->count; id++)
    if (dryad_parents(read, id).count == 0) found += dryad_graph_find(now, dryad_addresses(read)[id]) != DRYAD_NONE;
  *ids = dryad_alloc(now->allocator, found, sizeof **ids);
  if (!*ids) return dryad_fail_memory(error);
  for (dryad_id id = 0; next < found; id++) {
    if (dryad_parents(read, id).count > 0) continue;
    dryad_id here = dryad_graph_find(now, dryad_addresses(read)[id]);
    if (here != DRYAD_NONE) (*ids)[next++] = here;
  }
  dryad_status status = dryad_graph_check(read, error);
  if (status) {
    dryad_free(now->allocator, *ids, found, sizeof **ids);
    *ids = NULL;
    return status;
  }
  *count = found;
  return DRYAD_OK;
}

/* ---- memory ------------------------------------------------------------------------------------ */

uint32_t dryad_heap_memory(const dryad_heap *heap, dryad_memory_part parts[DRYAD_MEMORY_PARTS])
{
  uint32_t count = dryad_versions_memory(heap->history, heap->depth, parts);
  parts[count - 1].bytes += sizeof *heap + strlen(heap->path) + 1 + heap->capacity * sizeof *heap->history +
                            heap->given_count * sizeof *heap->given_roots + heap->facts_length;
  return count;
}
