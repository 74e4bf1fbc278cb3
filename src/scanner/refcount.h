/* SPDX-License-Identifier: MIT */
/* How often CPython counts an object as referenced, where that number proves something: a reader compares it with the
 * references in the dump, and an object that is counted more often is held by C code.
 *
 * No count: objects that are never freed (immortal ones, from 3.12 on, static ones of 3.11, and static types);
 * free-threaded, objects whose references from stacks, or from threads, are not counted in the object; interned
 * strings, which the cache of methods counts too, and of which a class with shared keys counts one where each of its
 * instances names it, and single characters, which are cached; and frames that run, whose callers and threads do not
 * count them. */
#ifndef DRYAD_SCANNER_REFCOUNT_H
#define DRYAD_SCANNER_REFCOUNT_H

#include "type_info.h"

/* False if the object has no count, or none that proves anything. Costs a few loads. */
bool dryad_refcount_get(const dryad_type_info *info, const PyObject *object, uint64_t *count);

#endif
