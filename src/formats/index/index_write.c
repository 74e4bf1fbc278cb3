/* SPDX-License-Identifier: MIT */
#include <string.h>
#include <xxhash.h>

#include "analysis/dominators.h"
#include "analysis/roots.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/trace.h"
#include "formats/index/index_layout.h"
#include "graph/graph.h"
#include "heap/heap.h"
#include "io/stream.h"
#include "runtime/runtime.h"

/* Blocks are visited twice: their checksums precede them in the file, which is written from start to end. */
static const char stage[] = "writing the index";

typedef struct writing {
  dryad_heap *heap;
  const dryad_graph *graph;
  const dryad_allocator *allocator;
  dryad_index_facts facts;
  unsigned char *directory;  /* directory_size bytes */
  dryad_index_block *blocks; /* at its start */
  const void *data[DRYAD_INDEX_SECTIONS];
  dryad_id *roots; /* root_room of them; without pinned objects */
  unsigned char *reasons;
  uint64_t root_room;
  dryad_index_report report;
  unsigned char *block; /* room for one */
  dryad_sink *sink;
  dryad_progress progress;
  uint64_t done; /* bytes, of twice the file's */
} writing;

/* ---- contents ---------------------------------------------------------------------------------- */

static void put(writing *w, dryad_index_section section, const void *data, uint64_t count)
{
  w->data[section] = data;
  w->facts.header.counts[section] = count;
}

static void put_graph(writing *w)
{
  const dryad_graph *g = w->graph;
  put(w, DRYAD_INDEX_ADDRESSES, g->addresses->data, (uint64_t)g->count + g->missing);
  put(w, DRYAD_INDEX_TYPES, g->types->data, g->count);
  put(w, DRYAD_INDEX_SIZES, g->sizes->data, g->count);
  put(w, DRYAD_INDEX_LENS, g->lens->data, g->count);
  put(w, DRYAD_INDEX_LABELS, g->labels->data, g->count);
  put(w, DRYAD_INDEX_CHILD_OFFSETS, g->child_offsets.low->data, (uint64_t)g->count + 1);
  put(w, DRYAD_INDEX_CHILDREN, g->children->data, g->ref_count);
  put(w, DRYAD_INDEX_PARENT_OFFSETS, g->parent_offsets.low->data, (uint64_t)g->count + 1);
  put(w, DRYAD_INDEX_PARENTS, g->parents->data, dryad_offset(&g->parent_offsets, g->count));
  w->facts.child_offsets = g->child_offsets;
  w->facts.parent_offsets = g->parent_offsets;
  w->facts.header.child_wraps = g->child_offsets.wrap_count;
  w->facts.header.parent_wraps = g->parent_offsets.wrap_count;
  w->facts.header.dangling_refs = g->dangling_refs;
  w->facts.header.total_size = g->total_size;
}

static void put_store(writing *w)
{
  const dryad_store *s = w->graph->store;
  put(w, DRYAD_INDEX_TEXTS, s->texts.bytes, s->texts.used);
  put(w, DRYAD_INDEX_TYPE_TEXTS, s->type_names.bytes, s->type_names.used);
  put(w, DRYAD_INDEX_TYPE_NAMES, s->types, s->type_count);
  put(w, DRYAD_INDEX_WIDE, s->wide, s->wide_count);
  put(w, DRYAD_INDEX_EXTRAS, s->extras, s->extra_count);
  strcpy(w->facts.header.runtime, s->runtime->name);
}

static void put_annotations(writing *w)
{
  const dryad_annotations *a = w->graph->annotations;
  if (!a) return;
  put(w, DRYAD_INDEX_NAMED_REFS, a->named, a->name_count);
  put(w, DRYAD_INDEX_REF_NAMES, a->names, a->name_count);
  put(w, DRYAD_INDEX_GIVEN_ROOTS, a->roots, a->root_count);
  put(w, DRYAD_INDEX_GIVEN_REASONS, a->reasons, a->root_count);
  w->facts.header.has_given_roots = a->has_roots;
}

static void put_details(writing *w)
{
  const dryad_details *d = w->graph->details;
  for (unsigned kind = 0; d && kind < DRYAD_DETAIL_KINDS; kind++) {
    const dryad_detail *detail = &d->kinds[kind];
    put(w, DRYAD_INDEX_DETAIL_IDS + kind, detail->ids, detail->ids ? detail->count : 0);
    put(w, DRYAD_INDEX_DETAIL_VALUES + kind, detail->values, detail->count);
  }
}

/* Pinned objects look like given roots. Real given roots may come from an index too. */
static dryad_status put_roots(writing *w, const dryad_roots *roots, dryad_error *error)
{
  bool without_pins = !dryad_heap_has_given_roots(w->heap) && dryad_heap_has_pins(w->heap);
  uint64_t count = 0;
  w->root_room = roots->count;
  w->roots = dryad_alloc(w->allocator, roots->count, sizeof *w->roots);
  w->reasons = dryad_alloc(w->allocator, roots->count, 1);
  if (!w->roots || !w->reasons) return dryad_fail_memory(error);
  for (uint32_t i = 0; i < roots->count; i++) {
    bool may_be_pin = without_pins && roots->reasons[i] == DRYAD_ROOT_GIVEN;
    if (may_be_pin && dryad_heap_is_pinned(w->heap, roots->ids[i])) continue;
    w->roots[count] = roots->ids[i];
    w->reasons[count++] = roots->reasons[i];
  }
  put(w, DRYAD_INDEX_ROOTS, w->roots, count);
  put(w, DRYAD_INDEX_ROOT_REASONS, w->reasons, count);
  w->facts.header.has_roots = true;
  return DRYAD_OK;
}

/* The roots of a changed heap differ from those that its current graph alone would give, so they are computed now if
   needed. */
static dryad_status put_answers(writing *w, dryad_error *error)
{
  const dryad_roots *roots = dryad_heap_known_roots(w->heap);
  dryad_status status = DRYAD_OK;
  if (!roots && dryad_heap_is_changed(w->heap)) status = dryad_heap_roots(w->heap, &roots, w->progress, error);
  const dryad_dominators *d = dryad_heap_kept_dominators(w->heap);
  if (!status && roots) status = put_roots(w, roots, error);
  if (status || !roots || !d || dryad_heap_has_pins(w->heap)) return status;
  put(w, DRYAD_INDEX_RETAINED, d->retained, d->count);
  put(w, DRYAD_INDEX_DOMINATORS, d->parents, d->count);
  put(w, DRYAD_INDEX_DOMINATED, d->children, d->reachable_count);
  w->facts.header.has_dominators = true;
  w->facts.header.reachable_size = d->reachable_size;
  return DRYAD_OK;
}

static void put_origin(writing *w, const dryad_index_origin *origin)
{
  dryad_index_header *h = &w->facts.header;
  h->is_known = origin->is_known;
  h->is_raw = origin->is_raw;
  h->max_text = origin->max_text;
  h->is_changed = origin->is_changed || dryad_heap_is_changed(w->heap);
  h->python = (uint32_t)origin->python;
  h->dump_size = origin->size;
  h->dump_time = origin->time;
  h->dump_hash = origin->hash;
}

static void put_report(writing *w)
{
  w->facts.header.facts_length = (uint32_t)dryad_heap_facts(w->heap).length;
  const dryad_report *r = dryad_heap_report(w->heap);
  w->report = (dryad_index_report){.lines = r->lines,
                                   .objects = r->objects,
                                   .duplicates = r->duplicates,
                                   .bad_lines = r->bad_lines,
                                   .dangling_refs = r->dangling_refs,
                                   .collapsed = r->collapsed,
                                   .bytes = r->bytes,
                                   .mended = r->mended,
                                   .cut_texts = r->cut_texts,
                                   .cut_bytes = r->cut_bytes,
                                   .lossy_lines = r->lossy_lines,
                                   .conflicts = r->conflicts,
                                   .seconds = r->seconds,
                                   .is_truncated = r->truncated,
                                   .python = (uint32_t)r->python,
                                   .problem_count = r->problem_count,
                                   .complete = r->complete};
  strcpy(w->report.incomplete, r->incomplete);
  for (uint32_t i = 0; i < r->problem_count; i++) {
    w->report.problems[i].line = r->problems[i].line;
    w->report.problems[i].offset = r->problems[i].offset;
    strcpy(w->report.problems[i].reason, r->problems[i].reason);
  }
}

/* ---- blocks ------------------------------------------------------------------------------------ */

static uint64_t block_bytes(const writing *w, dryad_index_section section, uint64_t block)
{
  uint64_t left = w->facts.layout.sections[section].bytes - block * DRYAD_INDEX_BLOCK;
  return left < DRYAD_INDEX_BLOCK ? left : DRYAD_INDEX_BLOCK;
}

/* The padding between the fields of an extra is undefined in memory; in the file it is zeros. */
static const void *tidy_extras(writing *w, const dryad_extra *extras, uint64_t bytes)
{
  dryad_extra *tidy = memset(w->block, 0, bytes);
  for (uint64_t i = 0; i < bytes / sizeof *extras; i++) {
    tidy[i].kind = extras[i].kind;
    tidy[i].text = extras[i].text;
    tidy[i].bits = extras[i].bits;
    tidy[i].name = extras[i].name;
  }
  return tidy;
}

static const void *block_data(writing *w, dryad_index_section section, uint64_t block)
{
  const unsigned char *data = (const unsigned char *)w->data[section] + block * DRYAD_INDEX_BLOCK;
  if (section != DRYAD_INDEX_EXTRAS) return data;
  return tidy_extras(w, (const dryad_extra *)(const void *)data, block_bytes(w, section, block));
}

static dryad_status tell(writing *w, uint64_t bytes, dryad_error *error)
{
  w->done += bytes;
  if (!dryad_progress_tell(&w->progress, stage, w->done, 2 * w->facts.layout.file_size)) return DRYAD_OK;
  return dryad_fail_cancelled(error);
}

static dryad_status hash_blocks(writing *w, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  dryad_index_block *entry = w->blocks;
  for (dryad_index_section s = 0; s < DRYAD_INDEX_SECTIONS; s++)
    for (uint64_t k = 0; k < dryad_index_block_count(&w->facts.layout, s) && !status; k++, entry++) {
      const void *data = block_data(w, s, k);
      uint64_t bytes = block_bytes(w, s, k);
      *entry = (dryad_index_block){XXH3_64bits(data, bytes), dryad_index_first(&w->facts, s, k, data)};
      status = tell(w, bytes, error);
    }
  return status;
}

/* ---- the file ---------------------------------------------------------------------------------- */

/* Pads to the next page. */
static dryad_status write_padding(writing *w, uint64_t bytes, dryad_error *error)
{
  static const unsigned char zeros[DRYAD_INDEX_PAGE];
  return dryad_sink_write(w->sink, zeros, -bytes % DRYAD_INDEX_PAGE, error);
}

/* The part of the directory after the entries of the blocks. */
static void complete_directory(writing *w)
{
  const dryad_index_header *h = &w->facts.header;
  unsigned char *at = w->directory + w->facts.layout.block_count * sizeof *w->blocks;
  size_t child_wraps = h->child_wraps * sizeof(uint32_t), parent_wraps = h->parent_wraps * sizeof(uint32_t);
  if (child_wraps) memcpy(at, w->facts.child_offsets.wraps, child_wraps);
  if (parent_wraps) memcpy(at + child_wraps, w->facts.parent_offsets.wraps, parent_wraps);
  memcpy(w->directory + w->facts.layout.report_place, &w->report, sizeof w->report);
  dryad_text facts = dryad_heap_facts(w->heap);
  if (facts.data) memcpy(w->directory + w->facts.layout.facts_place, facts.data, facts.length);
}

static dryad_status write_head(writing *w, dryad_error *error)
{
  dryad_index_header *h = &w->facts.header;
  uint64_t directory_size = w->facts.layout.directory_size;
  complete_directory(w);
  memcpy(h->magic, DRYAD_INDEX_MAGIC, sizeof h->magic);
  h->byte_order = DRYAD_INDEX_BYTE_ORDER;
  h->version = DRYAD_INDEX_VERSION;
  h->file_size = w->facts.layout.file_size;
  h->directory_hash = XXH3_64bits(w->directory, directory_size);
  h->hash = XXH3_64bits(h, offsetof(dryad_index_header, hash));
  dryad_status status = dryad_sink_write(w->sink, h, sizeof *h, error);
  if (!status) status = write_padding(w, sizeof *h, error);
  if (!status) status = dryad_sink_write(w->sink, w->directory, directory_size, error);
  return status ? status : write_padding(w, directory_size, error);
}

static dryad_status write_section(writing *w, dryad_index_section section, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (uint64_t k = 0; k < dryad_index_block_count(&w->facts.layout, section) && !status; k++) {
    uint64_t bytes = block_bytes(w, section, k);
    status = dryad_sink_write(w->sink, block_data(w, section, k), bytes, error);
    if (!status) status = tell(w, bytes, error);
  }
  return status ? status : write_padding(w, w->facts.layout.sections[section].bytes, error);
}

static dryad_status write_file(writing *w, dryad_error *error)
{
  dryad_status status = write_head(w, error);
  for (dryad_index_section s = 0; s < DRYAD_INDEX_SECTIONS && !status; s++) status = write_section(w, s, error);
  return status ? status : dryad_graph_check(w->graph, error);
}

static dryad_status prepare(writing *w, const dryad_index_origin *origin, dryad_error *error)
{
  put_graph(w);
  put_store(w);
  put_annotations(w);
  put_details(w);
  put_origin(w, origin);
  put_report(w);
  dryad_status status = put_answers(w, error);
  if (status) return status;
  const char *problem = dryad_index_lay_out(&w->facts.layout, &w->facts.header);
  if (problem) return dryad_fail(error, DRYAD_LIMIT, "the heap is too large for an index");
  w->directory = dryad_alloc(w->allocator, w->facts.layout.directory_size, 1);
  w->blocks = (dryad_index_block *)(void *)w->directory;
  w->block = dryad_alloc(w->allocator, DRYAD_INDEX_BLOCK, 1);
  return w->directory && w->block ? hash_blocks(w, error) : dryad_fail_memory(error);
}

static dryad_status write_all(writing *w, const dryad_index_origin *origin, dryad_error *error)
{
  dryad_status status = prepare(w, origin, error);
  if (!status) status = write_file(w, error);
  dryad_free(w->allocator, w->directory, w->facts.layout.directory_size, 1);
  dryad_free(w->allocator, w->block, DRYAD_INDEX_BLOCK, 1);
  dryad_free(w->allocator, w->roots, w->root_room, sizeof *w->roots);
  dryad_free(w->allocator, w->reasons, w->root_room, 1);
  return status;
}

static dryad_status write_to(dryad_heap *heap, dryad_sink *sink, const dryad_index_origin *origin,
                             dryad_progress progress, dryad_error *error)
{
  const dryad_graph *graph = dryad_heap_graph(heap);
  const dryad_allocator *allocator = graph->allocator;
  writing *w = dryad_calloc(allocator, 1, sizeof *w); /* the report makes it large */
  if (!w) return dryad_fail_memory(error);
  w->heap = heap;
  w->graph = graph;
  w->allocator = allocator;
  w->sink = sink;
  w->progress = progress;
  dryad_status status = write_all(w, origin, error);
  dryad_free(allocator, w, 1, sizeof *w);
  return status;
}

dryad_status dryad_index_write(dryad_heap *heap, dryad_sink *sink, const dryad_index_origin *origin,
                               dryad_progress progress, dryad_error *error)
{
  dryad_trace_stage traced = dryad_trace_begin("write index");
  dryad_status status = write_to(heap, sink, origin, progress, error);
  DRYAD_TRACE_END(traced, {"path", .text = dryad_sink_name(sink)}, {"bytes", .number = dryad_sink_written(sink)},
                  {"status", .number = status});
  if (!status) return dryad_sink_finish(sink, NULL, error);
  dryad_sink_abandon(sink);
  return status;
}
