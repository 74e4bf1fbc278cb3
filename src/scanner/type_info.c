/* SPDX-License-Identifier: MIT */
#include "type_info.h"

#include "dicts.h"
#include "greenlets.h"
#include "ndarrays.h"
#include "text.h"

enum { FIRST_TABLE = 4096 };

void dryad_type_cache_init(dryad_type_cache *types, const dryad_state *state)
{
  *types = (dryad_type_cache){.state = state};
}

void dryad_type_cache_deinit(dryad_type_cache *types)
{
  dryad_pages_free(types->table, types->table_size * sizeof *types->table);
  dryad_pool_deinit(&types->pool);
  *types = (dryad_type_cache){0};
}

static bool is_python(const dryad_type_cache *types, const PyTypeObject *type)
{
  return dryad_type_traverse(type) == types->state->instance_traverse;
}

static dryad_shape shape_by_flags(const PyTypeObject *base)
{
  unsigned long flags = dryad_type_flags(base);
  traverseproc traverse = dryad_type_traverse(base);
  if ((flags & Py_TPFLAGS_UNICODE_SUBCLASS) != 0) return DRYAD_SHAPE_STR;
  if ((flags & Py_TPFLAGS_BYTES_SUBCLASS) != 0) return DRYAD_SHAPE_BYTES;
  if ((flags & Py_TPFLAGS_LONG_SUBCLASS) != 0) return base == &PyBool_Type ? DRYAD_SHAPE_BOOL : DRYAD_SHAPE_INT;
  if ((flags & Py_TPFLAGS_DICT_SUBCLASS) != 0) return DRYAD_SHAPE_DICT;
  if ((flags & Py_TPFLAGS_TYPE_SUBCLASS) != 0) return DRYAD_SHAPE_TYPE;
  if ((flags & Py_TPFLAGS_BASE_EXC_SUBCLASS) != 0) return DRYAD_SHAPE_EXCEPTION;
  /* A type that extends list or tuple in C has its own tp_traverse. */
  if (traverse == dryad_type_traverse(&PyList_Type)) return DRYAD_SHAPE_LIST;
  if (traverse == dryad_type_traverse(&PyTuple_Type)) return DRYAD_SHAPE_TUPLE;
  /* A frozendict (3.15). */
  if (traverse == dryad_type_traverse(&PyDict_Type)) return DRYAD_SHAPE_DICT;
  return DRYAD_SHAPE_OTHER;
}

static bool is_called(const PyTypeObject *type, const char *name) { return strcmp(dryad_type_name(type), name) == 0; }

/* Its structure must be as large as known. */
static bool is_task_type(const PyTypeObject *type)
{
  return is_called(type, "_asyncio.Task") && dryad_type_basicsize(type) == (Py_ssize_t)dryad_here.task_size;
}

/* The name without its module, which older versions lack. */
static bool is_context_var_type(const PyTypeObject *type)
{
  return is_called(type, "_contextvars.ContextVar") || is_called(type, "ContextVar");
}

static dryad_shape shape_of(const PyTypeObject *base)
{
  const struct {
    const PyTypeObject *type;
    dryad_shape shape;
  } known[] = {
      {&PyFloat_Type, DRYAD_SHAPE_FLOAT},
      {&PySet_Type, DRYAD_SHAPE_SET},
      {&PyFrozenSet_Type, DRYAD_SHAPE_SET},
      {&PyByteArray_Type, DRYAD_SHAPE_BYTEARRAY},
      {&PyModule_Type, DRYAD_SHAPE_MODULE},
      {&PyFunction_Type, DRYAD_SHAPE_FUNCTION},
      {&PyCFunction_Type, DRYAD_SHAPE_BUILTIN},
      {&PyCode_Type, DRYAD_SHAPE_CODE},
      {&PyFrame_Type, DRYAD_SHAPE_FRAME},
      {&PyGen_Type, DRYAD_SHAPE_GENERATOR},
      {&PyCoro_Type, DRYAD_SHAPE_GENERATOR},
      {&PyAsyncGen_Type, DRYAD_SHAPE_GENERATOR},
      {&PyMethodDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyClassMethodDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyMemberDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyGetSetDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyWrapperDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
  };
  dryad_shape shape = shape_by_flags(base);
  for (size_t i = 0; shape == DRYAD_SHAPE_OTHER && i < sizeof known / sizeof *known; i++)
    if (dryad_type_is_subtype(base, known[i].type)) shape = known[i].shape;
  if (shape == DRYAD_SHAPE_OTHER && dryad_is_ndarray_type(base)) shape = DRYAD_SHAPE_NDARRAY;
  if (shape == DRYAD_SHAPE_OTHER && is_called(base, "functools._lru_cache_wrapper")) shape = DRYAD_SHAPE_LRU_CACHE;
  if (shape == DRYAD_SHAPE_OTHER && is_context_var_type(base)) shape = DRYAD_SHAPE_CONTEXT_VAR;
  if (shape == DRYAD_SHAPE_OTHER && is_task_type(base)) shape = DRYAD_SHAPE_TASK;
  if (shape == DRYAD_SHAPE_OTHER && dryad_is_greenlet_type(base)) shape = DRYAD_SHAPE_GREENLET;
  return shape;
}

/* ---- slots */

/* The key of a name in a type's dict, or NULL. */
static PyObject *key_of(PyTypeObject *type, const char *name)
{
  const PyObject *dict = dryad_type_dict(type);
  PyObject *key = NULL;
  if (dict != NULL) dryad_dict_get(dict, name, &key);
  return key;
}

/* The attribute that a type's instances get from the type and its bases; changes no cache. */
static PyObject *look_up(const PyTypeObject *type, const char *name)
{
  const PyObject *mro = dryad_field_object(type, dryad_here.type_mro);
  PyObject *value = NULL;
  for (Py_ssize_t i = 0; value == NULL && mro != NULL && i < dryad_count_of(mro); i++) {
    PyObject *base = dryad_tuple_item(mro, i);
    if (!dryad_object_is(base, Py_TPFLAGS_TYPE_SUBCLASS)) continue;
    const PyObject *dict = dryad_type_dict((PyTypeObject *)(void *)base);
    if (dict != NULL) value = dryad_dict_get(dict, name, NULL);
  }
  return value;
}

static bool holds_object(const PyMemberDef *member) { return member->type == T_OBJECT_EX || member->type == T_OBJECT; }

static bool add_slot(dryad_type_cache *types, dryad_type_info *info, Py_ssize_t offset, PyObject *name)
{
  const size_t step = 8;
  if (info->num_slots % step == 0) {
    dryad_slot *slots = dryad_pool_alloc(&types->pool, (info->num_slots + step) * sizeof *slots);
    if (slots == NULL) return false;
    if (info->num_slots > 0) memcpy(slots, info->slots, info->num_slots * sizeof *slots);
    info->slots = slots;
  }
  info->slots[info->num_slots++] = (dryad_slot){offset, name};
  return true;
}

/* The name of a class's i-th slot, even if the class has lost the attribute of that name. */
static PyObject *slot_name(PyTypeObject *type, Py_ssize_t i, const PyMemberDef *member)
{
  const PyObject *names = dryad_field_object(type, dryad_here.heap_type_slots);
  bool known = names != NULL && dryad_object_is(names, Py_TPFLAGS_TUPLE_SUBCLASS) &&
               dryad_count_of(names) == dryad_count_of((PyObject *)(void *)type);
  return known ? dryad_tuple_item(names, i) : key_of(type, member->name);
}

/* The members made from __slots__ lie after the type object. */
static bool add_class_slots(dryad_type_cache *types, dryad_type_info *info, PyTypeObject *type)
{
  const PyObject *object = (const PyObject *)(const void *)type;
  const PyMemberDef *members = dryad_field(type, (size_t)dryad_type_basicsize(dryad_type_of(object)));
  for (Py_ssize_t i = 0; i < dryad_count_of(object); i++)
    if (holds_object(&members[i]) && !add_slot(types, info, members[i].offset, slot_name(type, i, &members[i])))
      return false;
  return true;
}

/* Types without tp_traverse, and exceptions, declare some of their contents in tp_members. */
static bool add_members(dryad_type_cache *types, dryad_type_info *info)
{
  for (PyTypeObject *type = info->base; type != NULL; type = dryad_type_base(type)) {
    const PyMemberDef *member = dryad_field_pointer(type, dryad_here.type_members);
    for (; member != NULL && member->name != NULL; member++)
      if (holds_object(member) && !add_slot(types, info, member->offset, key_of(type, member->name))) return false;
  }
  return true;
}

/* Types of the standard library that have neither tp_traverse nor tp_members for the objects after their head. */
static bool add_undeclared(dryad_type_cache *types, dryad_type_info *info)
{
  const struct {
    const char *type;
    size_t objects;
  } known[] = {
      {"_abc_data", 3},                     /* 3.8: the registry and the caches of an abstract class */
      {"_io.IncrementalNewlineDecoder", 2}, /* up to 3.11: the decoder that it wraps, and the handling of errors */
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    for (size_t word = 0; is_called(info->base, known[i].type) && word < known[i].objects; word++)
      if (!add_slot(types, info, (Py_ssize_t)(dryad_here.object_size + word * sizeof(PyObject *)), NULL)) return false;
  return true;
}

/* The fields of all exceptions. */
static bool add_exception_fields(dryad_type_cache *types, dryad_type_info *info)
{
  const struct {
    const char *name;
    size_t offset;
  } fields[] = {{"args", dryad_here.exception_args},
                {"__traceback__", dryad_here.exception_traceback},
                {"__context__", dryad_here.exception_context},
                {"__cause__", dryad_here.exception_cause}};
  PyTypeObject *type = (PyTypeObject *)(void *)PyExc_BaseException;
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
    if (!add_slot(types, info, (Py_ssize_t)fields[i].offset, key_of(type, fields[i].name))) return false;
  return add_members(types, info);
}

static Py_ssize_t dict_offset(const PyTypeObject *type) { return dryad_field_size(type, dryad_here.type_dictoffset); }

/* Types and descriptors need none: the order of what they hold is fixed. */
static bool has_members(const dryad_type_info *info)
{
  return dryad_type_traverse(info->base) != NULL && info->shape != DRYAD_SHAPE_TYPE &&
         info->shape != DRYAD_SHAPE_DESCRIPTOR;
}

static bool find_slots(dryad_type_cache *types, dryad_type_info *info)
{
  PyTypeObject *type = info->type;
  for (; is_python(types, type); type = dryad_type_base(type))
    if (!add_class_slots(types, info, type)) return false;
  info->base = type;
  info->python = type != info->type;
  info->has_dict = info->python && dict_offset(info->type) != dict_offset(type);
  info->shape = shape_of(type);
  info->known = dryad_known_type_of(type);
  if (info->shape == DRYAD_SHAPE_EXCEPTION) return add_exception_fields(types, info);
  if (has_members(info) && !dryad_members_find(&info->members, &types->pool, info->base)) return false;
  bool hidden = !dryad_type_has(info->type, Py_TPFLAGS_HAVE_GC) && info->shape == DRYAD_SHAPE_OTHER;
  return !hidden || (add_members(types, info) && add_undeclared(types, info));
}

/* ---- sizes */

static dryad_sizing sizing_by_method(const dryad_state *state, const PyObject *method)
{
  const struct {
    const PyObject *method;
    dryad_sizing sizing;
  } known[] = {
      {state->object_sizeof, DRYAD_SIZING_BASIC},  {state->int_sizeof, DRYAD_SIZING_INT},
      {state->list_sizeof, DRYAD_SIZING_LIST},     {state->dict_sizeof, DRYAD_SIZING_DICT},
      {state->str_sizeof, DRYAD_SIZING_STR},       {state->set_sizeof, DRYAD_SIZING_SET},
      {state->frozenset_sizeof, DRYAD_SIZING_SET}, {state->type_sizeof, DRYAD_SIZING_TYPE},
  };
  for (size_t i = 0; i < sizeof known / sizeof *known; i++)
    if (method == known[i].method) return known[i].sizing;
  return DRYAD_SIZING_C;
}

static void find_c_sizing(const dryad_state *state, dryad_type_info *info, const PyObject *method)
{
  const PyMethodDef *definition = dryad_field_pointer(method, dryad_here.descriptor_method);
  info->sizing = sizing_by_method(state, method);
  if (info->sizing != DRYAD_SIZING_C) return;
  if ((definition->ml_flags & ~METH_COEXIST) == METH_NOARGS)
    info->size_method = definition->ml_meth;
  else
    info->sizing = DRYAD_SIZING_BASIC;
}

/* Up to 3.10, a frame's __sizeof__ takes one local too few; later, only it knows the size. A BytesIO's may count its
 * buffer, which has a record of its own. */
static bool is_basic_despite_method(const dryad_type_info *info)
{
  return info->known == DRYAD_KNOWN_BYTESIO || (info->shape == DRYAD_SHAPE_FRAME && dryad_here.version < 0x30B);
}

static void find_sizing(const dryad_state *state, dryad_type_info *info)
{
  const dryad_special_size *special = dryad_state_special(state, info->type);
  const PyObject *method = look_up(info->type, "__sizeof__");
  if (special != NULL) {
    info->sizing = special->function != NULL ? DRYAD_SIZING_PYTHON : DRYAD_SIZING_GIVEN;
    info->given_size = special->size;
    info->size_function = special->function;
  } else if (method == NULL || (dryad_type_of(method) == &PyMethodDescr_Type && is_basic_despite_method(info))) {
    info->sizing = DRYAD_SIZING_BASIC;
  } else if (dryad_type_of(method) == &PyMethodDescr_Type) {
    find_c_sizing(state, info, method);
  } else {
    info->sizing = DRYAD_SIZING_PYTHON;
  }
}

/* ---- the table */

static bool write_text(dryad_type_cache *types, dryad_type_info *info)
{
  const char *before = ", \"type\": ", *after = ", \"size\": ";
  const char *name = dryad_type_name(info->type);
  char *text = dryad_pool_alloc(&types->pool, strlen(before) + dryad_text_bound(strlen(name)) + strlen(after) + 1);
  if (text == NULL) return false;
  char *end = stpcpy(text, before);
  end = dryad_text_quote(end, name);
  info->text = text;
  info->type_length = (size_t)(end - text);
  end = stpcpy(end, after);
  info->text_length = (size_t)(end - text);
  return true;
}

static dryad_type_info *new_info(dryad_type_cache *types, PyTypeObject *type)
{
  dryad_type_info *info = dryad_pool_alloc(&types->pool, sizeof *info);
  if (info == NULL) return NULL;
  info->type = type;
  info->basicsize = (size_t)dryad_type_basicsize(type);
  info->itemsize = (size_t)dryad_type_itemsize(type);
  info->heap = dryad_type_has(type, Py_TPFLAGS_HEAPTYPE);
  info->managed = dryad_type_has(type, dryad_here.flag_managed_dict);
  if (!find_slots(types, info) || !write_text(types, info)) return NULL;
  find_sizing(types->state, info);
  return info;
}

static size_t find(const dryad_type_cache *types, const PyTypeObject *type)
{
  size_t mask = types->table_size - 1;
  size_t i = (size_t)(((uintptr_t)type >> 3) * 0x9E3779B97F4A7C15u >> 32) & mask;
  while (types->table[i] != NULL && types->table[i]->type != type) i = (i + 1) & mask;
  return i;
}

static bool grow(dryad_type_cache *types)
{
  size_t old_size = types->table_size;
  dryad_type_info **old = types->table;
  size_t new_size = old_size == 0 ? FIRST_TABLE : 2 * old_size;
  dryad_type_info **table = dryad_pages_grow(NULL, 0, new_size * sizeof *table);
  if (table == NULL) return false;
  types->table = table;
  types->table_size = new_size;
  for (size_t i = 0; i < old_size; i++)
    if (old[i] != NULL) table[find(types, old[i]->type)] = old[i];
  dryad_pages_free(old, old_size * sizeof *old);
  return true;
}

const dryad_type_info *dryad_type_cache_get(dryad_type_cache *types, PyObject *object, bool *fresh)
{
  PyTypeObject *type = dryad_type_of(object);
  if (fresh != NULL) *fresh = false;
  if (types->last != NULL && types->last->type == type) return types->last;
  if (2 * types->count >= types->table_size && !grow(types)) return NULL;
  size_t place = find(types, type);
  if (types->table[place] == NULL) {
    types->table[place] = new_info(types, type);
    if (types->table[place] == NULL) return NULL;
    types->count++;
    if (fresh != NULL) *fresh = true;
  }
  return types->last = types->table[place];
}
