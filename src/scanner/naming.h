/* SPDX-License-Identifier: MIT */
/* Names the references that a tp_traverse visits: it compares each with what the object holds where its type, or the
 * code of its frame, says what that is called. Nothing but addresses is compared, so that a structure which is not as
 * expected costs names, and no more. */
#ifndef DRYAD_SCANNER_NAMING_H
#define DRYAD_SCANNER_NAMING_H

#include "generators.h"
#include "type_info.h"
#include "visitor.h"

enum { DRYAD_MOST_SPECIALS = 4 };

typedef struct dryad_naming {
  struct {
    PyObject *object; /* NULL once it was visited */
    const char *name;
  } known[DRYAD_MOST_MEMBERS + DRYAD_MOST_SPECIALS];
  size_t num_known;
  dryad_slots slots;
  size_t next_slot;
  const void *lru_entry; /* the entry of an lru_cache that is visited next, or NULL */
  size_t awaited_slot;   /* or DRYAD_NO_SLOT */
  const char *awaited;   /* its name */
} dryad_naming;

/* Begins with an object; false if nothing in it has a name. */
bool dryad_naming_init(dryad_naming *naming, const dryad_type_info *info, const PyObject *object);

/* The name of the reference that is visited next; none if it is unknown. */
dryad_reference_name dryad_naming_next(dryad_naming *naming, const PyObject *referent);

#endif
