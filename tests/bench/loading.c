/* SPDX-License-Identifier: MIT */
#include "loading.h"

#include <stdio.h>
#include <string.h>

#include "dryad.h"
#include "heap/heap.h"
#include "peer_simdjson.h"
#include "table.h"

enum { ROUNDS = 9 };

typedef struct loaded {
  double seconds;   /* from the file to the result of summarize */
  double summarize; /* seconds of that */
  uint64_t objects, refs;
  uint64_t array_bytes; /* of the heap, without text */
  uint64_t text_bytes;
  uint64_t peak_bytes; /* of anonymous memory */
  int64_t left_bytes;  /* of anonymous memory after freeing the heap, beyond the amount before loading */
} loaded;

static bool load(const char *path, unsigned threads, loaded *result)
{
  dryad_heap *heap;
  dryad_summary *summary;
  dryad_error error;
  dryad_load_options options = {.size = sizeof options, .threads = threads};
  uint64_t before = anonymous_bytes();
  double start = seconds_now();
  if (dryad_heap_load(&heap, path, &options, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return false;
  }
  const dryad_graph *graph = dryad_heap_graph(heap);
  double middle = seconds_now();
  if (dryad_summarize(&summary, graph, NULL, 0, &error)) return false;
  double end = seconds_now();
  result->seconds = end - start;
  result->summarize = end - middle;
  result->objects = summary->total_count;
  result->refs = dryad_graph_ref_count(graph);
  result->peak_bytes = anonymous_peak();
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(heap, parts);
  for (uint32_t i = 0; i < count; i++) {
    bool is_text = strcmp(parts[i].name, "text") == 0 || strcmp(parts[i].name, "large_values") == 0;
    *(is_text ? &result->text_bytes : &result->array_bytes) += parts[i].bytes;
  }
  dryad_summary_free(summary);
  dryad_heap_free(heap);
  result->left_bytes = (int64_t)anonymous_bytes() - (int64_t)before;
  return true;
}

static bool run_two_threads(const char *path, void *result) { return load(path, 2, result); }
static bool run_one_thread(const char *path, void *result) { return load(path, 1, result); }

static bool run_peer(const char *path, void *result)
{
  bool ok = simdjson_times(path, result);
  if (!ok) fprintf(stderr, "%s: simdjson cannot parse it\n", path);
  return ok;
}

/* Medians; for counts and bytes, which never vary, the last value. */
typedef struct figures {
  double two_threads, one_thread, summarize, peak;
  peer_simdjson peer;
  loaded last;
} figures;

static bool run_rounds(const char *path, figures *f)
{
  double two[ROUNDS], one[ROUNDS], summarize[ROUNDS], peak[ROUNDS], read[ROUNDS], dom[ROUNDS], on_demand[ROUNDS];
  for (unsigned round = 0; round < ROUNDS; round++) {
    loaded alone;
    peer_simdjson peer;
    if (!measure(run_two_threads, path, &f->last, sizeof f->last) ||
        !measure(run_one_thread, path, &alone, sizeof alone) || !measure(run_peer, path, &peer, sizeof peer))
      return false;
    f->peer.left_out = peer.left_out;
    two[round] = f->last.seconds;
    one[round] = alone.seconds;
    summarize[round] = f->last.summarize;
    peak[round] = (double)f->last.peak_bytes;
    read[round] = peer.read;
    dom[round] = peer.dom;
    on_demand[round] = peer.on_demand;
  }
  f->two_threads = median(two, ROUNDS);
  f->one_thread = median(one, ROUNDS);
  f->summarize = median(summarize, ROUNDS);
  f->peak = median(peak, ROUNDS);
  f->peer.read = median(read, ROUNDS);
  f->peer.dom = median(dom, ROUNDS);
  f->peer.on_demand = median(on_demand, ROUNDS);
  return true;
}

/* Bytes an object, not counting 8 bytes a reference. */
static double object_bytes(const loaded *l)
{
  return ((double)l->array_bytes - 8.0 * (double)l->refs) / (double)l->objects;
}

/* Python 3's dump has its own target: it has more text and fewer references, which suits simdjson. */
static double target(const bench_dump *dump, double usual, double python3)
{
  return target_if_large(dump, strncmp(dump->name, "python3", strlen("python3")) == 0 ? python3 : usual);
}

bool bench_loading(const bench_dump *dump)
{
  figures f;
  if (!run_rounds(dump->path, &f)) return false;
  printf("\n%s: %.1f MiB, %llu objects, %llu references\n", dump->name, (double)dump->size / (1 << 20),
         (unsigned long long)f.last.objects, (unsigned long long)f.last.refs);
  if (f.peer.left_out > 0)
    printf("  lines left out because simdjson refuses them: %llu\n", (unsigned long long)f.peer.left_out);
  row(dump, "load and summarize, 2 threads / simdjson DOM", f.two_threads / f.peer.dom, "x", target(dump, 0.45, 0.6));
  row(dump, "load and summarize, 1 thread / simdjson DOM", f.one_thread / f.peer.dom, "x", target(dump, 0.8, 0.9));
  row(dump, "load and summarize, 2 threads / simdjson On-Demand", f.two_threads / f.peer.on_demand, "x", 0);
  row(dump, "load and summarize, 2 threads", f.two_threads, "s", 0);
  row(dump, "load and summarize, 1 thread", f.one_thread, "s", 0);
  row(dump, "simdjson DOM, 1 thread, the file already in memory", f.peer.dom, "s", 0);
  row(dump, "simdjson On-Demand, likewise", f.peer.on_demand, "s", 0);
  row(dump, "simdjson reading the file into memory", f.peer.read, "s", 0);
  row(dump, "summarize, for 2 million objects", f.summarize * 1e3 * 2e6 / (double)f.last.objects, "ms", 50);
  row(dump, "at rest, an object (and 8 bytes a reference)", object_bytes(&f.last), "bytes", 40);
  row(dump, "at rest, text", (double)f.last.text_bytes / (1 << 20), "MiB", 0);
  row(dump, "peak of anonymous memory / size of the dump", f.peak / (double)dump->size, "x",
      target_if_large(dump, 0.6));
  row(dump, "left of it after close", (double)f.last.left_bytes / (1 << 20), "MiB", 16);
  return true;
}
