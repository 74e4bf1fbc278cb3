/* SPDX-License-Identifier: MIT */
/* The output of a dump: a file descriptor, plain or compressed, or memory.
 *
 * Needs neither Python nor malloc, so that a forked child can write. The first error is kept and turns everything after
 * it into a no-op: check when finishing. The caller keeps SIGPIPE away (dryad_sink_guard). */
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

/* Opens a sink on a descriptor, which the caller still owns, or with -1 on memory. */
void dryad_sink_init(dryad_sink *sink, int fd, dryad_compression compression);

/* Flushes the buffer and ends the compressed stream; 0, or the errno of the first failure. */
int dryad_sink_finish(dryad_sink *sink);
void dryad_sink_deinit(dryad_sink *sink);

/* Makes room as dryad_sink_room does, when the buffer has none. */
char *dryad_sink_more_room(dryad_sink *sink, size_t size);

/* Makes room for `size` bytes (at most 4096) and returns where to put them, or NULL after an error. Then report how
 * many were put. */
static inline char *dryad_sink_room(dryad_sink *sink, size_t size)
{
  bool room = sink->error == 0 && sink->capacity - sink->used >= size;
  return room ? sink->buffer + sink->used : dryad_sink_more_room(sink, size);
}

static inline void dryad_sink_advance(dryad_sink *sink, const char *end) { sink->used = (size_t)(end - sink->buffer); }

void dryad_sink_put(dryad_sink *sink, const char *text, size_t size);

/* Puts at most 4096 bytes; in a few instructions if the compiler knows their number. */
static inline void dryad_sink_put_short(dryad_sink *sink, const char *text, size_t size)
{
  char *room = dryad_sink_room(sink, size);
  if (room == NULL) return;
  memcpy(room, text, size);
  sink->used += size;
}

#define DRYAD_SINK_PUT(sink, literal) dryad_sink_put_short(sink, literal, sizeof(literal) - 1)

void dryad_sink_put_number(dryad_sink *sink, uint64_t number);

/* Writes the decimal digits of a number, at most 20, at `end`; returns their end. */
char *dryad_number_write(char *end, uint64_t number);

/* Keeps SIGPIPE of a broken pipe away from the process, in this thread, until it is released. */
typedef struct dryad_sink_guard {
  sigset_t mask;
  bool pending;
} dryad_sink_guard;

void dryad_sink_guard_init(dryad_sink_guard *guard);
void dryad_sink_guard_deinit(dryad_sink_guard *guard);

#endif
