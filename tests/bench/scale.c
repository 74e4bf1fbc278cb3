/* SPDX-License-Identifier: MIT */
#include "scale.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "dryad.h"
#include "inputs.h"
#include "measure.h"
#include "session.h"
#include "table.h"

#define MILLION 1000000.0
#define GIBI ((double)(1 << 30))

enum { THREADS = 2, MOST_ROUNDS = 9, LARGE = 100 };

/* ---- in a child process ------------------------------------------------------------- */

typedef struct run_figures {
  double load, summarize, dominators; /* seconds */
  double load_peak, dominators_peak;  /* bytes of anonymous memory; with a spill folder, the highest sample */
} run_figures;

/* The highest of occasional samples: the kernel keeps no peak of anonymous memory separate from mapped files. */
typedef struct watch {
  double next, peak;
} watch;

static bool look(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)stage, (void)done, (void)total;
  static const double between = 0.05;
  watch *w = context;
  double now = seconds_now();
  if (now < w->next) return true;
  double bytes = (double)anonymous_bytes();
  if (bytes > w->peak) w->peak = bytes;
  w->next = now + between;
  return true;
}

static bool run(const char *path, const char *spill, run_figures *f)
{
  dryad_heap *heap;
  dryad_summary *summary;
  const dryad_dominators *dominators;
  dryad_error error;
  watch watched = {0};
  dryad_progress progress = {spill ? look : NULL, &watched};
  double start = seconds_now();
  if (dryad_heap_load(&heap, path,
                      &(dryad_load_options){
                          .size = sizeof(dryad_load_options), .threads = THREADS, .spill = spill, .progress = progress},
                      &error))
    return session_failed(&error);
  double loaded = seconds_now();
  if (dryad_summarize(&summary, dryad_heap_graph(heap), NULL, 0, &error)) return session_failed(&error);
  double summarized = seconds_now();
  f->load_peak = spill ? watched.peak : (double)anonymous_peak();
  watched.peak = 0;
  anonymous_peak_restart();
  double before = seconds_now();
  if (dryad_heap_dominators(heap, &dominators, progress, &error)) return session_failed(&error);
  f->dominators = seconds_now() - before;
  f->load = loaded - start;
  f->summarize = summarized - loaded;
  f->dominators_peak = spill ? watched.peak : (double)anonymous_peak();
  dryad_summary_free(summary);
  dryad_heap_free(heap);
  return true;
}

static bool run_in_memory(const char *path, void *result) { return run(path, NULL, result); }

/* A quarter of the dump, but enough for the constant overhead, and at most the required 3 GiB. */
static rlim_t data_limit(const char *path)
{
  struct stat facts;
  double bytes = stat(path, &facts) == 0 ? (double)facts.st_size / 4 : 0, least = GIBI / 4, most = 3 * GIBI;
  return (rlim_t)(bytes < least ? least : bytes > most ? most : bytes);
}

static bool run_spilled(const char *path, void *result)
{
  rlim_t bytes = data_limit(path);
  return setrlimit(RLIMIT_DATA, &(struct rlimit){bytes, bytes}) == 0 && run(path, bench_folder(), result);
}

/* ---- a size ---------------------------------------------------------------------------------------- */

static bool run_rounds(const char *path, unsigned rounds, run_figures *f)
{
  double load[MOST_ROUNDS], summarize[MOST_ROUNDS], dominators[MOST_ROUNDS];
  for (unsigned i = 0; i < rounds; i++) {
    if (!measure(run_in_memory, path, f, sizeof *f)) return false;
    load[i] = f->load;
    summarize[i] = f->summarize;
    dominators[i] = f->dominators;
  }
  f->load = median(load, rounds);
  f->summarize = median(summarize, rounds);
  f->dominators = median(dominators, rounds);
  return true;
}

/* Seconds an object, of the sizes so far. */
typedef struct spread {
  double fastest, slowest;
} spread;

static void widen(spread *s, double seconds)
{
  if (s->fastest <= 0 || seconds < s->fastest) s->fastest = seconds;
  if (seconds > s->slowest) s->slowest = seconds;
}

static void tell(const bench_dump *dump, double objects, const run_figures *f, const run_figures *spilled,
                 const spread *sizes)
{
  double target = objects >= LARGE * MILLION ? 1 : 0; /* applies only to the largest size */
  row(dump, "load and summarize, an object", (f->load + f->summarize) / objects * 1e9, "ns", 0);
  row(dump, "the same, slowest size so far / fastest", sizes->slowest / sizes->fastest, "x", 1.6);
  row(dump, "summarize", f->summarize, "s", 2 * target);
  row(dump, "roots and dominators, an object", f->dominators / objects * 1e9, "ns", 0);
  row(dump, "peak of anonymous memory, loading", f->load_peak / GIBI, "GiB", 9 * target);
  row(dump, "the same / size of the dump", f->load_peak / (double)dump->size, "x", 0.6);
  row(dump, "peak of anonymous memory, dominators", f->dominators_peak / GIBI, "GiB", 14 * target);
  row(dump, "spilled: limit on data memory", (double)data_limit(dump->path) / GIBI, "GiB", 0);
  row(dump, "spilled: anonymous memory, loading", spilled->load_peak / GIBI, "GiB", 3 * target);
  row(dump, "spilled: anonymous memory, dominators", spilled->dominators_peak / GIBI, "GiB", 3 * target);
  row(dump, "spilled / in memory: load and summarize", (spilled->load + spilled->summarize) / (f->load + f->summarize),
      "x", 0);
  row(dump, "spilled / in memory: roots and dominators", spilled->dominators / f->dominators, "x", 0);
}

/* The shorter a run, the more other processes disturb it. */
static unsigned rounds_for(double objects)
{
  if (objects >= LARGE * MILLION) return 1;
  return objects >= 10 * MILLION ? 3 : MOST_ROUNDS;
}

static bool bench_dump_of(const bench_dump *dump, double objects, spread *sizes)
{
  run_figures in_memory, spilled;
  if (!run_rounds(dump->path, rounds_for(objects), &in_memory) ||
      !measure(run_spilled, dump->path, &spilled, sizeof spilled))
    return false;
  widen(sizes, (in_memory.load + in_memory.summarize) / objects);
  printf("\n%s: %.1f MiB\n", dump->name, (double)dump->size / (1 << 20));
  tell(dump, objects, &in_memory, &spilled, sizes);
  return true;
}

static bool bench_size(double objects, spread *sizes)
{
  char name[64];
  bench_input input;
  if (!bench_input_generate(&input, (uint64_t)objects)) return false;
  bench_dump dump = input.dump;
  snprintf(name, sizeof name, "%.0f million objects", objects / MILLION);
  dump.name = name;
  bool ok = bench_dump_of(&dump, objects, sizes);
  bench_input_close(&input);
  return ok;
}

bool bench_scale(void)
{
  static const double sizes[] = {MILLION, 10 * MILLION, LARGE * MILLION};
  const char *given = getenv("DRYAD_BENCH_SCALE");
  double most = given ? strtod(given, NULL) * MILLION : 10 * MILLION;
  spread so_far = {0};
  bool ok = true;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes && sizes[i] <= most && ok; i++)
    ok = bench_size(sizes[i], &so_far);
  return ok;
}
