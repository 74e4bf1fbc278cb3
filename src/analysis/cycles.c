/* SPDX-License-Identifier: MIT */
#include "analysis/cycles.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "analysis/components.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"

enum { COMPONENTS_BETWEEN_TELLING = 1 << 14 };

typedef struct finding {
  const dryad_graph *graph;
  const dryad_known_types *known;
  const dryad_cycle_type *types; /* by type */
  dryad_cycles *out;
  dryad_components components;
  uint32_t *component_of; /* by id: the number of its component, plus one; 0: not among the objects */
  dryad_id *before;       /* by id: whence the search came to it, plus one; 0: not found yet */
  uint32_t *counts;       /* by type: objects in the component at hand; all zero between uses */
  dryad_column queue;     /* dryad_id[]: found in the component at hand; then the cycle, from its end */
  dryad_key_table shapes; /* by hash and length */
} finding;

/* ---- the start of a component ------------------------------------------------------------------- */

static int compare_names(const dryad_graph *graph, uint32_t a, uint32_t b)
{
  const dryad_text x = dryad_graph_type_name(graph, a), y = dryad_graph_type_name(graph, b);
  const int order = memcmp(x.data, y.data, x.length < y.length ? x.length : y.length);
  return order != 0 ? order : (x.length > y.length) - (x.length < y.length);
}

static bool starts_before(const finding *f, uint32_t a, uint32_t b)
{
  if (f->types[a].rank != f->types[b].rank) return f->types[a].rank < f->types[b].rank;
  if (f->counts[a] != f->counts[b]) return f->counts[a] < f->counts[b];
  return compare_names(f->graph, a, b) < 0;
}

static dryad_id start_of(finding *f, dryad_ids component)
{
  const uint32_t *types = dryad_types(f->graph);
  dryad_id start = component.ids[0];
  for (uint64_t i = 0; i < component.count; i++) f->counts[types[component.ids[i]]]++;
  for (uint64_t i = 1; i < component.count; i++) {
    const dryad_id id = component.ids[i];
    if (types[id] == types[start] ? id < start : starts_before(f, types[id], types[start])) start = id;
  }
  for (uint64_t i = 0; i < component.count; i++) f->counts[types[component.ids[i]]] = 0;
  return start;
}

/* ---- a shortest cycle through it ----------------------------------------------------------------- */

/* Searches a component breadth-first; returns the last object of the cycle, DRYAD_NONE if there is no cycle. */
static dryad_id end_of_cycle(finding *f, dryad_id start)
{
  const uint32_t component = f->component_of[start];
  dryad_id *queue = f->queue.data;
  uint64_t found = 0;
  f->before[start] = start + 1;
  queue[found++] = start;
  for (uint64_t i = 0; i < found; i++) {
    dryad_ids children = dryad_children(f->graph, queue[i]);
    for (uint64_t j = 0; j < children.count; j++) {
      const dryad_id child = children.ids[j];
      if (child == start) return queue[i];
      if (child >= f->graph->count || f->component_of[child] != component || f->before[child] != 0) continue;
      f->before[child] = queue[i] + 1;
      queue[found++] = child;
    }
  }
  return DRYAD_NONE;
}

/* Replaces the queue by the cycle, start first; returns its length. */
static uint64_t trace_back(finding *f, dryad_id start, dryad_id end)
{
  dryad_id *cycle = f->queue.data;
  uint64_t length = 1;
  for (dryad_id id = end; id != start; id = f->before[id] - 1) length++;
  for (uint64_t i = length; i-- > 0; end = f->before[end] - 1) cycle[i] = end;
  return length;
}

static dryad_edge edge_after(const finding *f, uint64_t length, uint64_t i)
{
  const dryad_id *cycle = f->queue.data;
  const uint64_t position = dryad_edge_between(f->graph, f->known, cycle[i], cycle[i + 1 < length ? i + 1 : 0]);
  DRYAD_ASSERT(position != DRYAD_NO_POSITION);
  return dryad_edge_of(f->graph, f->known, cycle[i], position);
}

/* ---- shapes --------------------------------------------------------------------------------------- */

static uint64_t hash_of(const finding *f, uint64_t length)
{
  uint64_t hash = 0;
  for (uint64_t i = 0; i < length; i++) {
    const dryad_edge edge = edge_after(f, length, i);
    const dryad_id id = ((const dryad_id *)f->queue.data)[i];
    const uint32_t type = dryad_types(f->graph)[id];
    const uint32_t label = f->types[type].is_named ? ((const uint32_t *)f->graph->labels->data)[id] : 0;
    const uint64_t step[3] = {type, label, dryad_edge_class(f->graph, &edge)};
    hash = XXH3_64bits_withSeed(step, sizeof step, hash);
  }
  return hash;
}

static bool add_shape(finding *f, uint64_t length)
{
  dryad_cycles *out = f->out;
  const uint64_t steps = length < DRYAD_MOST_CYCLE_STEPS ? length : DRYAD_MOST_CYCLE_STEPS;
  if (!dryad_column_reserve(&out->shapes, out->allocator, out->count + 1, sizeof(dryad_cycle_shape)) ||
      !dryad_column_reserve(&out->steps, out->allocator, out->step_count + steps, sizeof(dryad_cycle_step)))
    return false;
  ((dryad_cycle_shape *)out->shapes.data)[out->count++] =
      (dryad_cycle_shape){.length = length, .first_step = out->step_count, .step_count = steps};
  for (uint64_t i = 0; i < steps; i++)
    ((dryad_cycle_step *)out->steps.data)[out->step_count++] =
        (dryad_cycle_step){((const dryad_id *)f->queue.data)[i], edge_after(f, length, i)};
  return true;
}

static bool add_component(finding *f, dryad_ids component)
{
  const dryad_id start = start_of(f, component);
  if (!dryad_column_reserve(&f->queue, f->graph->allocator, component.count, sizeof(dryad_id))) return false;
  const dryad_id end = end_of_cycle(f, start);
  if (end == DRYAD_NONE) return true;
  const uint64_t length = trace_back(f, start, end);
  uint32_t number;
  if (!dryad_key_table_number(&f->shapes, (dryad_key){{hash_of(f, length), length}}, &number)) return false;
  if (number == f->out->count && !add_shape(f, length)) return false;
  dryad_cycle_shape *shape = &((dryad_cycle_shape *)f->out->shapes.data)[number];
  shape->cycles++;
  shape->objects += component.count;
  for (uint64_t i = 0; i < component.count; i++)
    shape->size = dryad_add_sizes(shape->size, dryad_size(f->graph, component.ids[i]));
  return true;
}

static int largest_first(const void *left, const void *right)
{
  const dryad_cycle_shape *a = left, *b = right;
  if (a->size != b->size) return a->size < b->size ? 1 : -1;
  if (a->cycles != b->cycles) return a->cycles < b->cycles ? 1 : -1;
  return a->first_step < b->first_step ? -1 : a->first_step > b->first_step;
}

static dryad_status find_shapes(finding *f, const dryad_progress *progress, dryad_error *error)
{
  for (uint32_t i = 0; i < f->components.count; i++) {
    dryad_ids component = dryad_component(&f->components, i);
    for (uint64_t j = 0; j < component.count; j++) f->component_of[component.ids[j]] = i + 1;
    if (!add_component(f, component)) return dryad_fail_memory(error);
    if (i % COMPONENTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "comparing cycles", i, f->components.count))
      return dryad_fail_cancelled(error);
  }
  if (f->out->count > 0) qsort(f->out->shapes.data, (size_t)f->out->count, sizeof(dryad_cycle_shape), largest_first);
  return DRYAD_OK;
}

dryad_status dryad_cycles_find(dryad_cycles *out, const dryad_graph *graph, const dryad_known_types *known,
                               dryad_ids objects, const dryad_cycle_type *types, dryad_progress progress,
                               dryad_error *error)
{
  DRYAD_ASSERT(out && known && types);
  const dryad_allocator *allocator = graph->allocator;
  const uint32_t type_count = graph->store->type_count;
  finding f = {.graph = graph, .known = known, .types = types, .out = out, .shapes = {.allocator = allocator}};
  *out = (dryad_cycles){.allocator = allocator};
  dryad_status status = dryad_components_find(&f.components, graph, objects, progress, error);
  if (status) return status;
  f.component_of = dryad_calloc(allocator, graph->count, sizeof *f.component_of);
  f.before = dryad_calloc(allocator, graph->count, sizeof *f.before);
  f.counts = dryad_calloc(allocator, type_count, sizeof *f.counts);
  if (f.component_of && f.before && f.counts)
    status = find_shapes(&f, &progress, error);
  else
    status = dryad_fail_memory(error);
  dryad_free(allocator, f.component_of, graph->count, sizeof *f.component_of);
  dryad_free(allocator, f.before, graph->count, sizeof *f.before);
  dryad_free(allocator, f.counts, type_count, sizeof *f.counts);
  dryad_column_free(&f.queue, allocator, sizeof(dryad_id));
  dryad_key_table_deinit(&f.shapes);
  dryad_components_deinit(&f.components);
  if (status) dryad_cycles_deinit(out);
  return status;
}

void dryad_cycles_deinit(dryad_cycles *cycles)
{
  if (!cycles->allocator) return;
  dryad_column_free(&cycles->shapes, cycles->allocator, sizeof(dryad_cycle_shape));
  dryad_column_free(&cycles->steps, cycles->allocator, sizeof(dryad_cycle_step));
  *cycles = (dryad_cycles){0};
}
