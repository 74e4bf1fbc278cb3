/* SPDX-License-Identifier: MIT */
#include "analysis/growth_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"

/* How many objects more make a place one that became more, rather than one that was added. */
enum { SEVERAL = 2 };

typedef struct searching {
  dryad_growth_search *search;
  const dryad_places *places;
  const dryad_placed_heap *later, *earlier;
  int64_t least;
  int64_t *peaks;                     /* by place: the largest growth below it, or below a place below it */
  uint32_t *first_below, *next_below; /* by place; the last entry of first_below: where ways start */
  dryad_column pending;               /* uint32_t[pending_count]: places still to be looked below */
  uint64_t pending_count;
} searching;

static int64_t growth_below(const searching *s, uint32_t place)
{
  return dryad_place_subtract(dryad_place_below(&s->later->settled, place),
                              dryad_place_below(&s->earlier->settled, place));
}

static int64_t own_growth(const searching *s, uint32_t place)
{
  return dryad_place_subtract(dryad_place_size(&s->later->settled, place),
                              dryad_place_size(&s->earlier->settled, place));
}

/* `where`: `place`, or where ways start. */
static uint32_t below(const searching *s, uint32_t place)
{
  return s->first_below[place == DRYAD_NONE ? s->search->count : place];
}

/* Whether the objects of a place became more in proportion to those above it, so that their number, and not the size of
   each, explains most of the growth. */
static bool became_more(const searching *s, uint32_t above, uint32_t place)
{
  int64_t is = dryad_place_objects(&s->later->settled, place), was = dryad_place_objects(&s->earlier->settled, place);
  if (is - was < SEVERAL || growth_below(s, place) <= 0) return false;
  if (was == 0) return true;
  double ratio = 1;
  if (above != DRYAD_NONE) {
    int64_t above_was = dryad_place_objects(&s->earlier->settled, above);
    if (above_was > 0) ratio = (double)dryad_place_objects(&s->later->settled, above) / (double)above_was;
  }
  if (2 * ((double)is - (double)was * ratio) < (double)(is - was)) return false;
  double each = (double)dryad_place_below(&s->earlier->settled, place) / (double)was;
  double larger = (double)dryad_place_below(&s->later->settled, place) - each * (double)is;
  return 2 * larger <= (double)growth_below(s, place);
}

static uint32_t start_of(const searching *s, uint32_t place)
{
  for (;;) {
    uint32_t above = dryad_place_at(s->places, place)->above;
    if (above == DRYAD_NONE) return place;
    place = above;
  }
}

static bool add_finding(searching *s, uint32_t holder, uint32_t member, int64_t bytes)
{
  dryad_growth_search *out = s->search;
  dryad_growth_finding finding = {.holder = DRYAD_NONE, .before = DRYAD_NONE, .member = DRYAD_NONE, .bytes = bytes};
  uint32_t start = start_of(s, holder == DRYAD_NONE ? member : holder);
  if (!dryad_column_reserve(&out->found, out->allocator, out->found_count + 1, sizeof finding)) return false;
  finding.start = dryad_place_at(s->places, start)->example;
  finding.is_start_new = dryad_place_objects(&s->earlier->all, start) == 0;
  if (holder != DRYAD_NONE) {
    finding.holder = dryad_place_at(s->places, holder)->example;
    finding.holders = dryad_place_objects(&s->later->all, holder);
    finding.is_new = dryad_place_objects(&s->earlier->all, holder) == 0;
    s->search->findings[holder] = (uint32_t)out->found_count;
    s->search->is_holder[holder] = true;
  }
  if (member != DRYAD_NONE) {
    const dryad_place *place = dryad_place_at(s->places, member);
    finding.member = place->example;
    finding.is_chain =
        place->is_chain && holder != DRYAD_NONE && place->type == dryad_place_at(s->places, holder)->type;
  }
  ((dryad_growth_finding *)out->found.data)[out->found_count++] = finding;
  return true;
}

/* Makes a finding of what grew below `where`: what became more and, with `all`, what else is not large enough for a
   finding of its own. */
static bool report(searching *s, uint32_t where, bool all, int64_t bytes)
{
  uint32_t most = DRYAD_NONE;
  for (uint32_t place = below(s, where); place != DRYAD_NONE; place = s->next_below[place]) {
    bool is_small = growth_below(s, place) > 0 && s->peaks[place] < s->least;
    if (!became_more(s, where, place) && !(all && is_small)) continue;
    s->search->is_member[place] = true;
    s->search->findings[place] = (uint32_t)s->search->found_count;
    if (most == DRYAD_NONE || growth_below(s, place) > growth_below(s, most)) most = place;
  }
  if (where != DRYAD_NONE) return add_finding(s, where, most, bytes);
  /* What starts somewhere has no holder in common. */
  for (uint32_t place = below(s, where); place != DRYAD_NONE; place = s->next_below[place]) {
    if (!s->search->is_member[place]) continue;
    bool is_large = growth_below(s, place) >= s->least;
    s->search->is_member[place] = is_large;
    s->search->findings[place] = is_large ? (uint32_t)s->search->found_count : DRYAD_NONE;
    if (is_large && !add_finding(s, DRYAD_NONE, place, growth_below(s, place))) return false;
  }
  return true;
}

/* Sums of sizes end at the limits of the type, as a hostile dump may have any sizes. */
static int64_t sum(int64_t a, int64_t b)
{
  int64_t result;
  if (!__builtin_add_overflow(a, b, &result)) return result;
  return a > 0 ? INT64_MAX : INT64_MIN;
}

static bool look_below(searching *s, uint32_t where)
{
  int64_t more = 0, small = 0, own = where == DRYAD_NONE ? 0 : own_growth(s, where);
  bool is_pending = false;
  for (uint32_t place = below(s, where); place != DRYAD_NONE; place = s->next_below[place]) {
    int64_t growth = growth_below(s, place);
    if (became_more(s, where, place)) {
      more = sum(more, growth);
    } else if (s->peaks[place] >= s->least) {
      is_pending = true;
      if (!dryad_column_reserve(&s->pending, s->search->allocator, s->pending_count + 1, sizeof place)) return false;
      ((uint32_t *)s->pending.data)[s->pending_count++] = place;
    } else if (growth > 0) {
      small = sum(small, growth);
    }
  }
  if (where == DRYAD_NONE) return report(s, where, false, 0);
  const int64_t all = sum(sum(more, small), own), of_more = sum(more, own);
  if (small >= s->least && all >= s->least) return report(s, where, true, all);
  if (more > 0 && of_more >= s->least) return report(s, where, false, of_more);
  if (own >= s->least) return add_finding(s, where, DRYAD_NONE, own);
  if (is_pending || growth_below(s, where) < s->least) return true;
  return report(s, where, true, growth_below(s, where));
}

static bool link_places(searching *s)
{
  uint32_t count = s->search->count;
  s->first_below = dryad_alloc(s->search->allocator, count + UINT64_C(1), sizeof *s->first_below);
  s->next_below = dryad_alloc(s->search->allocator, count, sizeof *s->next_below);
  s->peaks = dryad_alloc(s->search->allocator, count, sizeof *s->peaks);
  if (!s->first_below || !s->next_below || !s->peaks) return false;
  for (uint32_t place = 0; place < count; place++) s->peaks[place] = growth_below(s, place);
  memset(s->first_below, 0xff, (count + UINT64_C(1)) * sizeof *s->first_below);
  for (uint32_t place = count; place-- > 0;) {
    uint32_t above = dryad_place_at(s->places, place)->above;
    uint32_t *at = &s->first_below[above == DRYAD_NONE ? count : above];
    s->next_below[place] = *at;
    *at = place;
    if (above != DRYAD_NONE && s->peaks[above] < s->peaks[place]) s->peaks[above] = s->peaks[place];
  }
  return true;
}

static int by_bytes(const void *left, const void *right)
{
  const dryad_growth_finding *a = left, *b = right;
  if (a->bytes != b->bytes) return a->bytes < b->bytes ? 1 : -1;
  return (a->first_count > b->first_count) - (a->first_count < b->first_count);
}

/* Sorts the findings, and gives each place below a member the finding of that. False: no memory. */
static bool finish(searching *s)
{
  dryad_growth_search *search = s->search;
  dryad_growth_finding *findings = search->found.data;
  uint64_t found = search->found_count;
  uint32_t *numbers = dryad_alloc(search->allocator, found, sizeof *numbers);
  if (!numbers) return false;
  for (uint64_t i = 0; i < found; i++) findings[i].first_count = i; /* its number before sorting */
  if (found > 1) qsort(findings, found, sizeof *findings, by_bytes);
  for (uint64_t i = 0; i < found; i++) numbers[findings[i].first_count] = (uint32_t)i;
  for (uint32_t place = 0; place < search->count; place++) {
    uint32_t *finding = &search->findings[place], above = dryad_place_at(s->places, place)->above;
    if (*finding != DRYAD_NONE)
      *finding = numbers[*finding];
    else if (above != DRYAD_NONE && !search->is_holder[above])
      *finding = search->findings[above];
  }
  dryad_free(search->allocator, numbers, found, sizeof *numbers);
  return true;
}

int64_t dryad_growth_total(const dryad_places *places, const dryad_place_tally *later, const dryad_place_tally *earlier)
{
  int64_t total = 0;
  for (uint32_t place = 0; place < places->numbers.count; place++) {
    if (dryad_place_at(places, place)->above != DRYAD_NONE) continue;
    int64_t growth = dryad_place_subtract(dryad_place_below(later, place), dryad_place_below(earlier, place));
    if (growth > 0 && __builtin_add_overflow(total, growth, &total)) total = INT64_MAX;
  }
  return total;
}

bool dryad_growth_search_run(dryad_growth_search *search, const dryad_places *places, const dryad_placed_heap *later,
                             const dryad_placed_heap *earlier, int64_t least)
{
  uint32_t count = places->numbers.count;
  searching s = {
      .search = search, .places = places, .later = later, .earlier = earlier, .least = least > 0 ? least : 1};
  *search = (dryad_growth_search){.allocator = places->allocator, .count = count};
  search->findings = dryad_alloc(search->allocator, count, sizeof *search->findings);
  search->is_holder = dryad_calloc(search->allocator, count, sizeof *search->is_holder);
  search->is_member = dryad_calloc(search->allocator, count, sizeof *search->is_member);
  bool ok = search->findings && search->is_holder && search->is_member && link_places(&s);
  if (ok) {
    memset(search->findings, 0xff, count * sizeof *search->findings);
    ok = look_below(&s, DRYAD_NONE);
  }
  while (ok && s.pending_count > 0) ok = look_below(&s, ((const uint32_t *)s.pending.data)[--s.pending_count]);
  if (ok) ok = finish(&s);
  dryad_free(search->allocator, s.first_below, count + UINT64_C(1), sizeof *s.first_below);
  dryad_free(search->allocator, s.next_below, count, sizeof *s.next_below);
  dryad_free(search->allocator, s.peaks, count, sizeof *s.peaks);
  dryad_column_free(&s.pending, search->allocator, sizeof(uint32_t));
  return ok;
}

void dryad_growth_search_deinit(dryad_growth_search *search)
{
  if (!search->allocator) return;
  dryad_free(search->allocator, search->findings, search->count, sizeof *search->findings);
  dryad_free(search->allocator, search->is_holder, search->count, sizeof *search->is_holder);
  dryad_free(search->allocator, search->is_member, search->count, sizeof *search->is_member);
  dryad_column_free(&search->found, search->allocator, sizeof(dryad_growth_finding));
  *search = (dryad_growth_search){0};
}
