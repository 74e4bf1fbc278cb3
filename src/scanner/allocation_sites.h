/* SPDX-License-Identifier: MIT */
/* Where objects were allocated, as far as tracemalloc traced it (traces.h).
 *
 * All traces are read before the scan: 16 bytes for each, in a table that is at most half full. Tracebacks and names of
 * files are read when the first object needs them, and kept as text. */
#ifndef DRYAD_SCANNER_ALLOCATION_SITES_H
#define DRYAD_SCANNER_ALLOCATION_SITES_H

#include "memory.h"
#include "objects.h"
#include "privacy.h"
#include "sink.h"

typedef struct dryad_allocation_sites {
  size_t frames;              /* how many to write for an object */
  struct traced_block *table; /* by a block's address, with open addressing; NULL if nothing was traced */
  size_t table_size, count;   /* the size is a power of two */
  struct site_stack **stacks; /* by the address of tracemalloc's traceback, likewise */
  size_t stacks_size, num_stacks;
  struct site_file *files; /* a list, with the last one that was looked up first */
  dryad_pool pool;
  dryad_sink scratch; /* in memory */
  uint64_t bytes;     /* of all blocks that are traced */
} dryad_allocation_sites;

/* Reads the traces of dryad_traces_find, which may be NULL. All zero is a state without any. When memory runs out,
 * sites are left out. */
void dryad_allocation_sites_init(dryad_allocation_sites *sites, const void *traces, size_t frames);
void dryad_allocation_sites_deinit(dryad_allocation_sites *sites);

/* Writes `, "allocated": [...]`, innermost frame first, or nothing if it is not known where an object was allocated. */
void dryad_allocation_sites_put(dryad_allocation_sites *sites, dryad_sink *sink, PyObject *object);

#endif
