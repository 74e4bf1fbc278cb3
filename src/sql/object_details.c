/* SPDX-License-Identifier: MIT */
#include "sql/object_details.h"

#include "analysis/way_text.h"
#include "analysis/ways.h"
#include "heap/heap.h"
#include "sql/cell.h"
#include "sql/object_columns.h"

/* Counts beyond SQLite's integers become its largest. */
static void show_number(sqlite3_context *context, const dryad_graph *graph, dryad_id id,
                        bool (*get)(const dryad_graph *graph, dryad_id id, uint64_t *number))
{
  uint64_t number;
  if (get(graph, id, &number)) sqlite3_result_int64(context, number < INT64_MAX ? (sqlite3_int64)number : INT64_MAX);
}

/* Innermost first: "app/cache.py:41 < app/views.py:12". */
static void write_sites(dryad_writer *w, const void *what)
{
  dryad_text rest = *(const dryad_text *)what, site;
  for (bool is_first = true; dryad_next_site(&rest, &site); is_first = false) {
    if (!is_first) dryad_put_ascii(w, " < ");
    dryad_put(w, site.data, site.length);
  }
}

int dryad_object_way_cell(sqlite3_context *context, dryad_heap_source *source, dryad_id id)
{
  dryad_sql_work *work = source->work;
  const dryad_graph *graph = dryad_heap_graph(source->heap);
  const dryad_known_types *known = dryad_heap_source_known(source);
  const dryad_levels *levels;
  const dryad_way_forest *forest = NULL;
  dryad_path path = {0};
  dryad_way_ends ends;
  dryad_way_text text = {.graph = graph, .known = known};
  dryad_status status = dryad_heap_levels(source->heap, &levels, work->progress, &work->error);
  if (!status) status = dryad_heap_source_forest(source, levels, &forest, &work->error);
  if (!status && !forest) status = dryad_way_find(&path, graph, known, levels, id, work->progress, &work->error);
  if (status) return dryad_sql_failed(work, status);
  text.levels = levels;
  text.path = (dryad_ids){path.ids, path.count};
  if (forest) {
    dryad_way_forest_ends(&ends, forest, levels, id);
    text.path = (dryad_ids){ends.ids, ends.count};
    text.positions = ends.positions;
  }
  if (text.path.count) {
    char buffer[DRYAD_WAY_BYTES + 1];
    dryad_writer w = {.buffer = buffer, .capacity = sizeof buffer};
    dryad_way_write(&w, &text);
    sqlite3_result_text64(context, buffer, w.written, SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  dryad_path_deinit(&path);
  return SQLITE_OK;
}

void dryad_object_detail_cell(sqlite3_context *context, const dryad_graph *graph, dryad_id id, int column)
{
  dryad_text sites;
  switch (column) {
  case DRYAD_OBJECT_REFCOUNT: show_number(context, graph, id, dryad_graph_refcount); break;
  case DRYAD_OBJECT_LINE: show_number(context, graph, id, dryad_graph_line); break;
  case DRYAD_OBJECT_FILE: dryad_cell_text(context, dryad_graph_file(graph, id)); break;
  default:
    sites = dryad_graph_allocated(graph, id);
    if (sites.data) dryad_cell_written(context, write_sites, &sites);
  }
}
