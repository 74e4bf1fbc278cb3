/* SPDX-License-Identifier: MIT */
/*
 * Most objects of a heap look alike: there are hundreds of times as many objects as different triples of size,
 * references and parents. So the triples are sorted, and every object is then placed by its triple. That takes one pass
 * over the numbers of the objects instead of one for each digit of each number.
 */
#include "graph/default_order.h"

#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/key_table.h"
#include "base/sort.h"
#include "graph/graph.h"

enum { WORDS = 3, BLOCK = 256, KNOWN_BITS = 9 };

typedef struct ranking {
  const dryad_graph *graph;
  dryad_ids ids; /* ascending by address */
  dryad_key_table triples;
  uint32_t *triple_of; /* of each id */
  uint64_t *places;    /* by triple: the position of its next object */
} ranking;

/* ---- by triple ---------------------------------------------------------------------------------- */

static dryad_key triple_of(const dryad_graph *graph, dryad_id id)
{
  if (id >= graph->count) return (dryad_key){{0}};
  return (dryad_key){{dryad_size(graph, id), dryad_children(graph, id).count, dryad_parents(graph, id).count}};
}

/* A cached triple and its number, in a slot chosen by hash: a few hundred triples make up most look-ups. */
typedef struct known_triple {
  dryad_key triple;
  uint32_t number; /* DRYAD_NONE: none yet */
} known_triple;

static known_triple *place_of(known_triple *known, const dryad_key *triple)
{
  uint64_t mixed = triple->words[0] ^ triple->words[1] << 20 ^ triple->words[2] << 40;
  return &known[mixed * UINT64_C(0x9e3779b97f4a7c15) >> (64 - KNOWN_BITS)];
}

static bool is_same(const dryad_key *a, const dryad_key *b)
{
  return a->words[0] == b->words[0] && a->words[1] == b->words[1] && a->words[2] == b->words[2];
}

/* The number of a triple; false: no memory. */
static bool find_number(ranking *r, known_triple *known, const dryad_key *triple, uint32_t *number)
{
  known_triple *place = place_of(known, triple);
  if (place->number == DRYAD_NONE || !is_same(&place->triple, triple)) {
    if (!dryad_key_table_number(&r->triples, *triple, &place->number)) return false;
    place->triple = *triple;
  }
  *number = place->number;
  return true;
}

/* Works in blocks: the numbers of objects are scattered in memory, and fetching them in a tight loop is fastest. */
static dryad_status number_triples(ranking *r, dryad_error *error)
{
  dryad_key keys[BLOCK];
  known_triple known[1 << KNOWN_BITS];
  memset(known, 0xff, sizeof known);
  for (uint64_t start = 0; start < r->ids.count; start += BLOCK) {
    uint64_t count = r->ids.count - start < BLOCK ? r->ids.count - start : BLOCK;
    for (uint64_t i = 0; i < count; i++) keys[i] = triple_of(r->graph, r->ids.ids[start + i]);
    for (uint64_t i = 0; i < count; i++)
      if (!find_number(r, known, &keys[i], &r->triple_of[start + i])) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

/* Sorts the numbers of triples, largest triple first. */
static dryad_status sort_triples(const ranking *r, uint32_t *order, uint64_t *keys, dryad_error *error)
{
  const dryad_key *triples = r->triples.keys.data;
  uint32_t count = r->triples.count;
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < count; i++) order[i] = i;
  for (int word = WORDS - 1; word >= 0 && !status; word--) {
    for (uint32_t i = 0; i < count; i++) keys[i] = ~triples[order[i]].words[word];
    status = dryad_sort(r->graph->allocator, keys, order, count, error);
  }
  return status;
}

/* Turns the order of the triples into the positions where the objects of each begin. */
static void set_places(ranking *r, const uint32_t *order)
{
  uint64_t sum = 0;
  memset(r->places, 0, r->triples.count * sizeof *r->places);
  for (uint64_t i = 0; i < r->ids.count; i++) r->places[r->triple_of[i]]++;
  for (uint32_t i = 0; i < r->triples.count; i++) {
    uint64_t size = r->places[order[i]];
    r->places[order[i]] = sum;
    sum += size;
  }
}

static dryad_status find_places(ranking *r, dryad_error *error)
{
  const dryad_allocator *allocator = r->graph->allocator;
  uint32_t triples = r->triples.count, *order = dryad_alloc(allocator, triples, sizeof *order);
  uint64_t *keys = dryad_alloc(allocator, triples, sizeof *keys);
  r->places = dryad_alloc(allocator, triples, sizeof *r->places);
  dryad_status status = order && keys && r->places ? sort_triples(r, order, keys, error) : dryad_fail_memory(error);
  if (!status) set_places(r, order);
  dryad_free(allocator, order, triples, sizeof *order);
  dryad_free(allocator, keys, triples, sizeof *keys);
  return status;
}

static dryad_status rank_ascending(const dryad_graph *graph, dryad_ids ids, dryad_id *out, dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  ranking r = {.graph = graph, .ids = ids, .triples.allocator = allocator};
  r.triple_of = dryad_alloc(allocator, ids.count, sizeof *r.triple_of);
  dryad_status status = r.triple_of ? number_triples(&r, error) : dryad_fail_memory(error);
  if (!status) status = find_places(&r, error);
  for (uint64_t i = 0; i < ids.count && !status; i++) out[r.places[r.triple_of[i]]++] = ids.ids[i];
  dryad_free(allocator, r.triple_of, ids.count, sizeof *r.triple_of);
  dryad_free(allocator, r.places, r.triples.count, sizeof *r.places);
  dryad_key_table_deinit(&r.triples);
  return status;
}

/* ---- by address --------------------------------------------------------------------------------- */

static bool is_ascending(const dryad_graph *graph, dryad_ids ids)
{
  for (uint64_t i = 1; i < ids.count; i++)
    if (ids.ids[i - 1] > ids.ids[i]) return false;
  return ids.count == 0 || ids.ids[ids.count - 1] < graph->count;
}

static dryad_status sort_by_address(const dryad_graph *graph, dryad_id *ids, uint64_t count, dryad_error *error)
{
  uint64_t *keys = dryad_alloc(graph->allocator, count, sizeof *keys);
  if (!keys) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < count; i++) keys[i] = dryad_addresses(graph)[ids[i]];
  dryad_status status = dryad_sort(graph->allocator, keys, ids, count, error);
  dryad_free(graph->allocator, keys, count, sizeof *keys);
  return status;
}

dryad_status dryad_ids_default_order(const dryad_graph *graph, dryad_ids ids, dryad_id *out, dryad_error *error)
{
  DRYAD_ASSERT(ids.count == 0 || (ids.ids && out));
  DRYAD_ASSERT_SLOW(dryad_ids_are_known(graph, ids.ids, ids.count));
  if (is_ascending(graph, ids)) return rank_ascending(graph, ids, out, error);
  dryad_id *ascending = dryad_alloc(graph->allocator, ids.count, sizeof *ascending);
  if (!ascending) return dryad_fail_memory(error);
  memcpy(ascending, ids.ids, ids.count * sizeof *ascending);
  dryad_status status = sort_by_address(graph, ascending, ids.count, error);
  if (!status) status = rank_ascending(graph, (dryad_ids){ascending, ids.count}, out, error);
  dryad_free(graph->allocator, ascending, ids.count, sizeof *ascending);
  return status;
}
