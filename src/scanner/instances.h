/* SPDX-License-Identifier: MIT */
/* Where instances of Python classes have their attributes: in a dict, or in the instance or a block beside it, whose
 * names are then their class's (3.11 and newer). */
#ifndef DRYAD_SCANNER_INSTANCES_H
#define DRYAD_SCANNER_INSTANCES_H

#include "dicts.h"

/* The dict of an instance, or NULL where it has none yet. Makes none. */
PyObject *dryad_instance_dict(const PyObject *object);

/* Whether the attributes are held in the instance and not in a dict. */
bool dryad_instance_inline(const PyObject *object);

/* Visits name, value, ... of attributes held in the instance. */
int dryad_instance_visit(const PyObject *object, visitproc visit, void *context);

/* Bytes of those where they are a block of their own that __sizeof__ does not count (3.11 and 3.12), else 0. */
size_t dryad_instance_values_size(const PyObject *object);

#endif
