/* SPDX-License-Identifier: MIT */
#include "indexes.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/index/index.h"
#include "session.h"
#include "table.h"

enum { ROUNDS = 9 };

typedef struct opened {
  double seconds;   /* opening */
  double resident;  /* bytes of anonymous memory that opening took */
  double summarize; /* seconds of the first one, which reads and verifies the blocks it needs */
} opened;

static bool write_index(const char *dump, const char *path)
{
  static const dryad_sink_options force = {.output.force = true};
  session loaded;
  const dryad_dominators *dominators;
  dryad_sink *sink;
  dryad_error error;
  if (!session_open(&loaded, dump, NULL)) return false;
  bool ok = !dryad_heap_dominators(loaded.heap, &dominators, (dryad_progress){0}, &error) &&
            !dryad_sink_open(&sink, path, &force, NULL, &error) &&
            !dryad_index_write(loaded.heap, sink, &(dryad_index_origin){0}, (dryad_progress){0}, &error);
  session_close(&loaded);
  return ok || session_failed(&error);
}

static bool run_open(const char *path, void *result)
{
  opened *o = result;
  dryad_heap *heap;
  dryad_summary *summary;
  dryad_error error;
  uint64_t before = anonymous_bytes();
  double start = seconds_now();
  if (dryad_index_open(&heap, NULL, path, path, NULL, (dryad_progress){0}, &error)) return session_failed(&error);
  double middle = seconds_now();
  o->resident = (double)anonymous_bytes() - (double)before;
  double again = seconds_now();
  if (dryad_summarize(&summary, dryad_heap_graph(heap), NULL, 0, &error)) return session_failed(&error);
  o->seconds = middle - start;
  o->summarize = seconds_now() - again;
  dryad_summary_free(summary);
  dryad_heap_free(heap);
  return true;
}

static bool run_rounds(const bench_dump *dump, const char *path, opened *o, double *load)
{
  double seconds[ROUNDS], summarize[ROUNDS], loads[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++) {
    if (!measure(run_open, path, o, sizeof *o) ||
        !measure(session_load_seconds, dump->path, &loads[round], sizeof *loads))
      return false;
    seconds[round] = o->seconds;
    summarize[round] = o->summarize;
  }
  o->seconds = median(seconds, ROUNDS);
  o->summarize = median(summarize, ROUNDS);
  *load = median(loads, ROUNDS);
  return true;
}

bool bench_indexes(const bench_dump *dump)
{
  char path[80];
  opened o;
  double load;
  struct stat facts = {0};
  snprintf(path, sizeof path, "%s.dryad", dump->path);
  bool ok = write_index(dump->path, path) && stat(path, &facts) == 0 && run_rounds(dump, path, &o, &load);
  unlink(path);
  if (!ok) return false;
  row(dump, "open the index / load, 2 threads", o.seconds / load, "x", 0);
  row(dump, "open the index and summarize / load, 2 threads", (o.seconds + o.summarize) / load, "x",
      target_if_large(dump, 1));
  row(dump, "index with dominators / size of the dump", (double)facts.st_size / (double)dump->size, "x", 0);
  row(dump, "open the index", o.seconds * 1e3, "ms", 50);
  row(dump, "open the index, memory that it takes", o.resident / (1 << 20), "MiB", 20);
  return true;
}
