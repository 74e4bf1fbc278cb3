/* SPDX-License-Identifier: MIT */
/* The members of C structures that hold objects: where they are, and what a program calls them. */
#ifndef DRYAD_SCANNER_MEMBERS_H
#define DRYAD_SCANNER_MEMBERS_H

#include "memory.h"
#include "objects.h"

typedef struct dryad_member {
  size_t offset;
  const char *name;
} dryad_member;

typedef struct dryad_members {
  dryad_member *list;
  size_t count;
} dryad_members;

enum { DRYAD_MOST_MEMBERS = 64 };

/* Finds the members of a type that was not created in Python: those that tp_members declares, in it and its bases, and
 * those that only CPython's sources tell. False when out of memory. */
bool dryad_members_find(dryad_members *members, dryad_pool *pool, const PyTypeObject *type);

#endif
