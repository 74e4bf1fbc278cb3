/* SPDX-License-Identifier: MIT */
/* Greenlets: coroutines with stacks of their own, which gevent and eventlet build on. The collector does not see the
 * frames of a suspended greenlet (from Python 3.11 on nobody does), but all that these hold is alive. */
#ifndef DRYAD_SCANNER_GREENLETS_H
#define DRYAD_SCANNER_GREENLETS_H

#include "objects.h"

/* Whether a type is greenlet's (2.0 and newer), or derives from it. */
bool dryad_is_greenlet_type(const PyTypeObject *type);

/* The innermost frame of a greenlet that is suspended: a frame object, which the greenlet holds. Else NULL: the
 * greenlet runs, has ended, or has not started; or the frames cannot be read, because from Python 3.12 on they are
 * linked through the C stack, which another greenlet may have overwritten. */
PyObject *dryad_greenlet_frame(const PyObject *greenlet);

#endif
