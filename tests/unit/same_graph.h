/* SPDX-License-Identifier: MIT */
/* Comparing two graphs. */
#ifndef DRYAD_TESTS_SAME_GRAPH_H
#define DRYAD_TESTS_SAME_GRAPH_H

#include <string.h>

#include "graph/graph.h"

static inline bool same_text(dryad_text a, dryad_text b)
{
  if (!a.data || !b.data) return !a.data && !b.data;
  return a.length == b.length && memcmp(a.data, b.data, a.length) == 0;
}

static inline bool same_value(const dryad_value *a, const dryad_value *b)
{
  if (a->kind != b->kind) return false;
  switch (a->kind) {
  case DRYAD_VALUE_BOOLEAN: return a->boolean == b->boolean;
  case DRYAD_VALUE_INTEGER: return a->integer == b->integer;
  case DRYAD_VALUE_FLOAT:
    return (a->real != a->real && b->real != b->real) || memcmp(&a->real, &b->real, sizeof a->real) == 0;
  case DRYAD_VALUE_TEXT:
  case DRYAD_VALUE_BIG_INTEGER: return same_text(a->text, b->text);
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  }
  return true;
}

static inline bool same_ids(dryad_ids a, dryad_ids b)
{
  return a.count == b.count && (!a.count || memcmp(a.ids, b.ids, a.count * sizeof *a.ids) == 0);
}

static inline const char *detail_difference(const dryad_graph *a, const dryad_graph *b, dryad_id id)
{
  uint64_t m = 0, n = 0;
  if (dryad_graph_refcount(a, id, &m) != dryad_graph_refcount(b, id, &n) || m != n) return "refcount";
  if (dryad_graph_interpreter(a, id, &m) != dryad_graph_interpreter(b, id, &n) || m != n) return "interpreter";
  if (dryad_graph_mapped(a, id, &m) != dryad_graph_mapped(b, id, &n) || m != n) return "mapped";
  if (dryad_graph_line(a, id, &m) != dryad_graph_line(b, id, &n) || m != n) return "line";
  if (!same_text(dryad_graph_file(a, id), dryad_graph_file(b, id))) return "file";
  if (!same_text(dryad_graph_qualname(a, id), dryad_graph_qualname(b, id))) return "qualname";
  if (!same_text(dryad_graph_allocated(a, id), dryad_graph_allocated(b, id))) return "allocated";
  if (dryad_annotations_root(a->annotations, id) != dryad_annotations_root(b->annotations, id)) return "root";
  for (uint64_t i = 0; i < dryad_graph_children(a, id).count; i++)
    if (!same_text(dryad_graph_ref_name(a, id, i), dryad_graph_ref_name(b, id, i))) return "names";
  return NULL;
}

static inline const char *object_difference(const dryad_graph *a, const dryad_graph *b, dryad_id id)
{
  int64_t a_len = 0, b_len = 0;
  dryad_value a_value = dryad_graph_value(a, id), b_value = dryad_graph_value(b, id);
  dryad_text a_type = dryad_graph_type_name(a, dryad_graph_type(a, id));
  dryad_text b_type = dryad_graph_type_name(b, dryad_graph_type(b, id));
  if (!same_text(a_type, b_type)) return "type";
  if (dryad_graph_size(a, id) != dryad_graph_size(b, id)) return "size";
  if (dryad_graph_len(a, id, &a_len) != dryad_graph_len(b, id, &b_len) || a_len != b_len) return "len";
  if (!same_text(dryad_graph_name(a, id), dryad_graph_name(b, id))) return "name";
  if (!same_value(&a_value, &b_value)) return "value";
  if (!same_ids(dryad_graph_children(a, id), dryad_graph_children(b, id))) return "children";
  if (!same_ids(dryad_graph_parents(a, id), dryad_graph_parents(b, id))) return "parents";
  return detail_difference(a, b, id);
}

/* What differs, or NULL. */
static inline const char *graph_difference(const dryad_graph *a, const dryad_graph *b)
{
  uint32_t count = dryad_graph_count(a), missing = dryad_graph_missing(a);
  if (count != dryad_graph_count(b)) return "number of objects";
  if (missing != dryad_graph_missing(b)) return "number of dangling addresses";
  if (dryad_graph_total_size(a) != dryad_graph_total_size(b)) return "total size";
  if (dryad_graph_ref_count(a) != dryad_graph_ref_count(b)) return "number of references";
  for (dryad_id id = 0; id < count + missing; id++)
    if (dryad_graph_address(a, id) != dryad_graph_address(b, id)) return "address";
  for (dryad_id id = 0; id < count; id++) {
    const char *difference = object_difference(a, b, id);
    if (difference) return difference;
  }
  return NULL;
}

#endif
