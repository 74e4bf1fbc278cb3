/* SPDX-License-Identifier: MIT */
#include "state.h"

#include "collector.h"
#include "dicts.h"

/* ---- a class created in Python */

/* The dict of a module, or NULL if the object is not a module. */
static const PyObject *dict_of_module(const PyObject *module)
{
  if (module == NULL || !dryad_type_is_subtype(dryad_type_of(module), &PyModule_Type)) return NULL;
  return dryad_field_object(module, dryad_here.module_dict);
}

/* Whether an object is a class created by a module written in Python. */
static bool is_class_of(const PyObject *object, const char *module)
{
  if (!dryad_object_is(object, Py_TPFLAGS_TYPE_SUBCLASS)) return false;
  const PyTypeObject *type = (const PyTypeObject *)(const void *)object;
  if (!dryad_type_has(type, Py_TPFLAGS_HEAPTYPE) || !dryad_type_has(type, Py_TPFLAGS_HAVE_GC)) return false;
  const PyObject *dict = dryad_field_object(type, dryad_here.type_dict);
  const PyObject *name = dict != NULL ? dryad_dict_get(dict, "__module__", NULL) : NULL;
  return name != NULL && dryad_str_equals(name, module);
}

static traverseproc traverse_of_class_in(const PyObject *module, const char *name)
{
  const PyObject *dict = dict_of_module(module);
  PyObject *key, *value;
  if (dict == NULL) return NULL;
  for (dryad_entries all = dryad_entries_of(dict); dryad_entries_next(&all, &key, &value);)
    if (is_class_of(value, name)) return dryad_type_traverse((PyTypeObject *)(void *)value);
  return NULL;
}

/* The tp_traverse of classes created in Python, taken from importlib's, which exist before all others; the interpreter
 * holds importlib even if a program removed it from sys.modules. */
static traverseproc find_instance_traverse(void)
{
  static const char *const others[] = {
      "_frozen_importlib", "_frozen_importlib_external", "zipimport", "codecs", "io", "abc", "os"};
  const void *interpreter = dryad_interpreter();
  if (interpreter == NULL) return NULL;
  const PyObject *importlib = dryad_field_object(interpreter, dryad_here.interp_importlib);
  traverseproc found = traverse_of_class_in(importlib, others[0]);
  const PyObject *modules = dryad_field_object(interpreter, dryad_here.interp_modules);
  if (modules == NULL || !dryad_object_is(modules, Py_TPFLAGS_DICT_SUBCLASS)) return found;
  for (size_t i = 0; found == NULL && i < sizeof others / sizeof *others; i++)
    found = traverse_of_class_in(dryad_dict_get(modules, others[i], NULL), others[i]);
  return found;
}

/* ---- the state */

static PyObject *sizeof_of(PyTypeObject *type)
{
  const PyObject *dict = dryad_type_dict(type);
  return dict != NULL ? dryad_dict_get(dict, "__sizeof__", NULL) : NULL;
}

bool dryad_state_init(dryad_state *state)
{
  *state = (dryad_state){
      .object_sizeof = sizeof_of(&PyBaseObject_Type),
      .int_sizeof = sizeof_of(&PyLong_Type),
      .list_sizeof = sizeof_of(&PyList_Type),
      .dict_sizeof = sizeof_of(&PyDict_Type),
      .str_sizeof = sizeof_of(&PyUnicode_Type),
      .set_sizeof = sizeof_of(&PySet_Type),
      .frozenset_sizeof = sizeof_of(&PyFrozenSet_Type),
      .type_sizeof = sizeof_of(&PyType_Type),
      .instance_traverse = find_instance_traverse(),
  };
  const PyObject *of_type = dryad_type_dict(&PyType_Type), *of_object = dryad_type_dict(&PyBaseObject_Type);
  if (of_type != NULL) dryad_dict_get(of_type, "__dict__", &state->dict_name);
  if (of_object != NULL) dryad_dict_get(of_object, "__sizeof__", &state->sizeof_name);
  return state->object_sizeof != NULL && state->instance_traverse != NULL && state->dict_name != NULL;
}

const dryad_special_size *dryad_state_special(const dryad_state *state, const PyTypeObject *type)
{
  for (size_t i = state->num_specials; i-- > 0;) {
    const PyObject *given = state->specials[i].type;
    if ((const void *)given == (const void *)type || dryad_str_equals(given, dryad_type_name(type)))
      return &state->specials[i];
  }
  return NULL;
}
