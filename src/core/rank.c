/*
 * Most objects of a heap look alike: there are hundreds of times as many as different triples of size, references and
 * parents. So it is the triples that are sorted, and every object is then put where those of its triple go, which
 * takes one pass over the numbers of the objects instead of one for each digit of each number.
 */
#include "core/rank.h"

#include <string.h>

#include "core/error.h"
#include "core/graph.h"
#include "core/key_table.h"
#include "core/sort.h"

enum { WORDS = 3 };

typedef struct ranking {
  const dryad_graph *graph;
  dryad_id *ids; /* count; made ascending by address first */
  uint64_t count;
  dryad_key_table triples;
  uint32_t *triple_of; /* count */
  uint64_t *places;    /* by triple: where its next object goes */
  dryad_id *ranked;    /* count */
} ranking;

/* ---- by address --------------------------------------------------------------------------------- */

static bool is_by_address(const ranking *r)
{
  const uint64_t *addresses = dryad_addresses(r->graph);
  for (uint64_t i = 1; i < r->count; i++)
    if (addresses[r->ids[i - 1]] > addresses[r->ids[i]]) return false;
  return true;
}

static dryad_status order_by_address(ranking *r, dryad_error *error)
{
  if (is_by_address(r)) return DRYAD_OK;
  const dryad_allocator *allocator = r->graph->allocator;
  uint64_t *keys = dryad_alloc(allocator, r->count, sizeof *keys);
  if (!keys) return dryad_fail_memory(error);
  for (uint64_t i = 0; i < r->count; i++) keys[i] = dryad_addresses(r->graph)[r->ids[i]];
  dryad_status status = dryad_sort(allocator, keys, r->ids, r->count, error);
  dryad_free(allocator, keys, r->count, sizeof *keys);
  return status;
}

/* ---- by triple ---------------------------------------------------------------------------------- */

static dryad_key triple_of(const dryad_graph *graph, dryad_id id)
{
  if (id >= graph->count) return (dryad_key){{0}};
  return (dryad_key){{dryad_size(graph, id), dryad_children(graph, id).count, dryad_parents(graph, id).count}};
}

static dryad_status number_triples(ranking *r, dryad_error *error)
{
  for (uint64_t i = 0; i < r->count; i++)
    if (!dryad_key_table_number(&r->triples, triple_of(r->graph, r->ids[i]), &r->triple_of[i]))
      return dryad_fail_memory(error);
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

/* From the order of the triples to where the objects of each begin. */
static void set_places(ranking *r, const uint32_t *order)
{
  uint64_t sum = 0;
  memset(r->places, 0, r->triples.count * sizeof *r->places);
  for (uint64_t i = 0; i < r->count; i++) r->places[r->triple_of[i]]++;
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

static dryad_status order_by_triple(ranking *r, dryad_error *error)
{
  const dryad_allocator *allocator = r->graph->allocator;
  r->triples.allocator = allocator;
  r->triple_of = dryad_alloc(allocator, r->count, sizeof *r->triple_of);
  r->ranked = dryad_alloc(allocator, r->count, sizeof *r->ranked);
  dryad_status status = r->triple_of && r->ranked ? number_triples(r, error) : dryad_fail_memory(error);
  if (!status) status = find_places(r, error);
  if (!status) {
    for (uint64_t i = 0; i < r->count; i++) r->ranked[r->places[r->triple_of[i]]++] = r->ids[i];
    if (r->count) memcpy(r->ids, r->ranked, r->count * sizeof *r->ids);
  }
  dryad_free(allocator, r->triple_of, r->count, sizeof *r->triple_of);
  dryad_free(allocator, r->ranked, r->count, sizeof *r->ranked);
  dryad_free(allocator, r->places, r->triples.count, sizeof *r->places);
  dryad_key_table_deinit(&r->triples);
  return status;
}

dryad_status dryad_ids_rank(const dryad_graph *graph, dryad_id *ids, uint64_t count, dryad_error *error)
{
  ranking r = {.graph = graph, .ids = ids, .count = count};
  dryad_status status = order_by_address(&r, error);
  return status ? status : order_by_triple(&r, error);
}
