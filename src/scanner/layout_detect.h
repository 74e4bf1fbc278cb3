/* SPDX-License-Identifier: MIT */
/* Finds out which Python runs here, and whether layouts.c knows it (only in the library for other processes).
 *
 * The version comes from Py_Version (3.11 and newer) or Py_GetVersion(). _Py_DebugOffsets, which exists in 3.13 and
 * newer, tells free-threaded builds apart; older versions have none. In all of these versions, only debug builds export
 * the function _Py_NegativeRefcount.
 *
 * Even a known layout is verified: from 3.13 on against _Py_DebugOffsets, and in all versions against the sizes of
 * built-in types and the results of Python's functions about the interpreter, its threads and its modules. */
#ifndef DRYAD_SCANNER_LAYOUT_DETECT_H
#define DRYAD_SCANNER_LAYOUT_DETECT_H

#include <stdbool.h>

enum { DRYAD_LAYOUT_REASON = 200 }; /* bytes of a reason, NUL included */

/* Finds the layout of the Python that runs here and makes it `dryad_here`; if it is unknown, false with the reason, a
 * sentence without capital and full stop. Neither needs nor takes the GIL. */
bool dryad_layout_detect(char reason[DRYAD_LAYOUT_REASON]);

/* Compare the layout with the results of Python's functions: about its allocators, which takes locks and needs the GIL
 * or an attached thread; and about the interpreter, which also works with the world stopped. */
bool dryad_layout_check_memory(char reason[DRYAD_LAYOUT_REASON]);
bool dryad_layout_check(char reason[DRYAD_LAYOUT_REASON]);

#endif
