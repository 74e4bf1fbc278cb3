/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "runtime/python/edge.h"
#include "runtime/python/python_text.h"
#include "runtime/python/types.h"
#include "runtime/python/values.h"

/* ---- parts of labels ---- */

/* As type(address). */
static void put_object(dryad_writer *w, const dryad_graph *graph, dryad_id id)
{
  if (id < graph->count)
    dryad_put_escaped(w, dryad_graph_type_name(graph, dryad_types(graph)[id]), 0, DRYAD_PYTHON_TEXT);
  else
    dryad_put_ascii(w, "<missing>");
  dryad_put_format(w, "(%llu)", (unsigned long long)dryad_addresses(graph)[id]);
}

static void put_name_or_object(dryad_writer *w, const dryad_graph *graph, dryad_id id)
{
  dryad_text name = dryad_graph_name(graph, id);
  if (name.data)
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  else
    put_object(w, graph, id);
}

static void put_text_value(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                           dryad_text text)
{
  bool as_bytes = dryad_python_is(graph, known, id, DRYAD_PY_BYTES);
  dryad_put_quoted(w,
                   as_bytes                                              ? "b"
                   : dryad_python_is(graph, known, id, DRYAD_PY_UNICODE) ? "u"
                                                                         : "",
                   text, as_bytes ? DRYAD_PYTHON_BYTES : DRYAD_PYTHON_TEXT);
}

static void put_value(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE: put_name_or_object(w, graph, id); break;
  case DRYAD_VALUE_NULL: put_object(w, graph, id); break;
  case DRYAD_VALUE_BOOLEAN:
  case DRYAD_VALUE_INTEGER:
  case DRYAD_VALUE_FLOAT: dryad_put_scalar(w, value); break;
  case DRYAD_VALUE_TEXT: put_text_value(w, graph, known, id, value.text); break;
  case DRYAD_VALUE_BIG_INTEGER: dryad_put_escaped(w, value.text, 0, DRYAD_PYTHON_TEXT); break;
  }
}

static void put_key(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  dryad_meaning meaning = dryad_python_meaning_of(graph, known, key);
  dryad_put_ascii(w, "[");
  if (meaning == DRYAD_MEANS_TRUE || meaning == DRYAD_MEANS_FALSE)
    dryad_put_ascii(w, meaning == DRYAD_MEANS_TRUE ? "True" : "False");
  else if (meaning == DRYAD_MEANS_NONE)
    dryad_put_ascii(w, "None");
  else if (key < graph->count)
    put_value(w, graph, known, key);
  else
    put_object(w, graph, key);
  dryad_put_ascii(w, "]");
}

static void put_attribute(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  dryad_text name = dryad_graph_value(graph, key).text;
  if (dryad_utf8_is_identifier(name)) {
    dryad_put_ascii(w, ".");
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else {
    dryad_put_ascii(w, ".__dict__");
    put_key(w, graph, known, key);
  }
}

/* A name in brackets, as `[3]`, is a position; any other one is an attribute or a variable. */
static void put_name(dryad_writer *w, dryad_text name)
{
  if (dryad_utf8_is_identifier(name)) {
    dryad_put_ascii(w, ".");
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else if (name.length > 2 && name.data[0] == '[' && name.data[name.length - 1] == ']') {
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else {
    dryad_put_ascii(w, "[");
    dryad_put_quoted(w, "", name, DRYAD_PYTHON_TEXT);
    dryad_put_ascii(w, "]");
  }
}

void dryad_python_write_edge(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known,
                             const dryad_edge *edge)
{
  switch (edge->kind) {
  case DRYAD_EDGE_REF: dryad_put_format(w, "[ref %llu]", (unsigned long long)edge->index); break;
  case DRYAD_EDGE_ATTRIBUTE: put_attribute(w, graph, known, edge->key); break;
  case DRYAD_EDGE_KEY: put_key(w, graph, known, edge->key); break;
  case DRYAD_EDGE_ITEM: dryad_put_format(w, "[%llu]", (unsigned long long)edge->index); break;
  case DRYAD_EDGE_CLASS: dryad_put_ascii(w, "(class)"); break;
  case DRYAD_EDGE_NAMED: put_name(w, edge->name); break;
  }
}
