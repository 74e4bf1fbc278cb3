/* SPDX-License-Identifier: MIT */
#include "formats/meliae/write_dump.h"

#include "base/error.h"
#include "base/progress.h"
#include "formats/json/json_write.h"
#include "formats/meliae/write.h"
#include "graph/graph.h"
#include "heap/facts.h"
#include "heap/heap.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 14 };

typedef struct writing {
  dryad_heap *heap;
  const dryad_graph *graph;
  dryad_sink *sink;
  dryad_meliae_style style;
  dryad_bits uncounted;
  dryad_buffer line;
  dryad_progress progress;
} writing;

/* Finds the objects whose counts are greater than the number of references to them, although they are no roots. */
static dryad_status find_uncounted(writing *w, dryad_error *error)
{
  const dryad_graph *g = w->graph;
  uint32_t *references = dryad_calloc(g->allocator, g->count, sizeof *references);
  if (!references || !dryad_bits_init(&w->uncounted, g->allocator, g->count)) {
    dryad_free(g->allocator, references, g->count, sizeof *references);
    return dryad_fail_memory(error);
  }
  const dryad_id *children = g->children->data;
  for (uint64_t i = 0; i < g->ref_count; i++)
    if (children[i] < g->count) references[children[i]] += references[children[i]] < UINT32_MAX;
  for (dryad_id id = 0; id < g->count; id++) {
    uint64_t count;
    bool is_above = dryad_graph_refcount(g, id, &count) && count > references[id];
    if (is_above && dryad_roots_reason(w->style.roots, id) == DRYAD_ROOT_NONE) dryad_bits_set(&w->uncounted, id);
  }
  dryad_free(g->allocator, references, g->count, sizeof *references);
  w->style.uncounted = &w->uncounted;
  return DRYAD_OK;
}

static dryad_status write_line(writing *w, dryad_error *error)
{
  if (!dryad_json_put_text(&w->line, "\n")) return dryad_fail_memory(error);
  return dryad_sink_write(w->sink, w->line.data, w->line.length, error);
}

static dryad_status write_process(writing *w, dryad_error *error)
{
  dryad_text facts = dryad_heap_facts(w->heap);
  dryad_buffer redacted = {.allocator = w->graph->allocator};
  bool ok = !w->style.key || dryad_facts_redact(&redacted, facts, w->style.key);
  if (w->style.key) facts = (dryad_text){redacted.data, redacted.length};
  w->line.length = 0;
  ok = ok && dryad_json_put_text(&w->line, "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": ") &&
       dryad_json_put_string(&w->line, facts, DRYAD_JSON_DUMP) && dryad_json_put_text(&w->line, ", \"refs\": []}");
  dryad_buffer_deinit(&redacted);
  return ok ? write_line(w, error) : dryad_fail_memory(error);
}

/* An end that counts nothing marks a dump as incomplete. */
static dryad_status write_end(writing *w, bool counts, dryad_error *error)
{
  w->line.length = 0;
  bool ok = dryad_json_put_text(&w->line, "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": ") &&
            (counts ? dryad_json_put_unsigned(&w->line, (uint64_t)w->graph->count + 1)
                    : dryad_json_put_text(&w->line, "null")) &&
            dryad_json_put_text(&w->line, ", \"refs\": []}");
  return ok ? write_line(w, error) : dryad_fail_memory(error);
}

static dryad_status write_objects(writing *w, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < w->graph->count && !status; id++) {
    w->line.length = 0;
    status = dryad_meliae_write_object(&w->line, w->graph, id, &w->style, error);
    if (!status) status = write_line(w, error);
    if (!status && id % OBJECTS_BETWEEN_TELLING == 0 &&
        dryad_progress_tell(&w->progress, "writing", id, w->graph->count))
      status = dryad_fail_cancelled(error);
  }
  return status;
}

static dryad_status write_all(writing *w, dryad_error *error)
{
  bool has_facts = dryad_heap_facts(w->heap).data;
  const dryad_report *report = dryad_heap_report(w->heap);
  bool is_damaged = report->bad_lines + report->lossy_lines + report->conflicts > 0;
  bool is_complete = has_facts && report->complete == DRYAD_COMPLETE && !is_damaged;
  /* With facts, it is the missing end that says so. */
  bool is_marked = !has_facts && (report->complete == DRYAD_INCOMPLETE || is_damaged);
  dryad_status status = DRYAD_OK;
  if (is_complete) {
    status = dryad_heap_roots(w->heap, &w->style.roots, w->progress, error);
    if (!status) status = find_uncounted(w, error);
  }
  if (!status && has_facts) status = write_process(w, error);
  if (!status) status = write_objects(w, error);
  if (!status && (is_complete || is_marked)) status = write_end(w, is_complete, error);
  return status ? status : dryad_graph_check(w->graph, error);
}

dryad_status dryad_meliae_write_dump(dryad_heap *heap, dryad_sink *sink, const uint8_t key[DRYAD_SIPHASH_KEY],
                                     dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  writing w = {.heap = heap,
               .graph = graph,
               .sink = sink,
               .style = {.python = dryad_heap_report(heap)->python, .key = key},
               .line = {.allocator = graph->allocator},
               .progress = progress};
  dryad_status status = write_all(&w, error);
  dryad_buffer_deinit(&w.line);
  dryad_bits_deinit(&w.uncounted);
  return status;
}
