/* SPDX-License-Identifier: MIT */
#include "formats/meliae/reader.h"

#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/page_pool.h"
#include "base/trace.h"
#include "formats/meliae/binary_kind.h"
#include "formats/meliae/completeness.h"
#include "formats/meliae/pipeline.h"
#include "formats/meliae/report.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "intake/build.h"

typedef struct loading {
  const dryad_load_options *options;
  const dryad_allocator *allocator;
  dryad_page_pool pool; /* for the graph and what it is built from */
  const char *path;
  dryad_blocks blocks;
  dryad_pipeline pipeline;
  dryad_parser *parsers;
  dryad_batch *batches;
  dryad_segment *segments;
  uint64_t segment_count;
  dryad_report *report;
  dryad_memory_watch watch;
  char *facts; /* facts_length bytes; NULL: none */
  size_t facts_length;
} loading;

static double seconds(void)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/* Typical bytes per record and per reference in real dumps, and their compression ratio; the size of a piped dump is
   unknown. Columns that start out large enough keep their huge pages, and unused room costs nothing. */
enum { BYTES_PER_RECORD = 100, BYTES_PER_REF = 30, TIMES_STORED = 10 };

static uint64_t expected_bytes(const loading *l)
{
  uint64_t done, stored;
  if (l->blocks.file >= 0) return l->blocks.size;
  dryad_stream_position(l->blocks.stream, &done, &stored);
  return TIMES_STORED * stored;
}

static bool init_parser(loading *l, dryad_parser *parser)
{
  uint64_t share = expected_bytes(l) / l->pipeline.threads;
  return dryad_parser_init(parser, l->options->max_text, &l->pool.allocator) &&
         dryad_batch_reserve(&parser->batch, share / BYTES_PER_RECORD, share / BYTES_PER_REF);
}

static dryad_status parse(loading *l, dryad_error *error)
{
  dryad_pipeline *p = &l->pipeline;
  bool one = l->options->strict || (l->blocks.file >= 0 && l->blocks.size < DRYAD_BLOCK_SIZE);
  p->threads = one ? 1 : dryad_thread_count(l->options->threads);
  const char *why = l->options->strict    ? "strict reads in order"
                    : one                 ? "the file is small"
                    : l->options->threads ? "as asked for"
                                          : "one a processor";
  DRYAD_TRACE_DECISION("threads", {"number", .number = p->threads}, {"why", .text = why},
                       {"reading", .text = dryad_blocks_is_shareable(&l->blocks) ? "by each" : "by one for all"});
  l->parsers = dryad_calloc(l->allocator, p->threads, sizeof *l->parsers);
  if (!l->parsers) return dryad_fail_memory(error);
  p->parsers = l->parsers;
  for (unsigned t = 0; t < p->threads; t++)
    if (!init_parser(l, &l->parsers[t])) return dryad_fail_memory(error);
  return dryad_pipeline_run(p, error);
}

/* ---- facts known only at the end of the dump --------------------------------------------------- */

static bool has_type(const loading *l, const char *name)
{
  for (unsigned t = 0; t < l->pipeline.threads; t++)
    if (dryad_store_find_type(l->parsers[t].batch.store, name, strlen(name)) != DRYAD_NONE) return true;
  return false;
}

/* Strings of Python 2 are bytes. */
static void settle_ambiguous(const dryad_parser *parser)
{
  const dryad_ambiguous *entries = parser->ambiguous.data;
  uint32_t *labels = parser->batch.labels.data;
  for (uint64_t i = 0; i < parser->ambiguous_count; i++) labels[entries[i].record] = entries[i].bytes_label;
}

static void settle_python(loading *l)
{
  int given = l->options->python;
  l->report->python = given ? given : has_type(l, "instancemethod") || has_type(l, "classobj") ? 2 : 3;
  for (unsigned t = 0; t < l->pipeline.threads && l->report->python == 2; t++) settle_ambiguous(&l->parsers[t]);
}

static dryad_status check(loading *l, dryad_error *error)
{
  dryad_report_reading(l->report, &l->pipeline);
  dryad_report_completeness(l->report, &l->pipeline);
  if (l->options->strict && l->report->problem_count) return dryad_fail_strict(error, l->path, l->report);
  if (l->report->objects == 0) return dryad_fail_no_dump(error, l->path, l->report, &l->blocks);
  return DRYAD_OK;
}

static dryad_status keep_facts(loading *l, dryad_error *error)
{
  dryad_text facts = dryad_pipeline_facts(&l->pipeline);
  if (!facts.data) return DRYAD_OK;
  l->facts = dryad_alloc(l->allocator, facts.length, 1);
  if (!l->facts) return dryad_fail_memory(error);
  memcpy(l->facts, facts.data, facts.length);
  l->facts_length = facts.length;
  return DRYAD_OK;
}

/* ---- the graph --------------------------------------------------------------------------------- */

/* The parsers' batches, and the segments that have records, in file order. */
static dryad_status gather(loading *l, dryad_error *error)
{
  const dryad_block_result *results = l->pipeline.results.data;
  unsigned threads = l->pipeline.threads;
  l->batches = dryad_calloc(l->allocator, threads, sizeof *l->batches);
  l->segments = dryad_alloc(l->allocator, l->pipeline.result_count, sizeof *l->segments);
  if (!l->batches || !l->segments) return dryad_fail_memory(error);
  for (unsigned t = 0; t < threads; t++) {
    l->batches[t] = l->parsers[t].batch;
    l->parsers[t].batch = (dryad_batch){.allocator = &l->pool.allocator};
    dryad_parser_deinit(&l->parsers[t]);
  }
  for (uint64_t k = 0; k < l->pipeline.result_count; k++)
    if (results[k].segment.count) l->segments[l->segment_count++] = results[k].segment;
  return DRYAD_OK;
}

static dryad_status build(loading *l, dryad_graph **graph, dryad_error *error)
{
  dryad_status status = gather(l, error);
  if (status) return status;
  dryad_build_input input = {.batches = l->batches,
                             .batch_count = l->pipeline.threads,
                             .segments = l->segments,
                             .segment_count = l->segment_count,
                             .collapse = !l->options->raw,
                             .has_roots = l->facts && l->report->complete == DRYAD_COMPLETE,
                             .threads = l->pipeline.threads,
                             .progress = l->pipeline.progress};
  dryad_build_counts counts;
  status = dryad_build(graph, &input, &counts, error);
  if (status) return status;
  dryad_graph_hand_over(*graph, l->allocator);
  l->report->duplicates = counts.duplicates;
  l->report->conflicts = counts.conflicts;
  l->report->collapsed = counts.collapsed;
  l->report->objects -= counts.duplicates;
  l->report->dangling_refs = (*graph)->dangling_refs;
  dryad_report_repeats(l->report);
  if ((*graph)->total_size == INT64_MAX) dryad_report_total(l->report);
  if (!l->options->strict || !l->report->problem_count) return DRYAD_OK;
  dryad_graph_release(*graph);
  return dryad_fail_strict(error, l->path, l->report);
}

static dryad_status make_graph(loading *l, dryad_graph **graph, dryad_error *error)
{
  dryad_trace_stage stage = dryad_trace_begin("build");
  dryad_status status = build(l, graph, error);
  DRYAD_TRACE_END(stage, {"objects", .number = l->report->objects}, {"collapsed", .number = l->report->collapsed},
                  {"dangling", .number = l->report->dangling_refs}, {"status", .number = status});
  return status;
}

static void loading_deinit(loading *l)
{
  unsigned threads = l->pipeline.threads;
  for (unsigned t = 0; t < threads && l->batches; t++) dryad_batch_deinit(&l->batches[t]);
  dryad_free(l->allocator, l->batches, threads, sizeof *l->batches);
  for (unsigned t = 0; t < threads && l->parsers; t++) dryad_parser_deinit(&l->parsers[t]);
  dryad_free(l->allocator, l->parsers, threads, sizeof *l->parsers);
  dryad_free(l->allocator, l->segments, l->pipeline.result_count, sizeof *l->segments);
  dryad_pipeline_deinit(&l->pipeline);
  dryad_blocks_deinit(&l->blocks);
  dryad_page_pool_deinit(&l->pool);
}

static dryad_status load(dryad_heap **out, loading *l, dryad_stream *stream, dryad_error *error)
{
  double start = seconds();
  dryad_graph *graph = NULL;
  l->report = dryad_calloc(l->allocator, 1, sizeof *l->report);
  if (!l->report) return dryad_fail_memory(error);
  dryad_page_pool_init(&l->pool, l->allocator);
  dryad_blocks_init(&l->blocks, stream, l->allocator);
  l->blocks.max_text = l->options->max_text > DRYAD_LONGEST_FACTS ? l->options->max_text : DRYAD_LONGEST_FACTS;
  l->pipeline = (dryad_pipeline){.allocator = l->allocator,
                                 .blocks = &l->blocks,
                                 .stop_at_problem = l->options->strict,
                                 .progress = dryad_memory_watch_progress(&l->watch),
                                 .watch = &l->watch};
  dryad_memory_watch_init(&l->watch, l->path, l->options);
  dryad_trace_stage stage = dryad_trace_begin("read");
  dryad_status status = parse(l, error);
  if (!status) status = check(l, error);
  DRYAD_TRACE_END(stage, {"path", .text = l->path}, {"bytes", .number = l->report->bytes},
                  {"lines", .number = l->report->lines}, {"threads", .number = l->pipeline.threads},
                  {"status", .number = status});
  if (!status) {
    settle_python(l);
    status = keep_facts(l, error);
  }
  if (!status) status = make_graph(l, &graph, error);
  status = dryad_memory_watch_explain(&l->watch, status, error);
  loading_deinit(l);
  if (!status) {
    l->report->seconds = seconds() - start;
    *out = dryad_heap_new(l->allocator, graph, l->report, l->path);
    if (!*out) {
      dryad_graph_release(graph);
      status = dryad_fail_memory(error);
    }
  }
  if (!status && l->facts)
    dryad_heap_give_facts(*out, l->facts, l->facts_length);
  else
    dryad_free(l->allocator, l->facts, l->facts_length, 1);
  dryad_free(l->allocator, l->report, 1, sizeof *l->report);
  return status;
}

/* Before anything is read as lines: the first line of binary data may be the whole file, such as a sparse one. */
static dryad_status check_head(const dryad_reading *reading, dryad_error *error)
{
  const char *kind = dryad_binary_kind(reading->head, reading->head_length);
  if (!kind) return DRYAD_OK;
  return dryad_fail(error, DRYAD_FORMAT, "%s: not a heap dump: starts like %s", reading->path, kind);
}

static dryad_status read(dryad_heap **out, const dryad_reading *reading, dryad_error *error)
{
  dryad_status status = check_head(reading, error);
  if (status) return status;
  loading l = {.options = &reading->options, .allocator = reading->allocator, .path = reading->path};
  return load(out, &l, reading->stream, error);
}

static bool sniff(const unsigned char *head, size_t length)
{
  (void)head, (void)length;
  return true;
}

const dryad_reader dryad_meliae_reader = {.name = "meliae", .sniff = sniff, .read = read};
