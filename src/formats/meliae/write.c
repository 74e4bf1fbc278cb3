/* SPDX-License-Identifier: MIT */
#include "formats/meliae/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/assert.h"
#include "base/error.h"
#include "formats/json/json_write.h"
#include "graph/graph.h"
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

static bool is_type(dryad_text type, const char *name)
{
  return type.length == strlen(name) && memcmp(type.data, name, type.length) == 0;
}

/* The function of a frame, and the dtype and shape of an array, are no content. */
static bool has_open_value(dryad_text type) { return is_type(type, "frame") || is_type(type, "numpy.ndarray"); }

static bool put_string(dryad_buffer *buffer, const char *key, dryad_text text)
{
  return dryad_json_put_text(buffer, key) && dryad_json_put_string(buffer, text, DRYAD_JSON_DUMP);
}

static bool put_text_detail(dryad_buffer *buffer, const char *key, dryad_text text)
{
  return !text.data || put_string(buffer, key, text);
}

static bool put_number_detail(dryad_buffer *buffer, const char *key, bool has_number, uint64_t number)
{
  return !has_number || (dryad_json_put_text(buffer, key) && dryad_json_put_unsigned(buffer, number));
}

static bool put_root(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, const dryad_meliae_style *style)
{
  dryad_root_reason reason =
      style->roots ? dryad_roots_reason(style->roots, id) : dryad_annotations_root(graph->annotations, id);
  if (reason == DRYAD_ROOT_NONE) return true;
  const char *name = dryad_root_reason_name(reason);
  return put_string(buffer, ", \"root\": ", (dryad_text){name, strlen(name)});
}

static bool put_sites(dryad_buffer *buffer, dryad_text sites)
{
  dryad_text site;
  const char *before = ", \"allocated\": [";
  if (!sites.data) return true;
  while (dryad_next_site(&sites, &site)) {
    if (!put_string(buffer, before, site)) return false;
    before = ", ";
  }
  return dryad_json_put_text(buffer, "]");
}

static bool put_details(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, const dryad_meliae_style *style)
{
  uint64_t refcount, interpreter, mapped, line;
  bool has_refcount = dryad_graph_refcount(graph, id, &refcount);
  if (style->uncounted && dryad_bits_get(style->uncounted, id)) has_refcount = false;
  bool has_interpreter = dryad_graph_interpreter(graph, id, &interpreter);
  bool has_mapped = dryad_graph_mapped(graph, id, &mapped), has_line = dryad_graph_line(graph, id, &line);
  return put_text_detail(buffer, ", \"qualname\": ", dryad_graph_qualname(graph, id)) &&
         put_number_detail(buffer, ", \"refcount\": ", has_refcount, refcount) && put_root(buffer, graph, id, style) &&
         put_number_detail(buffer, ", \"interpreter\": ", has_interpreter, interpreter) &&
         put_number_detail(buffer, ", \"mapped\": ", has_mapped, mapped) &&
         put_text_detail(buffer, ", \"file\": ", dryad_graph_file(graph, id)) &&
         put_number_detail(buffer, ", \"line\": ", has_line, line) &&
         put_sites(buffer, dryad_graph_allocated(graph, id));
}

static bool put_refs(dryad_buffer *buffer, const dryad_graph *graph, dryad_ids children)
{
  if (!dryad_json_put_text(buffer, ", \"refs\": [")) return false;
  for (uint64_t i = 0; i < children.count; i++) {
    if (i && !dryad_json_put_text(buffer, ", ")) return false;
    if (!dryad_json_put_unsigned(buffer, dryad_graph_address(graph, children.ids[i]))) return false;
  }
  return dryad_json_put_text(buffer, "]");
}

/* A name or null for each reference, if any has a name. */
static bool put_names(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, uint64_t ref_count)
{
  const dryad_annotations *a = graph->annotations;
  uint64_t next = dryad_annotations_seek(a, id, 0);
  if (!a || next == a->name_count || a->named[next] >> 32 != id) return true;
  for (uint64_t i = 0; i < ref_count; i++) {
    if (!dryad_json_put_text(buffer, i ? ", " : ", \"names\": [")) return false;
    bool is_named = next < a->name_count && a->named[next] == ((uint64_t)id << 32 | i);
    if (!is_named && !dryad_json_put_text(buffer, "null")) return false;
    if (is_named && !put_string(buffer, "", dryad_string_pool_get(&graph->store->texts, a->names[next++])))
      return false;
  }
  return dryad_json_put_text(buffer, "]");
}

static bool put_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id, const dryad_meliae_style *style)
{
  dryad_text type = dryad_graph_type_name(graph, dryad_graph_type(graph, id));
  dryad_text name = dryad_graph_name(graph, id);
  dryad_value value = dryad_graph_value(graph, id);
  dryad_ids children = dryad_graph_children(graph, id);
  int64_t len;
  if (!dryad_json_put_text(buffer, "{\"address\": ") ||
      !dryad_json_put_unsigned(buffer, dryad_graph_address(graph, id)))
    return false;
  if (!put_string(buffer, ", \"type\": ", type)) return false;
  if (!dryad_json_put_text(buffer, ", \"size\": ") || !dryad_json_put_unsigned(buffer, dryad_graph_size(graph, id)))
    return false;
  if (name.data && !put_string(buffer, ", \"name\": ", name)) return false;
  if (dryad_graph_len(graph, id, &len) &&
      (!dryad_json_put_text(buffer, ", \"len\": ") || !dryad_json_put_integer(buffer, len)))
    return false;
  if (value.kind != DRYAD_VALUE_NONE) {
    bool as_bytes = dryad_is_bytes_type(graph->store->runtime, type, style->python);
    if (!dryad_json_put_text(buffer, ", \"value\": ")) return false;
    if (!(style->key && !has_open_value(type) ? put_redacted(buffer, &value, as_bytes, style->key)
                                              : put_value(buffer, &value, as_bytes)))
      return false;
  }
  return put_details(buffer, graph, id, style) && put_refs(buffer, graph, children) &&
         put_names(buffer, graph, id, children.count) && dryad_json_put_text(buffer, "}");
}

dryad_status dryad_meliae_write_object(dryad_buffer *buffer, const dryad_graph *graph, dryad_id id,
                                       const dryad_meliae_style *style, dryad_error *error)
{
  DRYAD_ASSERT(id < dryad_graph_count(graph) && (style->python == 2 || style->python == 3));
  size_t length = buffer->length;
  if (put_object(buffer, graph, id, style)) return DRYAD_OK;
  buffer->length = length;
  return dryad_fail_memory(error);
}
