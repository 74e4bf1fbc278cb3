/* SPDX-License-Identifier: MIT */
#include "runtime/python/builtin_edge.h"

#include "base/assert.h"

/* The most references of a function, and of a frame before its variables, in any version of Python. */
enum { FUNCTION_REFS = 14, FRAME_REFS = 6, CELLS_LOOKED_AT = 64 };
/* How many classes up the bases are followed. */
enum { MOST_BASES = 64 };

/* The targets of an object's references. */
typedef struct owner {
  const dryad_graph *graph;
  const dryad_known_types *known;
  dryad_id id;
  dryad_ids refs;
} owner;

static bool is(const owner *o, uint64_t position, dryad_python_type type)
{
  return position < o->refs.count && dryad_python_is(o->graph, o->known, o->refs.ids[position], type);
}

/* Whether it is the dict of a module, or the module that it was folded into. */
static bool is_namespace(const owner *o, uint64_t position)
{
  return is(o, position, DRYAD_PY_DICT) || is(o, position, DRYAD_PY_MODULE);
}

static bool is_closure(const owner *o, uint64_t position)
{
  if (position >= FUNCTION_REFS || !is(o, position, DRYAD_PY_TUPLE)) return false;
  dryad_ids cells = dryad_children(o->graph, o->refs.ids[position]);
  for (uint64_t i = 0; i < cells.count && i < CELLS_LOOKED_AT; i++)
    if (!dryad_python_is(o->graph, o->known, cells.ids[i], DRYAD_PY_CELL)) return false;
  return cells.count > 0;
}

/* Whether the dump itself names a reference. */
static bool is_named(const owner *o, uint64_t position)
{
  return dryad_graph_ref_name(o->graph, o->id, position).data != NULL;
}

/* The parts that every function has, in order; it may name others in between. From 3.10 on with builtins. */
static const char *function_part(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__code__", "__globals__", "__builtins__", "__module__",
                                      "__doc__",  "__name__",    "__qualname__"};
  enum { PARTS = sizeof names / sizeof *names, BUILTINS = 2, DOC = 4 };
  uint64_t positions[PARTS], count = 0, index = PARTS;
  if (o->refs.count > FUNCTION_REFS) return NULL;
  for (uint64_t i = 0; i < o->refs.count; i++) {
    if (is_named(o, i)) continue;
    if (count == PARTS) return NULL;
    if (i == position) index = count;
    positions[count++] = i;
  }
  unsigned without = count > BUILTINS && is_namespace(o, positions[BUILTINS]) ? 0 : 1;
  bool is_whole = count + without == PARTS && is(o, positions[count - 1], DRYAD_PY_STR) &&
                  is(o, positions[count - 2], DRYAD_PY_STR) && !is(o, positions[DOC - without], DRYAD_PY_TUPLE);
  if (!is_whole || index == PARTS) return NULL;
  return names[index < BUILTINS ? index : index + without];
}

/* code, globals, builtins (from 3.10 on), ... */
static const char *function_edge(const owner *o, uint64_t position)
{
  if (is_closure(o, position)) return "__closure__";
  if (!is(o, 0, DRYAD_PY_CODE)) return NULL;
  if (position == 0) return "__code__";
  if (!is_namespace(o, 1) || !is_namespace(o, position)) return function_part(o, position);
  return position == 1 ? "__globals__" : position == 2 ? "__builtins__" : NULL;
}

/* The object, and the name of the module. */
static const char *builtin_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__self__", "__module__"};
  bool is_whole = o->refs.count == 1 || (o->refs.count == 2 && is(o, 1, DRYAD_PY_STR));
  return is_whole ? names[position] : NULL;
}

/* Constants, names, the file, the name of the function, ... */
static const char *code_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"co_consts", "co_names", "co_filename", "co_name"};
  bool is_whole =
      is(o, 0, DRYAD_PY_TUPLE) && is(o, 1, DRYAD_PY_TUPLE) && is(o, 2, DRYAD_PY_STR) && is(o, 3, DRYAD_PY_STR);
  return is_whole && position < sizeof names / sizeof *names ? names[position] : NULL;
}

/* The caller if there is one, ..., code, ...; from 3.11 on also the frame itself. */
static const char *frame_edge(const owner *o, uint64_t position)
{
  if (position == 0 && is(o, 0, DRYAD_PY_FRAME) && o->refs.ids[0] != o->id) return "f_back";
  if (position >= FRAME_REFS || !is(o, position, DRYAD_PY_CODE)) return NULL;
  for (uint64_t i = 0; i < position; i++)
    if (is(o, i, DRYAD_PY_CODE)) return NULL;
  return "f_code";
}

/* function, self. */
static const char *method_edge(const owner *o, uint64_t position)
{
  if (o->refs.count != 2) return NULL;
  if (position == 1) return "__self__";
  return is(o, 0, DRYAD_PY_FUNCTION) ? "__func__" : NULL;
}

/* function, self, class; self and class may be missing. */
static const char *instancemethod_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {NULL, "__self__", "im_class"};
  if (position == 0) return o->refs.count > 1 && is(o, 0, DRYAD_PY_FUNCTION) ? "__func__" : NULL;
  return o->refs.count == 3 ? names[position] : NULL;
}

/* dict, all classes it derives from, its bases, the first of them in memory layout (`object` has none), ... */
enum { TYPE_BASE = 3 };
static bool is_whole_type(const owner *o)
{
  return o->refs.count >= TYPE_BASE && is(o, 0, DRYAD_PY_DICT) && is(o, 1, DRYAD_PY_TUPLE) && is(o, 2, DRYAD_PY_TUPLE);
}

/* ..., the module's object if C code gave one, then in Dryad's dumps the names and the slots. */
static const char *type_name_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__name__", "__qualname__", "__slots__"};
  uint64_t first = TYPE_BASE + 1;
  if (is(o, first, DRYAD_PY_MODULE)) first++;
  bool has_names = is(o, first, DRYAD_PY_STR) && is(o, first + 1, DRYAD_PY_STR);
  if (!has_names || position < first || position - first >= sizeof names / sizeof *names) return NULL;
  return position < first + 2 || is(o, position, DRYAD_PY_TUPLE) ? names[position - first] : NULL;
}

static const char *type_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__dict__", "__mro__", "__bases__", "__base__"};
  if (!is_whole_type(o)) return NULL;
  return position <= TYPE_BASE ? names[position] : type_name_edge(o, position);
}

/* The name of a metaclass tells nothing, but a class comes first in its own __mro__. */
static bool is_class_of_metaclass(const owner *o)
{
  if (!is_whole_type(o) || o->refs.count == TYPE_BASE || dryad_graph_name(o->graph, o->id).data == NULL) return false;
  dryad_ids mro = dryad_children(o->graph, o->refs.ids[1]);
  return mro.count > 0 && mro.ids[0] == o->id;
}

/* The class; in Dryad's dumps then the names. */
static const char *descriptor_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__objclass__", "__name__", "__qualname__"};
  if (o->refs.count > sizeof names / sizeof *names) return NULL;
  for (uint64_t i = 0; i < o->refs.count; i++)
    if ((i > 0) != is(o, i, DRYAD_PY_STR)) return NULL;
  return names[position];
}

static const char *classobj_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__bases__", "__dict__", "__name__"};
  bool is_whole = is(o, 0, DRYAD_PY_TUPLE) && is(o, 1, DRYAD_PY_DICT) && is(o, 2, DRYAD_PY_STR);
  return is_whole && position < sizeof names / sizeof *names ? names[position] : NULL;
}

static const char *cell_edge(const owner *o, uint64_t position)
{
  return position == 0 && o->refs.count == 1 ? "cell_contents" : NULL;
}

bool dryad_builtin_edge(const char **name, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                        uint64_t position)
{
  DRYAD_ASSERT(name && id < graph->count && position < dryad_children(graph, id).count);
  const struct {
    dryad_python_type type;
    const char *(*edge)(const owner *o, uint64_t position);
  } rules[] = {{DRYAD_PY_FUNCTION, function_edge},
               {DRYAD_PY_CELL, cell_edge},
               {DRYAD_PY_METHOD, method_edge},
               {DRYAD_PY_INSTANCEMETHOD, instancemethod_edge},
               {DRYAD_PY_FRAME, frame_edge},
               {DRYAD_PY_TYPE, type_edge},
               {DRYAD_PY_CLASSOBJ, classobj_edge},
               {DRYAD_PY_BUILTIN, builtin_edge},
               {DRYAD_PY_CODE, code_edge},
               {DRYAD_PY_METHOD_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_CLASSMETHOD_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_MEMBER_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_GETSET_DESCRIPTOR, descriptor_edge},
               {DRYAD_PY_WRAPPER_DESCRIPTOR, descriptor_edge}};
  const owner o = {graph, known, id, dryad_children(graph, id)};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    if (!dryad_python_is(graph, known, id, rules[i].type)) continue;
    *name = rules[i].edge(&o, position);
    return true;
  }
  *name = is_class_of_metaclass(&o) ? type_edge(&o, position) : NULL;
  return *name != NULL;
}

bool dryad_is_class_of_metaclass(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const owner o = {graph, known, id, dryad_children(graph, id)};
  return is_class_of_metaclass(&o);
}

bool dryad_may_be_sequence_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class)
{
  if (dryad_children(graph, class).count == 0) return true;
  for (int i = 0; i < MOST_BASES && class < graph->count; i++) {
    dryad_text name = dryad_graph_name(graph, class);
    if (dryad_text_equal(name, (dryad_text){"tuple", 5}) || dryad_text_equal(name, (dryad_text){"list", 4}))
      return true;
    const owner o = {graph, known, class, dryad_children(graph, class)};
    if (!is_whole_type(&o) || o.refs.count == TYPE_BASE) return false;
    class = o.refs.ids[TYPE_BASE];
  }
  return false;
}
