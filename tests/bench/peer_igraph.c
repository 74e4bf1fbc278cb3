/* SPDX-License-Identifier: MIT */
#include "peer_igraph.h"

#include <igraph.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"

enum { SEARCHES = 3 };

static uint32_t *new_ids(uint32_t count)
{
  uint32_t *ids = malloc(((size_t)count + 1) * sizeof *ids);
  if (!ids) {
    fprintf(stderr, "out of memory for igraph's answers\n");
    abort();
  }
  for (uint32_t i = 0; i < count; i++) ids[i] = DRYAD_NONE;
  return ids;
}

static void add(igraph_vector_int_t *edges, dryad_id from, dryad_id to)
{
  igraph_vector_int_push_back(edges, from);
  igraph_vector_int_push_back(edges, to);
}

/* Leaves out dangling references. */
static void copy_graph(igraph_t *out, const dryad_graph *graph, dryad_ids roots)
{
  uint32_t count = dryad_graph_count(graph);
  igraph_vector_int_t edges;
  igraph_vector_int_init(&edges, 0);
  igraph_vector_int_reserve(&edges, (igraph_integer_t)(2 * (dryad_graph_ref_count(graph) + roots.count)));
  for (dryad_id id = 0; id < count; id++) {
    dryad_ids children = dryad_graph_children(graph, id);
    for (uint64_t i = 0; i < children.count; i++)
      if (children.ids[i] < count) add(&edges, id, children.ids[i]);
  }
  for (uint64_t i = 0; i < roots.count; i++) add(&edges, count, roots.ids[i]);
  igraph_create(out, &edges, (igraph_integer_t)count + 1, IGRAPH_DIRECTED);
  igraph_vector_int_destroy(&edges);
}

static void find_dominators(igraph_answers *out, const igraph_t *graph)
{
  igraph_vector_int_t found;
  igraph_vector_int_init(&found, 0);
  double start = seconds_now();
  igraph_dominator_tree(graph, out->count, &found, NULL, NULL, IGRAPH_OUT);
  out->dominator_seconds = seconds_now() - start;
  for (uint32_t i = 0; i < out->count; i++) { /* negative: not reached */
    igraph_integer_t dominator = VECTOR(found)[i];
    if (dominator >= 0 && dominator < out->count) out->dominators[i] = (dryad_id)dominator;
  }
  igraph_vector_int_destroy(&found);
}

/* igraph_bfs_simple takes a quarter of the time of igraph_bfs with any set of results, and is fastest when
   it returns the vertices in the order found and the start of each layer. The fastest of several runs
   counts, since the first one faults in new memory. */
static void find_distances(igraph_answers *out, const igraph_t *graph)
{
  igraph_vector_int_t order, layers;
  igraph_vector_int_init(&order, 0);
  igraph_vector_int_init(&layers, 0);
  for (int i = 0; i < SEARCHES; i++) {
    double start = seconds_now();
    igraph_bfs_simple(graph, out->count, IGRAPH_OUT, &order, &layers, NULL);
    double took = seconds_now() - start;
    if (i == 0 || took < out->search_seconds) out->search_seconds = took;
  }
  for (igraph_integer_t layer = 1; layer + 1 < igraph_vector_int_size(&layers); layer++)
    for (igraph_integer_t i = VECTOR(layers)[layer]; i < VECTOR(layers)[layer + 1]; i++)
      out->distances[VECTOR(order)[i]] = (uint32_t)layer - 1;
  igraph_vector_int_destroy(&order);
  igraph_vector_int_destroy(&layers);
}

void igraph_answers_init(igraph_answers *out, const dryad_graph *graph, const dryad_roots *roots)
{
  uint32_t count = dryad_graph_count(graph);
  igraph_t copy;
  *out = (igraph_answers){.count = count, .dominators = new_ids(count), .distances = new_ids(count)};
  copy_graph(&copy, graph, dryad_roots_ids(roots));
  find_distances(out, &copy);
  find_dominators(out, &copy);
  igraph_destroy(&copy);
}

void igraph_answers_deinit(igraph_answers *answers)
{
  free(answers->dominators);
  free(answers->distances);
  *answers = (igraph_answers){0};
}
