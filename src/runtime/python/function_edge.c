/* SPDX-License-Identifier: MIT */
#include "runtime/python/function_edge.h"

/* The most references of a function in any version of Python. */
enum { FUNCTION_REFS = 14, CELLS_LOOKED_AT = 64 };

static bool is_closure(const dryad_owner *o, uint64_t position)
{
  if (position >= FUNCTION_REFS || !dryad_owner_has(o, position, DRYAD_PY_TUPLE)) return false;
  dryad_ids cells = dryad_children(o->graph, o->refs.ids[position]);
  for (uint64_t i = 0; i < cells.count && i < CELLS_LOOKED_AT; i++)
    if (!dryad_python_is(o->graph, o->known, cells.ids[i], DRYAD_PY_CELL)) return false;
  return cells.count > 0;
}

/* ---- by the order in which CPython visits them -------------------------------------------------- */

/* The references that the dump does not name, in order. */
typedef struct parts {
  const dryad_owner *o;
  uint64_t positions[FUNCTION_REFS], count, next;
  const char *names[FUNCTION_REFS];
} parts;

static bool next_is(const parts *p, dryad_python_type type)
{
  return p->next < p->count && dryad_owner_has(p->o, p->positions[p->next], type);
}
static bool next_is_text(const parts *p) { return next_is(p, DRYAD_PY_STR) || next_is(p, DRYAD_PY_UNICODE); }
static bool next_is_namespace(const parts *p)
{
  return p->next < p->count && dryad_owner_has_namespace(p->o, p->positions[p->next]);
}

/* Gives the next part this name if `is_there`. */
static bool take(parts *p, bool is_there, const char *name)
{
  if (is_there) p->names[p->next++] = name;
  return is_there;
}

/* Whether it is a tuple of names and annotations, one after the other, in either order. */
static bool are_annotations(const dryad_owner *o, uint64_t position)
{
  if (!dryad_owner_has(o, position, DRYAD_PY_TUPLE)) return false;
  dryad_ids items = dryad_children(o->graph, o->refs.ids[position]);
  if (items.count == 0 || items.count % 2 != 0) return false;
  return dryad_python_is(o->graph, o->known, items.ids[0], DRYAD_PY_STR) ||
         dryad_python_is(o->graph, o->known, items.ids[items.count - 1], DRYAD_PY_STR);
}

/* The attributes' dict, the closure, then, as dicts or tuples, annotations and parameters of types. A single dict may
   be the first or the third. */
static void take_optional(parts *p, uint64_t end)
{
  uint64_t dicts = 0;
  for (uint64_t i = p->next; i < end; i++) dicts += dryad_owner_has(p->o, p->positions[i], DRYAD_PY_DICT);
  bool has_closure = false;
  for (uint64_t i = p->next; i < end; i++) has_closure = has_closure || is_closure(p->o, p->positions[i]);
  bool is_told = has_closure || dicts == 2;
  take(p, p->next < end && is_told && next_is(p, DRYAD_PY_DICT), "__dict__");
  take(p, p->next < end && is_closure(p->o, p->positions[p->next]), "__closure__");
  bool are_told = is_told && next_is(p, DRYAD_PY_DICT);
  take(p, p->next < end && (are_told || are_annotations(p->o, p->positions[p->next])), "__annotations__");
  p->next = end;
}

static dryad_text text_at(const parts *p, uint64_t i)
{
  return dryad_graph_value(p->o->graph, p->o->refs.ids[p->positions[i]]).text;
}

/* Whether the part just taken is the name, not the qualified name that follows it: a function whose module has no name
   has one part less. */
static bool is_name(const parts *p, bool is_qualified)
{
  uint64_t i = p->next - 1;
  dryad_text name = dryad_graph_name(p->o->graph, p->o->id);
  if (name.data && !dryad_text_equal(name, text_at(p, i))) return false;
  return is_qualified || !dryad_text_equal(text_at(p, i - 1), text_at(p, i));
}

/* code, globals, builtins (from 3.10 on), the name of the module, defaults, those of keyword-only parameters, the
   documentation, the name, what take_optional takes, and in Python 3 the qualified name. A module without a name is not
   visited. False if these are not it. */
static bool take_all(parts *p, bool has_module)
{
  p->next = 0;
  for (uint64_t i = 0; i < p->count; i++) p->names[i] = NULL;
  take(p, next_is(p, DRYAD_PY_CODE), "__code__");
  if (take(p, next_is_namespace(p), "__globals__")) {
    take(p, next_is_namespace(p), "__builtins__");
    if (has_module && !take(p, next_is_text(p) || next_is(p, DRYAD_PY_NONE), "__module__")) return false;
  }
  take(p, next_is(p, DRYAD_PY_TUPLE), "__defaults__");
  take(p, next_is(p, DRYAD_PY_DICT), "__kwdefaults__");
  if (!take(p, next_is_text(p) || next_is(p, DRYAD_PY_NONE), "__doc__")) return false;
  if (!take(p, next_is_text(p), "__name__")) return false;
  bool is_qualified = p->next < p->count && dryad_owner_has(p->o, p->positions[p->count - 1], DRYAD_PY_STR);
  if (!is_name(p, is_qualified)) return false;
  take_optional(p, p->count - is_qualified);
  if (is_qualified) take(p, true, "__qualname__");
  return p->next == p->count;
}

static const char *part_name(const dryad_owner *o, uint64_t position)
{
  parts p = {.o = o};
  uint64_t index = FUNCTION_REFS;
  if (o->refs.count > FUNCTION_REFS) return NULL;
  for (uint64_t i = 0; i < o->refs.count; i++) {
    if (dryad_owner_is_named(o, i)) continue;
    if (i == position) index = p.count;
    p.positions[p.count++] = i;
  }
  return index < p.count && (take_all(&p, true) || take_all(&p, false)) ? p.names[index] : NULL;
}

const char *dryad_function_edge(const dryad_owner *o, uint64_t position)
{
  if (is_closure(o, position)) return "__closure__";
  if (!dryad_owner_has(o, 0, DRYAD_PY_CODE)) return NULL;
  if (position == 0) return "__code__";
  bool has_globals = dryad_owner_has_namespace(o, 1);
  if (has_globals && position == 1) return "__globals__";
  if (has_globals && position == 2 && dryad_owner_has_namespace(o, 2)) return "__builtins__";
  return part_name(o, position);
}
