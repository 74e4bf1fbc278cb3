/* SPDX-License-Identifier: MIT */
#include "sql/repr.h"

#include "base/float_text.h"

static bool shows_name(const dryad_repr *r)
{
  const dryad_known_types *known = r->known;
  return dryad_is(r->graph, r->id, known->function) || dryad_is(r->graph, r->id, known->type) ||
         dryad_is(r->graph, r->id, known->module);
}

static bool shows_value(const dryad_repr *r)
{
  const dryad_known_types *known = r->known;
  return dryad_is(r->graph, r->id, known->integer) || dryad_is(r->graph, r->id, known->str) ||
         dryad_is(r->graph, r->id, known->unicode);
}

dryad_text dryad_repr_text(const dryad_repr *r)
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
  if (r->python != 2)
    dryad_put_quoted(w, "", text, DRYAD_PYTHON_TEXT);
  else if (dryad_is(r->graph, r->id, r->known->unicode))
    dryad_put_quoted(w, "u", text, DRYAD_PYTHON_ASCII);
  else
    dryad_put_quoted(w, "", text, DRYAD_PYTHON_BYTES);
}

void dryad_repr_write(dryad_writer *w, const void *repr)
{
  const dryad_repr *r = repr;
  dryad_value value = dryad_graph_value(r->graph, r->id);
  char number[DRYAD_FLOAT_TEXT];
  switch (value.kind) {
  case DRYAD_VALUE_NULL: dryad_put_ascii(w, "None"); break;
  case DRYAD_VALUE_BOOLEAN: dryad_put_ascii(w, value.boolean ? "True" : "False"); break;
  case DRYAD_VALUE_INTEGER: dryad_put_format(w, "%lld", (long long)value.integer); break;
  case DRYAD_VALUE_FLOAT:
    dryad_float_text(number, value.real);
    dryad_put_ascii(w, number);
    break;
  case DRYAD_VALUE_TEXT: write_text(w, r, value.text); break;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_BIG_INTEGER: break;
  }
}
