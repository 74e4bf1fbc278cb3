/* SPDX-License-Identifier: MIT */
#include "runtime/python/edge.h"

#include <string.h>

#include "base/assert.h"
#include "base/utf8.h"
#include "runtime/python/builtin_edge.h"
#include "runtime/python/dict_items.h"

static dryad_edge named(dryad_text name) { return (dryad_edge){.kind = DRYAD_EDGE_NAMED, .name = name}; }
static dryad_edge own_dict(void)
{
  static const char name[] = "__dict__";
  return named((dryad_text){name, strlen(name)});
}
static dryad_edge item(uint64_t index) { return (dryad_edge){.kind = DRYAD_EDGE_ITEM, .index = index}; }
static dryad_edge class_edge(void) { return (dryad_edge){.kind = DRYAD_EDGE_CLASS}; }
static dryad_edge untold(uint64_t position) { return (dryad_edge){.kind = DRYAD_EDGE_REF, .index = position + 1}; }

/* A thread's frames, as far as they have a name. */
static dryad_edge thread_edge(const dryad_graph *graph, const dryad_known_types *known, dryad_id child,
                              uint64_t position)
{
  bool is_frame =
      dryad_python_is(graph, known, child, DRYAD_PY_FRAME) && dryad_graph_value(graph, child).kind == DRYAD_VALUE_TEXT;
  return is_frame ? (dryad_edge){.kind = DRYAD_EDGE_FRAME, .key = child} : untold(position);
}

static bool is_class_like(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return dryad_python_is(graph, known, id, DRYAD_PY_TYPE) || dryad_python_is(graph, known, id, DRYAD_PY_CLASSOBJ);
}

static bool is_identifier(const dryad_graph *graph, dryad_id key)
{
  return key < graph->count && dryad_utf8_is_identifier(dryad_graph_value(graph, key).text);
}

/* Whether these are attributes, judging by the last key and the first ones. A class with __slots__ may have any text in
   the place of the names, so one of those looked at must be an identifier; but in dumps that say what the process knew,
   slots have names as well. */
static bool are_attributes(const dryad_graph *graph, const dryad_known_types *known, const dryad_dict_items *pairs)
{
  const uint64_t most = 16;
  if (pairs->kind == DRYAD_DICT_ITEMS_ITEMS || pairs->count == 0) return false;
  if (!dryad_may_be_name(graph, known, pairs->refs[2 * pairs->count - 2])) return false;
  bool any = pairs->refs[0] >= graph->count || (graph->annotations && graph->annotations->has_roots);
  for (uint64_t i = 0; i < pairs->count && i < most; i++) {
    if (!dryad_may_be_name(graph, known, pairs->refs[2 * i])) return false;
    any = any || is_identifier(graph, pairs->refs[2 * i]);
    if (any && i == 0) return true;
  }
  return any;
}

/* The edge of a value's reference, derived from the pair's key. */
static dryad_edge pair_edge(const dryad_graph *graph, const dryad_known_types *known, const dryad_dict_items *pairs,
                            uint64_t position)
{
  if (position >= 2 * pairs->count || position % 2 == 0) return untold(position);
  dryad_id key = pairs->refs[position - 1];
  if (pairs->kind == DRYAD_DICT_ITEMS_ITEMS) return (dryad_edge){.kind = DRYAD_EDGE_KEY, .key = key};
  bool is_name = key < graph->count && dryad_may_be_name(graph, known, key) && are_attributes(graph, known, pairs) &&
                 dryad_graph_value(graph, key).kind == DRYAD_VALUE_TEXT;
  return is_name ? (dryad_edge){.kind = DRYAD_EDGE_ATTRIBUTE, .key = key} : untold(position);
}

/* A list that lost references to a change is not numbered: it is unknown which ones it lost. */
static dryad_edge sequence_edge(const dryad_graph *graph, dryad_id id, uint64_t count, uint64_t position)
{
  int64_t len;
  return !dryad_graph_len(graph, id, &len) || (uint64_t)len == count ? item(position) : untold(position);
}

/* A deque has its items and, where it holds that, its class before or after them. */
static dryad_edge deque_edge(const dryad_graph *graph, dryad_id id, dryad_ids refs, uint64_t position)
{
  bool starts_with_class = dryad_is_class_of(graph, refs.ids[0], id), is_last = position == refs.count - 1;
  if (starts_with_class) return position == 0 ? class_edge() : item(position - 1);
  return is_last && dryad_is_class_of(graph, refs.ids[position], id) ? class_edge() : item(position);
}

/* For an instance of a subclass of list or tuple: its len items, after its dict and class or before its class. */
static dryad_edge subclass_edge(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids refs,
                                uint64_t position)
{
  int64_t len = 0;
  if (!dryad_graph_len(graph, id, &len) || len <= 0 || (uint64_t)len >= refs.count) return untold(position);
  uint64_t count = (uint64_t)len, first = refs.count - count;
  dryad_id class = refs.ids[first - 1];
  if (!dryad_is_class_of(graph, class, id)) {
    first = 0;
    class = refs.ids[count];
  }
  bool is_item = position >= first && position - first < count;
  if (!is_item || !dryad_is_class_of(graph, class, id) || !dryad_may_be_sequence_class(graph, known, class))
    return untold(position);
  return item(position - first);
}

static bool is_hamt_node(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return dryad_python_is(graph, known, id, DRYAD_PY_HAMT_BITMAP_NODE) ||
         dryad_python_is(graph, known, id, DRYAD_PY_HAMT_ARRAY_NODE) ||
         dryad_python_is(graph, known, id, DRYAD_PY_HAMT_COLLISION_NODE);
}

static bool is_context_variable(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return dryad_python_is(graph, known, id, DRYAD_PY_CONTEXT_VAR) ||
         dryad_python_is(graph, known, id, DRYAD_PY_CONTEXT_VAR_BEFORE_3_12);
}

/* A context's tree has further nodes, and values, each before its variable. */
static dryad_edge hamt_edge(const dryad_graph *graph, const dryad_known_types *known, dryad_ids refs, uint64_t position)
{
  const uint64_t most = 64; /* real ones have fewer, but for hashes that collide */
  if (refs.count > most) return untold(position);
  uint64_t i = 0;
  while (i < position) {
    bool is_value = !is_hamt_node(graph, known, refs.ids[i]);
    if (is_value && i + 1 == position) return untold(position); /* the variable itself */
    i += is_value ? 2 : 1;
  }
  if (is_hamt_node(graph, known, refs.ids[position]) || position + 1 == refs.count) return untold(position);
  dryad_id variable = refs.ids[position + 1];
  return is_context_variable(graph, known, variable) ? (dryad_edge){.kind = DRYAD_EDGE_KEY, .key = variable}
                                                     : untold(position);
}

static dryad_edge instance_edge(const dryad_graph *graph, const dryad_known_types *known, dryad_id id, dryad_ids refs,
                                uint64_t position)
{
  dryad_id child = refs.ids[position];
  bool is_last = position == refs.count - 1;
  uint64_t own = dryad_own_dict(graph, known, id);
  if (own != DRYAD_NO_POSITION) {
    if (position == own) return own_dict();
    return child < graph->count ? class_edge() : untold(position);
  }
  dryad_dict_items pairs;
  bool has_pairs = !dryad_python_dict_items_of(&pairs, graph, known, id);
  dryad_edge edge = untold(position);
  if (has_pairs && position < 2 * pairs.count) edge = pair_edge(graph, known, &pairs, position);
  if (edge.kind != DRYAD_EDGE_REF) return edge;
  if (has_pairs && is_last && child < graph->count && are_attributes(graph, known, &pairs)) return class_edge();
  if (dryad_is_class_of(graph, child, id) && (is_last || is_class_like(graph, known, child))) return class_edge();
  return has_pairs ? untold(position) : subclass_edge(graph, known, id, refs, position);
}

dryad_edge dryad_python_edge_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                                uint64_t position)
{
  DRYAD_ASSERT(id < graph->count && position < dryad_children(graph, id).count);
  dryad_ids refs = dryad_children(graph, id);
  dryad_text name;
  dryad_dict_items pairs;
  if (dryad_python_is(graph, known, id, DRYAD_PY_LIST) || dryad_python_is(graph, known, id, DRYAD_PY_TUPLE))
    return sequence_edge(graph, id, refs.count, position);
  if (dryad_python_is(graph, known, id, DRYAD_PY_DEQUE)) return deque_edge(graph, id, refs, position);
  if (dryad_python_is(graph, known, id, DRYAD_PY_DICT) || dryad_python_is(graph, known, id, DRYAD_PY_MODULE)) {
    if (dryad_own_dict(graph, known, id) == position) return own_dict();
    return dryad_python_dict_items_of(&pairs, graph, known, id) || pairs.refs != refs.ids
               ? untold(position)
               : pair_edge(graph, known, &pairs, position);
  }
  if (dryad_python_is(graph, known, id, DRYAD_PY_THREAD))
    return thread_edge(graph, known, refs.ids[position], position);
  if (is_hamt_node(graph, known, id)) return hamt_edge(graph, known, refs, position);
  if (dryad_builtin_edge(&name, graph, known, id, position)) return name.data ? named(name) : untold(position);
  return instance_edge(graph, known, id, refs, position);
}
