/* SPDX-License-Identifier: MIT */
/* Dicts by their layout: their items in the order of their keys' table. */
#ifndef DRYAD_SCANNER_DICTS_H
#define DRYAD_SCANNER_DICTS_H

#include "objects.h"

/* Where entries lie: pairs of a key and a value, or keys with values of their own instance. */
typedef struct dryad_entries {
  const char *next, *end;
  size_t step;             /* bytes of an entry, whose last two words are key and value */
  PyObject *const *values; /* apart, or NULL */
} dryad_entries;

/* The entries of keys: with `values` of an instance, at most `capacity` of them. */
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

/* The value under a name, and the key itself unless `found` is NULL; NULL without. Runs no code of keys. */
PyObject *dryad_dict_get(const PyObject *dict, const char *name, PyObject **found);

/* What dict.__sizeof__ says, and the part of it that is a table of keys. */
size_t dryad_dict_size(const PyObject *dict);
size_t dryad_keys_size(const void *keys);

#endif
