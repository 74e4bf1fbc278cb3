/* SPDX-License-Identifier: MIT */
#include "kinds.h"

#include "dicts.h"
#include "text.h"

enum { FIRST_TABLE = 4096 };

void dryad_kinds_init(dryad_kinds *kinds, const dryad_state *state) { *kinds = (dryad_kinds){.state = state}; }

void dryad_kinds_deinit(dryad_kinds *kinds)
{
  dryad_pages_free(kinds->table, kinds->table_size * sizeof *kinds->table);
  dryad_pool_deinit(&kinds->pool);
  *kinds = (dryad_kinds){0};
}

static bool is_python(const dryad_kinds *kinds, const PyTypeObject *type)
{
  return dryad_type_traverse(type) == kinds->state->instance_traverse;
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
  /* A type that is a list or a tuple and more has a tp_traverse of its own. */
  if (traverse == dryad_type_traverse(&PyList_Type)) return DRYAD_SHAPE_LIST;
  if (traverse == dryad_type_traverse(&PyTuple_Type)) return DRYAD_SHAPE_TUPLE;
  /* A frozendict (3.15). */
  if (traverse == dryad_type_traverse(&PyDict_Type)) return DRYAD_SHAPE_DICT;
  return DRYAD_SHAPE_OTHER;
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
      {&PyMethodDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyClassMethodDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyMemberDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyGetSetDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
      {&PyWrapperDescr_Type, DRYAD_SHAPE_DESCRIPTOR},
  };
  dryad_shape shape = shape_by_flags(base);
  for (size_t i = 0; shape == DRYAD_SHAPE_OTHER && i < sizeof known / sizeof *known; i++)
    if (dryad_type_is_subtype(base, known[i].type)) shape = known[i].shape;
  if (shape == DRYAD_SHAPE_OTHER && strcmp(dryad_type_name(base), "numpy.ndarray") == 0) shape = DRYAD_SHAPE_NDARRAY;
  return shape;
}

/* ---- slots */

/* The key under which a type's dict has a name, or NULL. */
static PyObject *key_of(PyTypeObject *type, const char *name)
{
  const PyObject *dict = dryad_type_dict(type);
  PyObject *key = NULL;
  if (dict != NULL) dryad_dict_get(dict, name, &key);
  return key;
}

/* What instances of a type have under a name by its class and bases; changes no cache. */
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

static bool add_slot(dryad_kinds *kinds, dryad_kind *kind, Py_ssize_t offset, PyObject *name)
{
  const size_t step = 8;
  if (kind->num_slots % step == 0) {
    dryad_slot *slots = dryad_pool_alloc(&kinds->pool, (kind->num_slots + step) * sizeof *slots);
    if (slots == NULL) return false;
    if (kind->num_slots > 0) memcpy(slots, kind->slots, kind->num_slots * sizeof *slots);
    kind->slots = slots;
  }
  kind->slots[kind->num_slots++] = (dryad_slot){offset, name};
  return true;
}

/* The name of a class's i-th slot, even where the class has lost what it had under that name. */
static PyObject *slot_name(PyTypeObject *type, Py_ssize_t i, const PyMemberDef *member)
{
  const PyObject *names = dryad_field_object(type, dryad_here.heap_type_slots);
  bool known = names != NULL && dryad_object_is(names, Py_TPFLAGS_TUPLE_SUBCLASS) &&
               dryad_count_of(names) == dryad_count_of((PyObject *)(void *)type);
  return known ? dryad_tuple_item(names, i) : key_of(type, member->name);
}

/* The members that __slots__ made lie behind the type object. */
static bool add_class_slots(dryad_kinds *kinds, dryad_kind *kind, PyTypeObject *type)
{
  const PyObject *object = (const PyObject *)(const void *)type;
  const PyMemberDef *members = dryad_field(type, (size_t)dryad_type_basicsize(dryad_type_of(object)));
  for (Py_ssize_t i = 0; i < dryad_count_of(object); i++)
    if (holds_object(&members[i]) && !add_slot(kinds, kind, members[i].offset, slot_name(type, i, &members[i])))
      return false;
  return true;
}

/* Types without tp_traverse, and exceptions, tell some of what they hold in tp_members. */
static bool add_members(dryad_kinds *kinds, dryad_kind *kind)
{
  for (PyTypeObject *type = kind->base; type != NULL; type = dryad_type_base(type)) {
    const PyMemberDef *member = dryad_field_pointer(type, dryad_here.type_members);
    for (; member != NULL && member->name != NULL; member++)
      if (holds_object(member) && !add_slot(kinds, kind, member->offset, key_of(type, member->name))) return false;
  }
  return true;
}

/* What all exceptions have. */
static bool add_exception_fields(dryad_kinds *kinds, dryad_kind *kind)
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
    if (!add_slot(kinds, kind, (Py_ssize_t)fields[i].offset, key_of(type, fields[i].name))) return false;
  return add_members(kinds, kind);
}

static Py_ssize_t dict_offset(const PyTypeObject *type) { return dryad_field_size(type, dryad_here.type_dictoffset); }

static bool find_slots(dryad_kinds *kinds, dryad_kind *kind)
{
  PyTypeObject *type = kind->type;
  for (; is_python(kinds, type); type = dryad_type_base(type))
    if (!add_class_slots(kinds, kind, type)) return false;
  kind->base = type;
  kind->python = type != kind->type;
  kind->has_dict = kind->python && dict_offset(kind->type) != dict_offset(type);
  kind->shape = shape_of(type);
  if (kind->shape == DRYAD_SHAPE_EXCEPTION) return add_exception_fields(kinds, kind);
  bool hidden = !dryad_type_has(kind->type, Py_TPFLAGS_HAVE_GC) && kind->shape == DRYAD_SHAPE_OTHER;
  return !hidden || add_members(kinds, kind);
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

static void find_c_sizing(const dryad_state *state, dryad_kind *kind, const PyObject *method)
{
  const PyMethodDef *definition = dryad_field_pointer(method, dryad_here.descriptor_method);
  kind->sizing = sizing_by_method(state, method);
  if (kind->sizing != DRYAD_SIZING_C) return;
  if ((definition->ml_flags & ~METH_COEXIST) == METH_NOARGS)
    kind->size_method = definition->ml_meth;
  else
    kind->sizing = DRYAD_SIZING_BASIC;
}

static void find_sizing(const dryad_state *state, dryad_kind *kind)
{
  const dryad_special_size *special = dryad_state_special(state, kind->type);
  const PyObject *method = look_up(kind->type, "__sizeof__");
  if (special != NULL) {
    kind->sizing = special->function != NULL ? DRYAD_SIZING_PYTHON : DRYAD_SIZING_GIVEN;
    kind->given_size = special->size;
    kind->size_function = special->function;
  } else if (method == NULL) {
    kind->sizing = DRYAD_SIZING_BASIC;
  } else if (dryad_type_of(method) == &PyMethodDescr_Type) {
    find_c_sizing(state, kind, method);
  } else {
    kind->sizing = DRYAD_SIZING_PYTHON;
  }
}

/* ---- the table */

static bool write_text(dryad_kinds *kinds, dryad_kind *kind)
{
  const char *before = ", \"type\": ", *after = ", \"size\": ";
  const char *name = dryad_type_name(kind->type);
  char *text = dryad_pool_alloc(&kinds->pool, strlen(before) + dryad_text_bound(strlen(name)) + strlen(after) + 1);
  if (text == NULL) return false;
  char *end = stpcpy(text, before);
  end = dryad_text_quote(end, name);
  kind->text = text;
  kind->type_length = (size_t)(end - text);
  end = stpcpy(end, after);
  kind->text_length = (size_t)(end - text);
  return true;
}

static dryad_kind *new_kind(dryad_kinds *kinds, PyTypeObject *type)
{
  dryad_kind *kind = dryad_pool_alloc(&kinds->pool, sizeof *kind);
  if (kind == NULL) return NULL;
  kind->type = type;
  kind->basicsize = (size_t)dryad_type_basicsize(type);
  kind->itemsize = (size_t)dryad_type_itemsize(type);
  kind->heap = dryad_type_has(type, Py_TPFLAGS_HEAPTYPE);
  if (!find_slots(kinds, kind) || !write_text(kinds, kind)) return NULL;
  find_sizing(kinds->state, kind);
  return kind;
}

static size_t find(const dryad_kinds *kinds, const PyTypeObject *type)
{
  size_t mask = kinds->table_size - 1;
  size_t i = (size_t)(((uintptr_t)type >> 3) * 0x9E3779B97F4A7C15u >> 32) & mask;
  while (kinds->table[i] != NULL && kinds->table[i]->type != type) i = (i + 1) & mask;
  return i;
}

static bool grow(dryad_kinds *kinds)
{
  size_t old_size = kinds->table_size;
  dryad_kind **old = kinds->table;
  size_t new_size = old_size == 0 ? FIRST_TABLE : 2 * old_size;
  dryad_kind **table = dryad_pages_grow(NULL, 0, new_size * sizeof *table);
  if (table == NULL) return false;
  kinds->table = table;
  kinds->table_size = new_size;
  for (size_t i = 0; i < old_size; i++)
    if (old[i] != NULL) table[find(kinds, old[i]->type)] = old[i];
  dryad_pages_free(old, old_size * sizeof *old);
  return true;
}

const dryad_kind *dryad_kinds_get(dryad_kinds *kinds, PyObject *object, bool *fresh)
{
  PyTypeObject *type = dryad_type_of(object);
  if (fresh != NULL) *fresh = false;
  if (kinds->last != NULL && kinds->last->type == type) return kinds->last;
  if (2 * kinds->count >= kinds->table_size && !grow(kinds)) return NULL;
  size_t place = find(kinds, type);
  if (kinds->table[place] == NULL) {
    kinds->table[place] = new_kind(kinds, type);
    if (kinds->table[place] == NULL) return NULL;
    kinds->count++;
    if (fresh != NULL) *fresh = true;
  }
  return kinds->last = kinds->table[place];
}
