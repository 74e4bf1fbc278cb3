/* SPDX-License-Identifier: MIT */
/* How many objects each place has in a heap, and their bytes. */
#ifndef DRYAD_ANALYSIS_PLACE_TALLY_H
#define DRYAD_ANALYSIS_PLACE_TALLY_H

#include "analysis/places.h"

typedef struct dryad_place_tally {
  const dryad_allocator *allocator;
  uint32_t count;    /* places when it was made; it has nothing of later ones */
  uint32_t *objects; /* count */
  int64_t *sizes;    /* count: bytes of these objects */
  int64_t *below;    /* count: the same with all places below; NULL until dryad_place_tally_sum */
} dryad_place_tally;

/* O(objects + places). */
dryad_status dryad_place_tally_init(dryad_place_tally *out, const dryad_places *places, const dryad_placing *placing,
                                    const dryad_graph *graph, dryad_error *error);
void dryad_place_tally_deinit(dryad_place_tally *tally); /* all zero is allowed */
/* Fills `below`. O(places). */
dryad_status dryad_place_tally_sum(dryad_place_tally *tally, const dryad_places *places, dryad_error *error);

static inline uint32_t dryad_place_objects(const dryad_place_tally *tally, uint32_t place)
{
  return place < tally->count ? tally->objects[place] : 0;
}
static inline int64_t dryad_place_size(const dryad_place_tally *tally, uint32_t place)
{
  return place < tally->count ? tally->sizes[place] : 0;
}
static inline int64_t dryad_place_below(const dryad_place_tally *tally, uint32_t place)
{
  return place < tally->count ? tally->below[place] : 0;
}

/* Bytes add up to at most INT64_MAX, and at least INT64_MIN. */
static inline int64_t dryad_place_add(int64_t a, int64_t b)
{
  int64_t sum;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? INT64_MAX : INT64_MIN;
}
static inline int64_t dryad_place_subtract(int64_t a, int64_t b)
{
  int64_t difference;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? INT64_MAX : INT64_MIN;
}

/* A heap with where its objects are. */
typedef struct dryad_placed_heap {
  const dryad_graph *graph;
  dryad_placing placing;
  dryad_place_tally all;
  dryad_place_tally settled; /* without objects that count as unchanged although their places differ */
} dryad_placed_heap;

/*
 * Fills `settled` of two heaps. Left out are objects that both have, but at different places, unless they moved from
 * one container to another that was there before: those are merely reached in another way. `matches`: by id of the
 * later heap, the same object of the earlier one; NULL: nothing is left out. Sets `moved` (by id of the later heap) for
 * those that moved. O(objects + places).
 */
dryad_status dryad_place_tally_settle(dryad_placed_heap *later, dryad_placed_heap *earlier, const dryad_places *places,
                                      const dryad_id *matches, dryad_bits *moved, dryad_error *error);

#endif
