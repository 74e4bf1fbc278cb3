/* SPDX-License-Identifier: MIT */
#include "analysis/small_containers.h"

#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 17 };

typedef struct finding {
  const dryad_graph *graph;
  int64_t few;
  uint32_t *places;  /* by type: of its row, plus one; 0: none */
  uint64_t *counts;  /* by type */
  dryad_column rows; /* dryad_small_containers[row_count] */
  uint32_t row_count;
} finding;

static inline bool is_small(const finding *f, dryad_id id, int64_t *len)
{
  const uint32_t narrow = ((const uint32_t *)f->graph->lens->data)[id];
  if (narrow == DRYAD_NONE) return false;
  *len = (int64_t)dryad_store_widen(f->graph->store, narrow);
  return *len <= f->few;
}

static dryad_small_containers *row_of(const finding *f, uint32_t type)
{
  return &((dryad_small_containers *)f->rows.data)[f->places[type] - 1];
}

static bool add_row(finding *f, uint32_t type)
{
  const uint64_t needed = (uint64_t)f->row_count + 1;
  if (!dryad_column_reserve(&f->rows, f->graph->allocator, needed, sizeof(dryad_small_containers))) return false;
  ((dryad_small_containers *)f->rows.data)[f->row_count++] = (dryad_small_containers){.type = type};
  f->places[type] = f->row_count;
  return true;
}

/* Finds the rows and counts what is empty. */
static bool count_empty(finding *f, dryad_id id)
{
  const uint32_t type = dryad_types(f->graph)[id];
  int64_t len;
  f->counts[type]++;
  if (!is_small(f, id, &len)) return true;
  if (f->places[type] == 0 && !add_row(f, type)) return false;
  if (len != 0) return true;
  dryad_small_containers *row = row_of(f, type);
  const uint64_t size = dryad_size(f->graph, id);
  if (row->empty++ == 0 || size < row->smallest) row->smallest = size;
  row->empty_size = dryad_add_sizes(row->empty_size, size);
  return true;
}

static void count_nearly_empty(const finding *f, dryad_id id)
{
  int64_t len;
  if (!is_small(f, id, &len) || len == 0) return;
  dryad_small_containers *row = row_of(f, dryad_types(f->graph)[id]);
  const uint64_t size = dryad_size(f->graph, id);
  if (size <= row->smallest) return;
  row->nearly++;
  row->nearly_size = dryad_add_sizes(row->nearly_size, size);
}

static dryad_status count_all(finding *f, const dryad_progress *progress, dryad_error *error)
{
  const uint32_t count = f->graph->count;
  for (uint64_t i = 0; i < 2 * (uint64_t)count; i++) {
    if (i % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(progress, "counting containers", i, 2 * (uint64_t)count))
      return dryad_fail_cancelled(error);
    if (i >= count)
      count_nearly_empty(f, (dryad_id)(i - count));
    else if (!count_empty(f, (dryad_id)i))
      return dryad_fail_memory(error);
  }
  for (uint32_t i = 0; i < f->row_count; i++) {
    dryad_small_containers *row = &((dryad_small_containers *)f->rows.data)[i];
    row->count = f->counts[row->type];
  }
  return DRYAD_OK;
}

dryad_status dryad_small_containers_find(dryad_small_containers **out, uint32_t *count, const dryad_graph *graph,
                                         int64_t few, dryad_progress progress, dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  const uint32_t types = graph->store->type_count;
  finding f = {.graph = graph,
               .few = few,
               .places = dryad_calloc(allocator, types, sizeof *f.places),
               .counts = dryad_calloc(allocator, types, sizeof *f.counts)};
  *out = NULL, *count = 0;
  dryad_status status = f.places && f.counts ? count_all(&f, &progress, error) : dryad_fail_memory(error);
  if (!status && f.row_count > 0) {
    *out = dryad_realloc(allocator, f.rows.data, f.rows.capacity, f.row_count, sizeof **out);
    if (*out) f.rows = (dryad_column){0}, *count = f.row_count;
    if (!*out) status = dryad_fail_memory(error);
  }
  dryad_free(allocator, f.places, types, sizeof *f.places);
  dryad_free(allocator, f.counts, types, sizeof *f.counts);
  dryad_column_free(&f.rows, allocator, sizeof(dryad_small_containers));
  return status;
}
