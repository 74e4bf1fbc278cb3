/* SPDX-License-Identifier: MIT */
#include "analysis/type_growth.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

void dryad_type_growth_deinit(dryad_type_growth *growth)
{
  if (!growth->allocator) return;
  dryad_free(growth->allocator, growth->order, growth->names.count, sizeof *growth->order);
  dryad_column_free(&growth->tallies, growth->allocator, sizeof(dryad_type_tally));
  dryad_text_numbers_deinit(&growth->names);
  *growth = (dryad_type_growth){0};
}

/* Adds what one heap has of a type. */
static dryad_status add(dryad_type_growth *g, const dryad_graph *graph, uint32_t heap, const dryad_summary_row *row,
                        dryad_error *error)
{
  uint32_t before = g->names.count, number = 0;
  dryad_status status = dryad_text_numbers_add(&g->names, dryad_graph_type_name(graph, row->type), &number, error);
  if (status) return status;
  uint64_t needed = (uint64_t)g->names.count * g->heaps;
  if (!dryad_column_reserve(&g->tallies, g->allocator, needed, sizeof(dryad_type_tally)))
    return dryad_fail_memory(error);
  dryad_type_tally *tallies = (dryad_type_tally *)g->tallies.data + (uint64_t)number * g->heaps;
  if (number == before) memset(tallies, 0, g->heaps * sizeof *tallies);
  tallies[heap] = (dryad_type_tally){row->count, row->total_size};
  return DRYAD_OK;
}

static int compare_numbers(int64_t a, int64_t b) { return (a < b) - (a > b); }

static int compare(const void *left, const void *right, void *context)
{
  const dryad_type_growth *g = context;
  uint32_t one = *(const uint32_t *)left, other = *(const uint32_t *)right;
  const dryad_type_tally *a = dryad_type_tallies(g, one), *b = dryad_type_tallies(g, other);
  uint32_t last = g->heaps - 1;
  int order = compare_numbers((int64_t)(a[last].size - a[0].size), (int64_t)(b[last].size - b[0].size));
  if (!order) order = compare_numbers((int64_t)(a[last].count - a[0].count), (int64_t)(b[last].count - b[0].count));
  if (order) return order;
  return dryad_text_compare(dryad_text_numbers_get(&g->names, one), dryad_text_numbers_get(&g->names, other));
}

static dryad_status sort(dryad_type_growth *g, dryad_error *error)
{
  g->order = dryad_alloc(g->allocator, g->names.count, sizeof *g->order);
  if (!g->order) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < g->names.count; i++) g->order[i] = i;
  if (g->names.count > 1) qsort_r(g->order, g->names.count, sizeof *g->order, compare, g);
  return DRYAD_OK;
}

dryad_status dryad_type_growth_find(dryad_type_growth *out, const dryad_graph *const *graphs, uint32_t count,
                                    dryad_error *error)
{
  DRYAD_ASSERT(out && graphs && count >= 2);
  dryad_status status = DRYAD_OK;
  *out = (dryad_type_growth){.allocator = graphs[0]->allocator, .heaps = count};
  dryad_text_numbers_init(&out->names, out->allocator);
  for (uint32_t heap = 0; heap < count && !status; heap++) {
    dryad_summary *summary = NULL;
    status = dryad_summarize(&summary, graphs[heap], NULL, 0, error);
    for (uint32_t i = 0; !status && i < summary->row_count; i++)
      status = add(out, graphs[heap], heap, &summary->rows[i], error);
    dryad_summary_free(summary);
  }
  return status ? status : sort(out, error);
}
