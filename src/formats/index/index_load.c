/* SPDX-License-Identifier: MIT */
/* Loading and saving indexes, the implementation of dryad.h: opened if they match the options, and saved without a
   dump. */
#include <inttypes.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/sized_struct.h"
#include "formats/index/index.h"
#include "heap/heap.h"

bool dryad_index_is_path(const char *path)
{
  DRYAD_ASSERT(path);
  static const char ending[] = DRYAD_INDEX_ENDING;
  size_t length = strlen(path);
  return length >= sizeof ending - 1 && strcmp(path + length - (sizeof ending - 1), ending) == 0;
}

static dryad_status fail_at(const dryad_problem *problem, const char *path, dryad_error *error)
{
  dryad_status status = dryad_fail(error, DRYAD_FORMAT, "%s:%" PRIu64 ": %s", path, problem->line, problem->reason);
  if (error) {
    error->line = problem->line;
    error->offset = problem->offset;
  }
  return status;
}

static dryad_status check_options(const dryad_heap *heap, const dryad_index_origin *origin,
                                  const dryad_load_options *options, dryad_error *error)
{
  const dryad_report *report = dryad_heap_report(heap);
  const char *path = dryad_heap_path(heap);
  if (options->raw && !origin->is_raw)
    return dryad_fail(error, DRYAD_FORMAT,
                      "%s: its heap was collapsed when it was loaded; load the dump for a raw heap", path);
  if (options->strict && report->problem_count > 0) return fail_at(&report->problems[0], path, error);
  if (options->python && options->python != report->python)
    return dryad_fail(error, DRYAD_FORMAT, "%s: its heap was loaded as Python %d", path, report->python);
  if (options->max_text > origin->max_text && report->cut_texts)
    return dryad_fail(error, DRYAD_FORMAT, "%s: its texts were cut after %zu bytes when it was loaded", path,
                      origin->max_text);
  return DRYAD_OK;
}

dryad_status dryad_index_load(dryad_heap **out, dryad_index_origin *origin, const char *path,
                              const dryad_load_options *options, dryad_error *error)
{
  dryad_load_options own;
  dryad_index_origin found;
  *out = NULL;
  dryad_status status = dryad_sized_struct_copy(&own, sizeof own, options, "dryad_load_options", error);
  if (!status) status = dryad_index_open(out, &found, path, path, own.allocator, own.progress, error);
  if (!status) status = check_options(*out, &found, &own, error);
  if (!status && origin) *origin = found;
  if (status) {
    dryad_heap_free(*out);
    *out = NULL;
  }
  return status;
}

static dryad_status read(dryad_heap **out, const dryad_reading *reading, dryad_error *error)
{
  return dryad_index_load(out, NULL, reading->path, &reading->options, error);
}

const dryad_reader dryad_index_reader = {.name = "index", .is_path = dryad_index_is_path, .read = read};

/* If nothing was collapsed, the heap is the same as a raw one. */
dryad_status dryad_heap_save(dryad_heap *heap, const char *path, bool force, dryad_progress progress,
                             dryad_error *error)
{
  DRYAD_ASSERT(heap && path);
  const dryad_index_origin origin = {.is_raw = dryad_heap_report(heap)->collapsed == 0};
  const dryad_sink_options options = {.output.force = force, .force_name = "`force`"};
  dryad_sink *sink;
  if (!dryad_index_is_path(path))
    return dryad_fail(error, DRYAD_ARGUMENT, "%s: the name of an index ends in .dryad", path);
  dryad_status status = dryad_index_create(&sink, path, dryad_heap_path(heap), &origin, &options,
                                           dryad_heap_graph(heap)->allocator, error);
  return status ? status : dryad_index_write(heap, sink, &origin, progress, error);
}
