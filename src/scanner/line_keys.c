/* SPDX-License-Identifier: MIT */
#include "line_keys.h"

#include "code.h"
#include "dicts.h"
#include "frames.h"
#include "generators.h"
#include "known_types.h"
#include "ndarrays.h"
#include "refcount.h"
#include "tasks.h"
#include "text.h"

static Py_ssize_t length_of(const dryad_type_info *info, const PyObject *object)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR: return (Py_ssize_t)dryad_str_length(object);
  case DRYAD_SHAPE_DICT: return dryad_dict_count(object);
  case DRYAD_SHAPE_SET: return dryad_set_count(object);
  case DRYAD_SHAPE_BYTES:
  case DRYAD_SHAPE_BYTEARRAY:
  case DRYAD_SHAPE_LIST:
  case DRYAD_SHAPE_TUPLE: return dryad_count_of(object);
  default: return -1;
  }
}

static void put_length(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  Py_ssize_t length = length_of(info, object);
  if (length < 0) return;
  DRYAD_SINK_PUT(sink, ", \"len\": ");
  dryad_sink_put_number(sink, (uint64_t)length);
}

static PyObject *module_name(const PyObject *module)
{
  const PyObject *dict = dryad_field_object(module, dryad_here.module_dict);
  return dict != NULL ? dryad_dict_get(dict, "__name__", NULL) : NULL;
}

static const char *builtin_name(const PyObject *function)
{
  return ((const PyMethodDef *)dryad_field_pointer(function, dryad_here.builtin_definition))->ml_name;
}

static void put_object_name(dryad_sink *sink, const PyObject *object, size_t name)
{
  dryad_text_put_name(sink, "name", dryad_field_object(object, name));
}

void dryad_line_keys_put_function(dryad_sink *sink, const PyObject *code)
{
  if (code != NULL) dryad_text_put_name(sink, "value", dryad_code_name(code));
}

void dryad_line_keys_put_place(dryad_sink *sink, const PyObject *code, Py_ssize_t instruction)
{
  if (code == NULL) return;
  dryad_text_put_name(sink, "file", dryad_code_file(code));
  int line = dryad_code_line(code, instruction);
  if (line < 0) return;
  DRYAD_SINK_PUT(sink, ", \"line\": ");
  dryad_sink_put_number(sink, (uint64_t)line);
}

static void put_place_of(dryad_sink *sink, const dryad_type_info *info, PyObject *object)
{
  const PyObject *generator = NULL;
  if (info->shape == DRYAD_SHAPE_FRAME)
    dryad_line_keys_put_place(sink, dryad_frame_object_code(object), dryad_frame_object_instruction(object));
  else if (info->shape == DRYAD_SHAPE_TASK)
    generator = dryad_task_coroutine(info, object);
  else if (info->shape == DRYAD_SHAPE_GENERATOR)
    generator = object;
  if (generator != NULL && dryad_is_generator(generator))
    dryad_line_keys_put_place(sink, dryad_generator_code(generator), dryad_generator_instruction(generator));
}

/* Nobody named a task whose name is a number. */
static void put_task_name(dryad_sink *sink, const dryad_type_info *info, PyObject *task)
{
  PyObject *name = dryad_task_name(info, task);
  if (name != NULL && dryad_object_is(name, Py_TPFLAGS_LONG_SUBCLASS)) {
    DRYAD_SINK_PUT(sink, ", \"name\": \"Task-");
    dryad_sink_put_number(sink, (uint64_t)dryad_int_size(name));
    DRYAD_SINK_PUT(sink, "\"");
  } else {
    dryad_text_put_name(sink, "name", name);
  }
}

static void put_member_name(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  for (size_t i = 0; i < info->members.count; i++)
    if (strcmp(info->members.list[i].name, "name") == 0) put_object_name(sink, object, info->members.list[i].offset);
}

static void put_name_or_value(dryad_sink *sink, const dryad_privacy *privacy, const dryad_type_info *info,
                              PyObject *object)
{
  switch (info->shape) {
  case DRYAD_SHAPE_STR: dryad_text_put_str(sink, privacy, object); break;
  case DRYAD_SHAPE_BYTES: dryad_text_put_bytes(sink, privacy, object); break;
  case DRYAD_SHAPE_INT: dryad_text_put_int(sink, privacy, object); break;
  case DRYAD_SHAPE_BOOL: dryad_text_put_bool(sink, privacy, object == Py_True); break;
  case DRYAD_SHAPE_FLOAT: dryad_text_put_float(sink, privacy, dryad_float_value(object)); break;
  case DRYAD_SHAPE_TYPE: dryad_text_put_c_name(sink, "name", dryad_type_name((PyTypeObject *)(void *)object)); break;
  case DRYAD_SHAPE_MODULE: dryad_text_put_name(sink, "name", module_name(object)); break;
  case DRYAD_SHAPE_FUNCTION: put_object_name(sink, object, dryad_here.function_name); break;
  case DRYAD_SHAPE_CODE: put_object_name(sink, object, dryad_here.code_name); break;
  case DRYAD_SHAPE_FRAME: dryad_line_keys_put_function(sink, dryad_frame_object_code(object)); break;
  case DRYAD_SHAPE_CONTEXT_VAR: put_member_name(sink, info, object); break;
  case DRYAD_SHAPE_TASK: put_task_name(sink, info, object); break;
  case DRYAD_SHAPE_NDARRAY: dryad_ndarray_put(sink, object); break;
  case DRYAD_SHAPE_GENERATOR: put_object_name(sink, object, dryad_here.generator_qualname); break;
  case DRYAD_SHAPE_BUILTIN: dryad_text_put_c_name(sink, "name", builtin_name(object)); break;
  default: break;
  }
}

static void put_refcount(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  uint64_t count;
  if (!dryad_refcount_get(info, object, &count)) return;
  DRYAD_SINK_PUT(sink, ", \"refcount\": ");
  dryad_sink_put_number(sink, count);
}

/* Whether a type's name starts with its module, as those of types written in C do. */
static bool names_module(const char *name, const PyObject *module)
{
  const dryad_text text = dryad_str_text(module);
  return text.kind == 1 && strncmp(name, text.data, text.length) == 0 && name[text.length] == '.';
}

static void put_qualified_name(dryad_sink *sink, PyTypeObject *type)
{
  const char *name = dryad_type_name(type);
  if (dryad_type_has(type, Py_TPFLAGS_HEAPTYPE)) {
    const PyObject *dict = dryad_type_dict(type);
    PyObject *module = dict != NULL ? dryad_dict_get(dict, "__module__", NULL) : NULL;
    if (module == NULL || !dryad_object_is(module, Py_TPFLAGS_UNICODE_SUBCLASS) || names_module(name, module)) return;
    dryad_text_put_qualified(sink, "qualname", module, dryad_field_object(type, dryad_here.heap_type_qualname));
  } else if (strchr(name, '.') == NULL) {
    DRYAD_SINK_PUT(sink, ", \"qualname\": \"builtins.");
    dryad_sink_put(sink, name, strlen(name));
    DRYAD_SINK_PUT(sink, "\"");
  }
}

static void put_mapped(dryad_sink *sink, const dryad_type_info *info, const PyObject *object)
{
  size_t mapped = dryad_known_mapped(info->known, object);
  if (mapped == 0) return;
  DRYAD_SINK_PUT(sink, ", \"mapped\": ");
  dryad_sink_put_number(sink, mapped);
}

void dryad_line_keys_put(dryad_sink *sink, const dryad_privacy *privacy, const dryad_type_info *info, PyObject *object)
{
  put_length(sink, info, object);
  put_name_or_value(sink, privacy, info, object);
  if (info->shape == DRYAD_SHAPE_TYPE) put_qualified_name(sink, (PyTypeObject *)(void *)object);
  put_refcount(sink, info, object);
}

void dryad_line_keys_put_rest(dryad_sink *sink, const dryad_type_info *info, PyObject *object)
{
  put_mapped(sink, info, object);
  put_place_of(sink, info, object);
}
