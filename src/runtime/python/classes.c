/* SPDX-License-Identifier: MIT */
#include "runtime/python/classes.h"

#include <string.h>

#include "runtime/python/attributes.h"
#include "runtime/python/dict_items.h"

/* Whether an object comes first in its own __mro__, which is among its first references: after its dict and, where its
   type is a metaclass, after that. Dumps of Meliae have the items of tuples from the last to the first. */
static bool begins_its_mro(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const uint64_t most = 4;
  dryad_ids refs = dryad_children(graph, id);
  for (uint64_t i = 0; i < refs.count && i < most; i++) {
    if (!dryad_python_is(graph, known, refs.ids[i], DRYAD_PY_TUPLE)) continue;
    dryad_ids mro = dryad_children(graph, refs.ids[i]);
    if (mro.count > 0 && (mro.ids[0] == id || mro.ids[mro.count - 1] == id)) return true;
  }
  return false;
}

bool dryad_python_is_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  if (dryad_graph_name(graph, id).data == NULL) return false;
  return dryad_python_is(graph, known, id, DRYAD_PY_TYPE) || dryad_python_is(graph, known, id, DRYAD_PY_CLASSOBJ) ||
         dryad_graph_qualname(graph, id).data || begins_its_mro(graph, known, id);
}

/* The module of a class whose dump does not give a qualified name: from its dict. */
static dryad_text module_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id class)
{
  dryad_ids refs = dryad_children(graph, class);
  for (uint64_t i = 0; i < refs.count && i < 2; i++)
    if (dryad_python_is(graph, known, refs.ids[i], DRYAD_PY_DICT))
      return dryad_python_attribute_text(graph, known, refs.ids[i], "__module__");
  return (dryad_text){0};
}

static bool is_builtins(dryad_text module)
{
  return dryad_text_equal(module, (dryad_text){"builtins", 8}) ||
         dryad_text_equal(module, (dryad_text){"__builtin__", 11}) ||
         dryad_text_equal(module, (dryad_text){"exceptions", 10});
}

dryad_qualified_name dryad_python_class_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id class)
{
  static const char prefix[] = "builtins.";
  const size_t prefix_length = sizeof prefix - 1;
  dryad_text name = dryad_graph_qualname(graph, class);
  if (name.data) {
    bool is_builtin = name.length > prefix_length && memcmp(name.data, prefix, prefix_length) == 0;
    return (dryad_qualified_name){
        .name = is_builtin ? (dryad_text){name.data + prefix_length, name.length - prefix_length} : name};
  }
  name = dryad_graph_name(graph, class);
  if (memchr(name.data, '.', name.length)) return (dryad_qualified_name){.name = name};
  dryad_text module = module_of(graph, known, class);
  return module.data && !is_builtins(module) ? (dryad_qualified_name){.module = module, .name = name}
                                             : (dryad_qualified_name){.name = name};
}

static bool is_own_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class, dryad_id id)
{
  return dryad_is_class_of(graph, class, id) && dryad_python_is_class(graph, known, class);
}

/* After an instance's attributes, or between them and what its built-in base class refers to: the items of a list, a
   tuple or a set. */
dryad_id dryad_python_class_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const uint64_t most = 16; /* references of a base class, or slots before the class */
  dryad_ids refs = dryad_children(graph, id);
  if (refs.count == 0) return DRYAD_NONE;
  dryad_id last = refs.ids[refs.count - 1];
  if (is_own_class(graph, known, last, id)) return last;
  int64_t len;
  if (dryad_graph_len(graph, id, &len) && len > 0 && (uint64_t)len < refs.count) {
    dryad_id before_items = refs.ids[refs.count - (uint64_t)len - 1], after_items = refs.ids[len];
    if (is_own_class(graph, known, before_items, id)) return before_items;
    if (is_own_class(graph, known, after_items, id)) return after_items;
  }
  for (uint64_t i = 0; i < refs.count && i < most; i++) {
    dryad_id from_end = refs.ids[refs.count - 1 - i], from_start = refs.ids[i];
    if (is_own_class(graph, known, from_end, id)) return from_end;
    if (is_own_class(graph, known, from_start, id)) return from_start;
  }
  return DRYAD_NONE;
}
