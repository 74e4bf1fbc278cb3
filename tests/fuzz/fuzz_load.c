/* SPDX-License-Identifier: MIT */
/* The loader: any bytes are a dump, given in odd chunks; what loads is a sound graph, which loads back
   equal from what is written of it. The first byte chooses the chunks and the options.
   A zstd frame may ask for a window of 2 GiB, so explore with -malloc_limit_mb=4096. */
#include "../unit/same_graph.h"
#include "formats/meliae/write.h"
#include "mutate_dump.h"

typedef struct chunks {
  const uint8_t *data;
  size_t left, chunk;
} chunks;

static ptrdiff_t give(void *context, void *buffer, size_t capacity)
{
  chunks *c = context;
  size_t count = c->left < c->chunk ? c->left : c->chunk;
  if (count > capacity) count = capacity;
  if (count) memcpy(buffer, c->data, count);
  c->data += count;
  c->left -= count;
  c->chunk = c->chunk % 7 + 2 * c->chunk;
  return (ptrdiff_t)count;
}

static dryad_heap *load(const void *data, size_t size, size_t chunk, const dryad_load_options *options)
{
  dryad_heap *heap;
  dryad_error error = {0};
  chunks c = {data, size, chunk};
  dryad_status status = dryad_heap_load_source(&heap, (dryad_source){give, &c}, "dump", options, &error);
  CHECK(!status == !!heap);
  if (status) CHECK(error.status == status && error.text[0] && memchr(error.text, 0, sizeof error.text));
  return heap;
}

static bool contains(dryad_ids ids, dryad_id id)
{
  for (uint64_t i = 0; i < ids.count; i++)
    if (ids.ids[i] == id) return true;
  return false;
}

/* Addresses ascend, ids are in range, and parents are exactly the distinct inverse of children. */
static void check_graph(const dryad_graph *graph)
{
  uint32_t count = dryad_graph_count(graph), missing = dryad_graph_missing(graph);
  uint64_t refs = 0;
  for (dryad_id id = 0; id < count + missing; id++) {
    uint64_t address = dryad_graph_address(graph, id);
    if (id && id != count) CHECK(dryad_graph_address(graph, id - 1) < address);
    CHECK(dryad_graph_find(graph, address) == (id < count ? id : DRYAD_NONE));
  }
  for (dryad_id id = 0; id < count; id++) {
    dryad_ids children = dryad_graph_children(graph, id), parents = dryad_graph_parents(graph, id);
    refs += children.count;
    for (uint64_t i = 0; i < children.count; i++) {
      CHECK(children.ids[i] < count + missing);
      if (children.ids[i] < count) CHECK(contains(dryad_graph_parents(graph, children.ids[i]), id));
    }
    for (uint64_t i = 0; i < parents.count; i++) {
      CHECK(parents.ids[i] < count);
      CHECK(i == 0 || parents.ids[i - 1] < parents.ids[i]);
      CHECK(contains(dryad_graph_children(graph, parents.ids[i]), id));
    }
  }
  CHECK(refs == dryad_graph_ref_count(graph));
}

static void check_summary(const dryad_graph *graph)
{
  dryad_summary *summary;
  CHECK(dryad_summarize(&summary, graph, NULL, 0, NULL) == DRYAD_OK);
  uint64_t objects = 0;
  for (uint32_t i = 0; i < summary->row_count; i++) {
    const dryad_summary_row *row = &summary->rows[i];
    objects += row->count;
    CHECK(row->count && dryad_graph_size(graph, row->max_id) == row->max_size);
    CHECK(dryad_graph_type(graph, row->max_id) == row->type);
  }
  CHECK(objects == summary->total_count && objects == dryad_graph_count(graph));
  CHECK(summary->total_size == dryad_graph_total_size(graph));
  dryad_summary_free(summary);
}

static void check_report(const dryad_report *report, const dryad_graph *graph)
{
  CHECK(report->problem_count <= DRYAD_MAX_PROBLEMS);
  for (uint32_t i = 0; i < report->problem_count; i++) {
    const dryad_problem *problem = &report->problems[i];
    CHECK(problem->reason[0] && memchr(problem->reason, 0, sizeof problem->reason));
    if (i) CHECK(report->problems[i - 1].line <= problem->line && report->problems[i - 1].offset <= problem->offset);
  }
  CHECK(report->complete <= DRYAD_INCOMPLETE);
  CHECK((report->complete == DRYAD_INCOMPLETE) == (report->incomplete[0] != 0));
  CHECK(memchr(report->incomplete, 0, sizeof report->incomplete));
  CHECK(report->objects == dryad_graph_count(graph) + report->collapsed);
  CHECK(report->objects + report->duplicates + report->bad_lines <= report->lines);
}

static void put(dryad_buffer *buffer, const char *text) { CHECK(dryad_buffer_append(buffer, text, strlen(text))); }

static void check_round_trip(const dryad_graph *graph, int python)
{
  dryad_buffer buffer = {0};
  char end[80] = "";
  if (graph->annotations && graph->annotations->has_roots) { /* roots count only between these */
    put(&buffer, "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{}\", \"refs\": []}\n");
    snprintf(end, sizeof end, "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": %llu, \"refs\": []}\n",
             dryad_graph_count(graph) + 1ULL);
  }
  for (dryad_id id = 0; id < dryad_graph_count(graph); id++) {
    CHECK(dryad_meliae_write_object(&buffer, graph, id, &(dryad_meliae_style){.python = python}, NULL) == DRYAD_OK);
    put(&buffer, "\n");
  }
  put(&buffer, end);
  bool has_total = dryad_graph_total_size(graph) < INT64_MAX; /* else that is a problem of the dump */
  dryad_load_options options = {
      .size = sizeof options, .raw = true, .python = python, .threads = 1, .strict = has_total};
  dryad_heap *heap = load(buffer.data, buffer.length, 100, &options);
  CHECK(heap && !graph_difference(graph, dryad_heap_graph(heap)));
  dryad_heap_free(heap);
  dryad_buffer_deinit(&buffer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  if (!size) return 0;
  dryad_load_options options = {.size = sizeof options,
                                .raw = data[0] & 1,
                                .strict = (data[0] & 14) == 14,
                                .python = data[0] & 16 ? data[0] & 32 ? 2 : 3 : 0,
                                .threads = data[0] & 64 ? 2 : 1};
  dryad_heap *heap = load(data + 1, size - 1, 1 + (data[0] & 14), &options);
  if (!heap) return 0;
  check_report(dryad_heap_report(heap), dryad_heap_graph(heap));
  check_graph(dryad_heap_graph(heap));
  check_summary(dryad_heap_graph(heap));
  check_round_trip(dryad_heap_graph(heap), dryad_heap_report(heap)->python);
  dryad_heap_free(heap);
  return 0;
}

#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
  return mutate_after(1, data, size, max_size, seed);
}
#endif
