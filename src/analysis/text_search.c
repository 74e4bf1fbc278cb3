/* SPDX-License-Identifier: MIT */
#include "analysis/text_search.h"

#include <string.h>

#include "base/error.h"
#include "base/progress.h"
#include "graph/graph.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 17 };

/* ---- texts -------------------------------------------------------------------------------------- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

static bool begins_with(const char *text, dryad_text beginning)
{
  for (size_t i = 0; i < beginning.length; i++)
    if (lower(text[i]) != lower(beginning.data[i])) return false;
  return true;
}

bool dryad_text_contains(dryad_text text, dryad_text part)
{
  for (size_t at = 0; at + part.length <= text.length; at++)
    if (begins_with(text.data + at, part)) return true;
  return false;
}

/* ---- objects ------------------------------------------------------------------------------------ */

typedef struct searching {
  const dryad_classes *classes;
  const dryad_sought_text *sought;
  bool *has_name; /* by class: its name has the text */
} searching;

static bool value_matches(const dryad_sought_text *sought, const dryad_value *value)
{
  switch (value->kind) {
  case DRYAD_VALUE_TEXT: return dryad_text_contains(value->text, sought->text);
  case DRYAD_VALUE_BIG_INTEGER: return dryad_text_equal(value->text, sought->text);
  case DRYAD_VALUE_INTEGER: return sought->is_integer && value->integer == sought->integer;
  case DRYAD_VALUE_FLOAT: return sought->is_real && value->real == sought->real;
  case DRYAD_VALUE_NONE:
  case DRYAD_VALUE_NULL:
  case DRYAD_VALUE_BOOLEAN: break;
  }
  return false;
}

static bool matches(const searching *s, dryad_id id)
{
  const dryad_graph *graph = s->classes->graph;
  if (s->has_name[dryad_class_number(s->classes, id)]) return true;
  const dryad_text name = dryad_graph_name(graph, id);
  if (name.data && dryad_text_contains(name, s->sought->text)) return true;
  const dryad_value value = dryad_graph_value(graph, id);
  return value_matches(s->sought, &value);
}

static dryad_status search(const searching *s, dryad_ids from, dryad_column *found, uint64_t *count,
                           const dryad_progress *progress, dryad_error *error)
{
  const dryad_graph *graph = s->classes->graph;
  for (uint64_t i = 0; i < from.count; i++) {
    const dryad_id id = from.ids ? from.ids[i] : (dryad_id)i;
    if (i % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "searching", i, from.count))
      return dryad_fail_cancelled(error);
    if (id >= graph->count || !matches(s, id)) continue;
    if (!dryad_column_reserve(found, graph->allocator, *count + 1, sizeof id)) return dryad_fail_memory(error);
    ((dryad_id *)found->data)[(*count)++] = id;
  }
  return dryad_graph_check(graph, error);
}

dryad_status dryad_ids_with_text(const dryad_classes *classes, dryad_ids from, const dryad_sought_text *sought,
                                 dryad_id **out, uint64_t *out_count, dryad_progress progress, dryad_error *error)
{
  const dryad_allocator *allocator = classes->graph->allocator;
  const uint32_t count = classes->count;
  searching s = {classes, sought, dryad_alloc(allocator, count, sizeof *s.has_name)};
  dryad_column found = {0};
  *out = NULL;
  *out_count = 0;
  for (uint32_t class = 0; s.has_name && class < count; class ++)
    s.has_name[class] = dryad_text_contains(dryad_class_name(classes, class), sought->text);
  dryad_status status = s.has_name ? search(&s, from, &found, out_count, &progress, error) : dryad_fail_memory(error);
  dryad_free(allocator, s.has_name, count, sizeof *s.has_name);
  if (!status) {
    *out = dryad_realloc(allocator, found.data, found.capacity, *out_count, sizeof **out);
    if (!*out) status = dryad_fail_memory(error);
  }
  if (status) {
    dryad_column_free(&found, allocator, sizeof **out);
    *out_count = 0;
  }
  return status;
}
