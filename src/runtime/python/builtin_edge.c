/* SPDX-License-Identifier: MIT */
#include "runtime/python/builtin_edge.h"

#include "base/assert.h"

/* References of a function, and of a frame before its variables: no Python visits more. */
enum { FUNCTION_REFS = 12, FRAME_REFS = 6, CELLS_LOOKED_AT = 64 };
/* How far up a class is followed. */
enum { MOST_BASES = 64 };

/* Where an object's references lead. */
typedef struct owner {
  const dryad_graph *graph;
  const dryad_known_types *known;
  dryad_id id;
  dryad_ids refs;
} owner;

static bool is(const owner *o, uint64_t position, uint32_t type)
{
  return position < o->refs.count && dryad_is(o->graph, o->refs.ids[position], type);
}

/* The dict of a module, or the module that it was folded into. */
static bool is_namespace(const owner *o, uint64_t position)
{
  return is(o, position, o->known->dict) || is(o, position, o->known->module);
}

static bool is_closure(const owner *o, uint64_t position)
{
  if (position >= FUNCTION_REFS || !is(o, position, o->known->tuple)) return false;
  dryad_ids cells = dryad_children(o->graph, o->refs.ids[position]);
  for (uint64_t i = 0; i < cells.count && i < CELLS_LOOKED_AT; i++)
    if (!dryad_is(o->graph, cells.ids[i], o->known->cell)) return false;
  return cells.count > 0;
}

/* code, globals, builtins (from 3.10 on), ... */
static const char *function_edge(const owner *o, uint64_t position)
{
  if (is_closure(o, position)) return "__closure__";
  if (!is(o, 0, o->known->code)) return NULL;
  if (position == 0) return "__code__";
  if (!is_namespace(o, 1) || !is_namespace(o, position)) return NULL;
  return position == 1 ? "__globals__" : position == 2 ? "__builtins__" : NULL;
}

/* The caller where there is one, ..., code, ...; from 3.11 on also the frame itself. */
static const char *frame_edge(const owner *o, uint64_t position)
{
  if (position == 0 && is(o, 0, o->known->frame) && o->refs.ids[0] != o->id) return "f_back";
  if (position >= FRAME_REFS || !is(o, position, o->known->code)) return NULL;
  for (uint64_t i = 0; i < position; i++)
    if (is(o, i, o->known->code)) return NULL;
  return "f_code";
}

/* function, self. */
static const char *method_edge(const owner *o, uint64_t position)
{
  if (o->refs.count != 2) return NULL;
  if (position == 1) return "__self__";
  return is(o, 0, o->known->function) ? "__func__" : NULL;
}

/* function, self, class: without a self or without a class where it has none. */
static const char *instancemethod_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {NULL, "__self__", "im_class"};
  if (position == 0) return o->refs.count > 1 && is(o, 0, o->known->function) ? "__func__" : NULL;
  return o->refs.count == 3 ? names[position] : NULL;
}

/* dict, all classes it derives from, its bases, the first of them in memory layout, ... */
enum { TYPE_BASE = 3 };
static bool is_whole_type(const owner *o)
{
  return o->refs.count > TYPE_BASE && is(o, 0, o->known->dict) && is(o, 1, o->known->tuple) &&
         is(o, 2, o->known->tuple);
}

static const char *type_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__dict__", "__mro__", "__bases__", "__base__"};
  return is_whole_type(o) && position <= TYPE_BASE ? names[position] : NULL;
}

static const char *classobj_edge(const owner *o, uint64_t position)
{
  static const char *const names[] = {"__bases__", "__dict__", "__name__"};
  bool is_whole = is(o, 0, o->known->tuple) && is(o, 1, o->known->dict) && is(o, 2, o->known->str);
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
    uint32_t type;
    const char *(*edge)(const owner *o, uint64_t position);
  } rules[] = {{known->function, function_edge}, {known->cell, cell_edge},
               {known->method, method_edge},     {known->instancemethod, instancemethod_edge},
               {known->frame, frame_edge},       {known->type, type_edge},
               {known->classobj, classobj_edge}};
  const owner o = {graph, known, id, dryad_children(graph, id)};
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
    if (!dryad_is(graph, id, rules[i].type)) continue;
    *name = rules[i].edge(&o, position);
    return true;
  }
  return false;
}

bool dryad_may_be_sequence_class(const dryad_graph *graph, const dryad_known_types *known, dryad_id class)
{
  if (dryad_children(graph, class).count == 0) return true;
  for (int i = 0; i < MOST_BASES && class < graph->count; i++) {
    dryad_text name = dryad_graph_name(graph, class);
    if (dryad_text_equal(name, (dryad_text){"tuple", 5}) || dryad_text_equal(name, (dryad_text){"list", 4}))
      return true;
    const owner o = {graph, known, class, dryad_children(graph, class)};
    if (!is_whole_type(&o)) return false;
    class = o.refs.ids[TYPE_BASE];
  }
  return false;
}
