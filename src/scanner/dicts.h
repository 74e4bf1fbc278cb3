/* SPDX-License-Identifier: MIT */
/* Reads dicts by their layout: items in the order of their table of keys. */
#ifndef DRYAD_SCANNER_DICTS_H
#define DRYAD_SCANNER_DICTS_H

#include "objects.h"

/* The entries of a dict: pairs of key and value, or keys with the values of an instance. */
typedef struct dryad_entries {
  const char *next, *end;
  size_t step;             /* bytes of an entry, whose last two words are key and value */
  PyObject *const *values; /* a separate array, or NULL */
} dryad_entries;

/* The entries of a table of keys; with an instance's `values`, at most `capacity` of them. */
dryad_entries dryad_entries_of_keys(const void *keys, const void *values, size_t capacity);
dryad_entries dryad_entries_of(const PyObject *dict);

/* The next key and value; false at the end. */
static inline bool dryad_entries_next(dryad_entries *entries, PyObject **key, PyObject **value)
{
  while (entries->next < entries->end) {
    const char *end = entries->next + entries->step;
    PyObject *found = entries->values != NULL ? *entries->values++ : dryad_field_object(end - sizeof(PyObject *), 0);
    *key = dryad_field_object(end - 2 * sizeof(PyObject *), 0);
    entries->next = end;
    if (found == NULL) continue;
    *value = found;
    return true;
  }
  return false;
}

static inline Py_ssize_t dryad_dict_count(const PyObject *dict) { return dryad_field_size(dict, dryad_here.dict_used); }

/* The value under a name, or NULL; `found`, unless NULL, receives the key. Runs no code of the keys. */
PyObject *dryad_dict_get(const PyObject *dict, const char *name, PyObject **found);

/* Bytes of a dict, with its table of keys unless instances share it. */
size_t dryad_dict_size(const PyObject *dict);

/* Bytes of a table of keys, and of a block of values for it (3.11 and newer). */
size_t dryad_keys_size(const void *keys);
size_t dryad_values_size(const void *values, const void *keys);

#endif
