/* SPDX-License-Identifier: MIT */
#include "sql/reference_edit.h"

#include "graph/graph.h"
#include "sql/heap_table.h"
#include "sql/object_edit.h"
#include "sql/reference_columns.h"

/* The object that owns the reference at this position among all of the graph. */
static dryad_id parent_at(const dryad_graph *graph, uint64_t place)
{
  uint32_t low = 0, high = graph->count - 1;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (dryad_offset(&graph->child_offsets, middle + 1) <= place)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

static int delete_reference(dryad_heap_table *table, uint64_t place)
{
  const dryad_graph *graph = dryad_heap_graph(table->source->heap);
  dryad_id parent = parent_at(graph, place);
  uint64_t position = place - dryad_offset(&graph->child_offsets, parent);
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_EDIT);
  if (!change || !dryad_numbers_add(&change->refs, change->allocator, dryad_addresses(graph)[parent]) ||
      !dryad_numbers_add(&change->refs, change->allocator, position))
    return SQLITE_NOMEM;
  return SQLITE_OK;
}

static int pin(dryad_heap_table *table, int64_t child)
{
  if (dryad_graph_find(dryad_heap_graph(table->source->heap), (uint64_t)child) == DRYAD_NONE)
    return dryad_heap_table_refuse(&table->base, "there is no object at %llu to pin", (unsigned long long)child);
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_PIN);
  if (!change || !dryad_numbers_add(&change->objects, change->allocator, (uint64_t)child)) return SQLITE_NOMEM;
  return SQLITE_OK;
}

static int insert_reference(dryad_heap_table *table, sqlite3_value **cells)
{
  int64_t parent, child;
  if (sqlite3_value_type(cells[DRYAD_REFERENCE_POSITION]) != SQLITE_NULL ||
      sqlite3_value_type(cells[DRYAD_REFERENCE_LABEL]) != SQLITE_NULL)
    return dryad_heap_table_refuse(&table->base, "insert a reference with parent and child only; it is appended");
  if (!dryad_sql_to_integer(cells[DRYAD_REFERENCE_PARENT], &parent) ||
      !dryad_sql_to_integer(cells[DRYAD_REFERENCE_CHILD], &child))
    return dryad_heap_table_refuse(&table->base, "a reference needs two addresses: parent and child");
  if (parent == 0) return pin(table, child);
  if (dryad_graph_find(dryad_heap_graph(table->source->heap), (uint64_t)parent) == DRYAD_NONE)
    return dryad_heap_table_refuse(&table->base, "there is no object at %llu to be the parent",
                                   (unsigned long long)parent);
  dryad_change *change = dryad_heap_source_collect(table->source, DRYAD_COLLECTED_EDIT);
  if (!change || !dryad_numbers_add(&change->others, change->allocator, (uint64_t)parent) ||
      !dryad_numbers_add(&change->others, change->allocator, (uint64_t)child))
    return SQLITE_NOMEM;
  return SQLITE_OK;
}

int dryad_reference_update(sqlite3_vtab *base, int argc, sqlite3_value **argv, sqlite3_int64 *rowid)
{
  dryad_heap_table *table = (dryad_heap_table *)base;
  (void)rowid;
  if (!table->source->heap) return dryad_heap_table_refuse(base, "the heap of this table is closed");
  if (argc == 1) return delete_reference(table, (uint64_t)sqlite3_value_int64(argv[0]));
  if (sqlite3_value_type(argv[0]) == SQLITE_NULL) return insert_reference(table, argv + 2);
  return dryad_heap_table_refuse(base, "a reference cannot be changed: delete it and insert another one");
}
