/* SPDX-License-Identifier: MIT */
/* Shallow sizes: what sys.getsizeof would say, header of the collector included, and the values of attributes that are
 * held apart from their instance (3.11 and 3.12), unless a size is given or Python code tells it. */
#ifndef DRYAD_SCANNER_SIZES_H
#define DRYAD_SCANNER_SIZES_H

#include "type_info.h"

/* Bytes of an object, without running Python code: where that would be needed, the size by its type.
 * The sizes of the commonest types are computed; for the others their __sizeof__ written in C is called, whose result
 * may be an int that lives for a moment. */
size_t dryad_size_of(const dryad_type_info *info, PyObject *object);

#endif
