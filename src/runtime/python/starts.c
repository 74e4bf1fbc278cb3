/* SPDX-License-Identifier: MIT */
#include "runtime/python/starts.h"

#include <string.h>

#include "base/utf8.h"
#include "runtime/python/python_text.h"
#include "runtime/python/types.h"

enum { LONGEST = 256 }; /* bytes of a start's name; escaped, they fit into a label */

/* Identifiers joined by dots. */
static bool is_dotted_name(dryad_text name)
{
  size_t from = 0;
  for (size_t i = 0; i <= name.length; i++) {
    if (i < name.length && name.data[i] != '.') continue;
    if (!dryad_python_is_plain_name((dryad_text){name.data + from, i - from})) return false;
    from = i + 1;
  }
  return name.length > 0;
}

dryad_start_kind dryad_python_start_kind(const dryad_known_types *known, uint32_t type)
{
  if (type == known->ids[DRYAD_PY_MODULE]) return DRYAD_START_MODULE;
  if (type == known->ids[DRYAD_PY_THREAD]) return DRYAD_START_THREAD;
  if (type == known->ids[DRYAD_PY_TASK]) return DRYAD_START_TASK;
  return type == known->ids[DRYAD_PY_FRAME] ? DRYAD_START_FRAME : DRYAD_START_NONE;
}

/* A module whose name cannot be typed is no start: the table of modules leads to it. Nor is what has a name of absurd
   length. A frame has its function's name for its value. */
dryad_text dryad_python_start_name(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  const dryad_text none = {0};
  dryad_text name = dryad_graph_name(graph, id);
  dryad_value value = dryad_graph_value(graph, id);
  bool is_frame = dryad_python_is(graph, known, id, DRYAD_PY_FRAME);
  if (is_frame && !name.data && value.kind == DRYAD_VALUE_TEXT) name = value.text;
  bool is_module = dryad_python_is(graph, known, id, DRYAD_PY_MODULE);
  return name.length > LONGEST || (name.data && is_module && !is_dotted_name(name)) ? none : name;
}

/* Threads in the order of the system's numbers for them, which the dump keeps in their values. */
uint64_t dryad_python_start_order(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  static const char key[] = "\"native_id\": ";
  uint64_t line, number = 0;
  dryad_value value = dryad_graph_value(graph, id);
  if (!dryad_python_is(graph, known, id, DRYAD_PY_THREAD) || value.kind != DRYAD_VALUE_TEXT)
    return dryad_graph_line(graph, id, &line) ? line : 0;
  const char *end = value.text.data + value.text.length,
             *at = memmem(value.text.data, value.text.length, key, sizeof key - 1);
  if (!at) return 0;
  for (at += sizeof key - 1; at < end && *at >= '0' && *at <= '9' && number < UINT32_MAX; at++)
    number = 10 * number + (uint64_t)(*at - '0');
  return number;
}

/* Words, dots, and words in angle brackets, as in `f.<locals>.<lambda>`. */
static bool is_plain_frame_name(dryad_text name)
{
  bool is_inside = false;
  if (name.length == 0 || name.length > DRYAD_LONGEST_IDENTIFIER || !dryad_utf8_is_valid(name)) return false;
  for (size_t i = 0; i < name.length; i++) {
    char c = name.data[i];
    bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
    if ((c == '<' && is_inside) || (c == '>' && !is_inside) || (!is_word && c != '<' && c != '>')) return false;
    if (c == '<' || c == '>') is_inside = c == '<';
  }
  return !is_inside;
}

void dryad_put_frame_name(dryad_writer *w, dryad_text name)
{
  if (is_plain_frame_name(name))
    dryad_put_ascii_bytes(w, name.data, name.length);
  else
    dryad_put_quoted_label(w, "", name, DRYAD_PYTHON_TEXT);
}

void dryad_python_write_start(dryad_writer *w, dryad_start_kind kind, dryad_text name)
{
  if (kind == DRYAD_START_MODULE) {
    dryad_put_escaped(w, name, 0, DRYAD_PYTHON_TEXT);
    return;
  }
  dryad_put_ascii(w, kind == DRYAD_START_THREAD ? "<thread " : kind == DRYAD_START_TASK ? "<task " : "<frame ");
  if (kind == DRYAD_START_FRAME)
    dryad_put_frame_name(w, name);
  else
    dryad_put_quoted(w, "", name, DRYAD_PYTHON_TEXT);
  dryad_put_ascii(w, ">");
}
