/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "runtime/python/edge.h"
#include "runtime/python/python_text.h"
#include "runtime/python/starts.h"
#include "runtime/python/types.h"
#include "runtime/python/values.h"

/* ---- parts of labels ---- */

/* Whether it is whole. */
static bool put_text_value(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                           dryad_text text)
{
  bool as_bytes = dryad_python_is(graph, known, id, DRYAD_PY_BYTES);
  const char *prefix = as_bytes ? "b" : dryad_python_is(graph, known, id, DRYAD_PY_UNICODE) ? "u" : "";
  return dryad_put_quoted_label(w, prefix, text, as_bytes ? DRYAD_PYTHON_BYTES : DRYAD_PYTHON_TEXT);
}

/* A tuple that can be written: not too long, in bytes as well, and as deep as this. */
enum { MOST_ITEMS = 16, MOST_TUPLES = 4 };

static bool put_literal(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                        int tuples);

static bool put_tuple(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                      int tuples)
{
  dryad_ids items = dryad_children(graph, id);
  int64_t len;
  bool is_whole = dryad_graph_len(graph, id, &len) ? (uint64_t)len == items.count : items.count > 0;
  if (tuples == 0 || !is_whole || items.count > MOST_ITEMS) return false;
  const size_t from = w->needed;
  dryad_put_ascii(w, "(");
  for (uint64_t i = 0; i < items.count; i++) {
    if (i > 0) dryad_put_ascii(w, ", ");
    if (!put_literal(w, graph, known, items.ids[i], tuples - 1) || w->needed - from > DRYAD_LABEL_TEXT) return false;
  }
  dryad_put_ascii(w, items.count == 1 ? ",)" : ")");
  return true;
}

/* Writes what one would type for the object; false: nothing, or only a part of it. */
static bool put_literal(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                        int tuples)
{
  if (id >= graph->count) return false;
  dryad_meaning meaning = dryad_python_meaning_of(graph, known, id);
  if (meaning == DRYAD_MEANS_TRUE || meaning == DRYAD_MEANS_FALSE || meaning == DRYAD_MEANS_NONE) {
    dryad_put_ascii(w, meaning == DRYAD_MEANS_TRUE ? "True" : meaning == DRYAD_MEANS_FALSE ? "False" : "None");
    return true;
  }
  if (dryad_python_is(graph, known, id, DRYAD_PY_TUPLE)) return put_tuple(w, graph, known, id, tuples);
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: return false;
  case DRYAD_VALUE_BOOLEAN:
  case DRYAD_VALUE_INTEGER:
  case DRYAD_VALUE_FLOAT: dryad_put_scalar(w, value); break;
  case DRYAD_VALUE_TEXT: return put_text_value(w, graph, known, id, value.text);
  case DRYAD_VALUE_BIG_INTEGER:
    if (value.text.length > DRYAD_LABEL_TEXT / 4) return false;
    dryad_put_escaped(w, value.text, 0, DRYAD_PYTHON_TEXT);
    break;
  }
  return true;
}

/* .data NULL: it is none, or its name is absurdly long. */
static dryad_text context_variable_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  bool is_one = dryad_python_is(graph, known, id, DRYAD_PY_CONTEXT_VAR) ||
                dryad_python_is(graph, known, id, DRYAD_PY_CONTEXT_VAR_BEFORE_3_12);
  const dryad_text name = is_one ? dryad_graph_name(graph, id) : (dryad_text){0};
  return name.length <= DRYAD_LABEL_TEXT / 4 ? name : (dryad_text){0};
}

static bool is_text(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  return id < graph->count && dryad_graph_value(graph, id).kind == DRYAD_VALUE_TEXT &&
         !dryad_python_is(graph, known, id, DRYAD_PY_TUPLE);
}

/* A key without a literal, or with a long one that is no text, is its address; a context variable has a name that
   programmers know it by. */
static void put_key(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  dryad_writer trial = {0};
  const dryad_text name = context_variable_name(graph, known, key);
  dryad_put_ascii(w, "[");
  if (name.data)
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  else if (put_literal(&trial, graph, known, key, MOST_TUPLES) || is_text(graph, known, key))
    put_literal(w, graph, known, key, MOST_TUPLES);
  else
    dryad_put_format(w, "<0x%llx>", (unsigned long long)dryad_addresses(graph)[key]);
  dryad_put_ascii(w, "]");
}

static void put_attribute(dryad_writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  dryad_text name = dryad_graph_value(graph, key).text;
  if (dryad_python_is_plain_name(name)) {
    dryad_put_ascii(w, ".");
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else {
    dryad_put_ascii(w, ".__dict__");
    put_key(w, graph, known, key);
  }
}

enum { LONGEST_POSITION = 22 }; /* of 64 bits, in brackets */

/* Whether a name is a position, as `[3]`. */
static bool is_position(dryad_text name)
{
  if (name.length < 3 || name.length > LONGEST_POSITION || name.data[0] != '[' || name.data[name.length - 1] != ']')
    return false;
  for (size_t i = 1; i + 1 < name.length; i++)
    if (name.data[i] < '0' || name.data[i] > '9') return false;
  return true;
}

/* Any name but a position is an attribute or a variable. */
static void put_name(dryad_writer *w, dryad_text name)
{
  if (dryad_python_is_plain_name(name)) {
    dryad_put_ascii(w, ".");
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else if (is_position(name)) {
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
  } else {
    dryad_put_ascii(w, "[");
    dryad_put_quoted_label(w, "", name, DRYAD_PYTHON_TEXT);
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
  case DRYAD_EDGE_FRAME:
    dryad_put_ascii(w, ".<frame ");
    dryad_put_frame_name(w, dryad_graph_value(graph, edge->key).text);
    dryad_put_ascii(w, ">");
    break;
  case DRYAD_EDGE_NAMED: put_name(w, edge->name); break;
  }
}
