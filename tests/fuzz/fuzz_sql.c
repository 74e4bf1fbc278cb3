/* SPDX-License-Identifier: MIT */
/* Any text as a statement over a heap: it is refused or runs, and only through the tables of the heap does it change
 * anything. A statement that takes long is stopped. */
#include <stdio.h>

#include "from_memory.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "one_thread.h"
#include "sql/database.h"

static const char dump[] =
    "{\"address\": 16, \"type\": \"module\", \"size\": 100, \"name\": \"m\", \"refs\": [32, 48]}\n"
    "{\"address\": 32, \"type\": \"Thing\", \"size\": 64, \"refs\": [80, 96]}\n"
    "{\"address\": 48, \"type\": \"list\", \"size\": 72, \"len\": 2, \"refs\": [80, 7, 48]}\n"
    "{\"address\": 80, \"type\": \"dict\", \"size\": 280, \"len\": 1, \"refs\": [112, 48]}\n"
    "{\"address\": 96, \"type\": \"type\", \"size\": 900, \"name\": \"Thing\", \"refs\": []}\n"
    "{\"address\": 112, \"type\": \"str\", \"size\": 50, \"value\": \"x'\\u0000\\u00ff\", \"refs\": []}\n"
    "{\"address\": 128, \"type\": \"float\", \"size\": 24, \"value\": 1.5, \"refs\": []}\n";

enum { CALLS_MAX = 20 };

static bool go_on(void *context, const char *stage, uint64_t done, uint64_t total)
{
  unsigned *calls = context;
  (void)stage, (void)done, (void)total;
  return ++*calls < CALLS_MAX;
}

static void apply_changes(dryad_database *database)
{
  dryad_heap *heap;
  for (dryad_change *change; (change = dryad_database_take_change(database, &heap));)
    dryad_heap_apply(heap, change, NULL, NULL, (dryad_progress){0}, NULL);
}

static void run(dryad_database *database, const char *sql, size_t length)
{
  unsigned calls = 0;
  dryad_error error = {0};
  dryad_statement *statement;
  dryad_result *result = NULL;
  dryad_status status = dryad_statement_new(&statement, database, sql, length, false, &error);
  if (!status) {
    status = dryad_statement_run(statement, &result, (dryad_progress){go_on, &calls}, &error);
    if (!status) apply_changes(database);
  }
  CHECK(!status == !error.text[0] && status != DRYAD_NO_MEMORY);
  dryad_result_free(result);
  dryad_statement_free(statement);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  dryad_database *database;
  dryad_heap *heap = load_from_memory((dryad_text){dump, sizeof dump - 1});
  CHECK(heap && !dryad_database_open(&database, NULL, (dryad_database_options){0}, NULL, NULL));
  CHECK(!dryad_database_put_heap(database, "", heap, NULL));
  const dryad_graph *before = dryad_heap_graph(heap);
  char *sql = malloc(size + 1); /* of its own, so that reading past its end shows */
  CHECK(sql);
  if (size) memcpy(sql, data, size);
  run(database, sql, size);
  free(sql);
  while (dryad_heap_undo(heap)) continue;
  CHECK(dryad_heap_graph(heap) == before);
  dryad_database_close(database);
  dryad_heap_free(heap);
  return 0;
}
