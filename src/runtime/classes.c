/* SPDX-License-Identifier: MIT */
#include "runtime/classes.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/search.h"

void dryad_classes_free(dryad_classes *classes)
{
  if (!classes) return;
  const dryad_allocator *allocator = classes->allocator;
  dryad_text_numbers_deinit(&classes->names);
  dryad_free(allocator, classes->classes, classes->known_count, sizeof *classes->classes);
  dryad_free(allocator, classes->type_numbers, classes->type_count, sizeof *classes->type_numbers);
  dryad_free(allocator, classes->shared, classes->count - classes->known_count, sizeof *classes->shared);
  dryad_free(allocator, classes->objects, classes->object_count, sizeof *classes->objects);
  dryad_free(allocator, classes->numbers, classes->object_count, sizeof *classes->numbers);
  dryad_free(allocator, classes, 1, sizeof *classes);
}

uint64_t dryad_classes_bytes(const dryad_classes *classes)
{
  return dryad_text_numbers_bytes(&classes->names) + classes->known_count * sizeof *classes->classes +
         classes->type_count * sizeof *classes->type_numbers +
         (classes->count - classes->known_count) * sizeof *classes->shared +
         classes->object_count * (sizeof *classes->objects + sizeof *classes->numbers);
}

/* ---- making ------------------------------------------------------------------------------------ */

static dryad_status find_objects(dryad_classes *c, dryad_error *error)
{
  const dryad_graph *graph = c->graph;
  uint32_t count = 0;
  for (dryad_id id = 0; id < graph->count; id++) count += dryad_is_class(graph, &c->known, id);
  c->objects = dryad_alloc(c->allocator, count, sizeof *c->objects);
  c->object_count = c->objects ? count : 0;
  c->numbers = dryad_alloc(c->allocator, c->object_count, sizeof *c->numbers);
  if (!c->objects || !c->numbers) return dryad_fail_memory(error);
  uint32_t next = 0;
  for (dryad_id id = 0; next < count; id++)
    if (dryad_is_class(graph, &c->known, id)) c->objects[next++] = id;
  return DRYAD_OK;
}

/* The number of a class object, by its name; `name` is scratch. */
static dryad_status number_object(dryad_classes *c, uint32_t i, dryad_buffer *name, dryad_error *error)
{
  dryad_qualified_name parts = dryad_class_name_of(c->graph, &c->known, c->objects[i]);
  if (!parts.module.data) return dryad_text_numbers_add(&c->names, parts.name, &c->numbers[i], error);
  name->length = 0;
  bool ok = dryad_buffer_append(name, parts.module.data, parts.module.length) && dryad_buffer_append(name, ".", 1) &&
            dryad_buffer_append(name, parts.name.data, parts.name.length);
  if (!ok) return dryad_fail_memory(error);
  return dryad_text_numbers_add(&c->names, (dryad_text){name->data, name->length}, &c->numbers[i], error);
}

static dryad_status number_objects(dryad_classes *c, dryad_error *error)
{
  dryad_buffer name = {.allocator = c->allocator};
  dryad_status status = DRYAD_OK;
  for (uint32_t i = 0; i < c->object_count && !status; i++) status = number_object(c, i, &name, error);
  dryad_buffer_deinit(&name);
  return status;
}

enum { SEVERAL = DRYAD_NONE - 1 }; /* classes of one type */

/* What is needed only while classes are found. */
typedef struct bare_names {
  uint32_t *classes; /* by type: the number of the class that has no other name; DRYAD_NONE: there is none */
  uint32_t *types;   /* by class object: the type with its bare name; from type_count on: there is none */
} bare_names;

/* Gives types the numbers of the classes of the same bare name, DRYAD_NONE for none. */
static dryad_status number_types_by_class(dryad_classes *c, bare_names *bare, dryad_error *error)
{
  dryad_text_numbers types;
  dryad_status status = DRYAD_OK;
  dryad_text_numbers_init(&types, c->allocator);
  for (uint32_t type = 0; type < c->type_count && !status; type++) {
    uint32_t number = 0;
    status = dryad_text_numbers_add(&types, dryad_graph_type_name(c->graph, type), &number, error);
    if (!status && number != type) /* only in an index that was tampered with */
      status = dryad_fail(error, DRYAD_FORMAT, "the index is damaged: two of its types have one name");
    c->type_numbers[type] = bare->classes[type] = DRYAD_NONE;
  }
  for (uint32_t i = 0; i < c->object_count && !status; i++) {
    dryad_text name = dryad_graph_name(c->graph, c->objects[i]);
    uint32_t type = 0, *number = c->type_numbers;
    status = dryad_text_numbers_add(&types, name, &type, error);
    bare->types[i] = type;
    if (status || type >= c->type_count) continue;
    number += type;
    *number = *number == DRYAD_NONE || *number == c->numbers[i] ? c->numbers[i] : SEVERAL;
    if (dryad_text_equal(dryad_text_numbers_get(&c->names, c->numbers[i]), name)) bare->classes[type] = c->numbers[i];
  }
  dryad_text_numbers_deinit(&types);
  return status;
}

/* Numbers the types that no class has the name of. */
static dryad_status number_types_without_class(dryad_classes *c, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (uint32_t type = 0; type < c->type_count && !status; type++)
    if (c->type_numbers[type] == DRYAD_NONE)
      status = dryad_text_numbers_add(&c->names, dryad_graph_type_name(c->graph, type), &c->type_numbers[type], error);
  dryad_text_numbers_settle(&c->names);
  return status;
}

/* Numbers the types that several classes have the name of, after all others. */
static dryad_status number_shared_types(dryad_classes *c, const bare_names *bare, dryad_error *error)
{
  uint32_t shared = 0;
  for (uint32_t type = 0; type < c->type_count; type++) shared += c->type_numbers[type] == SEVERAL;
  c->known_count = c->count = c->names.count;
  c->shared = dryad_alloc(c->allocator, shared, sizeof *c->shared);
  if (!c->shared) return dryad_fail_memory(error);
  for (uint32_t type = 0; type < c->type_count; type++) {
    if (c->type_numbers[type] != SEVERAL) continue;
    uint32_t number = bare->classes[type] == DRYAD_NONE ? c->count : bare->classes[type];
    c->shared[c->count - c->known_count] = (dryad_shared_type){.type = type, .number = number};
    c->type_numbers[type] = c->count++;
  }
  return DRYAD_OK;
}

static void add_type(dryad_class *class, uint32_t type, bool is_first)
{
  if (is_first)
    class->type = type;
  else if (class->type != type)
    class->type = DRYAD_NONE;
}

static dryad_status describe(dryad_classes *c, const bare_names *bare, dryad_error *error)
{
  c->classes = dryad_calloc(c->allocator, c->known_count, sizeof *c->classes);
  if (!c->classes) return dryad_fail_memory(error);
  for (uint32_t number = 0; number < c->known_count; number++) c->classes[number].first = DRYAD_NONE;
  for (uint32_t i = 0; i < c->object_count; i++) {
    dryad_class *class = &c->classes[c->numbers[i]];
    add_type(class, bare->types[i], class->versions == 0);
    if (class->versions++ == 0) class->first = c->objects[i];
  }
  for (uint32_t type = 0; type < c->type_count; type++) {
    if (c->type_numbers[type] >= c->known_count) continue;
    dryad_class *class = &c->classes[c->type_numbers[type]];
    add_type(class, type, class->versions == 0);
  }
  dryad_status status = c->known.runtime->find_origins(c, error);
  for (uint32_t i = 0; i < c->object_count && !status; i++) {
    uint32_t of_type = bare->types[i] < c->type_count ? c->type_numbers[bare->types[i]] : 0;
    dryad_class_origin origin = c->classes[c->numbers[i]].origin;
    if (of_type < c->known_count) continue;
    dryad_shared_type *shared = &c->shared[of_type - c->known_count];
    if (origin > shared->origin) shared->origin = origin;
  }
  return status;
}

static dryad_status name_all(dryad_classes *c, bare_names *bare, dryad_error *error)
{
  uint32_t types = c->graph->store->type_count;
  bare->classes = dryad_alloc(c->allocator, types, sizeof *bare->classes);
  bare->types = dryad_alloc(c->allocator, c->object_count, sizeof *bare->types);
  c->type_numbers = dryad_alloc(c->allocator, types, sizeof *c->type_numbers);
  if (c->type_numbers) c->type_count = types;
  dryad_status status = bare->classes && bare->types && c->type_numbers ? DRYAD_OK : dryad_fail_memory(error);
  if (!status) status = number_types_by_class(c, bare, error);
  if (!status) status = number_types_without_class(c, error);
  if (!status) status = number_shared_types(c, bare, error);
  if (!status) status = describe(c, bare, error);
  dryad_free(c->allocator, bare->classes, types, sizeof *bare->classes);
  dryad_free(c->allocator, bare->types, c->object_count, sizeof *bare->types);
  return status;
}

dryad_status dryad_classes_new(dryad_classes **out, const dryad_graph *graph, dryad_error *error)
{
  DRYAD_ASSERT(out);
  *out = NULL;
  dryad_classes *c = dryad_calloc(graph->allocator, 1, sizeof *c);
  if (!c) return dryad_fail_memory(error);
  c->allocator = graph->allocator;
  c->graph = graph;
  dryad_known_types_init(&c->known, graph);
  dryad_text_numbers_init(&c->names, graph->allocator);
  dryad_status status = find_objects(c, error);
  if (!status) status = number_objects(c, error);
  if (!status) status = name_all(c, &(bare_names){0}, error);
  if (!status) status = dryad_graph_check(graph, error);
  if (status)
    dryad_classes_free(c);
  else
    *out = c;
  return status;
}

/* ---- asking ------------------------------------------------------------------------------------ */

/* The place of the first class object from `id` on. */
static uint32_t seek(const dryad_classes *classes, dryad_id id)
{
  return (uint32_t)dryad_lower_bound(classes->objects, classes->object_count, id);
}

uint32_t dryad_class_number_of_class(const dryad_classes *classes, dryad_id class)
{
  uint32_t place = seek(classes, class);
  return place < classes->object_count && classes->objects[place] == class ? classes->numbers[place] : DRYAD_NONE;
}

uint32_t dryad_classes_first(const dryad_classes *classes, uint32_t number)
{
  return dryad_class_is_known(classes, number) ? seek(classes, classes->classes[number].first) : classes->object_count;
}

uint32_t dryad_class_number_of_shared(const dryad_classes *classes, dryad_id id)
{
  const uint32_t of_type = classes->type_numbers[dryad_types(classes->graph)[id]];
  dryad_id class = dryad_class_of(classes->graph, &classes->known, id);
  if (class != DRYAD_NONE) return dryad_class_number_of_class(classes, class);
  return classes->shared[of_type - classes->known_count].number;
}

dryad_text dryad_class_name(const dryad_classes *classes, uint32_t number)
{
  if (dryad_class_is_known(classes, number)) return dryad_text_numbers_get(&classes->names, number);
  return dryad_graph_type_name(classes->graph, classes->shared[number - classes->known_count].type);
}
