/* SPDX-License-Identifier: MIT */
#include "intake/build.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/multiversion.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/trace.h"
#include "graph/address_index.h"
#include "graph/graph.h"
#include "graph/invert.h"
#include "intake/annotate.h"
#include "intake/collapse.h"
#include "intake/dangling.h"
#include "intake/excess_counts.h"
#include "intake/graph_layout.h"
#include "intake/repeats.h"
#include "intake/segments.h"

enum { PASSES = 9 }; /* over the segments, at most */

static const char stage[] = "linking";

typedef struct build {
  const dryad_allocator *allocator;
  dryad_build_input *input;
  dryad_graph *graph;
  dryad_address_index index;
  /* By batch: each record's page in the index, later its raw id; DRYAD_NONE for a duplicate. */
  dryad_column ids[DRYAD_MAX_THREADS];
  dryad_array *ref_counts; /* uint32_t by raw id */
  dryad_repeats repeats;
  dryad_collapse collapse;
  uint32_t raw_count;
  dryad_id *final; /* by raw id; NULL: nothing is collapsed */
  dryad_dangling dangling;
  dryad_bits native; /* by raw id: roots that no record says are roots */
  uint64_t passes;   /* begun */
} build;

static dryad_status for_segments(build *b, const char *pass, dryad_segment_work work, void *context, dryad_error *error)
{
  uint64_t count = b->input->segment_count;
  const dryad_segment_telling telling = {b->input->progress, stage, pass, b->passes++ * count, PASSES * count};
  return dryad_for_segments(b->input->segments, count, b->input->threads, work, context, &telling, error);
}

static dryad_id *ids_of(build *b, const dryad_segment *s) { return (dryad_id *)b->ids[s->batch].data + s->first; }

static const uint32_t *ref_counts_of(const build *b, const dryad_segment *s)
{
  return (const uint32_t *)b->input->batches[s->batch].ref_counts.data + s->first;
}

static uint64_t *refs_of(build *b, const dryad_segment *s)
{
  return (uint64_t *)b->input->batches[s->batch].refs.data + s->first_ref;
}

/* After numbering, the references of a segment: raw ids, and from raw_count on tickets of dangling references. They
   replace the addresses of the batch's references, in half the room. */
static const dryad_id *ends_of(build *b, const dryad_segment *s)
{
  return (const dryad_id *)b->input->batches[s->batch].refs.data + s->first_ref;
}

/* ---- numbering: addresses to raw ids --------------------------------------------------------- */

static const uint64_t *addresses_of(const build *b, const dryad_segment *s)
{
  return (const uint64_t *)b->input->batches[s->batch].addresses.data + s->first;
}

static dryad_status index_segment(build *b, const dryad_segment *s, dryad_error *error)
{
  const uint64_t *addresses = addresses_of(b, s);
  uint32_t *pages = ids_of(b, s);
  for (uint32_t i = 0; i < s->count; i++) {
    dryad_status status = dryad_address_index_add(&b->index, addresses[i], &pages[i], error);
    if (!status && pages[i] == DRYAD_NONE)
      status = dryad_repeats_add(&b->repeats, b->allocator, s->batch, s->first + i, addresses[i], error);
    if (status) return status;
  }
  return DRYAD_OK;
}

/* Runs on the caller's thread. */
static dryad_status index_addresses(build *b, dryad_error *error)
{
  uint64_t bits = 0, count = 0;
  for (uint32_t p = 0; p < b->input->batch_count; p++) {
    const dryad_batch *batch = &b->input->batches[p];
    bits |= batch->address_bits;
    count += batch->count;
    if (!dryad_column_reserve(&b->ids[p], b->allocator, batch->count, sizeof(dryad_id)))
      return dryad_fail_memory(error);
  }
  if (!dryad_address_index_init(&b->index, b->allocator, bits, count)) return dryad_fail_memory(error);
  for (uint64_t k = 0; k < b->input->segment_count; k++) {
    if (dryad_progress_tell(&b->input->progress, "indexing", k, b->input->segment_count))
      return dryad_fail_cancelled(error);
    dryad_status status = index_segment(b, &b->input->segments[k], error);
    if (status) return status;
  }
  return dryad_address_index_order(&b->index, error);
}

/* Indexing takes one thread; joining, which is independent of it, another. */
typedef struct preparation {
  build *b;
  dryad_status status[2];
  dryad_error errors[2];
} preparation;

static void run_half(void *context, unsigned half)
{
  preparation *p = context;
  dryad_build_input *input = p->b->input;
  if (half == 0) {
    p->status[0] = index_addresses(p->b, &p->errors[0]);
  } else {
    p->status[1] = dryad_batches_join(input->batches, input->batch_count, &p->errors[1]);
    dryad_string_pool_settle(&p->b->graph->store->texts); /* no text is added from here on */
  }
}

static dryad_status prepare(build *b, dryad_error *error)
{
  preparation p = {.b = b};
  if (b->input->threads > 1) {
    dryad_parallel("index, join", 2, run_half, &p);
  } else {
    run_half(&p, 0);
    run_half(&p, 1);
  }
  unsigned failed = p.status[0] ? 0 : 1;
  if (p.status[failed] && error) *error = p.errors[failed];
  return p.status[failed];
}

/* Numbers refs[start] to refs[end - 1], in place. */
DRYAD_FAST_POPCOUNT
static dryad_status number_refs(build *b, uint64_t *refs, uint64_t start, uint64_t end, unsigned thread,
                                dryad_error *error)
{
  dryad_id *ends = (dryad_id *)refs;
  for (uint64_t i = start; i < end; i++) {
    uint64_t address;
    memcpy(&address, &refs[i], sizeof address);
    dryad_id id = dryad_address_index_rank(&b->index, address);
    if (id == DRYAD_NONE) {
      dryad_status status = dryad_dangling_add(&b->dangling, thread, address, &id, error);
      if (status) return status;
      id += b->raw_count;
    }
    memcpy(&ends[i], &id, sizeof id);
  }
  return DRYAD_OK;
}

/* Handles all records up to a duplicate together, so that many look-ups overlap. The references of a duplicate are
   dropped. */
static dryad_status number_segment_refs(void *context, const dryad_segment *s, unsigned thread, dryad_error *error)
{
  build *b = context;
  const uint32_t *ref_counts = ref_counts_of(b, s);
  const dryad_id *ids = ids_of(b, s);
  uint64_t *refs = refs_of(b, s), start = 0, end = 0;
  for (uint32_t i = 0; i < s->count; end += ref_counts[i++]) {
    if (ids[i] != DRYAD_NONE) continue;
    dryad_status status = number_refs(b, refs, start, end, thread, error);
    if (status) return status;
    start = end + ref_counts[i];
  }
  return number_refs(b, refs, start, end, thread, error);
}

/* Numbering leaves the ids of each segment where its addresses started. A batch's segments are in order. */
static void pack_ends(void *context, unsigned batch)
{
  build *b = context;
  dryad_column *refs = &b->input->batches[batch].refs;
  dryad_id *ends = refs->data;
  for (uint64_t k = 0; k < b->input->segment_count; k++) {
    const dryad_segment *s = &b->input->segments[k];
    if (s->batch != batch) continue;
    const uint32_t *ref_counts = ref_counts_of(b, s);
    uint64_t count = 0;
    for (uint32_t i = 0; i < s->count; i++) count += ref_counts[i];
    if (count) memmove(ends + s->first_ref, ends + 2 * s->first_ref, count * sizeof *ends);
  }
  uint64_t count = (b->input->batches[batch].ref_count + 1) / 2;
  if (count >= refs->capacity) return;
  void *packed = dryad_realloc(b->allocator, refs->data, refs->capacity, count, sizeof(uint64_t));
  if (packed) *refs = (dryad_column){packed, count};
}

static dryad_status number_refs_of_all(build *b, dryad_error *error)
{
  dryad_dangling_init(&b->dangling, b->allocator, DRYAD_NONE - 1 - b->raw_count);
  dryad_status status = for_segments(b, "number references", number_segment_refs, b, error);
  if (!status) status = dryad_dangling_settle(&b->dangling, error);
  if (!status) dryad_parallel("pack references", b->input->batch_count, pack_ends, b);
  return status;
}

DRYAD_FAST_POPCOUNT
static dryad_status number_segment(void *context, const dryad_segment *s, unsigned thread, dryad_error *error)
{
  (void)thread, (void)error;
  build *b = context;
  const uint64_t *addresses = addresses_of(b, s);
  uint64_t *ordered = b->graph->addresses->data;
  dryad_id *ids = ids_of(b, s);
  for (uint32_t i = 0; i < s->count; i++) {
    if (ids[i] == DRYAD_NONE) continue;
    ids[i] = dryad_address_index_rank_on(&b->index, ids[i], addresses[i]);
    ordered[ids[i]] = addresses[i];
  }
  return DRYAD_OK;
}

/* After the references: they free room that the addresses then use. */
static dryad_status number_addresses(build *b, dryad_error *error)
{
  b->graph->addresses = dryad_array_new(b->allocator, b->index.count, sizeof(uint64_t));
  if (!b->graph->addresses) return dryad_fail_memory(error);
  dryad_status status = for_segments(b, "order addresses", number_segment, b, error);
  dryad_repeats_number(&b->repeats, &b->index);
  for (uint32_t p = 0; p < b->input->batch_count; p++)
    dryad_column_free(&b->input->batches[p].addresses, b->allocator, sizeof(uint64_t));
  dryad_address_index_deinit(&b->index);
  return status;
}

static dryad_status number_records(build *b, dryad_error *error)
{
  dryad_status status = prepare(b, error);
  if (status) return status;
  b->graph->count = b->raw_count = b->index.count;
  status = number_refs_of_all(b, error);
  return status ? status : number_addresses(b, error);
}

/* ---- columns: file order to raw ids, one column at a time to keep the peak low ------------------ */

typedef struct column_move {
  build *b;
  size_t column; /* offset of the dryad_column in a dryad_batch */
  dryad_array **to;
  enum { NOT_COMPARED, COMPARED, COMPARED_WIDE } repeats; /* with the records that are kept */
} column_move;

static dryad_column *column_of(const column_move *move, uint32_t batch)
{
  return (dryad_column *)((char *)&move->b->input->batches[batch] + move->column);
}

static dryad_status scatter_segment(void *context, const dryad_segment *s, unsigned thread, dryad_error *error)
{
  (void)thread, (void)error;
  const column_move *move = context;
  const uint32_t *from = (const uint32_t *)column_of(move, s->batch)->data + s->first;
  const dryad_id *ids = ids_of(move->b, s);
  uint32_t *to = (*move->to)->data;
  for (uint32_t i = 0; i < s->count; i++)
    if (ids[i] != DRYAD_NONE) to[ids[i]] = from[i];
  return DRYAD_OK;
}

/* After the kept records are in their places, while the batches still have the others. */
static void compare_repeats(build *b, const column_move *move)
{
  const uint32_t *columns[DRYAD_MAX_THREADS];
  for (uint32_t p = 0; p < b->input->batch_count; p++) columns[p] = column_of(move, p)->data;
  dryad_repeats_compare(&b->repeats, columns, (*move->to)->data,
                        move->repeats == COMPARED_WIDE ? b->graph->store : NULL);
}

static dryad_status order_columns(build *b, dryad_error *error)
{
  dryad_graph *g = b->graph;
  column_move moves[] = {{b, offsetof(dryad_batch, types), &g->types, COMPARED},
                         {b, offsetof(dryad_batch, sizes), &g->sizes, COMPARED_WIDE},
                         {b, offsetof(dryad_batch, lens), &g->lens, NOT_COMPARED},
                         {b, offsetof(dryad_batch, labels), &g->labels, NOT_COMPARED},
                         {b, offsetof(dryad_batch, ref_counts), &b->ref_counts, COMPARED}};
  for (size_t m = 0; m < sizeof moves / sizeof *moves; m++) {
    *moves[m].to = dryad_array_new(b->allocator, g->count, sizeof(uint32_t));
    if (!*moves[m].to) return dryad_fail_memory(error);
    dryad_status status = for_segments(b, "order a column", scatter_segment, &moves[m], error);
    if (status) return status;
    if (moves[m].repeats && b->repeats.count) compare_repeats(b, &moves[m]);
    bool is_read_again = moves[m].to == &b->ref_counts;
    for (uint32_t p = 0; p < b->input->batch_count && !is_read_again; p++)
      dryad_column_free(column_of(&moves[m], p), b->allocator, sizeof(uint32_t));
  }
  return DRYAD_OK;
}

/* ---- collapsing ------------------------------------------------------------------------------ */

static dryad_status claim_segment(void *context, const dryad_segment *s, unsigned thread, dryad_error *error)
{
  (void)thread;
  build *b = context;
  const dryad_id *ids = ids_of(b, s);
  const uint32_t *ref_counts = ref_counts_of(b, s), *types = dryad_types(b->graph);
  const dryad_id *refs = ends_of(b, s);
  for (uint32_t i = 0; i < s->count; refs += ref_counts[i++]) {
    if (ids[i] == DRYAD_NONE || !dryad_collapse_may_own(&b->collapse, types[ids[i]], ref_counts[i])) continue;
    dryad_id ends[DRYAD_MOST_FOLDING_REFS];
    for (uint32_t k = 0; k < ref_counts[i]; k++) ends[k] = refs[k] < b->raw_count ? refs[k] : DRYAD_NONE;
    dryad_status status = dryad_collapse_claim(&b->collapse, ids[i], ends, ref_counts[i], error);
    if (status) return status;
  }
  return DRYAD_OK;
}

static dryad_status collapse(build *b, dryad_error *error)
{
  dryad_graph *g = b->graph;
  dryad_status status = dryad_collapse_init(&b->collapse, g, error);
  if (!status) status = for_segments(b, "claim parts", claim_segment, b, error);
  if (status) return status;
  dryad_collapse_settle(&b->collapse);
  if (b->collapse.collapsed == 0) return DRYAD_OK;
  b->final = dryad_alloc(b->allocator, b->raw_count, sizeof *b->final);
  if (!b->final) return dryad_fail_memory(error);
  dryad_collapse_number(&b->collapse, b->final);
  return dryad_collapse_apply(&b->collapse, g->types->data, g->sizes->data, b->ref_counts->data, error);
}

/* ---- references ------------------------------------------------------------------------------ */

/* The final id of a reference's target. */
static dryad_id final_of(const build *b, dryad_id end)
{
  if (end >= b->raw_count) return b->graph->count + b->dangling.places[end - b->raw_count];
  return b->final ? b->final[end] : end;
}

/* An owner's references are those of its part, followed by its own other references. */
static void put_own_refs(build *b, dryad_id raw, const dryad_id *refs, uint32_t count)
{
  uint64_t end = dryad_offset(&b->graph->child_offsets, b->final[raw] + 1);
  uint64_t part = dryad_collapse_part_place(&b->collapse, raw, refs);
  dryad_id *to = (dryad_id *)b->graph->children->data + end - (count - 1);
  for (uint32_t k = 0; k < count; k++)
    if (k != part) *to++ = final_of(b, refs[k]);
}

static dryad_status resolve_segment(void *context, const dryad_segment *s, unsigned thread, dryad_error *error)
{
  (void)thread, (void)error;
  build *b = context;
  const dryad_id *ids = ids_of(b, s), *refs = ends_of(b, s);
  const uint32_t *ref_counts = ref_counts_of(b, s);
  for (uint32_t i = 0; i < s->count; refs += ref_counts[i++]) {
    if (ids[i] == DRYAD_NONE) continue;
    if (b->final && dryad_bits_get(&b->collapse.has_part, ids[i])) {
      put_own_refs(b, ids[i], refs, ref_counts[i]);
      continue;
    }
    dryad_id *to = (dryad_id *)b->graph->children->data + dryad_offset(&b->graph->child_offsets, final_of(b, ids[i]));
    for (uint32_t k = 0; k < ref_counts[i]; k++) to[k] = final_of(b, refs[k]);
  }
  return DRYAD_OK;
}

static dryad_status resolve(build *b, dryad_error *error)
{
  dryad_status status =
      dryad_graph_lay_out(b->graph, b->ref_counts->data, b->final ? &b->collapse : NULL, b->input->threads, error);
  dryad_array_release(b->ref_counts);
  b->ref_counts = NULL;
  if (!status) status = dryad_graph_add_children(b->graph, error);
  if (!status) status = for_segments(b, "resolve references", resolve_segment, b, error);
  if (!status && !dryad_dangling_append(&b->dangling, b->graph)) status = dryad_fail_memory(error);
  return status;
}

static dryad_record_places places_of(const build *b)
{
  return (dryad_record_places){.batches = b->input->batches,
                               .batch_count = b->input->batch_count,
                               .ids = b->ids,
                               .plan = b->final ? &b->collapse : NULL,
                               .final = b->final};
}

/* Before anything is folded. */
static dryad_status find_native(build *b, dryad_error *error)
{
  const dryad_record_places places = places_of(b);
  return dryad_find_excess_counts(&b->native, &places, b->input->segments, b->input->segment_count, b->raw_count,
                                  b->input->threads, error);
}

static dryad_status annotate(build *b, dryad_error *error)
{
  const dryad_record_places places = places_of(b);
  return dryad_annotate(b->graph, &places, b->input->has_roots ? &b->native : NULL, error);
}

/* ---- the whole build -------------------------------------------------------------------------- */

static void build_deinit(build *b)
{
  dryad_address_index_deinit(&b->index);
  for (uint32_t p = 0; p < b->input->batch_count; p++) {
    dryad_column_free(&b->ids[p], b->allocator, sizeof(dryad_id));
    dryad_batch_deinit(&b->input->batches[p]);
  }
  dryad_repeats_deinit(&b->repeats, b->allocator);
  dryad_array_release(b->ref_counts);
  dryad_free(b->allocator, b->final, b->raw_count, sizeof *b->final);
  if (b->input->collapse) dryad_collapse_deinit(&b->collapse);
  dryad_dangling_deinit(&b->dangling);
  dryad_bits_deinit(&b->native);
}

typedef struct step {
  const char *name;
  dryad_status (*run)(build *b, dryad_error *error);
} step;

static dryad_status run_steps(build *b, dryad_error *error)
{
  const step steps[] = {{"number records", number_records},
                        {"order columns", order_columns},
                        {"find native roots", b->input->has_roots ? find_native : NULL},
                        {"collapse", b->input->collapse ? collapse : NULL},
                        {"resolve", resolve},
                        {"annotate", annotate}};
  dryad_status status = DRYAD_OK;
  for (unsigned i = 0; i < sizeof steps / sizeof *steps && !status; i++) {
    if (!steps[i].run) continue;
    dryad_trace_stage traced = dryad_trace_begin(steps[i].name);
    status = steps[i].run(b, error);
    DRYAD_TRACE_END(traced, {"objects", .number = b->graph->count});
  }
  return status;
}

dryad_status dryad_build(dryad_graph **out, dryad_build_input *input, dryad_build_counts *counts, dryad_error *error)
{
  DRYAD_ASSERT(out && counts);
  DRYAD_ASSERT(input->batch_count >= 1 && input->batch_count <= DRYAD_MAX_THREADS && input->threads >= 1);
  DRYAD_ASSERT_SLOW(
      dryad_segments_are_whole(input->segments, input->segment_count, input->batches, input->batch_count));
  build b = {.allocator = input->batches[0].allocator, .input = input};
  *out = NULL;
  b.graph = dryad_graph_new(b.allocator, input->batches[0].store);
  dryad_status status = b.graph ? run_steps(&b, error) : dryad_fail_memory(error);
  *counts = (dryad_build_counts){b.repeats.count, b.repeats.conflicts, b.collapse.collapsed};
  build_deinit(&b);
  if (!status) {
    dryad_trace_stage traced = dryad_trace_begin("invert");
    status = dryad_invert(b.graph, input->threads, &input->progress, error);
    DRYAD_TRACE_END(traced, {"references", .number = b.graph->ref_count}, {"threads", .number = input->threads});
  }
  if (status) {
    dryad_graph_release(b.graph);
    return status;
  }
  dryad_string_pool_settle(&b.graph->store->type_names);
  *out = b.graph;
  return DRYAD_OK;
}
