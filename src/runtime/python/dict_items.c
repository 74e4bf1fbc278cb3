/* SPDX-License-Identifier: MIT */
#include "runtime/python/dict_items.h"

#include <string.h>

#include "base/assert.h"

static const char no_dict[] = "has no keys, attributes or other names for its references";
static const char no_keys[] = "has values only in this dump, or keys that cannot be distinguished from them";

bool dryad_may_be_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  return key >= graph->count || dryad_python_is(graph, known, key, DRYAD_PY_STR) ||
         dryad_python_is(graph, known, key, DRYAD_PY_UNICODE);
}

bool dryad_is_class_of(const dryad_graph *graph, dryad_id class, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  if (class >= graph->count) return false;
  return dryad_text_equal(dryad_graph_name(graph, class), dryad_graph_type_name(graph, dryad_types(graph)[id]));
}

static bool may_be_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class, dryad_id id)
{
  return class >= graph->count || dryad_python_is(graph, known, class, DRYAD_PY_TYPE) ||
         dryad_python_is(graph, known, class, DRYAD_PY_CLASSOBJ) || dryad_is_class_of(graph, class, id);
}

/* Whether an object without references is an empty dict, judging by the name of its type. */
static bool is_empty_mapping(const dryad_graph *graph, dryad_id id)
{
  dryad_text name = dryad_graph_type_name(graph, dryad_types(graph)[id]);
  return memmem(name.data, name.length, "dict", 4) || memmem(name.data, name.length, "Dict", 4);
}

/* Subclasses of dict: the first 2 * len references. A subclass of tuple may have its dict, which is not a key, and its
   class; or its only item and its class. */
static const char *lay_out_mapping(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                   dryad_id id, dryad_ids refs, int64_t len)
{
  uint64_t count = (uint64_t)len;
  if (len <= 0 || count > refs.count / 2) return no_dict;
  dryad_id first = refs.ids[0], last = refs.ids[refs.count - 1];
  if (dryad_python_is(graph, known, first, DRYAD_PY_DICT)) return no_dict;
  if (refs.count == 2 * count && (dryad_is_class_of(graph, first, id) || dryad_is_class_of(graph, last, id)))
    return no_dict;
  *out = (dryad_dict_items){DRYAD_DICT_ITEMS_ITEMS, refs.ids, count};
  return NULL;
}

static const char *lay_out_instance(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                    dryad_id id, dryad_ids refs)
{
  if (refs.count % 2 == 0) return no_dict;
  dryad_id class = refs.ids[refs.count - 1];
  if (!may_be_class(graph, known, class, id)) return no_dict;
  if (refs.count == 1 && class < graph->count && !dryad_is_class_of(graph, class, id)) return no_dict;
  *out = (dryad_dict_items){DRYAD_DICT_ITEMS_INSTANCE, refs.ids, refs.count / 2};
  return NULL;
}

static const char *lay_out_module(dryad_dict_items *out, dryad_ids refs)
{
  *out = (dryad_dict_items){DRYAD_DICT_ITEMS_MODULE, refs.ids, refs.count / 2};
  return refs.count % 2 == 0 ? NULL : no_dict;
}

uint64_t dryad_own_dict(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  DRYAD_ASSERT(id < graph->count);
  dryad_ids refs = dryad_children(graph, id);
  int64_t len;
  if (refs.count == 0 || (dryad_graph_len(graph, id, &len) && len != 0)) return DRYAD_NO_POSITION;
  dryad_id first = refs.ids[0], last = refs.ids[refs.count - 1];
  bool ends_with_dict = dryad_python_is(graph, known, last, DRYAD_PY_DICT);
  if (dryad_python_is(graph, known, id, DRYAD_PY_MODULE)) {
    if (ends_with_dict && !dryad_may_be_name(graph, known, first)) return refs.count - 1;
    return dryad_python_is(graph, known, first, DRYAD_PY_DICT) ? 0 : DRYAD_NO_POSITION;
  }
  if (refs.count != 2) return DRYAD_NO_POSITION;
  if (dryad_python_is(graph, known, first, DRYAD_PY_DICT) && may_be_class(graph, known, last, id)) return 0;
  return dryad_python_is(graph, known, first, DRYAD_PY_CLASSOBJ) && ends_with_dict ? 1 : DRYAD_NO_POSITION;
}

const char *dryad_python_dict_items_of(dryad_dict_items *out, const dryad_graph *graph, const dryad_known_types *known,
                                       dryad_id id)
{
  DRYAD_ASSERT(out);
  if (id >= graph->count) return "is not in the dump";
  dryad_ids refs = dryad_children(graph, id);
  int64_t len = 0;
  bool has_len = dryad_graph_len(graph, id, &len);
  *out = (dryad_dict_items){DRYAD_DICT_ITEMS_ITEMS, refs.ids, refs.count / 2};
  if (dryad_python_is(graph, known, id, DRYAD_PY_DICT))
    return refs.count % 2 == 0 && (!has_len || (uint64_t)len == refs.count / 2) ? NULL : no_keys;
  if (len != 0) return lay_out_mapping(out, graph, known, id, refs, len);
  if (has_len && refs.count == 0) return is_empty_mapping(graph, id) ? NULL : no_dict;
  uint64_t own = dryad_own_dict(graph, known, id);
  if (own != DRYAD_NO_POSITION) return dryad_python_dict_items_of(out, graph, known, refs.ids[own]);
  if (dryad_python_is(graph, known, id, DRYAD_PY_MODULE)) return lay_out_module(out, refs);
  return lay_out_instance(out, graph, known, id, refs);
}

const char *dryad_python_dict_items_checked(dryad_dict_items *out, const dryad_graph *graph,
                                            const dryad_known_types *known, dryad_id id)
{
  DRYAD_ASSERT(out);
  const char *wrong = dryad_python_dict_items_of(out, graph, known, id);
  if (wrong || out->kind != DRYAD_DICT_ITEMS_INSTANCE) return wrong;
  for (uint64_t i = 0; i < out->count; i++)
    if (!dryad_may_be_name(graph, known, out->refs[2 * i])) return no_dict;
  return NULL;
}
