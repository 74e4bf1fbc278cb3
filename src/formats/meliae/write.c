/* SPDX-License-Identifier: MIT */
#include "formats/meliae/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "formats/json/json_write.h"
#include "runtime/runtime.h"

static bool put_value(dryad_buffer *buffer, const dryad_value *value, bool as_bytes)
{
  switch (value->kind) {
  case DRYAD_VALUE_NONE: break;
  case DRYAD_VALUE_NULL: return dryad_json_put_text(buffer, "null");
  case DRYAD_VALUE_BOOLEAN: return dryad_json_put_text(buffer, value->boolean ? "true" : "false");
  case DRYAD_VALUE_INTEGER: return dryad_json_put_integer(buffer, value->integer);
  case DRYAD_VALUE_FLOAT: return dryad_json_put_float(buffer, value->real, DRYAD_JSON_DUMP);
  case DRYAD_VALUE_TEXT:
    return as_bytes ? dryad_json_put_bytes(buffer, value->text)
                    : dryad_json_put_string(buffer, value->text, DRYAD_JSON_DUMP);
  case DRYAD_VALUE_BIG_INTEGER: return dryad_buffer_append(buffer, value->text.data, value->text.length);
  }
  return true;
}

static bool put_hash(dryad_buffer *buffer, const uint8_t *key, char domain, const void *bytes, size_t size)
{
  char text[20];
  snprintf(text, sizeof text, "\"%016" PRIx64 "\"", dryad_siphash(key, domain, bytes, size));
  return dryad_json_put_text(buffer, text);
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
  if (!dryad_json_put_text(buffer, ", \"refs\": [")) return false;
  for (uint64_t i = 0; i < children.count; i++) {
    if (i && !dryad_json_put_text(buffer, ", ")) return false;
    if (!dryad_json_put_unsigned(buffer, dryad_graph_address(graph, children.ids[i]))) return false;
  }
  return dryad_json_put_text(buffer, "]}");
}

/* Without a key, writes the value unchanged. */
static bool put_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python, const uint8_t *key)
{
  dryad_text type = dryad_graph_type_name(graph, dryad_graph_type(graph, id));
  dryad_text name = dryad_graph_name(graph, id);
  dryad_value value = dryad_graph_value(graph, id);
  int64_t len;
  if (!dryad_json_put_text(buffer, "{\"address\": ") ||
      !dryad_json_put_unsigned(buffer, dryad_graph_address(graph, id)))
    return false;
  if (!dryad_json_put_text(buffer, ", \"type\": ") || !dryad_json_put_string(buffer, type, DRYAD_JSON_DUMP))
    return false;
  if (!dryad_json_put_text(buffer, ", \"size\": ") || !dryad_json_put_unsigned(buffer, dryad_graph_size(graph, id)))
    return false;
  if (name.data &&
      (!dryad_json_put_text(buffer, ", \"name\": ") || !dryad_json_put_string(buffer, name, DRYAD_JSON_DUMP)))
    return false;
  if (dryad_graph_len(graph, id, &len) &&
      (!dryad_json_put_text(buffer, ", \"len\": ") || !dryad_json_put_integer(buffer, len)))
    return false;
  if (value.kind != DRYAD_VALUE_NONE) {
    bool as_bytes = dryad_is_bytes_type(graph->store->runtime, type, python);
    if (!dryad_json_put_text(buffer, ", \"value\": ")) return false;
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

dryad_status dryad_meliae_write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                       dryad_error *error)
{
  DRYAD_ASSERT(id < dryad_graph_count(graph) && (python == 2 || python == 3));
  return write_object(buffer, graph, id, python, NULL, error);
}

dryad_status dryad_meliae_write_redacted(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, int python,
                                         const uint8_t key[DRYAD_SIPHASH_KEY], dryad_error *error)
{
  DRYAD_ASSERT(id < dryad_graph_count(graph) && (python == 2 || python == 3));
  DRYAD_ASSERT(key);
  return write_object(buffer, graph, id, python, key, error);
}
