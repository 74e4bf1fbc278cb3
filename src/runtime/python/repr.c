/* SPDX-License-Identifier: MIT */
#include "runtime/python/repr.h"

#include "runtime/python/python_text.h"
#include "runtime/python/types.h"

static bool is(const dryad_repr *r, dryad_python_type type) { return dryad_python_is(r->graph, r->known, r->id, type); }

static bool shows_name(const dryad_repr *r)
{
  return is(r, DRYAD_PY_FUNCTION) || is(r, DRYAD_PY_TYPE) || is(r, DRYAD_PY_MODULE);
}

static bool shows_value(const dryad_repr *r)
{
  return is(r, DRYAD_PY_INT) || is(r, DRYAD_PY_STR) || is(r, DRYAD_PY_UNICODE);
}

dryad_text dryad_python_repr_text(const dryad_repr *r)
{
  bool is_named = shows_name(r);
  dryad_value value = {.kind = DRYAD_VALUE_NONE};
  if (is_named) {
    dryad_text name = dryad_graph_name(r->graph, r->id);
    if (name.data) return name;
  }
  if (is_named || shows_value(r)) value = dryad_graph_value(r->graph, r->id);
  if (value.kind == DRYAD_VALUE_NONE) return dryad_graph_type_name(r->graph, dryad_types(r->graph)[r->id]);
  if (value.kind == DRYAD_VALUE_BIG_INTEGER || (value.kind == DRYAD_VALUE_TEXT && is_named)) return value.text;
  return (dryad_text){0};
}

static void write_text(dryad_writer *w, const dryad_repr *r, dryad_text text)
{
  if (r->version != 2)
    dryad_put_quoted(w, "", text, DRYAD_PYTHON_TEXT);
  else if (is(r, DRYAD_PY_UNICODE))
    dryad_put_quoted(w, "u", text, DRYAD_PYTHON_ASCII);
  else
    dryad_put_quoted(w, "", text, DRYAD_PYTHON_BYTES);
}

void dryad_python_write_repr(dryad_writer *w, const dryad_repr *r)
{
  dryad_value value = dryad_graph_value(r->graph, r->id);
  switch (value.kind) {
  case DRYAD_VALUE_NULL: dryad_put_ascii(w, "None"); break;
  case DRYAD_VALUE_BOOLEAN:
  case DRYAD_VALUE_INTEGER:
  case DRYAD_VALUE_FLOAT: dryad_put_scalar(w, value); break;
  case DRYAD_VALUE_TEXT: write_text(w, r, value.text); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_BIG_INTEGER: break;
  }
}
