#include "measure.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/heap.h"
#include "dryad.h"

static double now(void)
{
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A line of /proc/self/status, in bytes; 0 where there is none. */
static uint64_t status_bytes(const char *name)
{
  char line[256];
  unsigned long long kilobytes = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file))
    if (strncmp(line, name, strlen(name)) == 0) sscanf(line + strlen(name), ": %llu", &kilobytes);
  if (file) fclose(file);
  return kilobytes * 1024;
}

static bool load(const char *path, unsigned threads, measurement *result)
{
  dryad_heap *heap;
  dryad_summary *summary;
  dryad_error error;
  dryad_load_options options = {.threads = threads};
  double start = now();
  if (dryad_heap_load(&heap, path, &options, &error)) {
    fprintf(stderr, "%s\n", error.text);
    return false;
  }
  const dryad_graph *graph = dryad_heap_graph(heap);
  double loaded = now();
  if (dryad_summarize(&summary, graph, NULL, 0, &error)) return false;
  double end = now();
  result->seconds = end - start;
  result->summarize = end - loaded;
  result->objects = summary->total_count;
  result->refs = dryad_graph_ref_count(graph);
  result->peak_bytes = status_bytes("VmHWM") - status_bytes("RssFile");
  dryad_memory_part parts[DRYAD_MEMORY_PARTS];
  uint32_t count = dryad_heap_memory(heap, parts);
  for (uint32_t i = 0; i < count; i++) {
    bool is_text = strcmp(parts[i].name, "text") == 0 || strcmp(parts[i].name, "large_values") == 0;
    *(is_text ? &result->text_bytes : &result->array_bytes) += parts[i].bytes;
  }
  dryad_summary_free(summary);
  dryad_heap_free(heap);
  return true;
}

static bool run(bench_case which, const char *path, measurement *result)
{
  if (which == SIMDJSON) {
    bool ok = simdjson_times(path, &result->peer);
    if (!ok) fprintf(stderr, "%s: simdjson cannot parse it\n", path);
    return ok;
  }
  return load(path, which == LOAD_2_THREADS ? 2 : 1, result);
}

bool measure(bench_case which, const char *path, measurement *result)
{
  int ends[2], status = 1;
  if (pipe(ends) != 0) return false;
  pid_t child = fork();
  if (child == 0) {
    measurement mine = {0};
    bool ok = run(which, path, &mine) && write(ends[1], &mine, sizeof mine) == (ssize_t)sizeof mine;
    _exit(ok ? 0 : 1);
  }
  close(ends[1]);
  bool ok = child > 0 && read(ends[0], result, sizeof *result) == (ssize_t)sizeof *result;
  close(ends[0]);
  return child > 0 && waitpid(child, &status, 0) == child && status == 0 && ok;
}
