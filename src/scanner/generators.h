/* SPDX-License-Identifier: MIT */
/* Generators, coroutines and async generators. */
#ifndef DRYAD_SCANNER_GENERATORS_H
#define DRYAD_SCANNER_GENERATORS_H

#include "frames.h"

bool dryad_is_generator(const PyObject *object);

/* Its qualified name. */
PyObject *dryad_generator_name(const PyObject *generator);

/* Its code, or NULL once it has ended; and the instruction at which it stands, as that of a frame. */
const PyObject *dryad_generator_code(const PyObject *generator);
Py_ssize_t dryad_generator_instruction(const PyObject *generator);

/* Its frame from 3.11 on, or NULL. */
const dryad_frame *dryad_generator_frame(const PyObject *generator);

/* The slots of its frame from 3.11 on; before, and once it has ended, there are none. */
dryad_slots dryad_generator_slots(const PyObject *generator);

/* The slot that has what it waits for, by `await` or `yield from`; DRYAD_NO_SLOT if it does not wait. */
#define DRYAD_NO_SLOT SIZE_MAX
size_t dryad_generator_awaited(const PyObject *generator);

#endif
