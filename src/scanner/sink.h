/* SPDX-License-Identifier: MIT */
/* Where a dump goes: a file descriptor, plain or compressed, or memory.
 *
 * Needs neither Python nor malloc, so that a forked child can write. The first error is kept, and everything after it
 * does nothing: check when closing. SIGPIPE is the caller's to keep away (dryad_sink_guard). */
#ifndef DRYAD_SCANNER_SINK_H
#define DRYAD_SCANNER_SINK_H

#include "sink_descriptor.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/types.h>

/* The compression that a file's name asks for: .gz, .zst, else none. */
dryad_compression dryad_compression_of(const char *path);

/* Opens on a descriptor that stays the caller's, or on memory with -1. */
void dryad_sink_init(dryad_sink *sink, int fd, dryad_compression compression);

/* Writes what is left and ends the compressed stream; 0, or the errno of the first failure. */
int dryad_sink_finish(dryad_sink *sink);
void dryad_sink_deinit(dryad_sink *sink);

/* Makes room for `size` bytes (at most 4096); where to put them, or NULL after an error. Then say how many were put. */
char *dryad_sink_room(dryad_sink *sink, size_t size);

static inline void dryad_sink_advance(dryad_sink *sink, const char *end) { sink->used = (size_t)(end - sink->buffer); }

void dryad_sink_put(dryad_sink *sink, const char *text, size_t size);

#define DRYAD_SINK_PUT(sink, literal) dryad_sink_put(sink, literal, sizeof(literal) - 1)

void dryad_sink_put_number(dryad_sink *sink, uint64_t number);

/* The decimal digits of a number at `end`, at most 20; where they end. */
char *dryad_number_write(char *end, uint64_t number);

/* Keeps SIGPIPE of a broken pipe away from the process, in this thread, until it is released. */
typedef struct dryad_sink_guard {
  sigset_t mask;
  bool pending;
} dryad_sink_guard;

void dryad_sink_guard_init(dryad_sink_guard *guard);
void dryad_sink_guard_deinit(dryad_sink_guard *guard);

#endif
