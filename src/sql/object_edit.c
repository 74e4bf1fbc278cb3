/* SPDX-License-Identifier: MIT */
#include "sql/object_edit.h"

#include "base/latin1.h"
#include "graph/graph.h"
#include "runtime/runtime.h"
#include "sql/bounds.h"
#include "sql/object_columns.h"

bool dryad_sql_to_integer(sqlite3_value *value, int64_t *integer)
{
  dryad_bounds bounds = DRYAD_ALL_INTEGERS;
  dryad_bounds_narrow(&bounds, '=', value);
  *integer = bounds.low;
  return bounds.low == bounds.high;
}

static const dryad_graph *graph_of(const dryad_heap_table *table) { return dryad_heap_graph(table->source->heap); }

static dryad_text text_of(sqlite3_value *value)
{
  const char *data = (const char *)sqlite3_value_text(value);
  return (dryad_text){data, (size_t)sqlite3_value_bytes(value)};
}

/* ---- marks ---- */

static int update_mark(dryad_heap_table *table, sqlite3_value **argv)
{
  dryad_id id = (dryad_id)sqlite3_value_int64(argv[0]);
  sqlite3_value **cells = argv + 2;
  int64_t mark = DRYAD_NO_MARK;
  int given = 0; /* cells other than the mark */
  for (int i = 0; i < DRYAD_OBJECT_COLUMNS; i++) given += i != DRYAD_OBJECT_MARK && !sqlite3_value_nochange(cells[i]);
  /* With `from`, SQLite passes all cells without saying which ones change. */
  if (given == DRYAD_OBJECT_COLUMNS - 1)
    return dryad_heap_table_refuse(&table->base,
                                   "update ... from is not supported here: set mark to a query in parentheses");
  if (given || sqlite3_value_int64(argv[1]) != sqlite3_value_int64(argv[0])) /* the rowid */
    return dryad_heap_table_refuse(
        &table->base, "only mark can be changed: to change something else, delete the object and insert another one");
  if (sqlite3_value_nochange(cells[DRYAD_OBJECT_MARK])) return SQLITE_OK;
  if (sqlite3_value_type(cells[DRYAD_OBJECT_MARK]) != SQLITE_NULL &&
      (!dryad_sql_to_integer(cells[DRYAD_OBJECT_MARK], &mark) || mark == DRYAD_NO_MARK))
    return dryad_heap_table_refuse(&table->base, "mark must be a whole number or null");
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_MARK);
  if (!change || !dryad_numbers_add(&change->objects, change->allocator, dryad_addresses(graph_of(table))[id]) ||
      !dryad_numbers_add(&change->others, change->allocator, (uint64_t)mark))
    return SQLITE_NOMEM;
  return SQLITE_OK;
}

/* ---- deleting objects ---- */

static int delete_object(dryad_heap_table *table, dryad_id id)
{
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_EDIT);
  if (!change || !dryad_numbers_add(&change->objects, change->allocator, dryad_addresses(graph_of(table))[id]))
    return SQLITE_NOMEM;
  return SQLITE_OK;
}

/* ---- inserting objects ---- */

static int check_columns(dryad_heap_table *table, sqlite3_value **cells)
{
  static const char *const names[DRYAD_OBJECT_COLUMNS] = {
      "address",  "type", "name",     "value", "size",      "len",  "mark", "repr",  "num_refs", "num_parents",
      "retained", "idom", "refcount", "root",  "allocated", "file", "line", "class", "way"};
  for (int i = DRYAD_OBJECT_MARK; i < DRYAD_OBJECT_COLUMNS; i++)
    if (sqlite3_value_type(cells[i]) != SQLITE_NULL)
      return dryad_heap_table_refuse(
          &table->base, "%s cannot be set: insert an object with address, type, name, value, size and len", names[i]);
  return SQLITE_OK;
}

static int read_numbers(dryad_heap_table *table, sqlite3_value **cells, dryad_new_object *object)
{
  int64_t address, size = 0;
  if (!dryad_sql_to_integer(cells[DRYAD_OBJECT_ADDRESS], &address))
    return dryad_heap_table_refuse(&table->base, "an object needs an address: a whole number");
  if (sqlite3_value_type(cells[DRYAD_OBJECT_SIZE]) != SQLITE_NULL &&
      (!dryad_sql_to_integer(cells[DRYAD_OBJECT_SIZE], &size) || size < 0))
    return dryad_heap_table_refuse(&table->base, "size must be a whole number, 0 or more");
  object->has_len = sqlite3_value_type(cells[DRYAD_OBJECT_LEN]) != SQLITE_NULL;
  if (object->has_len && !dryad_sql_to_integer(cells[DRYAD_OBJECT_LEN], &object->len))
    return dryad_heap_table_refuse(&table->base, "len must be a whole number or null");
  object->address = (uint64_t)address;
  object->size = (uint64_t)size;
  return SQLITE_OK;
}

/* `bytes`: memory of sqlite3_malloc that the value needs; NULL: none. */
static int read_text_value(dryad_heap_table *table, sqlite3_value *cell, dryad_new_object *object, char **bytes)
{
  const dryad_heap *heap = table->source->heap;
  const dryad_runtime *runtime = dryad_heap_graph(heap)->store->runtime;
  bool is_blob = sqlite3_value_type(cell) == SQLITE_BLOB;
  bool has_bytes = dryad_is_bytes_type(runtime, object->type, dryad_heap_report(heap)->python);
  object->value.kind = DRYAD_VALUE_TEXT;
  if (is_blob && !has_bytes)
    return dryad_heap_table_refuse(&table->base, "only an object that holds bytes can have a blob as its value");
  if (is_blob) {
    const char *data = sqlite3_value_blob(cell);
    object->value.text = (dryad_text){data ? data : "", (size_t)sqlite3_value_bytes(cell)};
    return SQLITE_OK;
  }
  object->value.text = text_of(cell);
  if (!object->value.text.data) return SQLITE_NOMEM;
  if (!has_bytes) return SQLITE_OK;
  *bytes = sqlite3_malloc64(object->value.text.length + 1);
  if (!*bytes) return SQLITE_NOMEM;
  if (!dryad_latin1_from_utf8(*bytes, &object->value.text.length, object->value.text))
    return dryad_heap_table_refuse(&table->base,
                                   "the value of an object that holds bytes can only have characters up to U+00FF");
  object->value.text.data = *bytes;
  return SQLITE_OK;
}

static int read_texts(dryad_heap_table *table, sqlite3_value **cells, dryad_new_object *object, char **bytes)
{
  sqlite3_value *type = cells[DRYAD_OBJECT_TYPE], *name = cells[DRYAD_ELF_OBJECT_NAME],
                *value = cells[DRYAD_OBJECT_VALUE];
  if (sqlite3_value_type(type) != SQLITE_TEXT)
    return dryad_heap_table_refuse(&table->base, "an object needs a type: a text");
  object->type = text_of(type);
  if (!object->type.data) return SQLITE_NOMEM;
  if (sqlite3_value_type(name) != SQLITE_NULL) {
    object->name = text_of(name);
    if (!object->name.data) return SQLITE_NOMEM;
  }
  switch (sqlite3_value_type(value)) {
  case SQLITE_NULL: return SQLITE_OK;
  case SQLITE_INTEGER:
    object->value = (dryad_value){.kind = DRYAD_VALUE_INTEGER, .integer = sqlite3_value_int64(value)};
    return SQLITE_OK;
  case SQLITE_FLOAT:
    object->value = (dryad_value){.kind = DRYAD_VALUE_FLOAT, .real = sqlite3_value_double(value)};
    return SQLITE_OK;
  default: return read_text_value(table, value, object, bytes);
  }
}

static int refuse_taken(dryad_heap_table *table, uint64_t address)
{
  return dryad_heap_table_refuse(&table->base, "there is an object at %llu already", (unsigned long long)address);
}

/* Decides what to do about an object of the graph that has the address already. */
static int settle_conflict(dryad_heap_table *table, dryad_id id, bool *skip)
{
  switch (sqlite3_vtab_on_conflict(table->handle)) {
  case SQLITE_REPLACE: return delete_object(table, id);
  case SQLITE_IGNORE: *skip = true; return SQLITE_OK;
  default: return refuse_taken(table, dryad_addresses(graph_of(table))[id]);
  }
}

/* Adds an object to the collected ones, or resolves the conflict with an earlier one at the same address. */
static int collect_object(dryad_heap_table *table, const dryad_new_object *object)
{
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_EDIT);
  dryad_key_table *coming = &table->source->coming;
  const dryad_key key = {{object->address}};
  uint32_t number;
  bool is_taken = change && dryad_key_table_find(coming, key, &number);
  int conflict = is_taken ? sqlite3_vtab_on_conflict(table->handle) : SQLITE_REPLACE;
  if (conflict == SQLITE_IGNORE) return SQLITE_OK;
  if (conflict != SQLITE_REPLACE) return refuse_taken(table, object->address);
  if (!change || !dryad_change_add_object(change, object)) return SQLITE_NOMEM;
  if (!is_taken) return dryad_key_table_number(coming, key, &number) ? SQLITE_OK : SQLITE_NOMEM;
  dryad_new_object *objects = change->new_objects.data;
  objects[number] = objects[--change->new_object_count];
  return SQLITE_OK;
}

static int insert_object(dryad_heap_table *table, sqlite3_value **cells)
{
  dryad_new_object object = {0};
  char *bytes = NULL;
  bool skip = false;
  int code = check_columns(table, cells);
  if (!code) code = read_numbers(table, cells, &object);
  if (!code) code = read_texts(table, cells, &object, &bytes);
  dryad_id there = code ? DRYAD_NONE : dryad_graph_find(graph_of(table), object.address);
  if (there != DRYAD_NONE) code = settle_conflict(table, there, &skip);
  if (!code && !skip) code = collect_object(table, &object);
  sqlite3_free(bytes);
  return code;
}

int dryad_object_update(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid)
{
  dryad_heap_table *table = (dryad_heap_table *)base;
  (void)rowid;
  if (!table->source->heap) return dryad_heap_table_refuse(base, "the heap of this table is closed");
  if (argc == 1) return delete_object(table, (dryad_id)sqlite3_value_int64(argv[0]));
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return insert_object(table, argv + 2);
  return update_mark(table, argv);
}
