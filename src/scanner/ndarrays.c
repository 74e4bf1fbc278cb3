/* SPDX-License-Identifier: MIT */
#include "ndarrays.h"

#include "objects.h"
#include "text.h"

#include <limits.h>

/* ---- the structures, from numpy's headers: what follows the common header */

typedef struct ndarray {
  char *data;
  int num_dimensions;
  Py_ssize_t *dimensions, *strides;
  PyObject *base;
  PyObject *dtype;
  int flags;
} ndarray;

enum { C_CONTIGUOUS = 1, F_CONTIGUOUS = 2, OWN_DATA = 4, MOST_DIMENSIONS = 64 };

typedef struct dtype {
  const PyTypeObject *scalar; /* the type of items taken from the array */
  char kind, code, byte_order, flags;
  int32_t number; /* which type it is */
  union {
    int32_t in_numpy_1;
    struct {
      uint64_t flags;
      Py_ssize_t size;
    } in_numpy_2;
  } item;
} dtype;

enum { DTYPE_SIZE_1 = 80, DTYPE_SIZE_2 = 72 }; /* of numpy.dtype's whole structure */

/* Numbers of types that other modules define by numpy 1's rules; built-in types have smaller ones. */
enum { FIRST_FOREIGN = 256, END_FOREIGN = 2056 };

static size_t size_of(const PyTypeObject *type) { return (size_t)dryad_type_basicsize(type) - dryad_here.object_size; }

bool dryad_is_ndarray_type(const PyTypeObject *type)
{
  return strcmp(dryad_type_name(type), "numpy.ndarray") == 0 && size_of(type) >= sizeof(ndarray);
}

static const ndarray *array_of(const PyObject *object) { return dryad_field(object, dryad_here.object_size); }

/* The dtype, and the bytes of an item; NULL if it is not as known. */
static const dtype *dtype_of(const ndarray *array, size_t *item_size)
{
  if (array->dtype == NULL) return NULL;
  const PyTypeObject *type = dryad_type_of(array->dtype);
  while (type != NULL && strcmp(dryad_type_name(type), "numpy.dtype") != 0) type = dryad_type_base(type);
  if (type == NULL) return NULL;
  const dtype *found = dryad_field(array->dtype, dryad_here.object_size);
  switch (size_of(type)) {
  case DTYPE_SIZE_1: *item_size = (size_t)found->item.in_numpy_1; return found;
  case DTYPE_SIZE_2: *item_size = (size_t)found->item.in_numpy_2.size; return found;
  default: return NULL;
  }
}

static bool has_shape(const ndarray *array)
{
  if (array->num_dimensions < 0 || array->num_dimensions > MOST_DIMENSIONS) return false;
  for (int i = 0; i < array->num_dimensions; i++)
    if (array->dimensions == NULL || array->dimensions[i] < 0) return false;
  return true;
}

/* ---- references */

/* The items of an owner fill its memory in one order or the other. */
static bool owns_objects(const ndarray *array)
{
  size_t item_size;
  const dtype *type = dtype_of(array, &item_size);
  const bool is_dense = (array->flags & (C_CONTIGUOUS | F_CONTIGUOUS)) != 0;
  return type != NULL && type->kind == 'O' && is_dense && (array->flags & OWN_DATA) != 0 && has_shape(array);
}

int dryad_ndarray_visit(PyObject *object, dryad_visitor *visitor)
{
  const ndarray *array = array_of(object);
  VISIT_NAMED("base", array->base);
  VISIT_NAMED("dtype", array->dtype);
  if (!owns_objects(array)) return 0;
  Py_ssize_t count = 1;
  for (int i = 0; i < array->num_dimensions; i++) count *= array->dimensions[i];
  for (Py_ssize_t i = 0; i < count; i++) VISIT(((PyObject **)(void *)array->data)[i]);
  return 0;
}

/* ---- the value */

/* A type's name without its module. */
static char *put_type(char *end, const PyTypeObject *type)
{
  enum { MOST = 100 };
  const char *name = dryad_type_name(type), *dot = strrchr(name, '.');
  if (dot != NULL) name = dot + 1;
  return stpncpy(end, name, MOST);
}

static char *put_dtype(char *end, const ndarray *array, const dtype *type, size_t item_size)
{
  const struct {
    char kind;
    const char *name;
    bool has_bits;
  } kinds[] = {{'b', "bool", false},   {'i', "int", true},      {'u', "uint", true},     {'f', "float", true},
               {'c', "complex", true}, {'O', "object", false},  {'S', "bytes", true},    {'U', "str", true},
               {'V', "void", true},    {'M', "datetime", true}, {'m', "timedelta", true}};
  const bool is_built_in = type->number >= 0 && type->number < FIRST_FOREIGN;
  for (size_t i = 0; is_built_in && i < sizeof kinds / sizeof *kinds; i++) {
    if (kinds[i].kind != type->kind) continue;
    end = stpcpy(end, kinds[i].name);
    return kinds[i].has_bits && item_size > 0 ? dryad_number_write(end, item_size * CHAR_BIT) : end;
  }
  const bool is_foreign = type->number >= FIRST_FOREIGN && type->number < END_FOREIGN;
  return put_type(end, is_foreign && type->scalar != NULL ? type->scalar : dryad_type_of(array->dtype));
}

/* As Python writes a tuple. */
static char *put_shape(char *end, const ndarray *array)
{
  end = stpcpy(end, "(");
  for (int i = 0; i < array->num_dimensions; i++) {
    end = stpcpy(end, i > 0 ? ", " : "");
    end = dryad_number_write(end, (uint64_t)array->dimensions[i]);
  }
  return stpcpy(end, array->num_dimensions == 1 ? ",)" : ")");
}

void dryad_ndarray_put(dryad_sink *sink, const PyObject *object)
{
  char text[128 + MOST_DIMENSIONS * 24];
  size_t item_size;
  const ndarray *array = array_of(object);
  const dtype *type = dtype_of(array, &item_size);
  if (type == NULL || !has_shape(array)) return;
  put_shape(stpcpy(put_dtype(text, array, type, item_size), " "), array);
  dryad_text_put_c_name(sink, "value", text);
}
