/* SPDX-License-Identifier: MIT */
#include "intake/graph_layout.h"

#include "base/assert.h"
#include "base/error.h"
#include "base/parallel.h"

enum { COLUMNS = 5 };

static void compact_narrow(dryad_array *column, const dryad_collapse *plan, uint32_t count)
{
  uint32_t *values = column->data, *to = values;
  for (dryad_id raw = 0; raw < plan->count; raw++)
    if (!dryad_collapse_goes(plan, raw)) *to++ = values[raw];
  dryad_array_resize(column, count);
}

static void compact_addresses(dryad_array *column, const dryad_collapse *plan, uint32_t count)
{
  uint64_t *values = column->data, *to = values;
  for (dryad_id raw = 0; raw < plan->count; raw++)
    if (!dryad_collapse_goes(plan, raw)) *to++ = values[raw];
  dryad_array_resize(column, count);
}

typedef struct compaction {
  const dryad_graph *graph;
  const dryad_collapse *plan;
  uint32_t count;
  unsigned threads;
} compaction;

/* The threads take turns with the columns. */
static void compact_columns(void *context, unsigned thread)
{
  const compaction *c = context;
  dryad_array *const narrow[] = {c->graph->types, c->graph->sizes, c->graph->lens, c->graph->labels};
  for (unsigned column = thread; column < COLUMNS; column += c->threads) {
    if (column == 0)
      compact_addresses(c->graph->addresses, c->plan, c->count);
    else
      compact_narrow(narrow[column - 1], c->plan, c->count);
  }
}

static bool set_offsets(dryad_graph *graph, const uint32_t *ref_counts, const dryad_collapse *plan, uint32_t raw_count)
{
  dryad_id id = 0;
  uint64_t offset = 0;
  for (dryad_id raw = 0; raw < raw_count; raw++) {
    if (plan && dryad_collapse_goes(plan, raw)) continue;
    if (!dryad_offsets_set(&graph->child_offsets, graph->allocator, id++, offset)) return false;
    offset += ref_counts[raw];
  }
  graph->ref_count = offset;
  return dryad_offsets_set(&graph->child_offsets, graph->allocator, id, offset);
}

dryad_status dryad_graph_lay_out(dryad_graph *graph, const uint32_t *ref_counts, const dryad_collapse *plan,
                                 unsigned threads, dryad_error *error)
{
  DRYAD_ASSERT(threads >= 1 && (!plan || plan->count == graph->count));
  uint32_t raw_count = graph->count;
  if (plan) {
    compaction c = {graph, plan, plan->count - plan->collapsed, threads < COLUMNS ? threads : COLUMNS};
    dryad_parallel("compact columns", c.threads, compact_columns, &c);
    graph->count = c.count;
  }
  if (!dryad_offsets_init(&graph->child_offsets, graph->allocator, graph->count)) return dryad_fail_memory(error);
  if (!set_offsets(graph, ref_counts, plan, raw_count)) return dryad_fail_memory(error);
  graph->total_size = 0;
  for (dryad_id id = 0; id < graph->count; id++)
    graph->total_size = dryad_add_sizes(graph->total_size, dryad_size(graph, id));
  return DRYAD_OK;
}

dryad_status dryad_graph_add_children(dryad_graph *graph, dryad_error *error)
{
  DRYAD_ASSERT(!graph->children);
  graph->children = dryad_array_new(graph->allocator, graph->ref_count, sizeof(dryad_id));
  return graph->children ? DRYAD_OK : dryad_fail_memory(error);
}
