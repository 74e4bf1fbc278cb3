/* SPDX-License-Identifier: MIT */
/* Python's allocator of small objects: how full its arenas are. CPython 3.12 and newer; older ones export no way to
 * find the arenas, and free-threaded ones have none. */
#ifndef DRYAD_SCANNER_ARENAS_H
#define DRYAD_SCANNER_ARENAS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct dryad_arenas {
  uint64_t in_use, free; /* bytes of blocks, and all others of the arenas */
} dryad_arenas;

/* Measures the arenas of the first interpreter, which others share unless they have a GIL of their own. False if they
 * cannot be found, or are not laid out as expected: never touches memory that is not there. Reads a header for each 16
 * KiB of the arenas. Needs the GIL, or a copy of the process. */
bool dryad_arenas_measure(dryad_arenas *arenas);

#endif
