/* SPDX-License-Identifier: MIT */
#include "runtime/python/frame_edge.h"

#include <string.h>

/* The most references before the variables, and before the names of the variables in a code object. */
enum { FIXED_REFS = 7, CODE_REFS = 9 };

static dryad_text fixed(const char *name) { return (dryad_text){name, strlen(name)}; }

/* ---- variables ---------------------------------------------------------------------------------- */

/* Up to 3.10 locals, free variables and cells; from 3.11 on all of them together. */
typedef struct variables {
  dryad_ids tuples[3];
  uint64_t count;
} variables;

/* The tuples after the constants and the names of globals and attributes. */
static variables variables_of(const dryad_owner *o, uint64_t code)
{
  enum { CONSTANTS_AND_NAMES = 2 };
  variables found = {0};
  dryad_ids refs = dryad_children(o->graph, o->refs.ids[code]);
  unsigned tuples = 0;
  if (refs.count != CODE_REFS) return found;
  for (uint64_t i = CONSTANTS_AND_NAMES; i < refs.count; i++) {
    if (!dryad_python_is(o->graph, o->known, refs.ids[i], DRYAD_PY_TUPLE)) continue;
    if (tuples == sizeof found.tuples / sizeof *found.tuples) return (variables){0};
    found.tuples[tuples] = dryad_children(o->graph, refs.ids[i]);
    found.count += found.tuples[tuples++].count;
  }
  return found;
}

/* The i-th variable in the order of the frame: cells come before free variables. */
static dryad_text variable(const dryad_owner *o, const variables *all, uint64_t i)
{
  static const unsigned order[] = {0, 2, 1};
  for (unsigned t = 0; t < sizeof order / sizeof *order; t++) {
    dryad_ids names = all->tuples[order[t]];
    if (i >= names.count) {
      i -= names.count;
      continue;
    }
    dryad_id name = names.ids[i];
    if (!dryad_python_is(o->graph, o->known, name, DRYAD_PY_STR)) break;
    dryad_value value = dryad_graph_value(o->graph, name);
    return value.kind == DRYAD_VALUE_TEXT ? value.text : (dryad_text){0};
  }
  return (dryad_text){0};
}

/* Whether the dump names references, and so all variables. */
static bool has_names(const dryad_owner *o)
{
  const dryad_annotations *a = o->graph->annotations;
  uint64_t next = dryad_annotations_seek(a, o->id, 0);
  return a && next < a->name_count && a->named[next] >> 32 == o->id;
}

/* The variable at a position, where the variables start at `first` and at most `temporaries` other values follow. */
static dryad_text variable_at(const dryad_owner *o, uint64_t code, uint64_t first, uint64_t position,
                              uint64_t temporaries)
{
  if (position < first || has_names(o)) return (dryad_text){0};
  const variables all = variables_of(o, code);
  uint64_t count = o->refs.count - first;
  bool is_told = count >= all.count && count - all.count <= temporaries && position - first < all.count;
  return is_told ? variable(o, &all, position - first) : (dryad_text){0};
}

/* ---- frames ------------------------------------------------------------------------------------- */

/* The position of the first code among the references before the variables; DRYAD_NO_POSITION: none. */
static uint64_t code_position(const dryad_owner *o)
{
  for (uint64_t i = 0; i < FIXED_REFS && i < o->refs.count; i++)
    if (dryad_owner_has(o, i, DRYAD_PY_CODE)) return i;
  return DRYAD_NO_POSITION;
}

/* The caller if there is one, ..., code, and up to 3.10 builtins and globals; from 3.11 on, the function comes before
   the code and the frame may refer to itself. */
dryad_text dryad_frame_edge(const dryad_owner *o, uint64_t position)
{
  if (position == 0 && dryad_owner_has(o, 0, DRYAD_PY_FRAME) && o->refs.ids[0] != o->id) return fixed("f_back");
  uint64_t code = code_position(o), first = code + 1;
  if (code == DRYAD_NO_POSITION) return (dryad_text){0};
  if (position == code) return fixed("f_code");
  bool has_function = code > 0 && dryad_owner_has(o, code - 1, DRYAD_PY_FUNCTION);
  if (has_function && position == code - 1) return fixed("f_func");
  if (!has_function) {
    static const char *const names[] = {"f_builtins", "f_globals"};
    first += sizeof names / sizeof *names;
    if (!dryad_owner_has_namespace(o, code + 1) || !dryad_owner_has_namespace(o, code + 2)) return (dryad_text){0};
    if (position > code && position < first) return fixed(names[position - code - 1]);
  }
  bool is_suspended = code == 0; /* without a caller, as a generator's: then it may hold what it waits for */
  return variable_at(o, code, first, position, is_suspended);
}

/* ---- generators and coroutines ------------------------------------------------------------------ */

static dryad_text prefixed(const dryad_owner *o, const char *generator, const char *coroutine, const char *async)
{
  bool is_generator = dryad_python_is(o->graph, o->known, o->id, DRYAD_PY_GENERATOR);
  return fixed(is_generator                                                     ? generator
               : dryad_python_is(o->graph, o->known, o->id, DRYAD_PY_COROUTINE) ? coroutine
                                                                                : async);
}

/* Up to 3.10 the frame while there is one, code, name, qualified name; in 3.11 code and the names, from 3.12 on the
   names, then what a frame has: the function, the code, the variables and, if it is suspended, what it waits for. */
dryad_text dryad_generator_edge(const dryad_owner *o, uint64_t position)
{
  if (position == 0 && dryad_owner_has(o, 0, DRYAD_PY_FRAME)) return prefixed(o, "gi_frame", "cr_frame", "ag_frame");
  uint64_t first_code = code_position(o), code = first_code;
  if (code == DRYAD_NO_POSITION) return (dryad_text){0};
  while (code < FIXED_REFS &&
         !(dryad_owner_has(o, code, DRYAD_PY_CODE) && code > 0 && dryad_owner_has(o, code - 1, DRYAD_PY_FUNCTION)))
    code++;
  bool has_variables = code < FIXED_REFS;
  if (position == first_code || (has_variables && position == code))
    return prefixed(o, "gi_code", "cr_code", "ag_code");
  if (has_variables && position == code - 1) return fixed("f_func");
  uint64_t names = has_variables && first_code == code ? 0 : first_code + 1;
  bool has_names = dryad_owner_has(o, names, DRYAD_PY_STR) && dryad_owner_has(o, names + 1, DRYAD_PY_STR);
  if (has_names && position == names) return fixed("__name__");
  if (has_names && position == names + 1) return fixed("__qualname__");
  return has_variables ? variable_at(o, code, code + 1, position, 1) : (dryad_text){0};
}
