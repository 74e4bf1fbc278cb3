/* SPDX-License-Identifier: MIT */
#include "analysis/kinds.h"

#include <string.h>

#include "base/error.h"
#include "base/key_table.h"
#include "base/progress.h"

enum { OBJECTS_BETWEEN_TELLING = 1 << 16 };

typedef struct numbering {
  const dryad_graph *graph;
  const dryad_classes *classes;
  bool *is_defined;        /* by type: its objects have definitions, or are classes */
  uint32_t *of_type;       /* by type: the kind of all its objects; DRYAD_NONE: not known, or they are of several */
  uint32_t *of_class;      /* by class: the kind of its objects without a definition; DRYAD_NONE: none yet */
  dryad_key_table defined; /* class, what the definition is, its number */
  dryad_column of_defined; /* uint32_t[defined.count]: the kind */
  dryad_kinds *out;
} numbering;

enum { NO_DEFINITION, DEFINED, CLASS }; /* what a definition is */

static bool is_named(dryad_text name, const char *expected)
{
  return dryad_text_equal(name, (dryad_text){expected, strlen(expected)});
}

/* Built-in classes have short names in lower case, except exceptions, which are no containers; most containers have a
   len. */
bool dryad_class_is_common(const dryad_classes *classes, uint32_t class, dryad_id id)
{
  const dryad_class_origin origin = dryad_class_origin_of(classes, class);
  if (origin != DRYAD_CLASS_OF_INTERPRETER && origin != DRYAD_CLASS_OF_STANDARD_LIBRARY) return false;
  const dryad_text name = dryad_class_name(classes, class);
  const bool is_short =
      name.length > 0 && name.data[0] >= 'a' && name.data[0] <= 'z' && !memchr(name.data, '.', name.length);
  int64_t len;
  return is_short || dryad_graph_len(classes->graph, id, &len) || is_named(name, "collections.deque");
}

static bool add_kind(numbering *n, dryad_id id, uint32_t class, bool is_defined, uint32_t *number)
{
  dryad_kinds *out = n->out;
  if (!dryad_column_reserve(&out->kinds, out->allocator, (uint64_t)out->count + 1, sizeof(dryad_kind))) return false;
  const bool is_common = !is_defined && dryad_class_is_common(n->classes, class, id);
  ((dryad_kind *)out->kinds.data)[ *number = out->count++] =
      (dryad_kind){.first = id, .class = class, .is_defined = is_defined, .is_common = is_common};
  return true;
}

static bool kind_of_defined(numbering *n, dryad_id id, dryad_key key, uint32_t *number)
{
  const uint32_t before = n->defined.count;
  uint32_t place;
  if (!dryad_key_table_number(&n->defined, key, &place)) return false;
  if (place == before) {
    if (!dryad_column_reserve(&n->of_defined, n->out->allocator, (uint64_t)place + 1, sizeof(uint32_t))) return false;
    if (!add_kind(n, id, (uint32_t)key.words[0], true, &((uint32_t *)n->of_defined.data)[place])) return false;
  }
  *number = ((const uint32_t *)n->of_defined.data)[place];
  return true;
}

static void find_defined_types(numbering *n)
{
  for (uint32_t type = 0; type < n->graph->store->type_count; type++)
    n->is_defined[type] = dryad_has_definitions(&n->classes->known, type);
  for (uint32_t i = 0; i < n->classes->object_count; i++)
    n->is_defined[dryad_types(n->graph)[n->classes->objects[i]]] = true;
}

static dryad_key definition_of(const numbering *n, dryad_id id, uint32_t class)
{
  const uint32_t as_class = dryad_class_number_of_class(n->classes, id);
  if (as_class != DRYAD_NONE) return (dryad_key){{class, CLASS, as_class}};
  const bool has_one = dryad_has_definitions(&n->classes->known, dryad_types(n->graph)[id]);
  const uint64_t definition = has_one ? dryad_definition_of(n->graph, &n->classes->known, id) : DRYAD_NO_DEFINITION;
  return (dryad_key){{class, definition == DRYAD_NO_DEFINITION ? NO_DEFINITION : DEFINED, definition}};
}

/* Objects of most types are of one kind. */
static bool number_object(numbering *n, dryad_id id)
{
  const uint32_t type = dryad_types(n->graph)[id];
  if (n->of_type[type] != DRYAD_NONE) {
    ((dryad_kind *)n->out->kinds.data)[n->out->numbers[id] = n->of_type[type]].count++;
    return true;
  }
  const uint32_t class = dryad_class_number(n->classes, id);
  uint32_t *number = &n->out->numbers[id];
  dryad_key key = {{0, NO_DEFINITION}};
  if (n->is_defined[type]) key = definition_of(n, id, class);
  if (key.words[1] != NO_DEFINITION) {
    if (!kind_of_defined(n, id, key, number)) return false;
  } else {
    uint32_t *of_class = &n->of_class[class];
    if (*of_class == DRYAD_NONE && !add_kind(n, id, class, false, of_class)) return false;
    *number = *of_class;
    const bool has_one_class = n->classes->type_numbers[type] < n->classes->known_count;
    if (has_one_class && !n->is_defined[type]) n->of_type[type] = *number;
  }
  ((dryad_kind *)n->out->kinds.data)[*number].count++;
  return true;
}

static dryad_status number_all(numbering *n, const dryad_progress *progress, dryad_error *error)
{
  for (dryad_id id = 0; id < n->graph->count; id++) {
    if (id % OBJECTS_BETWEEN_TELLING == 0 && dryad_progress_tell(progress, "counting kinds", id, n->graph->count))
      return dryad_fail_cancelled(error);
    if (!number_object(n, id)) return dryad_fail_memory(error);
  }
  return DRYAD_OK;
}

dryad_status dryad_kinds_init(dryad_kinds *kinds, const dryad_graph *graph, const dryad_classes *classes,
                              dryad_progress progress, dryad_error *error)
{
  const dryad_allocator *allocator = graph->allocator;
  const uint32_t types = graph->store->type_count;
  *kinds = (dryad_kinds){.allocator = allocator, .objects = graph->count};
  kinds->numbers = dryad_alloc(allocator, graph->count, sizeof *kinds->numbers);
  numbering n = {.graph = graph,
                 .classes = classes,
                 .is_defined = dryad_calloc(allocator, types, sizeof *n.is_defined),
                 .of_type = dryad_alloc(allocator, types, sizeof *n.of_type),
                 .of_class = dryad_alloc(allocator, classes->count, sizeof *n.of_class),
                 .defined = {.allocator = allocator},
                 .out = kinds};
  dryad_status status = DRYAD_OK;
  if (kinds->numbers && n.is_defined && n.of_type && n.of_class) {
    memset(n.of_type, 0xff, types * sizeof *n.of_type);
    memset(n.of_class, 0xff, classes->count * sizeof *n.of_class);
    find_defined_types(&n);
    status = number_all(&n, &progress, error);
  } else {
    status = dryad_fail_memory(error);
  }
  dryad_free(allocator, n.is_defined, types, sizeof *n.is_defined);
  dryad_free(allocator, n.of_type, types, sizeof *n.of_type);
  dryad_free(allocator, n.of_class, classes->count, sizeof *n.of_class);
  dryad_key_table_deinit(&n.defined);
  dryad_column_free(&n.of_defined, allocator, sizeof(uint32_t));
  if (status) dryad_kinds_deinit(kinds);
  return status;
}

void dryad_kinds_deinit(dryad_kinds *kinds)
{
  if (kinds->allocator) {
    dryad_free(kinds->allocator, kinds->numbers, kinds->objects, sizeof *kinds->numbers);
    dryad_column_free(&kinds->kinds, kinds->allocator, sizeof(dryad_kind));
  }
  *kinds = (dryad_kinds){0};
}
