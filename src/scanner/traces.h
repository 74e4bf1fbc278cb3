/* SPDX-License-Identifier: MIT */
/* tracemalloc's traces.
 *
 * tracemalloc keeps them in a hash table, which other threads change even without the GIL: they remove the traces of
 * blocks that they free. The table is read with checked reads and without its lock, which another thread may hold when
 * the process is copied; a block that is freed at that moment may look as if nobody had traced it. Tracebacks and the
 * names of files live as long as tracemalloc traces, which only a thread with the GIL can end.
 *
 * Everything here needs the GIL, or a stopped world, or to be the copy of a process. */
#ifndef DRYAD_SCANNER_TRACES_H
#define DRYAD_SCANNER_TRACES_H

#include "objects.h"
#include "sink.h"

/* The table, or NULL if tracemalloc does not trace, or if another tool has put its allocators before tracemalloc's. Not
 * in the copy of a process, which has allocators of its own: call it before. */
const void *dryad_traces_find(void);

/* The most frames that tracemalloc keeps of a traceback, or 0 if it does not trace. Under the same conditions. */
uint32_t dryad_traces_frames(void);

/* The number of traces in the table. */
size_t dryad_traces_count(const void *traces);

/* The address of a block, and its traceback, which may be any pointer. Returns false to end the visit. */
typedef bool (*dryad_trace_visitor)(uintptr_t block, const void *traceback, void *context);

/* Visits all traces of blocks from Python's own allocators, and adds up the bytes of all blocks, those of others too.
 * False if some were left out, because another thread rebuilt the table meanwhile, or because it cannot be read. */
bool dryad_traces_visit(const void *traces, dryad_trace_visitor visit, void *context, uint64_t *bytes);

/* The number of frames of a traceback, or 0 if the pointer leads to none. */
size_t dryad_traceback_count(const void *traceback);

typedef struct dryad_traced_frame {
  const void *file; /* for dryad_traced_file_put; the same file has the same pointer */
  uint32_t line;
} dryad_traced_frame;

/* The i-th frame, innermost first; false if there is none. */
bool dryad_traceback_frame(dryad_traced_frame *frame, const void *traceback, size_t i);

/* Writes the name of a file as a JSON string, or nothing if the pointer leads to none. */
void dryad_traced_file_put(dryad_sink *sink, const void *file);

#endif
