/* SPDX-License-Identifier: MIT */
#include "instances.h"

#include "visit.h"

static bool is_managed(const PyObject *object) { return dryad_object_is(object, dryad_here.flag_managed_dict); }

static const void *before(const PyObject *object, size_t distance)
{
  return dryad_field_pointer((const char *)object - distance, 0);
}

/* The block of values behind an instance (3.13 and newer), also when a dict has replaced them; or NULL. */
static const void *block_behind(const PyObject *object)
{
  const PyTypeObject *type = dryad_type_of(object);
  if (!dryad_type_has(type, dryad_here.flag_inline_values)) return NULL;
  return dryad_field(object, (size_t)dryad_type_basicsize(type));
}

static const void *inline_values(const PyObject *object)
{
  const void *values = block_behind(object);
  return values != NULL && dryad_field_u8(values, dryad_here.values_valid) != 0 ? values : NULL;
}

/* The inline values of attributes if there is no dict of them, or if the dict shares them; else NULL. */
static const void *values_of(const PyObject *object)
{
  if (!is_managed(object)) return NULL;
  if (dryad_here.version >= 0x30D) return inline_values(object);
  uintptr_t pointer = (uintptr_t)before(object, dryad_here.values_before);
  if (dryad_here.version == 0x30B) return (const void *)pointer;
  return (pointer & 1) != 0 ? (const void *)(pointer + 1) : NULL;
}

static const void *keys_of(const PyObject *object)
{
  return dryad_field_pointer(dryad_type_of(object), dryad_here.heap_type_keys);
}

/* Bytes of a variable-size object, by its type. */
static size_t whole_size(const PyObject *object, const PyTypeObject *type)
{
  Py_ssize_t count = dryad_count_of(object);
  size_t items = (size_t)(count < 0 ? -count : count);
  size_t size = (size_t)dryad_type_basicsize(type) + items * (size_t)dryad_type_itemsize(type);
  return (size + sizeof(void *) - 1) / sizeof(void *) * sizeof(void *);
}

/* The dict at the type's dict offset, which counts from the start, or from the end of the variable part. */
static PyObject *placed_dict(const PyObject *object)
{
  const PyTypeObject *type = dryad_type_of(object);
  Py_ssize_t offset = dryad_field_size(type, dryad_here.type_dictoffset);
  if (offset == 0) return NULL;
  size_t end = offset < 0 ? whole_size(object, type) : 0;
  return dryad_field_object(object, end + (size_t)offset);
}

PyObject *dryad_instance_dict(const PyObject *object)
{
  if (!is_managed(object)) return placed_dict(object);
  if (dryad_here.version < 0x30D && values_of(object) != NULL) return NULL;
  return dryad_field_object((const char *)object - dryad_here.dict_before, 0);
}

bool dryad_instance_inline(const PyObject *object) { return values_of(object) != NULL; }

int dryad_instance_visit(const PyObject *object, visitproc visit, void *context)
{
  const void *values = values_of(object);
  if (values == NULL) return 0;
  size_t capacity = dryad_here.values_valid != 0 ? dryad_field_u8(values, dryad_here.values_capacity) : SIZE_MAX;
  dryad_entries entries = dryad_entries_of_keys(keys_of(object), values, capacity);
  PyObject *key, *value;
  while (dryad_entries_next(&entries, &key, &value)) {
    DRYAD_VISIT(key);
    DRYAD_VISIT(value);
  }
  return 0;
}

size_t dryad_instance_values_size(const PyObject *object)
{
  const void *values = dryad_here.version >= 0x30D ? block_behind(object) : values_of(object);
  return values != NULL ? dryad_values_size(values, keys_of(object)) : 0;
}
