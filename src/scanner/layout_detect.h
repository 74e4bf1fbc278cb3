/* SPDX-License-Identifier: MIT */
/* Which Python runs here, and whether it is one that layouts.c knows (in the library for other processes alone).
 *
 * The version is that of the library Python itself, by Py_Version (3.11 and newer) or Py_GetVersion(). A free-threaded
 * build says so in _Py_DebugOffsets, which only 3.13 and newer have, as the others have no such build; a debug build
 * has the function _Py_NegativeRefcount, which no other build exports, in all of these versions.
 *
 * What is known is not believed either: from 3.13 on the layout must agree with _Py_DebugOffsets, and in all versions
 * with the sizes that built-in types have, and with what functions of Python's say about the interpreter, its threads
 * and its modules. */
#ifndef DRYAD_SCANNER_LAYOUT_DETECT_H
#define DRYAD_SCANNER_LAYOUT_DETECT_H

#include <stdbool.h>

enum { DRYAD_LAYOUT_REASON = 200 }; /* bytes of a reason, NUL included */

/* Finds the layout of the Python that runs here, and makes it `dryad_here`; false with the reason, a sentence without
 * capital and full stop, where it is not known. Neither wants the GIL nor takes it. */
bool dryad_layout_detect(char reason[DRYAD_LAYOUT_REASON]);

/* With the GIL or attached: compares with what Python's functions say of its allocators, which locks; and, also with
 * the world stopped, of the interpreter. */
bool dryad_layout_check_memory(char reason[DRYAD_LAYOUT_REASON]);
bool dryad_layout_check(char reason[DRYAD_LAYOUT_REASON]);

#endif
