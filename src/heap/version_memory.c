/* SPDX-License-Identifier: MIT */
/*
 * The memory of the versions of a heap.
 *
 * Versions only share arrays with their neighbours: each array comes from the predecessor or is the version's own. So
 * comparing neighbours finds the last version that has an array.
 */
#include "heap/version.h"

#include <string.h>

#include "heap/change.h"

static uint64_t array_bytes(const dryad_array *array) { return array ? array->count * array->size : 0; }

static uint64_t wraps_bytes(const dryad_offsets *offsets) { return offsets->wrap_count * sizeof *offsets->wraps; }

static uint64_t roots_bytes(const dryad_roots *roots)
{
  return roots ? roots->count * (sizeof *roots->ids + sizeof *roots->reasons) : 0;
}

static uint64_t dominators_bytes(const dryad_dominators *dominators)
{
  return dominators ? (uint64_t)dominators->count * DRYAD_DOMINATORS_BYTES : 0;
}

static uint64_t levels_bytes(const dryad_levels *levels) { return levels ? dryad_levels_bytes(levels) : 0; }

static uint64_t type_index_bytes(const dryad_type_index *index) { return index ? dryad_type_index_bytes(index) : 0; }

static uint64_t classes_bytes(const dryad_classes *classes) { return classes ? dryad_classes_bytes(classes) : 0; }

/* The bytes of dominators beyond dominators_bytes. */
static uint64_t dominators_rest(const dryad_dominators *dominators)
{
  return dominators ? sizeof *dominators + sizeof *dominators->retained + sizeof *dominators->children : 0;
}

/* ---- earlier versions only ------------------------------------------------------------------------ */

enum { ARRAYS = 11 }; /* per version: nine of its graph, pins, marks */

static void list_arrays(const dryad_version *version, const dryad_array *out[ARRAYS])
{
  const dryad_graph *g = version->graph;
  const dryad_array *all[ARRAYS] = {
      g->addresses,          g->types,   g->sizes,      g->lens,       g->labels, g->child_offsets.low, g->children,
      g->parent_offsets.low, g->parents, version->pins, version->marks};
  memcpy(out, all, sizeof all);
}

/* The bytes of arrays that a version has and the next one (NULL: none) does not; *heads: of their structures. */
static uint64_t own_arrays(const dryad_version *version, const dryad_version *next, uint64_t *heads)
{
  const dryad_array *own[ARRAYS], *later[ARRAYS] = {NULL};
  uint64_t bytes = 0;
  list_arrays(version, own);
  if (next) list_arrays(next, later);
  for (unsigned i = 0; i < ARRAYS; i++) {
    if (!own[i] || own[i] == later[i]) continue;
    bytes += array_bytes(own[i]);
    *heads += sizeof *own[i];
  }
  bool has_graph = !next || next->graph != version->graph;
  if (has_graph) *heads += sizeof *version->graph;
  if (has_graph) bytes += wraps_bytes(&version->graph->child_offsets) + wraps_bytes(&version->graph->parent_offsets);
  const dryad_annotations *annotations = version->graph->annotations;
  if (annotations && !(next && next->graph->annotations == annotations)) {
    bytes += dryad_annotations_bytes(annotations);
    *heads += sizeof *annotations;
  }
  const dryad_details *details = version->graph->details;
  if (details && !(next && next->graph->details == details)) {
    bytes += dryad_details_bytes(details);
    *heads += sizeof *details;
  }
  return bytes;
}

static uint64_t history_bytes(const dryad_version *history, uint32_t depth, uint64_t *heads)
{
  const dryad_version *now = &history[depth - 1];
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < depth; i++) {
    const dryad_version *version = &history[i];
    if (version != now) bytes += own_arrays(version, version + 1, heads);
    if (i != now->roots_at)
      bytes += roots_bytes(version->roots) + dominators_bytes(version->dominators) + levels_bytes(version->levels);
    if (i != now->graph_at) bytes += type_index_bytes(version->type_index) + classes_bytes(version->classes);
    bytes += dryad_change_bytes(version->change);
    *heads += (version->roots ? sizeof *version->roots : 0) + dominators_rest(version->dominators) +
              (version->levels ? sizeof *version->levels : 0) +
              (version->type_index ? sizeof *version->type_index : 0) +
              (version->classes ? sizeof *version->classes : 0);
  }
  return bytes;
}

/* ---- all ---------------------------------------------------------------------------------------- */

uint32_t dryad_versions_memory(const dryad_version *history, uint32_t depth,
                               dryad_memory_part parts[DRYAD_MEMORY_PARTS])
{
  const dryad_version *now = &history[depth - 1], *answering = &history[now->roots_at];
  const dryad_graph *g = now->graph;
  const dryad_store *store = g->store;
  uint64_t heads = sizeof *store, earlier = history_bytes(history, depth, &heads);
  own_arrays(now, NULL, &heads);
  const dryad_memory_part all[] = {
      {"addresses", array_bytes(g->addresses)},
      {"types", array_bytes(g->types)},
      {"sizes", array_bytes(g->sizes)},
      {"lens", array_bytes(g->lens)},
      {"labels", array_bytes(g->labels)},
      {"child_offsets", array_bytes(g->child_offsets.low) + wraps_bytes(&g->child_offsets)},
      {"children", array_bytes(g->children)},
      {"parent_offsets", array_bytes(g->parent_offsets.low) + wraps_bytes(&g->parent_offsets)},
      {"parents", array_bytes(g->parents)},
      {"text", dryad_string_pool_bytes(&store->texts)},
      {"type_names", dryad_string_pool_bytes(&store->type_names) + store->type_capacity * sizeof *store->types},
      {"large_values", store->wide_capacity * sizeof *store->wide + store->extra_capacity * sizeof *store->extras},
      {"roots", roots_bytes(answering->roots)},
      {"dominators", dominators_bytes(answering->dominators)},
      {"levels", levels_bytes(answering->levels)},
      {"type_index", type_index_bytes(history[now->graph_at].type_index)},
      {"classes", classes_bytes(history[now->graph_at].classes)},
      {"marks", array_bytes(now->marks)},
      {"pins", array_bytes(now->pins)},
      {"annotations", dryad_annotations_bytes(g->annotations)},
      {"details", dryad_details_bytes(g->details)},
      {"history", earlier},
      {"rest", heads},
  };
  memcpy(parts, all, sizeof all);
  return sizeof all / sizeof *all;
}
