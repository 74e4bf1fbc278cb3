#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/edge.h"
#include "core/float_text.h"
#include "core/utf8.h"

/* Counts all, and writes as long as everything fit so far. */
typedef struct writer {
  char *buffer;
  size_t capacity;
  size_t needed, written;
  bool is_full;
} writer;

/* One character, or what may be cut off as a whole. */
static void put(writer *w, const void *bytes, size_t length)
{
  w->needed += length;
  if (w->is_full || w->needed >= w->capacity) {
    w->is_full = true;
    return;
  }
  memcpy(w->buffer + w->written, bytes, length);
  w->written += length;
}

static void put_ascii(writer *w, const char *text)
{
  for (; *text; text++) put(w, text, 1);
}

static void __attribute__((format(printf, 2, 3))) put_format(writer *w, const char *format, ...)
{
  char text[40];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  put_ascii(w, text);
}

/* ---- text ---- */

/* Beyond ASCII. */
static void put_character(writer *w, const unsigned char *p, unsigned length, bool is_valid)
{
  uint32_t point = is_valid ? dryad_utf8_code_point(p, length) : 0;
  if (is_valid && point >= 0xa0 && !dryad_utf8_is_surrogate(point)) {
    put(w, p, length);
    return;
  }
  if (is_valid)
    put_format(w, point < 0x100 ? "\\x%02x" : "\\u%04x", point);
  else
    for (unsigned i = 0; i < length; i++) put_format(w, "\\x%02x", p[i]);
}

static void put_ascii_character(writer *w, unsigned char c, char mark)
{
  static const char named[] = "\nn\rr\tt\\\\";
  for (const char *p = named; *p; p += 2) {
    if (c != (unsigned char)*p) continue;
    put_format(w, "\\%c", p[1]);
    return;
  }
  if (c < 0x20 || c == 0x7f)
    put_format(w, "\\x%02x", c);
  else
    put_format(w, mark && c == (unsigned char)mark ? "\\%c" : "%c", c);
}

/* `mark`: the quote that is escaped, 0: none. With `as_bytes` there are no characters beyond ASCII. */
static void put_escaped(writer *w, dryad_text text, char mark, bool as_bytes)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  while (p < end) {
    bool is_valid = false;
    unsigned length = as_bytes ? 1 : dryad_utf8_sequence(p, end, &is_valid);
    if (*p < 0x80)
      put_ascii_character(w, *p, mark);
    else
      put_character(w, p, length, is_valid);
    p += length;
  }
}

static void put_quoted(writer *w, const char *prefix, dryad_text text, bool as_bytes)
{
  bool is_double = memchr(text.data, '\'', text.length) && !memchr(text.data, '"', text.length);
  char mark = is_double ? '"' : '\'';
  put_format(w, "%s%c", prefix, mark);
  put_escaped(w, text, mark, as_bytes);
  put(w, &mark, 1);
}

/* ---- what edges have ---- */

/* As type(address). */
static void put_object(writer *w, const dryad_graph *graph, dryad_id id)
{
  if (id < graph->count)
    put_escaped(w, dryad_graph_type_name(graph, dryad_types(graph)[id]), 0, false);
  else
    put_ascii(w, "<missing>");
  put_format(w, "(%llu)", (unsigned long long)dryad_addresses(graph)[id]);
}

static void put_name_or_object(writer *w, const dryad_graph *graph, dryad_id id)
{
  dryad_text name = dryad_graph_name(graph, id);
  if (name.data)
    put_escaped(w, name, 0, false);
  else
    put_object(w, graph, id);
}

static void put_text_value(writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id,
                           dryad_text text)
{
  bool as_bytes = dryad_is(graph, id, known->bytes);
  put_quoted(w, as_bytes ? "b" : dryad_is(graph, id, known->unicode) ? "u" : "", text, as_bytes);
}

static void put_value(writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id id)
{
  char number[DRYAD_FLOAT_TEXT];
  dryad_value value = dryad_graph_value(graph, id);
  switch (value.kind) {
  case DRYAD_VALUE_NONE: put_name_or_object(w, graph, id); break;
  case DRYAD_VALUE_NULL: put_object(w, graph, id); break;
  case DRYAD_VALUE_BOOLEAN: put_ascii(w, value.boolean ? "True" : "False"); break;
  case DRYAD_VALUE_INTEGER: put_format(w, "%lld", (long long)value.integer); break;
  case DRYAD_VALUE_FLOAT:
    dryad_float_text(number, value.real);
    put_ascii(w, number);
    break;
  case DRYAD_VALUE_TEXT: put_text_value(w, graph, known, id, value.text); break;
  case DRYAD_VALUE_BIG_INTEGER: put_escaped(w, value.text, 0, false); break;
  }
}

static void put_key(writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  int truth = dryad_truth(graph, known, key);
  put_ascii(w, "[");
  if (truth >= 0)
    put_ascii(w, truth ? "True" : "False");
  else if (dryad_is(graph, key, known->none))
    put_ascii(w, "None");
  else if (key < graph->count)
    put_value(w, graph, known, key);
  else
    put_object(w, graph, key);
  put_ascii(w, "]");
}

static void put_attribute(writer *w, const dryad_graph *graph, const dryad_known_types *known, dryad_id key)
{
  dryad_text name = dryad_graph_value(graph, key).text;
  if (dryad_utf8_is_identifier(name)) {
    put_ascii(w, ".");
    put_escaped(w, name, 0, false);
  } else {
    put_ascii(w, ".__dict__");
    put_key(w, graph, known, key);
  }
}

size_t dryad_edge_text(char *buffer, size_t capacity, const dryad_graph *graph, const dryad_known_types *known,
                       const dryad_edge *edge)
{
  writer w = {.buffer = buffer, .capacity = capacity};
  switch (edge->kind) {
  case DRYAD_EDGE_REF: put_format(&w, "[ref %llu]", (unsigned long long)edge->index); break;
  case DRYAD_EDGE_ATTRIBUTE: put_attribute(&w, graph, known, edge->key); break;
  case DRYAD_EDGE_KEY: put_key(&w, graph, known, edge->key); break;
  case DRYAD_EDGE_ITEM: put_format(&w, "[%llu]", (unsigned long long)edge->index); break;
  case DRYAD_EDGE_CLASS: put_ascii(&w, "(class)"); break;
  case DRYAD_EDGE_NAMED:
    put_ascii(&w, ".");
    put_ascii(&w, edge->name);
    break;
  }
  if (capacity) buffer[w.written] = '\0';
  return w.needed;
}
