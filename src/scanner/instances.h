/* SPDX-License-Identifier: MIT */
/* The attributes of instances of Python classes: in a dict, or (3.11 and newer) as values in the instance or a block
 * beside it, with their names in the class. */
#ifndef DRYAD_SCANNER_INSTANCES_H
#define DRYAD_SCANNER_INSTANCES_H

#include "dicts.h"

/* The dict of an instance, or NULL if it has none yet. Creates none. */
PyObject *dryad_instance_dict(const PyObject *object);

/* Whether the attributes are in the instance instead of a dict. */
bool dryad_instance_inline(const PyObject *object);

/* Visits name, value, ... of the attributes in the instance. */
int dryad_instance_visit(const PyObject *object, visitproc visit, void *context);

/* Bytes of the values that __sizeof__ does not count: in a block apart (3.11 and 3.12), or behind the instance. */
size_t dryad_instance_values_size(const PyObject *object);

#endif
