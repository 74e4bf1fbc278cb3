/* SPDX-License-Identifier: MIT */
/* Roots as sets with reasons, for comparison with those of a graph. */
#ifndef DRYAD_TESTS_NAIVE_ROOTS_H
#define DRYAD_TESTS_NAIVE_ROOTS_H

#include "analysis/roots.h"
#include "graph/graph.h"
#include "naive.h"

static const dryad_progress none = {0};

typedef struct naive_roots {
  uint64_t set;
  dryad_root_reason reasons[NAIVE_MOST];
} naive_roots;

static inline void add_root(naive_roots *r, unsigned id, dryad_root_reason reason)
{
  if (has(r->set, id)) return;
  r->set |= bit(id);
  r->reasons[id] = reason;
}

/* For each object: all objects it reaches, itself included. Source: S. Warshall, 1962. */
static inline void close_transitively(const naive *n, uint64_t closure[NAIVE_MOST])
{
  for (unsigned id = 0; id < n->count; id++) closure[id] = n->refs[id] | bit(id);
  for (unsigned by = 0; by < n->count; by++)
    for (unsigned id = 0; id < n->count; id++)
      if (has(closure[id], by)) closure[id] |= closure[by];
}

/* ---- comparing ---------------------------------------------------------------------------------- */

static inline void assert_roots(const dryad_roots *roots, const dryad_graph *g, const naive_roots *expected)
{
  assert_set(dryad_roots_ids(roots), expected->set);
  for (dryad_id id = 0; id < dryad_graph_count(g); id++)
    assert_int_equal(dryad_roots_reason(roots, id), has(expected->set, id) ? expected->reasons[id] : DRYAD_ROOT_NONE);
}

static inline void assert_unreachable(const dryad_roots *roots, const dryad_graph *g)
{
  naive n = naive_of(g);
  dryad_id *ids;
  uint64_t count;
  assert_int_equal(dryad_roots_unreachable(roots, g, DRYAD_ROOT_NONE, &ids, &count, none, NULL), DRYAD_OK);
  assert_set((dryad_ids){ids, count}, n.all & ~naive_reach(&n, naive_set(&n, dryad_roots_ids(roots)), n.all));
  dryad_free(g->allocator, ids, count, sizeof *ids);
}

static inline dryad_roots *settle(const dryad_graph *g)
{
  dryad_roots *roots;
  assert_int_equal(dryad_roots_settle(&roots, g, none, NULL), DRYAD_OK);
  return roots;
}

static inline const dryad_roots *roots_of(dryad_heap *heap)
{
  const dryad_roots *roots;
  assert_int_equal(dryad_heap_roots(heap, &roots, none, NULL), DRYAD_OK);
  return roots;
}

static inline void assert_heap_roots(dryad_heap *heap, const naive_roots *expected)
{
  assert_roots(roots_of(heap), dryad_heap_graph(heap), expected);
  assert_unreachable(roots_of(heap), dryad_heap_graph(heap));
}

#endif
