/* SPDX-License-Identifier: MIT */
#include "loops.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "dryad.h"
#include "script.h"
#include "session.h"
#include "table.h"

/* With the names of loops.lua: seconds of processor time, and counts. */
static const char *const names[] = {
    "objects",       "columns",      "tables",      "filter",      "filter_size",      "where",
    "types",         "get_all",      "union",       "difference",  "intersection",     "objects_count",
    "columns_count", "filter_count", "where_count", "union_count", "filter_size_count"};
enum { NAMES = sizeof names / sizeof *names, ROUNDS = 5 };

typedef struct figures {
  double script[NAMES];
  double objects, c_loop; /* count; seconds of the loop in C */
  double c_count;
} figures;

static double get(const figures *f, const char *name)
{
  for (size_t i = 0; i < NAMES; i++)
    if (strcmp(names[i], name) == 0) return f->script[i];
  return 0;
}

static double processor_seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* The objects of more than 200 bytes, counted by a loop over the public interface. */
static bool count_in_c(const char *path, figures *f)
{
  double times[ROUNDS];
  dryad_heap *heap;
  dryad_error error;
  if (dryad_heap_load(&heap, path, NULL, &error)) return session_failed(&error);
  const dryad_graph *graph = dryad_heap_graph(heap);
  uint32_t objects = dryad_graph_count(graph), count = 0;
  for (int i = 0; i < ROUNDS; i++) {
    double start = processor_seconds();
    count = 0;
    for (dryad_id id = 0; id < objects; id++) count += dryad_graph_size(graph, id) > 200;
    times[i] = processor_seconds() - start;
  }
  f->objects = objects;
  f->c_count = count;
  f->c_loop = median(times, ROUNDS);
  dryad_heap_free(heap);
  return true;
}

static bool run(const char *path, void *result)
{
  figures *f = result;
  return count_in_c(path, f) && script_run("tests/bench/loops.lua", path, names, NAMES, f->script);
}

static bool agree(const figures *f)
{
  double count = get(f, "objects_count");
  bool ok = get(f, "columns_count") == count && get(f, "filter_count") == count && get(f, "where_count") == count &&
            get(f, "union_count") == f->objects && get(f, "filter_size_count") == f->c_count;
  if (!ok) fprintf(stderr, "loops and conditions find different objects\n");
  return ok;
}

/* Targets of four, ten and a hundred million a second, also as ratios to steps of 10.4 ns in plain Lua and 1.25 ns in
 * C.
 */
static void tell(const bench_dump *dump, const figures *f)
{
  double tables = get(f, "tables"), each = 1e9 / f->objects, a_million = 1e3 * 1e6 / f->objects;
  row(dump, "Lua, loop over objects, type and size / over plain tables", get(f, "objects") / tables, "x",
      target_if_large(dump, 24));
  row(dump, "Lua, loop over columns, type and size / over plain tables", get(f, "columns") / tables, "x",
      target_if_large(dump, 8));
  row(dump, "filter by size / a loop in C over dryad_graph_size", get(f, "filter_size") / f->c_loop, "x",
      target_if_large(dump, 8));
  row(dump, "Lua, loop over objects, type and size, each", get(f, "objects") * each, "ns", target_if_large(dump, 250));
  row(dump, "Lua, loop over columns, type and size, each", get(f, "columns") * each, "ns", target_if_large(dump, 100));
  row(dump, "filter by type and size, each", get(f, "filter") * each, "ns", target_if_large(dump, 10));
  row(dump, "where by type and size, each", get(f, "where") * each, "ns", target_if_large(dump, 10));
  row(dump, "Lua, loop over plain tables, each", tables * each, "ns", 0);
  row(dump, "loop in C over dryad_graph_size, each", f->c_loop * each, "ns", 0);
  row(dump, "heap.types, a million objects", get(f, "types") * a_million, "ms", target_if_large(dump, 5));
  row(dump, "get_all, a million objects", get(f, "get_all") * a_million, "ms", target_if_large(dump, 10));
  row(dump, "union of lists, a million members", get(f, "union") * a_million / 1.5, "ms", target_if_large(dump, 5));
  row(dump, "difference of lists, a million members", get(f, "difference") * a_million / 1.5, "ms",
      target_if_large(dump, 5));
  row(dump, "intersection of lists, a million members", get(f, "intersection") * a_million / 1.5, "ms",
      target_if_large(dump, 5));
}

bool bench_loops(const bench_dump *dump)
{
  figures f;
  if (!measure(run, dump->path, &f, sizeof f) || !agree(&f)) return false;
  tell(dump, &f);
  return true;
}
