/* SPDX-License-Identifier: MIT */
#include "analysis/summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

typedef struct tally {
  uint64_t count, max;
  unsigned __int128 size, squares; /* the squares stop at the largest number */
  dryad_id max_id;
} tally;

/* What objects are summarized by: their types or, with `classes`, their classes. */
typedef struct kinds {
  const dryad_graph *graph;
  const dryad_classes *classes;
  uint32_t count;
} kinds;

static uint32_t kind_of(const kinds *k, dryad_id id)
{
  return k->classes ? dryad_class_number(k->classes, id) : dryad_types(k->graph)[id];
}

static dryad_text kind_name(const kinds *k, uint32_t kind)
{
  return k->classes ? dryad_class_name(k->classes, kind) : dryad_graph_type_name(k->graph, kind);
}

static void add(tally *tallies, const kinds *k, dryad_id id)
{
  const dryad_graph *graph = k->graph;
  tally *t = &tallies[kind_of(k, id)];
  uint64_t size = dryad_size(graph, id);
  if (t->count == 0 || size > t->max || (size == t->max && id < t->max_id)) {
    t->max = size;
    t->max_id = id;
  }
  t->count++;
  t->size += size;
  if (__builtin_add_overflow(t->squares, (unsigned __int128)size * size, &t->squares))
    t->squares = ~(unsigned __int128)0;
}

/* Squares of the distances from the integer part of the average: sums of the squared sizes themselves would lose small
   deviations among large sizes. Where they might overflow, an estimate has to do. */
static double variance_of(const tally *t)
{
  if (t->size > INT64_MAX) {
    double average = (double)t->size / (double)t->count;
    return (double)t->squares / (double)t->count - average * average;
  }
  uint64_t size = (uint64_t)t->size, whole = size / t->count, rest = size % t->count;
  unsigned __int128 distances = t->squares - (unsigned __int128)whole * (size + rest);
  double shift = (double)rest / (double)t->count;
  return (double)distances / (double)t->count - shift * shift;
}

static dryad_summary_row row_of(const tally *t, uint32_t kind)
{
  double variance = variance_of(t);
  return (dryad_summary_row){.type = kind,
                             .max_id = t->max_id,
                             .count = t->count,
                             .total_size = t->size > INT64_MAX ? INT64_MAX : (uint64_t)t->size,
                             .max_size = t->max,
                             .average = (double)t->size / (double)t->count,
                             .stddev = variance > 0 ? sqrt(variance) : 0};
}

static int compare_rows(const void *left, const void *right, void *by)
{
  const dryad_summary_row *a = left, *b = right;
  if (a->total_size != b->total_size) return a->total_size < b->total_size ? 1 : -1;
  if (a->count != b->count) return a->count < b->count ? 1 : -1;
  return dryad_text_compare(kind_name(by, a->type), kind_name(by, b->type));
}

/* One block holds the header, the allocator that frees it, and the rows. */
static size_t block_size(uint32_t row_count)
{
  return sizeof(dryad_summary) + sizeof(const dryad_allocator *) + row_count * sizeof(dryad_summary_row);
}

static dryad_summary *summary_new(const dryad_allocator *allocator, uint32_t row_count)
{
  dryad_summary *summary = dryad_alloc(allocator, block_size(row_count), 1);
  if (!summary) return NULL;
  const dryad_allocator **owner = (const dryad_allocator **)(summary + 1);
  *owner = allocator;
  *summary = (dryad_summary){.row_count = row_count, .rows = (dryad_summary_row *)(owner + 1)};
  return summary;
}

static dryad_status summarize(dryad_summary **out, const kinds *k, const dryad_id *ids, uint64_t count,
                              dryad_error *error)
{
  const dryad_graph *graph = k->graph;
  DRYAD_ASSERT(out);
  DRYAD_ASSERT_SLOW(!ids || dryad_ids_are_known(graph, ids, count));
  *out = NULL;
  uint32_t row_count = 0;
  tally *tallies = dryad_calloc(graph->allocator, k->count, sizeof *tallies);
  if (!tallies) return dryad_fail_memory(error);
  if (ids) {
    for (uint64_t i = 0; i < count; i++)
      if (ids[i] < graph->count) add(tallies, k, ids[i]);
  } else {
    for (dryad_id id = 0; id < graph->count; id++) add(tallies, k, id);
  }
  for (uint32_t kind = 0; kind < k->count; kind++) row_count += tallies[kind].count > 0;
  dryad_summary *summary = summary_new(graph->allocator, row_count);
  if (summary) {
    dryad_summary_row *row = summary->rows;
    for (uint32_t kind = 0; kind < k->count; kind++) {
      if (!tallies[kind].count) continue;
      *row = row_of(&tallies[kind], kind);
      summary->total_count += row->count;
      summary->total_size = dryad_add_sizes(summary->total_size, row->total_size);
      row++;
    }
    qsort_r(summary->rows, row_count, sizeof *row, compare_rows, (void *)(uintptr_t)k);
  }
  dryad_free(graph->allocator, tallies, k->count, sizeof *tallies);
  if (!summary) return dryad_fail_memory(error);
  dryad_status status = dryad_graph_check(graph, error);
  if (status)
    dryad_summary_free(summary);
  else
    *out = summary;
  return status;
}

dryad_status dryad_summarize(dryad_summary **out, const dryad_graph *graph, const dryad_id *ids, uint64_t count,
                             dryad_error *error)
{
  return summarize(out, &(kinds){.graph = graph, .count = graph->store->type_count}, ids, count, error);
}

dryad_status dryad_summarize_by_class(dryad_summary **out, const dryad_classes *classes, const dryad_id *ids,
                                      uint64_t count, dryad_error *error)
{
  const kinds k = {.graph = classes->graph, .classes = classes, .count = classes->count};
  return summarize(out, &k, ids, count, error);
}

void dryad_summary_free(dryad_summary *summary)
{
  if (!summary) return;
  const dryad_allocator *allocator = *(const dryad_allocator **)(summary + 1);
  dryad_free(allocator, summary, block_size(summary->row_count), 1);
}
