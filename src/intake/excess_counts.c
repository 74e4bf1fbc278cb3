/* SPDX-License-Identifier: MIT */
#include "intake/excess_counts.h"

#include "base/error.h"
#include "base/parallel.h"

typedef struct counting {
  const dryad_record_places *places;
  const dryad_segment *segments;
  uint64_t segment_count;
  uint32_t raw_count;
  unsigned threads;
  uint32_t *references; /* by raw id, how many there are to it, at most UINT32_MAX */
} counting;

/* Counts the references of a segment to the objects from `first` on. */
static void count_segment(const counting *c, const dryad_segment *s, uint32_t *references, dryad_id first,
                          uint32_t width)
{
  const dryad_batch *batch = &c->places->batches[s->batch];
  const uint32_t *ref_counts = (const uint32_t *)batch->ref_counts.data + s->first;
  const dryad_id *ids = (const dryad_id *)c->places->ids[s->batch].data + s->first;
  const dryad_id *refs = (const dryad_id *)batch->refs.data + s->first_ref;
  for (uint32_t i = 0; i < s->count; refs += ref_counts[i++]) {
    if (ids[i] == DRYAD_NONE) continue;
    for (uint32_t k = 0; k < ref_counts[i]; k++) {
      uint32_t at = refs[k] - first;
      if (at < width) references[at] += references[at] < UINT32_MAX;
    }
  }
}

/* Each thread counts the references to its own share of the objects, so that none has to wait for another. */
static void count_share(void *context, unsigned thread)
{
  const counting *c = context;
  uint64_t first = (uint64_t)c->raw_count * thread / c->threads,
           end = (uint64_t)c->raw_count * (thread + 1) / c->threads;
  for (uint64_t k = 0; k < c->segment_count; k++)
    count_segment(c, &c->segments[k], c->references + first, (dryad_id)first, (uint32_t)(end - first));
}

static void compare(const counting *c, dryad_bits *excess)
{
  for (uint32_t b = 0; b < c->places->batch_count; b++) {
    const dryad_batch *batch = &c->places->batches[b];
    const uint64_t *counts = batch->details[DRYAD_DETAIL_REFCOUNT].data;
    const dryad_id *ids = c->places->ids[b].data;
    for (uint64_t i = 0; i < batch->detail_counts[DRYAD_DETAIL_REFCOUNT]; i++) {
      dryad_id raw = ids[counts[i] >> 32];
      if (raw == DRYAD_NONE) continue;
      if (dryad_store_widen(batch->store, (uint32_t)counts[i]) > c->references[raw]) dryad_bits_set(excess, raw);
    }
  }
}

static bool has_counts(const dryad_record_places *places)
{
  for (uint32_t b = 0; b < places->batch_count; b++)
    if (places->batches[b].detail_counts[DRYAD_DETAIL_REFCOUNT]) return true;
  return false;
}

dryad_status dryad_find_excess_counts(dryad_bits *excess, const dryad_record_places *places,
                                      const dryad_segment *segments, uint64_t segment_count, uint32_t raw_count,
                                      unsigned threads, dryad_error *error)
{
  const dryad_allocator *allocator = places->batches[0].allocator;
  counting c = {places, segments, segment_count, raw_count, threads, NULL};
  if (!dryad_bits_init(excess, allocator, raw_count)) return dryad_fail_memory(error);
  if (!has_counts(places)) return DRYAD_OK;
  c.references = dryad_calloc(allocator, raw_count, sizeof *c.references);
  if (!c.references) return dryad_fail_memory(error);
  dryad_parallel("count references", threads, count_share, &c);
  compare(&c, excess);
  dryad_free(allocator, c.references, raw_count, sizeof *c.references);
  return DRYAD_OK;
}
