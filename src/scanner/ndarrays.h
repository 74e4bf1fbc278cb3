/* SPDX-License-Identifier: MIT */
/* numpy's arrays: the structures of numpy 1 and 2 behind the common header. They have no tp_traverse. */
#ifndef DRYAD_SCANNER_NDARRAYS_H
#define DRYAD_SCANNER_NDARRAYS_H

#include "sink.h"
#include "visitor.h"

/* Whether a type is numpy's array, with a structure that is at least as large as known. */
bool dryad_is_ndarray_type(const PyTypeObject *type);

/* Visits the base, the dtype, and the items of an array that owns objects. */
int dryad_ndarray_visit(PyObject *array, dryad_visitor *visitor);

/* Writes `, "value": "float64 (1000, 20)"`: the dtype's name, as numpy has it but without the unit of dates, and the
 * shape. Nothing if the structures are not as known. */
void dryad_ndarray_put(dryad_sink *sink, const PyObject *array);

#endif
