/* SPDX-License-Identifier: MIT */
#include "analysis/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/sort.h"
#include "graph/graph.h"

/* Strings of one type. Equal strings have equal keys; different ones have different keys, except some with a wide
   len. */
typedef struct strings {
  uint64_t *keys; /* capacity */
  dryad_id *ids;
  uint64_t count, capacity;
} strings;

typedef struct found {
  dryad_column groups; /* dryad_duplicate[count] */
  uint64_t count;
} found;

/* The len in 32 bits that stands for all larger ones, which no real dump has. */
static const uint32_t wide_len = DRYAD_WIDE;

static uint32_t len_key(const dryad_graph *graph, dryad_id id)
{
  uint32_t narrow = ((const uint32_t *)graph->lens->data)[id];
  return narrow < DRYAD_WIDE || narrow == DRYAD_NONE ? narrow : wide_len;
}

/* Texts are interned, so the offset of a text identifies it; it is below 2^30 in units of 8 bytes. */
static bool key_of(const dryad_graph *graph, dryad_id id, uint64_t *key)
{
  dryad_value value = dryad_graph_value(graph, id);
  dryad_text text = value.kind == DRYAD_VALUE_NONE ? dryad_graph_name(graph, id) : value.text;
  if (!text.data || (value.kind != DRYAD_VALUE_NONE && value.kind != DRYAD_VALUE_TEXT)) return false;
  uint64_t place = (uint64_t)((const unsigned char *)text.data - graph->store->texts.bytes) / 8;
  *key = place << 32 | len_key(graph, id);
  return true;
}

static void collect(strings *s, const dryad_graph *graph, uint32_t type)
{
  s->count = 0;
  for (dryad_id id = 0; id < graph->count; id++) {
    if (dryad_types(graph)[id] != type || !key_of(graph, id, &s->keys[s->count])) continue;
    s->ids[s->count++] = id;
  }
}

static dryad_duplicate group_of(const dryad_graph *graph, const dryad_id *ids, uint64_t count)
{
  dryad_duplicate group = {.id = ids[0], .count = count};
  uint64_t largest = 0;
  for (uint64_t i = 0; i < count; i++) {
    uint64_t size = dryad_size(graph, ids[i]);
    group.size = dryad_add_sizes(group.size, size);
    /* All but the largest. */
    group.wasted = dryad_add_sizes(group.wasted, size < largest ? size : largest);
    if (size > largest) largest = size;
  }
  return group;
}

static bool add_group(found *f, const dryad_graph *graph, const dryad_id *ids, uint64_t count)
{
  if (count < 2) return true;
  if (!dryad_column_reserve(&f->groups, graph->allocator, f->count + 1, sizeof(dryad_duplicate))) return false;
  ((dryad_duplicate *)f->groups.data)[f->count++] = group_of(graph, ids, count);
  return true;
}

/* The number of equal keys at the start. */
static uint64_t run_of(const uint64_t *keys, uint64_t count)
{
  uint64_t run = 1;
  while (run < count && keys[run] == keys[0]) run++;
  return run;
}

/* For strings with equal keys and a wide len: uses the len as their key. */
static dryad_status add_by_len(found *f, const dryad_graph *graph, uint64_t *keys, dryad_id *ids, uint64_t count,
                               dryad_error *error)
{
  for (uint64_t i = 0; i < count; i++)
    keys[i] = dryad_store_widen(graph->store, ((const uint32_t *)graph->lens->data)[ids[i]]);
  dryad_status status = run_of(keys, count) < count ? dryad_sort(graph->allocator, keys, ids, count, error) : DRYAD_OK;
  for (uint64_t first = 0, run; first < count && !status; first += run) {
    run = run_of(keys + first, count - first);
    if (!add_group(f, graph, ids + first, run)) status = dryad_fail_memory(error);
  }
  return status;
}

static dryad_status find_groups(found *f, const dryad_graph *graph, strings *s, dryad_error *error)
{
  dryad_status status = dryad_sort(graph->allocator, s->keys, s->ids, s->count, error);
  for (uint64_t first = 0, run; first < s->count && !status; first += run) {
    uint64_t *keys = s->keys + first;
    dryad_id *ids = s->ids + first;
    run = run_of(keys, s->count - first);
    if ((uint32_t)keys[0] == wide_len && run > 1)
      status = add_by_len(f, graph, keys, ids, run, error);
    else if (!add_group(f, graph, ids, run))
      status = dryad_fail_memory(error);
  }
  return status;
}

static const char *const string_types[] = {"str", "unicode", "bytes"};
enum { TYPES = sizeof string_types / sizeof *string_types };

static void find_types(uint32_t *types, const dryad_graph *graph)
{
  for (int t = 0; t < TYPES; t++) types[t] = dryad_graph_find_type(graph, string_types[t], strlen(string_types[t]));
}

static int compare(const void *left, const void *right)
{
  const dryad_duplicate *a = left, *b = right;
  if (a->wasted != b->wasted) return a->wasted < b->wasted ? 1 : -1;
  return (a->id > b->id) - (a->id < b->id);
}

static uint64_t most_of_a_type(const dryad_graph *graph, const uint32_t *types)
{
  uint64_t counts[TYPES] = {0}, most = 0;
  for (dryad_id id = 0; id < graph->count; id++)
    for (size_t t = 0; t < TYPES; t++) counts[t] += dryad_types(graph)[id] == types[t];
  for (size_t t = 0; t < TYPES; t++)
    if (counts[t] > most) most = counts[t];
  return most;
}

dryad_status dryad_duplicates_find(dryad_duplicate **out, uint64_t *count, const dryad_graph *graph,
                                   dryad_progress progress, dryad_error *error)
{
  DRYAD_ASSERT(out && count);
  const dryad_allocator *allocator = graph->allocator;
  uint32_t types[TYPES];
  find_types(types, graph);
  *out = NULL;
  *count = 0;
  strings s = {.capacity = most_of_a_type(graph, types)};
  found f = {0};
  s.keys = dryad_alloc(allocator, s.capacity, sizeof *s.keys);
  s.ids = dryad_alloc(allocator, s.capacity, sizeof *s.ids);
  dryad_status status = s.keys && s.ids ? DRYAD_OK : dryad_fail_memory(error);
  for (unsigned t = 0; t < TYPES && !status; t++) {
    if (dryad_progress_tell(&progress, "comparing strings", t, TYPES)) status = dryad_fail_cancelled(error);
    if (status || types[t] == DRYAD_NONE) continue;
    collect(&s, graph, types[t]);
    status = find_groups(&f, graph, &s, error);
  }
  dryad_free(allocator, s.keys, s.capacity, sizeof *s.keys);
  dryad_free(allocator, s.ids, s.capacity, sizeof *s.ids);
  if (!status && f.count > 0) qsort(f.groups.data, f.count, sizeof(dryad_duplicate), compare);
  dryad_duplicate *exact =
      status ? NULL : dryad_realloc(allocator, f.groups.data, f.groups.capacity, f.count, sizeof *exact);
  if (!status && !exact) status = dryad_fail_memory(error);
  if (status) {
    dryad_column_free(&f.groups, allocator, sizeof(dryad_duplicate));
    return status;
  }
  *out = exact;
  *count = f.count;
  return DRYAD_OK;
}

/* ---- redundancy ------------------------------------------------------------------------------------ */

enum { WHOLE = 100 }; /* characters of a value that dumpers write */

/* Adds the type to the key, so that one sort compares the strings of all types. */
static bool key_among(const dryad_graph *graph, const uint32_t *types, dryad_id id, uint64_t *key)
{
  for (unsigned t = 0; t < TYPES; t++) {
    if (dryad_types(graph)[id] != types[t]) continue;
    if (len_key(graph, id) > WHOLE || !key_of(graph, id, key)) return false;
    *key |= (uint64_t)t << 8; /* WHOLE needs fewer bits */
    return true;
  }
  return false;
}

dryad_status dryad_redundancy_find(dryad_redundancy *out, const dryad_graph *graph, dryad_ids objects,
                                   dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  uint32_t types[TYPES];
  find_types(types, graph);
  strings s = {.keys = dryad_alloc(allocator, objects.count, sizeof *s.keys),
               .ids = dryad_alloc(allocator, objects.count, sizeof *s.ids)};
  dryad_status status = s.keys && s.ids ? DRYAD_OK : dryad_fail_memory(error);
  *out = (dryad_redundancy){0};
  for (uint64_t i = 0; i < objects.count && !status; i++) {
    if (objects.ids[i] >= graph->count || !key_among(graph, types, objects.ids[i], &s.keys[s.count])) continue;
    s.ids[s.count++] = objects.ids[i];
  }
  if (!status) status = dryad_sort(allocator, s.keys, s.ids, s.count, error);
  out->strings = s.count;
  for (uint64_t i = 1; i < s.count && !status; i++) {
    if (s.keys[i] != s.keys[i - 1]) continue;
    out->redundant++;
    out->wasted = dryad_add_sizes(out->wasted, dryad_size(graph, s.ids[i]));
  }
  dryad_free(allocator, s.keys, objects.count, sizeof *s.keys);
  dryad_free(allocator, s.ids, objects.count, sizeof *s.ids);
  return status;
}
