/* SPDX-License-Identifier: MIT */
#include "analysis/growth.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/place_tally.h"
#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { SMALLEST_SHARE = 50, NEAR_ABOVE = 64 };

typedef struct comparison {
  const dryad_allocator *allocator;
  const dryad_id *matches;
  uint32_t heaps;
  dryad_places places;
  dryad_placed_heap *placed; /* heaps */
  dryad_bits moved;
  dryad_growth_search search;
  dryad_growth *out;
} comparison;

static void placed_heap_deinit(dryad_placed_heap *heap)
{
  dryad_placing_deinit(&heap->placing);
  dryad_place_tally_deinit(&heap->all);
  dryad_place_tally_deinit(&heap->settled);
}

static void comparison_deinit(comparison *c)
{
  for (uint32_t i = 0; c->placed && i < c->heaps; i++) placed_heap_deinit(&c->placed[i]);
  dryad_free(c->allocator, c->placed, c->heaps, sizeof *c->placed);
  dryad_places_deinit(&c->places);
  if (c->moved.words) dryad_bits_deinit(&c->moved);
  dryad_growth_search_deinit(&c->search);
}

static dryad_placed_heap *first(const comparison *c) { return &c->placed[0]; }
static dryad_placed_heap *last(const comparison *c) { return &c->placed[c->heaps - 1]; }

/* The objects of the last heap are the examples of their places, so that one comes first. */
static dryad_status place_heap(comparison *c, const dryad_growth_heap *heaps, uint32_t i, dryad_progress progress,
                               dryad_error *error)
{
  const dryad_growth_heap *heap = &heaps[i];
  dryad_placed_heap *placed = &c->placed[i];
  placed->graph = heap->graph;
  return dryad_places_add(&c->places, &placed->placing, heap->graph, heap->roots, heap->classes, progress, error);
}

/* Only the tallies of heaps in between are kept. */
static dryad_status place_all(comparison *c, const dryad_growth_heap *heaps, dryad_progress progress,
                              dryad_error *error)
{
  dryad_status status = place_heap(c, heaps, c->heaps - 1, progress, error);
  for (uint32_t i = 0; i + 1 < c->heaps && !status; i++) {
    dryad_placed_heap *placed = &c->placed[i];
    status = place_heap(c, heaps, i, progress, error);
    if (status || i == 0) continue;
    status = dryad_place_tally_init(&placed->all, &c->places, &placed->placing, placed->graph, error);
    dryad_placing_deinit(&placed->placing);
  }
  dryad_placed_heap *ends[] = {first(c), last(c)};
  for (int i = 0; i < 2 && !status; i++)
    status = dryad_place_tally_init(&ends[i]->all, &c->places, &ends[i]->placing, ends[i]->graph, error);
  for (uint32_t i = 0; i < c->heaps && !status; i++)
    status = dryad_place_tally_sum(&c->placed[i].all, &c->places, error);
  if (!status) status = dryad_place_tally_settle(last(c), first(c), &c->places, c->matches, &c->moved, error);
  if (!status) status = dryad_place_tally_sum(&last(c)->settled, &c->places, error);
  if (!status) status = dryad_place_tally_sum(&first(c)->settled, &c->places, error);
  return status;
}

/* ---- what a finding consists of ------------------------------------------------------------------ */

static int64_t count_growth(const comparison *c, uint32_t place)
{
  return (int64_t)dryad_place_objects(&last(c)->settled, place) - dryad_place_objects(&first(c)->settled, place);
}

static int64_t size_growth(const comparison *c, uint32_t place)
{
  return dryad_place_subtract(dryad_place_size(&last(c)->settled, place), dryad_place_size(&first(c)->settled, place));
}

static int64_t below_growth(const comparison *c, uint32_t place)
{
  return dryad_place_subtract(dryad_place_below(&last(c)->settled, place),
                              dryad_place_below(&first(c)->settled, place));
}

/* Whether a place above, but still below the finding's holders, has objects of the same class. */
static bool is_within_its_class(const comparison *c, uint32_t place)
{
  const uint32_t *findings = c->search.findings;
  const dryad_place *self = dryad_place_at(&c->places, place);
  uint32_t above = self->above;
  for (int i = 0;
       i < NEAR_ABOVE && above != DRYAD_NONE && findings[above] == findings[place] && !c->search.is_holder[above];
       i++) {
    const dryad_place *other = dryad_place_at(&c->places, above);
    if (other->type == self->type) return true;
    above = other->above;
  }
  return false;
}

/* Adds the classes of all findings, each finding's together, those reached first coming first. */
static bool add_classes(comparison *c)
{
  dryad_growth *out = c->out;
  dryad_key_table numbers = {.allocator = c->allocator};
  dryad_column owners = {0}; /* uint32_t: the finding of each class */
  bool ok = true;
  for (uint32_t place = 0; place < c->places.numbers.count && ok; place++) {
    uint32_t finding = c->search.findings[place], number;
    const dryad_place *self = dryad_place_at(&c->places, place);
    if (finding == DRYAD_NONE || self->heap != 0) continue;
    ok = dryad_key_table_number(&numbers, (dryad_key){{finding, self->type, 0}}, &number) &&
         dryad_column_reserve(&out->classes, c->allocator, numbers.count, sizeof(dryad_growth_class)) &&
         dryad_column_reserve(&owners, c->allocator, numbers.count, sizeof finding);
    if (!ok) break;
    dryad_growth_class *row = &((dryad_growth_class *)out->classes.data)[number];
    if (number == out->class_count) {
      *row = (dryad_growth_class){.example = self->example};
      ((uint32_t *)owners.data)[out->class_count++] = finding;
    }
    row->count += count_growth(c, place);
    row->size = dryad_place_add(row->size, size_growth(c, place));
    int64_t growth = c->search.is_holder[place] ? size_growth(c, place) : below_growth(c, place);
    if (!is_within_its_class(c, place)) row->within = dryad_place_add(row->within, growth);
  }
  if (ok && out->class_count > 0) {
    /* Sort them by finding, stably. */
    dryad_growth_class *sorted = dryad_alloc(c->allocator, out->classes.capacity, sizeof *sorted);
    ok = sorted != NULL;
    dryad_growth_finding *findings = out->findings.data;
    uint64_t position = 0;
    for (uint64_t i = 0; i < out->class_count; i++) findings[((uint32_t *)owners.data)[i]].class_count++;
    for (uint64_t i = 0; i < out->count; i++) {
      findings[i].first_class = position;
      position += findings[i].class_count;
      findings[i].class_count = 0;
    }
    for (uint64_t i = 0; i < out->class_count && ok; i++) {
      dryad_growth_finding *finding = &findings[((uint32_t *)owners.data)[i]];
      sorted[finding->first_class + finding->class_count++] = ((dryad_growth_class *)out->classes.data)[i];
    }
    if (ok) {
      dryad_free(c->allocator, out->classes.data, out->classes.capacity, sizeof *sorted);
      out->classes.data = sorted;
    }
  }
  dryad_key_table_deinit(&numbers);
  dryad_column_free(&owners, c->allocator, sizeof(uint32_t));
  return ok;
}

/* By place: how many of its objects to skip as kept, in two processes. NULL: no memory. */
static uint32_t *kept_counts(const comparison *c)
{
  uint32_t count = c->places.numbers.count;
  uint32_t *kept = dryad_alloc(c->allocator, count, sizeof *kept);
  for (uint32_t place = 0; kept && place < count; place++) kept[place] = dryad_place_objects(&first(c)->all, place);
  return kept;
}

static bool is_added(const comparison *c, uint32_t *kept, dryad_id id)
{
  if (c->matches) return c->matches[id] == DRYAD_NONE || dryad_bits_get(&c->moved, id);
  uint32_t *left = &kept[last(c)->placing.places[id]];
  if (*left == 0) return true;
  --*left;
  return false;
}

/* Adds the objects of all findings, each finding's together, in the order of ways. */
static bool add_objects(comparison *c)
{
  const dryad_placing *placing = &last(c)->placing;
  dryad_growth_finding *findings = c->out->findings.data;
  uint32_t *kept = kept_counts(c);
  uint32_t *owners =
      dryad_alloc(c->allocator, placing->reached, sizeof *owners); /* by position: the finding, or none */
  uint64_t position = 0;
  bool ok = kept && owners;
  for (uint32_t i = 0; i < placing->reached && ok; i++) {
    dryad_id id = placing->order[i];
    uint32_t finding = c->search.findings[placing->places[id]];
    owners[i] = is_added(c, kept, id) ? finding : DRYAD_NONE;
    if (owners[i] != DRYAD_NONE) findings[finding].added_count++;
  }
  for (uint64_t i = 0; i < c->out->count && ok; i++) {
    findings[i].first_added = position;
    position += findings[i].added_count;
    findings[i].added_count = 0;
  }
  c->out->added_count = ok ? position : 0;
  if (ok) c->out->added = dryad_alloc(c->allocator, position, sizeof *c->out->added);
  ok = ok && c->out->added;
  for (uint32_t i = 0; i < placing->reached && ok; i++) {
    if (owners[i] == DRYAD_NONE) continue;
    dryad_growth_finding *finding = &findings[owners[i]];
    c->out->added[finding->first_added + finding->added_count++] = placing->order[i];
  }
  dryad_free(c->allocator, kept, c->places.numbers.count, sizeof *kept);
  dryad_free(c->allocator, owners, placing->reached, sizeof *owners);
  return ok;
}

static bool is_of_member_class(const comparison *c, const dryad_growth_finding *finding, uint32_t place)
{
  uint32_t member = last(c)->placing.places[finding->member];
  return dryad_place_at(&c->places, place)->type == dryad_place_at(&c->places, member)->type;
}

/* Adds what became more in each heap, and the bytes below the holders. */
static bool add_counts(comparison *c)
{
  dryad_growth *out = c->out;
  uint64_t *counts = dryad_calloc(c->allocator, c->heaps * out->count, sizeof *counts);
  uint64_t *sizes = dryad_calloc(c->allocator, c->heaps * out->count, sizeof *sizes);
  out->counts = (dryad_column){counts, c->heaps * out->count};
  out->sizes = (dryad_column){sizes, c->heaps * out->count};
  if (!counts || !sizes) return false;
  for (uint64_t i = 0; i < out->count; i++) ((dryad_growth_finding *)out->findings.data)[i].first_count = i * c->heaps;
  for (uint32_t place = 0; place < c->places.numbers.count; place++) {
    uint32_t finding = c->search.findings[place];
    if (finding == DRYAD_NONE) continue;
    dryad_growth_finding *f = &((dryad_growth_finding *)out->findings.data)[finding];
    bool is_member = c->search.is_member[place], is_holder = c->search.is_holder[place];
    bool counts_here = (is_member || f->is_chain) && is_of_member_class(c, f, place);
    f->is_tree |= counts_here && !is_member && !is_holder;
    bool is_top = is_holder || (is_member && f->holder == DRYAD_NONE);
    for (uint32_t h = 0; h < c->heaps; h++) {
      uint64_t at = (uint64_t)finding * c->heaps + h;
      if (counts_here) counts[at] += dryad_place_objects(&c->placed[h].all, place);
      if (is_top) sizes[at] = dryad_add_sizes(sizes[at], (uint64_t)dryad_place_below(&c->placed[h].all, place));
    }
  }
  return true;
}

/* Finds the holders of the first heap, where there is only one. */
static void find_holders(comparison *c)
{
  const dryad_placing *placing = &first(c)->placing;
  for (uint32_t i = 0; i < placing->reached; i++) {
    uint32_t place = placing->places[placing->order[i]];
    if (!c->search.is_holder[place] || dryad_place_objects(&first(c)->all, place) != 1) continue;
    ((dryad_growth_finding *)c->out->findings.data)[c->search.findings[place]].before = placing->order[i];
  }
}

bool dryad_nothing_grew(const dryad_graph *last, const dryad_graph *first, const dryad_id *matches)
{
  for (dryad_id id = 0; id < last->count; id++)
    if (matches[id] == DRYAD_NONE || dryad_size(last, id) > dryad_size(first, matches[id])) return false;
  return true;
}

/* What grew may be more than what is left of it where other things shrank. */
static int64_t at_least_findings(const dryad_growth *growth)
{
  int64_t bytes = 0;
  for (uint64_t i = 0; i < growth->count; i++)
    if (__builtin_add_overflow(bytes, ((const dryad_growth_finding *)growth->findings.data)[i].bytes, &bytes))
      bytes = INT64_MAX;
  return bytes > growth->total ? bytes : growth->total;
}

dryad_status dryad_growth_find(dryad_growth *out, const dryad_growth_heap *heaps, uint32_t count,
                               const dryad_id *matches, uint64_t least, dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && heaps && count >= 2);
  const dryad_allocator *allocator = heaps[count - 1].graph->allocator;
  comparison c = {
      .allocator = allocator, .matches = matches, .heaps = count, .places = {.allocator = allocator}, .out = out};
  *out = (dryad_growth){.allocator = allocator, .heaps = count};
  if (matches && dryad_nothing_grew(heaps[count - 1].graph, heaps[0].graph, matches)) return DRYAD_OK;
  c.placed = dryad_calloc(allocator, count, sizeof *c.placed);
  bool ok = c.placed && dryad_bits_init(&c.moved, allocator, heaps[count - 1].graph->count);
  dryad_status status = ok ? place_all(&c, heaps, progress, error) : dryad_fail_memory(error);
  if (!status) {
    out->total = dryad_growth_total(&c.places, &last(&c)->settled, &first(&c)->settled);
    int64_t smallest = out->total / SMALLEST_SHARE;
    if (least > INT64_MAX) least = INT64_MAX;
    ok = dryad_growth_search_run(&c.search, &c.places, last(&c), first(&c),
                                 smallest > (int64_t)least ? smallest : (int64_t)least);
    out->findings = c.search.found;
    out->count = c.search.found_count;
    out->total = at_least_findings(out);
    c.search.found = (dryad_column){0};
    ok = ok && add_classes(&c) && add_objects(&c) && add_counts(&c);
    if (ok)
      find_holders(&c);
    else
      status = dryad_fail_memory(error);
  }
  comparison_deinit(&c);
  if (status) dryad_growth_deinit(out);
  return status;
}

void dryad_growth_deinit(dryad_growth *growth)
{
  if (!growth->allocator) return;
  dryad_column_free(&growth->findings, growth->allocator, sizeof(dryad_growth_finding));
  dryad_column_free(&growth->classes, growth->allocator, sizeof(dryad_growth_class));
  dryad_column_free(&growth->counts, growth->allocator, sizeof(uint64_t));
  dryad_column_free(&growth->sizes, growth->allocator, sizeof(uint64_t));
  dryad_free(growth->allocator, growth->added, growth->added_count, sizeof *growth->added);
  *growth = (dryad_growth){0};
}
