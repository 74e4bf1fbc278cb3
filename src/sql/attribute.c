/* SPDX-License-Identifier: MIT */
#include "sql/attribute.h"

#include <string.h>

#include "graph/graph.h"
#include "runtime/attributes.h"
#include "sql/cell.h"

static const char own_name[] = "attr";
enum { ARGUMENTS = 2 };

/* Follows the names between the dots; DRYAD_NONE: one is missing. */
static dryad_id follow(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_text path)
{
  const char *at = path.data, *end = path.data + path.length;
  for (;;) {
    const char *dot = memchr(at, '.', (size_t)(end - at));
    const char *stop = dot ? dot : end;
    id = dryad_attribute_find(graph, known, id, (dryad_text){at, (size_t)(stop - at)});
    if (!dot || id >= graph->count) return id;
    at = dot + 1;
  }
}

/* A boolean as 0 or 1, None as NULL, what the dump has a value of as that, any other object as its address. */
static void show(sqlite3_context *context, dryad_heap_source *source, const dryad_graph *graph, dryad_id id)
{
  if (id == DRYAD_NONE) return;
  const dryad_known_types *known = dryad_heap_source_known(source);
  dryad_meaning meaning = dryad_meaning_of(graph, known, id);
  switch (meaning) {
  case DRYAD_MEANS_NONE: break;
  case DRYAD_MEANS_FALSE:
  case DRYAD_MEANS_TRUE: sqlite3_result_int(context, meaning == DRYAD_MEANS_TRUE); break;
  case DRYAD_MEANS_VALUE: dryad_cell_value(context, graph, known, dryad_heap_report(source->heap)->python, id); break;
  case DRYAD_MEANS_OBJECT: sqlite3_result_int64(context, (sqlite3_int64)dryad_graph_address(graph, id)); break;
  }
}

static void find(sqlite3_context *context, dryad_heap_source *source, sqlite3_value **values)
{
  if (!source || !source->heap) {
    sqlite3_result_error(context, "attr() needs a heap: none is current", -1);
    return;
  }
  if (sqlite3_value_type(values[0]) != SQLITE_INTEGER) return;
  dryad_text path = {.data = (const char *)sqlite3_value_text(values[1])};
  if (!path.data) return;
  path.length = (size_t)sqlite3_value_bytes(values[1]);
  const dryad_graph *graph = dryad_heap_graph(source->heap);
  dryad_id id = dryad_graph_find(graph, (uint64_t)sqlite3_value_int64(values[0]));
  if (id == DRYAD_NONE) return;
  show(context, source, graph, follow(graph, dryad_heap_source_known(source), id, path));
  dryad_status status = dryad_graph_check(graph, &source->work->error);
  if (status) sqlite3_result_error_code(context, dryad_sql_failed(source->work, status));
}

static void attr_of_table(sqlite3_context *context, int argc, sqlite3_value **values)
{
  (void)argc;
  find(context, sqlite3_user_data(context), values);
}

static void attr_of_current(sqlite3_context *context, int argc, sqlite3_value **values)
{
  (void)argc;
  const dryad_slot *slot = dryad_database_slot(sqlite3_user_data(context), "");
  find(context, slot ? slot->source : NULL, values);
}

int dryad_attribute_register(dryad_database *database)
{
  return sqlite3_create_function_v2(database->handle, own_name, ARGUMENTS, SQLITE_UTF8 | SQLITE_INNOCUOUS, database,
                                    attr_of_current, NULL, NULL, NULL);
}

int dryad_attribute_overload(dryad_heap_source *source, int argc, const char *name,
                             void (**function)(sqlite3_context *, int, sqlite3_value **), void **argument)
{
  if (argc != ARGUMENTS || sqlite3_stricmp(name, own_name) != 0) return 0;
  *function = attr_of_table;
  *argument = source;
  return 1;
}
