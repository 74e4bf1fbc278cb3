/* SPDX-License-Identifier: MIT */
/* Built-in types with contents that their tp_traverse leaves out, or bytes that their __sizeof__ gets wrong. No header
 * declares their structures, which are recognised by the name and the size of the type. */
#ifndef DRYAD_SCANNER_KNOWN_TYPES_H
#define DRYAD_SCANNER_KNOWN_TYPES_H

#include "objects.h"

typedef enum dryad_known_type {
  DRYAD_KNOWN_NONE,
  DRYAD_KNOWN_BYTESIO,
  DRYAD_KNOWN_STRINGIO,
  DRYAD_KNOWN_DEQUE,
  DRYAD_KNOWN_LOCK, /* also what has one for its first field */
  DRYAD_KNOWN_QUEUE,
  DRYAD_KNOWN_DATETIME,
  DRYAD_KNOWN_TIME,
  DRYAD_KNOWN_TIMEZONE,
  DRYAD_KNOWN_MMAP
} dryad_known_type;

/* Which of them a type written in C is. */
dryad_known_type dryad_known_type_of(const PyTypeObject *type);

/* Bytes of an object that its __sizeof__ leaves out; negative if it counts too many. */
Py_ssize_t dryad_known_unsized(dryad_known_type known, const PyObject *object);

/* Bytes of the mapping that an object owns, or 0. */
size_t dryad_known_mapped(dryad_known_type known, const PyObject *object);

/* The bytes object that holds the contents of a BytesIO, or NULL. */
PyObject *dryad_known_bytesio_buffer(const PyObject *object);

enum { DRYAD_KNOWN_REFERENCES = 2 }; /* the most that an object has */

/* The i-th reference of an object (below DRYAD_KNOWN_REFERENCES) that tp_traverse never visits, or NULL; `name`
 * receives the attribute's name or NULL. */
PyObject *dryad_known_reference(dryad_known_type known, const PyObject *object, size_t i, const char **name);

#endif
