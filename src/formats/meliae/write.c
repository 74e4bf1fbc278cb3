/* SPDX-License-Identifier: MIT */
#include "formats/meliae/write.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/float_text.h"
#include "base/memory.h"
#include "base/utf8.h"
#include "runtime/python/python_text.h"

void dryad_buffer_deinit(dryad_buffer *buffer)
{
  dryad_free(buffer->allocator, buffer->data, buffer->capacity, 1);
  *buffer = (dryad_buffer){.allocator = buffer->allocator};
}

bool dryad_buffer_append(dryad_buffer *buffer, const void *data, size_t length)
{
  size_t needed;
  if (__builtin_add_overflow(buffer->length, length, &needed)) return false;
  if (needed > buffer->capacity) {
    size_t capacity = buffer->capacity < 512 ? 1024 : buffer->capacity * 2;
    if (capacity < needed) capacity = needed;
    char *grown = dryad_realloc(buffer->allocator, buffer->data, buffer->capacity, capacity, 1);
    if (!grown) return false;
    buffer->data = grown;
    buffer->capacity = capacity;
  }
  if (length) memcpy(buffer->data + buffer->length, data, length);
  buffer->length = needed;
  return true;
}

static bool put_text(dryad_buffer *buffer, const char *text) { return dryad_buffer_append(buffer, text, strlen(text)); }

static bool put_unsigned(dryad_buffer *buffer, uint64_t number)
{
  char digits[20], *p = digits + sizeof digits;
  do *--p = (char)('0' + number % 10);
  while (number /= 10);
  return dryad_buffer_append(buffer, p, (size_t)(digits + sizeof digits - p));
}

static bool put_signed(dryad_buffer *buffer, int64_t number)
{
  if (number >= 0) return put_unsigned(buffer, (uint64_t)number);
  return put_text(buffer, "-") && put_unsigned(buffer, 0 - (uint64_t)number);
}

/* An infinity is written as a number beyond all floats, which is valid JSON and reads back as one; for NaN there
   is none. */
static bool put_float(dryad_buffer *buffer, double number)
{
  char text[DRYAD_FLOAT_TEXT];
  if (isnan(number)) return put_text(buffer, "NaN");
  if (isinf(number)) return put_text(buffer, number < 0 ? "-1e999" : "1e999");
  return dryad_buffer_append(buffer, text, dryad_float_text(text, number));
}

/* ---- strings ---- */

static bool put_escape(dryad_buffer *buffer, uint32_t unit)
{
  static const char digits[] = "0123456789abcdef";
  char escape[6] = {
      '\\', 'u', digits[unit >> 12 & 15], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15]};
  return dryad_buffer_append(buffer, escape, sizeof escape);
}

/* One escape, or two for a character beyond 16 bits. `*p` goes past the sequence it is at. */
static bool put_sequence(dryad_buffer *buffer, const unsigned char **p, const unsigned char *end)
{
  const unsigned char *s = *p;
  bool valid;
  unsigned length = dryad_utf8_sequence(s, end, &valid);
  *p += length;
  if (!valid) return put_escape(buffer, 0xfffd);
  uint32_t c = dryad_utf8_code_point(s, length);
  if (c < 0x10000) return put_escape(buffer, c);
  return put_escape(buffer, 0xd7c0 + (c >> 10)) && put_escape(buffer, 0xdc00 | (c & 0x3ff));
}

static bool is_plain(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\' && c != '/'; }

static bool put_string(dryad_buffer *buffer, dryad_text text, bool as_bytes)
{
  const unsigned char *p = (const unsigned char *)text.data, *end = p + text.length;
  if (!put_text(buffer, "\"")) return false;
  while (p < end) {
    const unsigned char *start = p;
    while (p < end && is_plain(*p)) p++;
    if (!dryad_buffer_append(buffer, start, (size_t)(p - start))) return false;
    if (p == end) break;
    if (*p >= 0x20 && *p < 0x7f) {
      char escape[2] = {'\\', (char)*p++};
      if (!dryad_buffer_append(buffer, escape, sizeof escape)) return false;
    } else if (as_bytes) {
      if (!put_escape(buffer, *p++)) return false;
    } else if (!put_sequence(buffer, &p, end)) {
      return false;
    }
  }
  return put_text(buffer, "\"");
}

/* ---- objects ---- */

static bool put_value(dryad_buffer *buffer, const dryad_value *value, bool as_bytes)
{
  switch (value->kind) {
  case DRYAD_VALUE_NONE: break;
  case DRYAD_VALUE_NULL: return put_text(buffer, "null");
  case DRYAD_VALUE_BOOLEAN: return put_text(buffer, value->boolean ? "true" : "false");
  case DRYAD_VALUE_INTEGER: return put_signed(buffer, value->integer);
  case DRYAD_VALUE_FLOAT: return put_float(buffer, value->real);
  case DRYAD_VALUE_TEXT: return put_string(buffer, value->text, as_bytes);
  case DRYAD_VALUE_BIG_INTEGER: return dryad_buffer_append(buffer, value->text.data, value->text.length);
  }
  return true;
}

static bool put_hash(dryad_buffer *buffer, const uint8_t *key, char domain, const void *bytes, size_t size)
{
  char text[20];
  snprintf(text, sizeof text, "\"%016" PRIx64 "\"", dryad_siphash(key, domain, bytes, size));
  return put_text(buffer, text);
}

static bool put_redacted(dryad_buffer *buffer, const dryad_value *value, bool as_bytes, const uint8_t *key)
{
  char digits[24];
  int length;
  switch (value->kind) {
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL: break;
  case DRYAD_VALUE_BOOLEAN: return put_hash(buffer, key, 't', &value->boolean, sizeof value->boolean);
  case DRYAD_VALUE_INTEGER:
    length = snprintf(digits, sizeof digits, "%" PRId64, value->integer);
    return put_hash(buffer, key, 'i', digits, (size_t)length);
  case DRYAD_VALUE_FLOAT: return put_hash(buffer, key, 'f', &value->real, sizeof value->real);
  case DRYAD_VALUE_TEXT: return put_hash(buffer, key, as_bytes ? 'b' : 's', value->text.data, value->text.length);
  case DRYAD_VALUE_BIG_INTEGER: return put_hash(buffer, key, 'i', value->text.data, value->text.length);
  }
  return put_value(buffer, value, as_bytes);
}

static bool is_frame(dryad_text type) { return type.length == 5 && memcmp(type.data, "frame", 5) == 0; }

static bool put_refs(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id)
{
  dryad_ids children = dryad_graph_children(graph, id);
  if (!put_text(buffer, ", \"refs\": [")) return false;
  for (uint64_t i = 0; i < children.count; i++) {
    if (i && !put_text(buffer, ", ")) return false;
    if (!put_unsigned(buffer, dryad_graph_address(graph, children.ids[i]))) return false;
  }
  return put_text(buffer, "]}");
}

/* Without a key the value as it is. */
static bool put_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python, const uint8_t *key)
{
  dryad_text type = dryad_graph_type_name(graph, dryad_graph_type(graph, id));
  dryad_text name = dryad_graph_name(graph, id);
  dryad_value value = dryad_graph_value(graph, id);
  int64_t len;
  if (!put_text(buffer, "{\"address\": ") || !put_unsigned(buffer, dryad_graph_address(graph, id))) return false;
  if (!put_text(buffer, ", \"type\": ") || !put_string(buffer, type, false)) return false;
  if (!put_text(buffer, ", \"size\": ") || !put_unsigned(buffer, dryad_graph_size(graph, id))) return false;
  if (name.data && (!put_text(buffer, ", \"name\": ") || !put_string(buffer, name, false))) return false;
  if (dryad_graph_len(graph, id, &len) && (!put_text(buffer, ", \"len\": ") || !put_signed(buffer, len))) return false;
  if (value.kind != DRYAD_VALUE_NONE) {
    bool as_bytes = dryad_is_bytes_type(type, python);
    if (!put_text(buffer, ", \"value\": ")) return false;
    if (!(key && !is_frame(type) ? put_redacted(buffer, &value, as_bytes, key) : put_value(buffer, &value, as_bytes)))
      return false;
  }
  return put_refs(buffer, graph, id);
}

static dryad_status write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                 const uint8_t *key, dryad_error *error)
{
  size_t length = buffer->length;
  if (put_object(buffer, graph, id, python, key)) return DRYAD_OK;
  buffer->length = length;
  return dryad_fail_memory(error);
}

dryad_status dryad_json_write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                     dryad_error *error)
{
  return write_object(buffer, graph, id, python, NULL, error);
}

dryad_status dryad_json_write_redacted(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                       const uint8_t key[DRYAD_SIPHASH_KEY], dryad_error *error)
{
  return write_object(buffer, graph, id, python, key, error);
}
