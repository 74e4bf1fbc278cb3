/* SPDX-License-Identifier: MIT */
/* The inside of a sink (sink.h), for its compressor: its state and its descriptor. */
#ifndef DRYAD_SCANNER_SINK_DESCRIPTOR_H
#define DRYAD_SCANNER_SINK_DESCRIPTOR_H

#include "memory.h"

#include <stdint.h>
#include <sys/types.h>

typedef enum dryad_compression {
  DRYAD_COMPRESSION_NONE,
  DRYAD_COMPRESSION_GZIP,
  DRYAD_COMPRESSION_ZSTD
} dryad_compression;

typedef struct dryad_sink {
  char *buffer; /* bytes put and not yet written */
  size_t used, capacity;
  uint64_t flushed; /* bytes that left the buffer */
  int fd;           /* -1: memory, the buffer grows */
  int error;        /* errno of the first failure, or 0 */
  dryad_compression compression;
  void *compressor; /* the compressor, and its output buffer */
  char *compressed;
  dryad_pool pool;
} dryad_sink;

/* Like write(2), but waits for a non-blocking descriptor: then the error is EINTR, to try again. */
ssize_t dryad_sink_write_some(int fd, const char *bytes, size_t size);

/* Writes bytes directly to the descriptor, unchanged. */
void dryad_sink_write(dryad_sink *sink, const char *bytes, size_t size);

#endif
