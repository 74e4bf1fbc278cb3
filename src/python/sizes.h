/* Shallow sizes: what sys.getsizeof would say, header of the collector included, and the values of attributes that are
 * held apart from their instance (3.11 and 3.12), unless a size is given or Python code tells it. */
#ifndef DRYAD_PYTHON_SIZES_H
#define DRYAD_PYTHON_SIZES_H

#include "kinds.h"

/* Bytes of an object, without running Python code: where that would be needed, the size by its type.
 * A __sizeof__ written in C is called; its result may be an int that lives for a moment. */
size_t dryad_size_of(const dryad_kind *kind, PyObject *object);

/* The same where Python code is needed (DRYAD_SIZING_PYTHON): runs it. Errors in it are cleared, and the size is that
 * by type. */
size_t dryad_size_ask(const dryad_state *state, const dryad_kind *kind, PyObject *object);

#endif
