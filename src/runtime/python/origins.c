/* SPDX-License-Identifier: MIT */
#include "runtime/python/origins.h"

#include <string.h>

#include "base/error.h"
#include "runtime/python/attributes.h"
#include "runtime/python/classes.h"
#include "runtime/python/types.h"

/* The modules of a dump, numbered by name, and the names of the standard library's. */
typedef struct modules {
  const dryad_graph *graph;
  const dryad_known_types *known;
  dryad_text library; /* the folder of the standard library's files, with the slash; .data NULL: unknown */
  dryad_text_numbers standard;
  uint32_t standard_count;
  dryad_text_numbers names; /* looking up a text adds it, with a number that is too high; so also in `standard` */
  dryad_column origins;     /* dryad_class_origin[count], by number */
  uint32_t count;
} modules;

static dryad_text text_of(const char *text) { return (dryad_text){text, strlen(text)}; }

static bool contains(dryad_text text, const char *part)
{
  return text.data && memmem(text.data, text.length, part, strlen(part));
}

static bool starts_with(dryad_text text, dryad_text start)
{
  return start.data && text.length >= start.length && memcmp(text.data, start.data, start.length) == 0;
}

/* The text before the first dot at or after `from`; all of it if there is none. */
static dryad_text before_dot(dryad_text name, size_t from)
{
  const char *dot = memchr(name.data + from, '.', name.length - from);
  return dot ? (dryad_text){name.data, (size_t)(dot - name.data)} : name;
}

/* ---- the standard library ------------------------------------------------------------------------- */

/* Takes the library's folder from a module that every interpreter loads from a file. */
static void look_for_library(modules *m, dryad_id module, dryad_text name)
{
  static const char *const always_there[] = {"os", "codecs", "abc", "io", "stat", "site"};
  for (size_t i = 0; i < sizeof always_there / sizeof *always_there; i++) {
    if (!dryad_text_equal(name, text_of(always_there[i]))) continue;
    dryad_text file = dryad_python_attribute_text(m->graph, m->known, module, "__file__");
    const char *slash = file.data ? memrchr(file.data, '/', file.length) : NULL;
    if (slash) m->library = (dryad_text){file.data, (size_t)(slash - file.data) + 1};
  }
}

static dryad_status add_standard_names(modules *m, dryad_id sys, dryad_error *error)
{
  dryad_id set = dryad_python_attribute(m->graph, m->known, sys, "stdlib_module_names");
  if (set >= m->graph->count) return DRYAD_OK;
  dryad_ids names = dryad_children(m->graph, set);
  dryad_status status = DRYAD_OK;
  for (uint64_t i = 0; i < names.count && !status; i++) {
    if (!dryad_python_is(m->graph, m->known, names.ids[i], DRYAD_PY_STR)) continue;
    dryad_value name = dryad_graph_value(m->graph, names.ids[i]);
    uint32_t number;
    if (name.kind == DRYAD_VALUE_TEXT) status = dryad_text_numbers_add(&m->standard, name.text, &number, error);
  }
  m->standard_count = m->standard.count;
  return status;
}

static dryad_status is_standard(modules *m, dryad_text name, bool *result, dryad_error *error)
{
  uint32_t number = 0;
  dryad_status status = dryad_text_numbers_add(&m->standard, before_dot(name, 0), &number, error);
  *result = !status && number < m->standard_count;
  return status;
}

static dryad_status find_library(modules *m, dryad_error *error)
{
  dryad_status status = DRYAD_OK;
  for (dryad_id id = 0; id < m->graph->count && !status; id++) {
    if (!dryad_python_is(m->graph, m->known, id, DRYAD_PY_MODULE)) continue;
    dryad_text name = dryad_graph_name(m->graph, id);
    if (!name.data) continue;
    if (!m->library.data) look_for_library(m, id, name);
    if (m->standard_count == 0 && dryad_text_equal(name, text_of("sys"))) status = add_standard_names(m, id, error);
  }
  return status;
}

/* ---- modules ------------------------------------------------------------------------------------- */

/* Whether an importer made a module without a file. Those of Python 2 have no __spec__, those that code makes by hand
   have None for it. */
static bool is_imported(const modules *m, dryad_id module)
{
  dryad_id spec = dryad_python_attribute(m->graph, m->known, module, "__spec__");
  return !dryad_python_is(m->graph, m->known, spec, DRYAD_PY_NONE);
}

static dryad_class_origin origin_of_file(const modules *m, dryad_text file, bool is_standard)
{
  if (contains(file, "/site-packages/") || contains(file, "/dist-packages/")) return DRYAD_CLASS_OF_PACKAGE;
  return is_standard || starts_with(file, m->library) ? DRYAD_CLASS_OF_STANDARD_LIBRARY : DRYAD_CLASS_OF_PROGRAM;
}

/* Whether a module tells the origin of its classes, and it. One made by hand belongs to its package. */
static dryad_status find_origin(modules *m, dryad_id module, dryad_text name, bool *found, dryad_class_origin *origin,
                                dryad_error *error)
{
  bool standard;
  dryad_status status = is_standard(m, name, &standard, error);
  dryad_text file = dryad_python_attribute_text(m->graph, m->known, module, "__file__");
  *found = true;
  if (dryad_text_equal(name, text_of("__main__")))
    *origin = DRYAD_CLASS_OF_PROGRAM;
  else if (file.data)
    *origin = origin_of_file(m, file, standard);
  else if (standard || is_imported(m, module))
    *origin = DRYAD_CLASS_OF_INTERPRETER;
  else
    *found = false;
  return status;
}

static dryad_status add_module(modules *m, dryad_id module, dryad_error *error)
{
  dryad_text name = dryad_graph_name(m->graph, module);
  dryad_class_origin origin = DRYAD_CLASS_OF_PROGRAM;
  bool found = false;
  uint32_t number = 0;
  if (!name.data) return DRYAD_OK;
  dryad_status status = find_origin(m, module, name, &found, &origin, error);
  if (!status && found) status = dryad_text_numbers_add(&m->names, name, &number, error);
  if (status || !found || number < m->count) return status;
  if (!dryad_column_reserve(&m->origins, m->graph->allocator, (uint64_t)number + 1, sizeof origin))
    return dryad_fail_memory(error);
  ((dryad_class_origin *)m->origins.data)[number] = origin;
  m->count = number + 1;
  return DRYAD_OK;
}

static dryad_status add_modules(modules *m, dryad_error *error)
{
  dryad_status status = find_library(m, error);
  for (dryad_id id = 0; id < m->graph->count && !status; id++)
    if (dryad_python_is(m->graph, m->known, id, DRYAD_PY_MODULE)) status = add_module(m, id, error);
  return status;
}

/* ---- classes ------------------------------------------------------------------------------------- */

/* The length of the longest module whose name starts that of a class, and its origin; 0: there is none. */
static dryad_status look_up_module(modules *m, dryad_text name, size_t *length, dryad_class_origin *origin,
                                   dryad_error *error)
{
  const int deepest = 32; /* packages in packages */
  dryad_status status = DRYAD_OK;
  dryad_text module = before_dot(name, 0);
  *length = 0;
  for (int depth = 0; depth < deepest && module.length < name.length && !status; depth++) {
    uint32_t number = 0;
    status = dryad_text_numbers_add(&m->names, module, &number, error);
    if (!status && number < m->count) {
      *length = module.length;
      *origin = ((const dryad_class_origin *)m->origins.data)[number];
    }
    module = before_dot(name, module.length + 1);
  }
  return status;
}

/* Classes that Python code, or what looks like it, makes for the interpreter in modules that are not loaded, or that
   were renamed. */
static bool is_made_at_start(dryad_text name)
{
  static const char *const starts[] = {"ast.", "_ast.", "_frozen_importlib.", "_frozen_importlib_external."};
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (starts_with(name, text_of(starts[i]))) return true;
  return false;
}

static bool is_of_known_type(const modules *m, dryad_id id)
{
  for (int i = 0; i < DRYAD_PY_TYPES; i++)
    if (dryad_types(m->graph)[id] == m->known->ids[i]) return true;
  return false;
}

/* Whether an object refers to a class as its own, as instances of built-in classes do not. What has items may have the
   class among them. */
static bool has_instance(const modules *m, dryad_id class)
{
  int64_t len;
  dryad_ids parents = dryad_parents(m->graph, class);
  for (uint64_t i = 0; i < parents.count; i++)
    if (!is_of_known_type(m, parents.ids[i]) && !dryad_graph_len(m->graph, parents.ids[i], &len) &&
        dryad_python_class_of(m->graph, m->known, parents.ids[i]) == class)
      return true;
  return false;
}

/* A class without a module, which the dict of a class that is not built in has. */
static dryad_class_origin origin_of_bare(const modules *m, dryad_id class)
{
  bool is_told =
      class == DRYAD_NONE || dryad_children(m->graph, class).count > 0 || dryad_graph_qualname(m->graph, class).data;
  return !is_told && has_instance(m, class) ? DRYAD_CLASS_OF_PROGRAM : DRYAD_CLASS_OF_INTERPRETER;
}

/* Of a class, or a type whose class is not in the dump, with this name. */
static dryad_status find_module_and_origin(modules *m, dryad_class *class, dryad_text name, dryad_error *error)
{
  bool standard;
  size_t length;
  const char *dot = memrchr(name.data, '.', name.length);
  if (!dot) {
    class->origin = origin_of_bare(m, class->first);
    return DRYAD_OK;
  }
  dryad_status status = look_up_module(m, name, &length, &class->origin, error);
  class->module_length = (uint32_t)(length ? length : (size_t)(dot - name.data));
  if (status || length) return status;
  status = is_standard(m, name, &standard, error);
  dryad_text own = class->first == DRYAD_NONE ? name : dryad_graph_name(m->graph, class->first);
  class->origin =
      standard || is_made_at_start(name) || contains(own, ".") ? DRYAD_CLASS_OF_INTERPRETER : DRYAD_CLASS_OF_PROGRAM;
  return status;
}

dryad_status dryad_python_find_origins(dryad_classes *classes, dryad_error *error)
{
  modules m = {.graph = classes->graph, .known = &classes->known};
  dryad_text_numbers_init(&m.standard, classes->allocator);
  dryad_text_numbers_init(&m.names, classes->allocator);
  dryad_status status = add_modules(&m, error);
  for (uint32_t number = 0; number < classes->known_count && !status; number++)
    status = find_module_and_origin(&m, &classes->classes[number], dryad_class_name(classes, number), error);
  dryad_text_numbers_deinit(&m.standard);
  dryad_text_numbers_deinit(&m.names);
  dryad_column_free(&m.origins, classes->allocator, sizeof(dryad_class_origin));
  return status;
}
