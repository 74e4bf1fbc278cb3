/* SPDX-License-Identifier: MIT */
#include "runtime/python/builtin_edge.h"

#include <string.h>

#include "base/assert.h"
#include "runtime/python/field_edge.h"
#include "runtime/python/frame_edge.h"
#include "runtime/python/function_edge.h"

/* How many classes up the bases are followed. */
enum { MOST_BASES = 64 };

/* The object, and the name of the module. */
static const char *builtin_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"__self__", "__module__"};
  bool is_whole = o->refs.count == 1 || (o->refs.count == 2 && dryad_owner_has(o, 1, DRYAD_PY_STR));
  return is_whole ? names[position] : NULL;
}

/* Constants, names, the file, the name of the function, ... */
static const char *code_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"co_consts", "co_names", "co_filename", "co_name"};
  bool is_whole = dryad_owner_has(o, 0, DRYAD_PY_TUPLE) && dryad_owner_has(o, 1, DRYAD_PY_TUPLE) &&
                  dryad_owner_has(o, 2, DRYAD_PY_STR) && dryad_owner_has(o, 3, DRYAD_PY_STR);
  return is_whole && position < sizeof names / sizeof *names ? names[position] : NULL;
}

/* function, self. */
static const char *method_edge(const dryad_owner *o, uint64_t position)
{
  if (o->refs.count != 2) return NULL;
  if (position == 1) return "__self__";
  return dryad_owner_has(o, 0, DRYAD_PY_FUNCTION) ? "__func__" : NULL;
}

/* function, self, class; self and class may be missing. */
static const char *instancemethod_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {NULL, "__self__", "im_class"};
  if (position == 0) return o->refs.count > 1 && dryad_owner_has(o, 0, DRYAD_PY_FUNCTION) ? "__func__" : NULL;
  return o->refs.count == 3 ? names[position] : NULL;
}

/* dict, all classes it derives from, its bases, the first of them in memory layout (`object` has none), ... */
enum { TYPE_BASE = 3 };
static bool is_whole_type(const dryad_owner *o)
{
  return o->refs.count >= TYPE_BASE && dryad_owner_has(o, 0, DRYAD_PY_DICT) && dryad_owner_has(o, 1, DRYAD_PY_TUPLE) &&
         dryad_owner_has(o, 2, DRYAD_PY_TUPLE);
}

/* ..., the module's object if C code gave one, then in Dryad's dumps the names and the slots. */
static const char *type_name_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"__name__", "__qualname__", "__slots__"};
  uint64_t first = TYPE_BASE + 1;
  if (dryad_owner_has(o, first, DRYAD_PY_MODULE)) first++;
  bool has_names = dryad_owner_has(o, first, DRYAD_PY_STR) && dryad_owner_has(o, first + 1, DRYAD_PY_STR);
  if (!has_names || position < first || position - first >= sizeof names / sizeof *names) return NULL;
  return position < first + 2 || dryad_owner_has(o, position, DRYAD_PY_TUPLE) ? names[position - first] : NULL;
}

static const char *type_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"__dict__", "__mro__", "__bases__", "__base__"};
  if (!is_whole_type(o)) return NULL;
  return position <= TYPE_BASE ? names[position] : type_name_edge(o, position);
}

/* The name of a metaclass tells nothing, but a class is in its own __mro__: first, or last where a dump has tuples in
   the order in which CPython visits them. `o` is without its class. */
static bool is_class_of_metaclass(const dryad_owner *o)
{
  if (!is_whole_type(o) || o->refs.count == TYPE_BASE || dryad_graph_name(o->graph, o->id).data == NULL) return false;
  dryad_ids mro = dryad_children(o->graph, o->refs.ids[1]);
  return mro.count > 0 && (mro.ids[0] == o->id || mro.ids[mro.count - 1] == o->id);
}

static const char *class_of_metaclass_edge(const dryad_owner *o, uint64_t position)
{
  const dryad_owner rest = dryad_owner_without_class(o, &position);
  return position != DRYAD_NO_POSITION && is_class_of_metaclass(&rest) ? type_edge(&rest, position) : NULL;
}

/* The class; in Dryad's dumps then the names. */
static const char *descriptor_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"__objclass__", "__name__", "__qualname__"};
  if (o->refs.count > sizeof names / sizeof *names) return NULL;
  for (uint64_t i = 0; i < o->refs.count; i++)
    if ((i > 0) != dryad_owner_has(o, i, DRYAD_PY_STR)) return NULL;
  return names[position];
}

static const char *classobj_edge(const dryad_owner *o, uint64_t position)
{
  static const char *const names[] = {"__bases__", "__dict__", "__name__"};
  bool is_whole = dryad_owner_has(o, 0, DRYAD_PY_TUPLE) && dryad_owner_has(o, 1, DRYAD_PY_DICT) &&
                  dryad_owner_has(o, 2, DRYAD_PY_STR);
  return is_whole && position < sizeof names / sizeof *names ? names[position] : NULL;
}

static const char *cell_edge(const dryad_owner *o, uint64_t position)
{
  return position == 0 && o->refs.count == 1 ? "cell_contents" : NULL;
}

/* The rules for types whose objects have no attributes but those named here. */
static bool closed_edge(const char **name, const dryad_owner *o, uint64_t position)
{
  static const struct {
    dryad_python_type type;
    const char *(*edge)(const dryad_owner *o, uint64_t position);
  } rules[] = {{DRYAD_PY_FUNCTION, dryad_function_edge},
               {DRYAD_PY_CELL, cell_edge},
               {DRYAD_PY_METHOD, method_edge},
               {DRYAD_PY_INSTANCEMETHOD, instancemethod_edge},
               {DRYAD_PY_TYPE, type_edge},
               {DRYAD_PY_CLASSOBJ, classobj_edge},
               {DRYAD_PY_BUILTIN, builtin_edge},
               {DRYAD_PY_CODE, code_edge},
               {DRYAD_PY_METHOD_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_CLASSMETHOD_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_MEMBER_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_GETSET_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_WRAPPER_DESCRIPTOR, descriptor_edge}};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    if (!dryad_python_is(o->graph, o->known, o->id, rules[i].type)) continue;
    *name = rules[i].edge(o, position);
    return true;
  }
  return false;
}

static bool is_generator(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return dryad_python_is(graph, known, id, DRYAD_PY_GENERATOR) ||
         dryad_python_is(graph, known, id, DRYAD_PY_COROUTINE) ||
         dryad_python_is(graph, known, id, DRYAD_PY_ASYNC_GENERATOR);
}

bool dryad_builtin_edge(dryad_text *name, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                        uint64_t position)
{
  DRYAD_ASSERT(name && id < graph->count && position < dryad_children(graph, id).count);
  const dryad_owner o = {graph, known, id, dryad_children(graph, id)};
  bool is_frame = dryad_python_is(graph, known, id, DRYAD_PY_FRAME);
  if (is_frame || is_generator(graph, known, id)) {
    *name = is_frame ? dryad_frame_edge(&o, position) : dryad_generator_edge(&o, position);
    return true;
  }
  const char *fixed = NULL;
  bool is_closed = closed_edge(&fixed, &o, position);
  if (!is_closed) fixed = dryad_field_edge(&o, position);
  if (!is_closed && !fixed) fixed = class_of_metaclass_edge(&o, position);
  *name = (dryad_text){fixed, fixed ? strlen(fixed) : 0};
  return is_closed || fixed;
}

bool dryad_is_class_of_metaclass(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const dryad_owner o = {graph, known, id, dryad_children(graph, id)};
  uint64_t unused = 0;
  const dryad_owner rest = dryad_owner_without_class(&o, &unused);
  return is_class_of_metaclass(&rest);
}

bool dryad_may_be_sequence_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class)
{
  if (dryad_children(graph, class).count == 0) return true;
  for (int i = 0; i < MOST_BASES && class < graph->count; i++) {
    dryad_text name = dryad_graph_name(graph, class);
    if (dryad_text_equal(name, (dryad_text){"tuple", 5}) || dryad_text_equal(name, (dryad_text){"list", 4}))
      return true;
    const dryad_owner o = {graph, known, class, dryad_children(graph, class)};
    if (!is_whole_type(&o) || o.refs.count == TYPE_BASE) return false;
    class = o.refs.ids[TYPE_BASE];
  }
  return false;
}
