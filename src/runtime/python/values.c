/* SPDX-License-Identifier: MIT */
#include "runtime/python/values.h"

#include <string.h>

#include "runtime/python/types.h"

/* Reads a bool, however the dump writes its value. */
static dryad_meaning truth(dryad_value value)
{
  bool is_true;
  switch (value.kind) {
  case DRYAD_VALUE_BOOLEAN: is_true = value.boolean; break;
  case DRYAD_VALUE_INTEGER: is_true = value.integer != 0; break;
  case DRYAD_VALUE_TEXT: is_true = dryad_text_equal(value.text, (dryad_text){"True", 4}); break;
  default: return DRYAD_MEANS_OBJECT;
  }
  return is_true ? DRYAD_MEANS_TRUE : DRYAD_MEANS_FALSE;
}

/* Whether the dumped value of such an object is equivalent to the object in Python. */
static bool is_its_value(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  static const dryad_python_type types[] = {DRYAD_PY_STR,   DRYAD_PY_INT,  DRYAD_PY_UNICODE,
                                            DRYAD_PY_BYTES, DRYAD_PY_LONG, DRYAD_PY_FLOAT};
  for (size_t i = 0; i < sizeof types / sizeof *types; i++)
    if (dryad_python_is(graph, known, id, types[i])) return true;
  return false;
}

dryad_meaning dryad_python_meaning_of(const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  if (dryad_python_is(graph, known, id, DRYAD_PY_BOOL)) return truth(dryad_graph_value(graph, id));
  if (dryad_python_is(graph, known, id, DRYAD_PY_NONE)) return DRYAD_MEANS_NONE;
  if (!is_its_value(graph, known, id)) return DRYAD_MEANS_OBJECT;
  dryad_value_kind kind = dryad_graph_value(graph, id).kind;
  return kind == DRYAD_VALUE_NONE || kind == DRYAD_VALUE_NULL ? DRYAD_MEANS_OBJECT : DRYAD_MEANS_VALUE;
}

bool dryad_python_is_bytes_type(dryad_text type, int version)
{
  if (version == 2 && type.length == 3 && memcmp(type.data, "str", 3) == 0) return true;
  return type.length == 5 && memcmp(type.data, "bytes", 5) == 0;
}
