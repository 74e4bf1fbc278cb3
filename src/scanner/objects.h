/* SPDX-License-Identifier: MIT */
/* Reads Python's objects by their layout. Everything here costs as little as a field access, takes no references, and
 * expects no NULL. */
#ifndef DRYAD_SCANNER_OBJECTS_H
#define DRYAD_SCANNER_OBJECTS_H

#include "api.h"

/* ---- fields */

static inline const void *dryad_field(const void *base, size_t offset) { return (const char *)base + offset; }

static inline void *dryad_field_pointer(const void *base, size_t offset)
{
  void *value;
  memcpy(&value, dryad_field(base, offset), sizeof value);
  return value;
}

static inline PyObject *dryad_field_object(const void *base, size_t offset)
{
  return (PyObject *)dryad_field_pointer(base, offset);
}

static inline Py_ssize_t dryad_field_size(const void *base, size_t offset)
{
  Py_ssize_t value;
  memcpy(&value, dryad_field(base, offset), sizeof value);
  return value;
}

static inline uint32_t dryad_field_u32(const void *base, size_t offset)
{
  uint32_t value;
  memcpy(&value, dryad_field(base, offset), sizeof value);
  return value;
}

static inline uint8_t dryad_field_u8(const void *base, size_t offset) { return ((const uint8_t *)base)[offset]; }

/* ---- objects and types */

static inline PyTypeObject *dryad_type_of(const PyObject *object)
{
  return (PyTypeObject *)dryad_field_pointer(object, dryad_here.object_type);
}

/* The item count of a variable-size object. */
static inline Py_ssize_t dryad_count_of(const PyObject *object)
{
  return dryad_field_size(object, dryad_here.object_count);
}

static inline unsigned long dryad_type_flags(const PyTypeObject *type)
{
  return (unsigned long)dryad_field_size(type, dryad_here.type_flags);
}

static inline bool dryad_type_has(const PyTypeObject *type, unsigned long flag)
{
  return (dryad_type_flags(type) & flag) != 0;
}

static inline bool dryad_object_is(const PyObject *object, unsigned long flag)
{
  return dryad_type_has(dryad_type_of(object), flag);
}

static inline const char *dryad_type_name(const PyTypeObject *type)
{
  return (const char *)dryad_field_pointer(type, dryad_here.type_name);
}

static inline Py_ssize_t dryad_type_basicsize(const PyTypeObject *type)
{
  return dryad_field_size(type, dryad_here.type_basicsize);
}

static inline Py_ssize_t dryad_type_itemsize(const PyTypeObject *type)
{
  return dryad_field_size(type, dryad_here.type_itemsize);
}

static inline PyTypeObject *dryad_type_base(const PyTypeObject *type)
{
  return (PyTypeObject *)dryad_field_pointer(type, dryad_here.type_base);
}

static inline traverseproc dryad_type_traverse(const PyTypeObject *type)
{
  traverseproc traverse;
  memcpy(&traverse, dryad_field(type, dryad_here.type_traverse), sizeof traverse);
  return traverse;
}

/* Whether a type's tp_traverse visits that object among the references of an object of the type. */
bool dryad_type_visits(const PyTypeObject *type, PyObject *object, PyObject *sought);

/* A type's dict, or NULL. */
PyObject *dryad_type_dict(PyTypeObject *type);

/* Whether a type equals another, or has it among its bases. */
bool dryad_type_is_subtype(const PyTypeObject *type, const PyTypeObject *base);

/* Whether the collector may track an object; and whether it does. */
bool dryad_object_collected(PyObject *object);
bool dryad_object_tracked(PyObject *object);

/* Bytes of headers before an object, as in sys.getsizeof. */
size_t dryad_object_header_size(PyObject *object);

/* ---- lists, tuples, sets */

static inline PyObject *dryad_list_item(const PyObject *list, Py_ssize_t i)
{
  return ((PyObject *const *)dryad_field_pointer(list, dryad_here.list_items))[i];
}

static inline PyObject *dryad_tuple_item(const PyObject *tuple, Py_ssize_t i)
{
  return dryad_field_object(tuple, dryad_here.tuple_items + (size_t)i * sizeof(PyObject *));
}

static inline Py_ssize_t dryad_set_count(const PyObject *set) { return dryad_field_size(set, dryad_here.set_used); }

/* ---- strings and numbers */

typedef struct dryad_text {
  const void *data;
  size_t length; /* characters */
  int kind;      /* bytes a character: 1, 2, 4, or 0 if there is only a wchar_t form yet (3.8 to 3.11) */
} dryad_text;

static inline size_t dryad_str_length(const PyObject *text)
{
  return (size_t)dryad_field_size(text, dryad_here.str_length);
}

static inline bool dryad_str_is_compact_ascii(const PyObject *text)
{
  const uint32_t both = dryad_here.str_compact | dryad_here.str_ascii;
  return (dryad_field_u32(text, dryad_here.str_state) & both) == both;
}

dryad_text dryad_str_text(const PyObject *text);

/* Whether an object is a str of exactly this ASCII text; runs no code of a subclass. */
bool dryad_str_equals(const PyObject *object, const char *text);

static inline double dryad_float_value(const PyObject *number)
{
  double value;
  memcpy(&value, dryad_field(number, dryad_here.float_value), sizeof value);
  return value;
}

/* The digits of an int, least significant first, each of PyLong_SHIFT bits. */
const uint32_t *dryad_int_digits(const PyObject *integer, size_t *count, bool *negative);

/* Bytes of a str with all its forms. */
size_t dryad_str_size(const PyObject *text);

/* The value of a nonnegative int that fits, else -1. */
Py_ssize_t dryad_int_size(const PyObject *integer);

#endif
