/*
 * The benchmark: each case several times, interleaved with its peer, medians and ratios as a table and
 * as JSON. Absolute times mean little on a machine that others use; ratios of one run do.
 *
 *   dryad_bench [DUMP ...]     plain, gzip or zstd; default: all of the folder $DRYAD_BENCH_DUMPS, else of
 *                              ../shared/dumps beside the checkout, else of tests/data
 */
#include <cjson/cJSON.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "formats/stream.h"
#include "measure.h"

enum { ROUNDS = 9 };

static int compare(const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double median(const double *values)
{
  double sorted[ROUNDS];
  memcpy(sorted, values, sizeof sorted);
  qsort(sorted, ROUNDS, sizeof *sorted, compare);
  return sorted[ROUNDS / 2];
}

/* The dump as a plain file, whose pages are in the cache afterwards. */
static bool unpack(const char *path, const char *plain, uint64_t *size)
{
  static char buffer[1 << 20];
  dryad_error error = {0};
  dryad_stream *stream;
  const char *problem = NULL;
  size_t got;
  FILE *file = fopen(plain, "wb");
  if (!file || dryad_stream_open(&stream, path, NULL, NULL, &error)) {
    fprintf(stderr, "%s\n", file ? error.text : "cannot write into the temporary directory");
    if (file) fclose(file);
    return false;
  }
  *size = 0;
  bool ok = true;
  while (ok && !dryad_stream_read(stream, buffer, sizeof buffer, &got, &problem, &error) && got > 0) {
    ok = fwrite(buffer, 1, got, file) == got;
    *size += got;
  }
  dryad_stream_close(stream);
  return fclose(file) == 0 && ok && !problem;
}

/* Medians; of counts and bytes, which are the same every time, the last. */
typedef struct figures {
  double two_threads, one_thread, summarize, peak;
  simdjson_seconds peer;
  measurement last;
} figures;

static bool run_rounds(const char *plain, figures *f)
{
  double two[ROUNDS], one[ROUNDS], summarize[ROUNDS], peak[ROUNDS], read[ROUNDS], dom[ROUNDS], on_demand[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++) {
    measurement loaded, alone, peer;
    if (!measure(LOAD_2_THREADS, plain, &loaded) || !measure(LOAD_1_THREAD, plain, &alone) ||
        !measure(SIMDJSON, plain, &peer))
      return false;
    two[round] = loaded.seconds;
    one[round] = alone.seconds;
    summarize[round] = loaded.summarize;
    peak[round] = (double)loaded.peak_bytes;
    read[round] = peer.peer.read;
    dom[round] = peer.peer.dom;
    on_demand[round] = peer.peer.on_demand;
    f->last = loaded;
  }
  f->two_threads = median(two);
  f->one_thread = median(one);
  f->summarize = median(summarize);
  f->peak = median(peak);
  f->peer = (simdjson_seconds){median(read), median(dom), median(on_demand)};
  return true;
}

/* ---- telling ------------------------------------------------------------------------------------- */

static cJSON *rows;

static void row(const char *dump, const char *what, double value, const char *unit, double target)
{
  printf("  %-52s %10.3f %-8s", what, value, unit);
  if (target > 0) printf("  target %6.2f  %s", target, value <= target ? "met" : "MISSED");
  printf("\n");
  cJSON *entry = cJSON_CreateObject();
  cJSON_AddStringToObject(entry, "dump", dump);
  cJSON_AddStringToObject(entry, "what", what);
  cJSON_AddNumberToObject(entry, "value", value);
  cJSON_AddStringToObject(entry, "unit", unit);
  if (target > 0) cJSON_AddNumberToObject(entry, "target", target);
  cJSON_AddItemToArray(rows, entry);
}

/* Bytes an object, when 8 of each reference are taken off. */
static double object_bytes(const measurement *m)
{
  return ((double)m->array_bytes - 8.0 * (double)m->refs) / (double)m->objects;
}

/* Targets are for dumps from here on. */
#define LARGE ((uint64_t)100 << 20)

static void tell(const char *dump, uint64_t size, const figures *f)
{
  bool has_targets = size >= LARGE;
  const measurement *m = &f->last;
  printf("\n%s: %.1f MiB, %llu objects, %llu references\n", dump, (double)size / (1 << 20),
         (unsigned long long)m->objects, (unsigned long long)m->refs);
  if (f->peer.dom > 0) {
    row(dump, "load and summarize, 2 threads / simdjson DOM", f->two_threads / f->peer.dom, "x", has_targets ? 1.0 : 0);
    row(dump, "load and summarize, 1 thread / simdjson DOM", f->one_thread / f->peer.dom, "x", 0);
  }
  row(dump, "load and summarize, 2 threads / simdjson On-Demand", f->two_threads / f->peer.on_demand, "x", 0);
  row(dump, "load and summarize, 2 threads", f->two_threads, "s", 0);
  row(dump, "load and summarize, 1 thread", f->one_thread, "s", 0);
  if (f->peer.dom > 0) row(dump, "simdjson DOM, 1 thread, the file already in memory", f->peer.dom, "s", 0);
  row(dump, "simdjson On-Demand, likewise", f->peer.on_demand, "s", 0);
  row(dump, "simdjson reading the file into memory", f->peer.read, "s", 0);
  row(dump, "summarize, for 2 million objects", f->summarize * 1e3 * 2e6 / (double)m->objects, "ms", 50);
  row(dump, "at rest, an object (and 8 bytes a reference)", object_bytes(m), "bytes", 40);
  row(dump, "at rest, text", (double)m->text_bytes / (1 << 20), "MiB", 0);
  row(dump, "peak of anonymous memory / size of the dump", f->peak / (double)size, "x", has_targets ? 0.9 : 0);
}

static bool bench(const char *path)
{
  char plain[] = "/tmp/dryad-bench-XXXXXX";
  int file = mkstemp(plain);
  uint64_t size;
  figures f;
  if (file < 0) return false;
  close(file);
  bool ok = unpack(path, plain, &size) && run_rounds(plain, &f);
  unlink(plain);
  const char *name = strrchr(path, '/');
  if (ok) tell(name ? name + 1 : path, size, &f);
  return ok;
}

static void find_dumps(glob_t *found)
{
  const char *folder = getenv("DRYAD_BENCH_DUMPS");
  char pattern[4096];
  snprintf(pattern, sizeof pattern, "%s/*.dump*", folder ? folder : "../shared/dumps");
  if (glob(pattern, 0, NULL, found) != 0) glob("tests/data/*.dump*", 0, NULL, found);
}

int main(int argc, char **argv)
{
  glob_t found = {0};
  bool ok = true;
  rows = cJSON_CreateArray();
  if (argc < 2) find_dumps(&found);
  char **dumps = argc < 2 ? found.gl_pathv : argv + 1;
  size_t count = argc < 2 ? found.gl_pathc : (size_t)argc - 1;
  for (size_t i = 0; i < count && ok; i++) ok = bench(dumps[i]);
  char *json = cJSON_Print(rows);
  FILE *file = fopen("build/bench.json", "w");
  if (file && json) fprintf(file, "%s\n", json);
  if (file && fclose(file) == 0) printf("\nthe same as JSON: build/bench.json\n");
  free(json);
  cJSON_Delete(rows);
  globfree(&found);
  return ok && count > 0 ? 0 : 1;
}
