/* SPDX-License-Identifier: MIT */
#include "analysis/place_tally.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "graph/graph.h"

static int64_t size_of(const dryad_graph *graph, dryad_id id) { return (int64_t)dryad_size(graph, id); }

dryad_status dryad_place_tally_init(dryad_place_tally *out, const dryad_places *places, const dryad_placing *placing,
                                    const dryad_graph *graph, dryad_error *error)
{
  DRYAD_ASSERT(out && placing->count == graph->count);
  const dryad_allocator *allocator = graph->allocator;
  uint32_t count = places->numbers.count;
  *out = (dryad_place_tally){.allocator = allocator, .count = count};
  out->objects = dryad_calloc(allocator, count, sizeof *out->objects);
  out->sizes = dryad_calloc(allocator, count, sizeof *out->sizes);
  if (!out->objects || !out->sizes) {
    dryad_place_tally_deinit(out);
    return dryad_fail_memory(error);
  }
  for (uint32_t i = 0; i < placing->reached; i++) {
    dryad_id id = placing->order[i];
    uint32_t place = placing->places[id];
    out->objects[place]++;
    out->sizes[place] = dryad_place_add(out->sizes[place], size_of(graph, id));
  }
  return DRYAD_OK;
}

void dryad_place_tally_deinit(dryad_place_tally *tally)
{
  if (!tally->allocator) return;
  dryad_free(tally->allocator, tally->objects, tally->count, sizeof *tally->objects);
  dryad_free(tally->allocator, tally->sizes, tally->count, sizeof *tally->sizes);
  dryad_free(tally->allocator, tally->below, tally->count, sizeof *tally->below);
  *tally = (dryad_place_tally){0};
}

dryad_status dryad_place_tally_sum(dryad_place_tally *tally, const dryad_places *places, dryad_error *error)
{
  DRYAD_ASSERT(tally->allocator && !tally->below);
  tally->below = dryad_alloc(tally->allocator, tally->count, sizeof *tally->below);
  if (!tally->below) return dryad_fail_memory(error);
  if (tally->count) memcpy(tally->below, tally->sizes, tally->count * sizeof *tally->below);
  for (uint32_t place = tally->count; place-- > 0;) {
    uint32_t above = dryad_place_at(places, place)->above;
    if (above != DRYAD_NONE) tally->below[above] = dryad_place_add(tally->below[above], tally->below[place]);
  }
  return DRYAD_OK;
}

/* ---- objects that are at different places -------------------------------------------------------- */

static void take_out(dryad_placed_heap *heap, dryad_id id)
{
  uint32_t place = heap->placing.places[id];
  heap->settled.objects[place]--;
  heap->settled.sizes[place] = dryad_place_add(heap->settled.sizes[place], -size_of(heap->graph, id));
}

/* Whether only one object refers to it, which is new: then it went from another one to that, or took the address of one
   that went away. */
static bool has_new_owner(const dryad_placed_heap *later, const dryad_id *matches, dryad_id id)
{
  dryad_id holder = later->placing.holders[id];
  return holder != id && matches[holder] == DRYAD_NONE && dryad_parents(later->graph, id).count == 1;
}

/* Whether an object went from one container to another that was there before. */
static bool is_move(const dryad_places *places, const dryad_place_tally *earlier, uint32_t from, uint32_t to)
{
  const dryad_place *place = dryad_place_at(places, to);
  return place->is_item && dryad_place_at(places, from)->is_item && place->above != DRYAD_NONE &&
         dryad_place_objects(earlier, place->above) > 0;
}

static void settle(dryad_placed_heap *later, dryad_placed_heap *earlier, const dryad_places *places,
                   const dryad_id *matches, dryad_bits *moved, dryad_bits *stayed)
{
  for (uint32_t i = 0; i < later->placing.reached; i++) {
    dryad_id id = later->placing.order[i], match = matches[id], holder = later->placing.holders[id];
    if (match == DRYAD_NONE || earlier->placing.places[match] == DRYAD_NONE) continue;
    uint32_t from = earlier->placing.places[match], to = later->placing.places[id];
    bool holder_stayed = holder != id && dryad_bits_get(stayed, holder);
    if (!holder_stayed && from == to) continue;
    bool holder_moved = holder != id && dryad_bits_get(moved, holder);
    if (!holder_stayed &&
        (holder_moved || has_new_owner(later, matches, id) || is_move(places, &earlier->all, from, to))) {
      dryad_bits_set(moved, id);
      continue;
    }
    dryad_bits_set(stayed, id);
    take_out(later, id);
    take_out(earlier, match);
  }
}

dryad_status dryad_place_tally_settle(dryad_placed_heap *later, dryad_placed_heap *earlier, const dryad_places *places,
                                      const dryad_id *matches, dryad_bits *moved, dryad_error *error)
{
  dryad_bits stayed;
  dryad_status status = dryad_place_tally_init(&later->settled, places, &later->placing, later->graph, error);
  if (!status) status = dryad_place_tally_init(&earlier->settled, places, &earlier->placing, earlier->graph, error);
  if (status || !matches) return status;
  if (!dryad_bits_init(&stayed, later->graph->allocator, later->graph->count)) return dryad_fail_memory(error);
  settle(later, earlier, places, matches, moved, &stayed);
  dryad_bits_deinit(&stayed);
  return DRYAD_OK;
}
