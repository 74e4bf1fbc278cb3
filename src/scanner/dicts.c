/* SPDX-License-Identifier: MIT */
#include "dicts.h"

enum { GENERAL_KEYS = 0 }; /* a kind of keys from 3.11 on: with hashes */

static size_t table_size(const void *keys)
{
  return dryad_here.version >= 0x30B ? (size_t)1 << dryad_field_u8(keys, dryad_here.keys_log2_size)
                                     : (size_t)dryad_field_size(keys, dryad_here.keys_table_size);
}

/* Bytes of the index table, which lies before the entries. */
static size_t indices_size(const void *keys)
{
  if (dryad_here.version >= 0x30B) return (size_t)1 << dryad_field_u8(keys, dryad_here.keys_log2_index);
  size_t size = table_size(keys);
  return size * (size <= 0xff ? 1 : size <= 0xffff ? 2 : size <= 0xffffffff ? 4 : 8);
}

static size_t entry_size(const void *keys)
{
  bool general = dryad_here.version < 0x30B || dryad_field_u8(keys, dryad_here.keys_kind) == GENERAL_KEYS;
  return (general ? 3 : 2) * sizeof(void *);
}

dryad_entries dryad_entries_of_keys(const void *keys, const void *values, size_t capacity)
{
  size_t count = (size_t)dryad_field_size(keys, dryad_here.keys_count);
  dryad_entries entries = {.step = entry_size(keys)};
  if (values != NULL && count > capacity) count = capacity;
  entries.next = (const char *)keys + dryad_here.keys_indices + indices_size(keys);
  entries.end = entries.next + count * entries.step;
  if (values != NULL) entries.values = (PyObject *const *)dryad_field(values, dryad_here.values_items);
  return entries;
}

dryad_entries dryad_entries_of(const PyObject *dict)
{
  const void *keys = dryad_field_pointer(dict, dryad_here.dict_keys);
  const void *values = dryad_field_pointer(dict, dryad_here.dict_values);
  size_t capacity = SIZE_MAX;
  if (keys == NULL) return (dryad_entries){0};
  if (values != NULL && dryad_here.values_valid != 0) capacity = dryad_field_u8(values, dryad_here.values_capacity);
  return dryad_entries_of_keys(keys, values, capacity);
}

PyObject *dryad_dict_get(const PyObject *dict, const char *name, PyObject **found)
{
  dryad_entries entries = dryad_entries_of(dict);
  PyObject *key, *value;
  if (found != NULL) *found = NULL;
  while (dryad_entries_next(&entries, &key, &value)) {
    if (!dryad_str_equals(key, name)) continue;
    if (found != NULL) *found = key;
    return value;
  }
  return NULL;
}

/* ---- sizes */

static size_t usable(const void *keys) { return table_size(keys) * 2 / 3; }

size_t dryad_keys_size(const void *keys)
{
  return dryad_here.keys_size + indices_size(keys) + usable(keys) * entry_size(keys);
}

size_t dryad_values_size(const void *values, const void *keys)
{
  /* The order of insertion lies before the values, and takes a multiple of 8 bytes. */
  if (dryad_here.values_valid != 0) {
    size_t capacity = dryad_field_u8(values, dryad_here.values_capacity);
    return (capacity + 7) / 8 * 8 + (capacity + 1) * sizeof(PyObject *);
  }
  /* Up to 3.12, its length is in the last byte before the values. */
  Py_ssize_t places = dryad_field_size(keys, dryad_here.keys_count) + dryad_field_size(keys, dryad_here.keys_usable);
  return ((const uint8_t *)values)[-1] + (size_t)places * sizeof(PyObject *);
}

static size_t own_values_size(const PyObject *dict, const void *keys)
{
  const void *values = dryad_field_pointer(dict, dryad_here.dict_values);
  if (values == NULL) return 0;
  if (dryad_here.version < 0x30B) return usable(keys) * sizeof(PyObject *);
  /* Values that lie in an instance belong to it. */
  bool embedded = dryad_here.values_embedded != 0 && dryad_field_u8(values, dryad_here.values_embedded) != 0;
  return embedded ? 0 : dryad_values_size(values, keys);
}

size_t dryad_dict_size(const PyObject *dict)
{
  const void *keys = dryad_field_pointer(dict, dryad_here.dict_keys);
  size_t size = (size_t)dryad_type_basicsize(dryad_type_of(dict)) + own_values_size(dict, keys);
  /* Keys that instances share belong to their class. */
  return size + (dryad_field_size(keys, dryad_here.keys_refcount) == 1 ? dryad_keys_size(keys) : 0);
}
