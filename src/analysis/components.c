/* SPDX-License-Identifier: MIT */
#include "analysis/components.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { REFERENCES_BETWEEN_TELLING = 1 << 16 };

/* An object whose references are being followed. */
typedef struct visit {
  dryad_id id;
  bool is_root;  /* so far, it reaches no object that was entered earlier */
  uint64_t next; /* position of the next reference */
} visit;

/* Numbers of objects by id: */
enum { OUTSIDE, NEW, FIRST };

typedef struct search {
  const dryad_graph *graph;
  dryad_components *out;
  /* By id: OUTSIDE; NEW: not entered yet; from FIRST up: the lowest number of an object on the path that it reaches, in
     order of entering; from `lowest_component` up: the number of its component, counted down. */
  uint32_t *numbers;
  uint32_t next, lowest_component;
  dryad_column path; /* visit[depth] */
  uint64_t depth;
  dryad_id *waiting; /* id_count: left, but their component is not complete */
  uint32_t waiting_count;
  uint64_t followed; /* references */
} search;

static bool enter(search *s, dryad_id id)
{
  if (!dryad_column_reserve(&s->path, s->graph->allocator, s->depth + 1, sizeof(visit))) return false;
  ((visit *)s->path.data)[s->depth++] = (visit){.id = id, .is_root = true};
  s->numbers[id] = s->next++;
  return true;
}

static void add_to_component(search *s, dryad_id id)
{
  s->numbers[id] = s->lowest_component;
  s->out->ids[s->out->id_count++] = id;
  s->next--;
}

/* Leaves the last object of the path, and with it its component if it was the first one entered there. */
static void leave(search *s)
{
  const visit *last = &((const visit *)s->path.data)[--s->depth];
  const dryad_id id = last->id;
  if (!last->is_root) {
    s->waiting[s->waiting_count++] = id;
    return;
  }
  const uint32_t number = s->numbers[id];
  s->lowest_component--;
  while (s->waiting_count > 0 && s->numbers[s->waiting[s->waiting_count - 1]] >= number)
    add_to_component(s, s->waiting[--s->waiting_count]);
  add_to_component(s, id);
  s->out->starts[++s->out->count] = s->out->id_count;
}

/* Follows the next reference of the last object of the path. */
static bool follow(search *s)
{
  visit *last = &((visit *)s->path.data)[s->depth - 1];
  dryad_ids children = dryad_children(s->graph, last->id);
  if (last->next == children.count) {
    const dryad_id id = last->id;
    leave(s);
    if (s->depth == 0) return true;
    last = &((visit *)s->path.data)[s->depth - 1];
    if (s->numbers[id] >= s->numbers[last->id]) return true;
    s->numbers[last->id] = s->numbers[id];
    last->is_root = false;
    return true;
  }
  dryad_id child = children.ids[last->next++];
  if (child >= s->graph->count || s->numbers[child] == OUTSIDE) return true;
  if (s->numbers[child] == NEW) return enter(s, child);
  if (s->numbers[child] < s->numbers[last->id]) {
    s->numbers[last->id] = s->numbers[child];
    last->is_root = false;
  }
  return true;
}

static dryad_status run(search *s, dryad_ids objects, const dryad_progress *progress, dryad_error *error)
{
  for (uint64_t i = 0; i < objects.count; i++) {
    if (objects.ids[i] >= s->graph->count || s->numbers[objects.ids[i]] != NEW) continue;
    if (!enter(s, objects.ids[i])) return dryad_fail_memory(error);
    while (s->depth > 0) {
      if (!follow(s)) return dryad_fail_memory(error);
      if (++s->followed % REFERENCES_BETWEEN_TELLING == 0 &&
          dryad_progress_tell(progress, "finding cycles", s->out->id_count, objects.count))
        return dryad_fail_cancelled(error);
    }
  }
  return DRYAD_OK;
}

/* Ids that are objects, each once. */
static uint32_t mark(search *s, dryad_ids objects)
{
  uint32_t count = 0;
  for (uint64_t i = 0; i < objects.count; i++) {
    if (objects.ids[i] >= s->graph->count || s->numbers[objects.ids[i]] != OUTSIDE) continue;
    s->numbers[objects.ids[i]] = NEW;
    count++;
  }
  return count;
}

dryad_status dryad_components_find(dryad_components *out, const dryad_graph *graph, dryad_ids objects,
                                   dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && (objects.ids || objects.count == 0));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, objects.ids, objects.count));
  const dryad_allocator *allocator = graph->allocator;
  search s = {.graph = graph, .out = out, .next = FIRST, .lowest_component = UINT32_MAX};
  *out = (dryad_components){.allocator = allocator};
  s.numbers = dryad_calloc(allocator, graph->count, sizeof *s.numbers);
  const uint32_t count = s.numbers ? mark(&s, objects) : 0;
  out->ids = dryad_alloc(allocator, count, sizeof *out->ids);
  out->starts = dryad_calloc(allocator, (uint64_t)count + 1, sizeof *out->starts);
  s.waiting = dryad_alloc(allocator, count, sizeof *s.waiting);
  dryad_status status = DRYAD_NO_MEMORY;
  if (s.numbers && out->ids && out->starts && s.waiting)
    status = run(&s, objects, &progress, error);
  else
    dryad_fail_memory(error);
  dryad_free(allocator, s.numbers, graph->count, sizeof *s.numbers);
  dryad_free(allocator, s.waiting, count, sizeof *s.waiting);
  dryad_column_free(&s.path, allocator, sizeof(visit));
  DRYAD_ASSERT(status || out->id_count == count);
  if (status) {
    dryad_free(allocator, out->ids, count, sizeof *out->ids);
    dryad_free(allocator, out->starts, (uint64_t)count + 1, sizeof *out->starts);
    *out = (dryad_components){0};
  }
  return status;
}

void dryad_components_deinit(dryad_components *components)
{
  if (!components->allocator) return;
  dryad_free(components->allocator, components->ids, components->id_count, sizeof *components->ids);
  dryad_free(components->allocator, components->starts, (uint64_t)components->id_count + 1, sizeof *components->starts);
  *components = (dryad_components){0};
}
