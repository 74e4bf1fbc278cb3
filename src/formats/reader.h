/* SPDX-License-Identifier: MIT */
/* What a format implements: how to recognise it, and how to make a heap from it. */
#ifndef DRYAD_FORMATS_READER_H
#define DRYAD_FORMATS_READER_H

#include "io/stream.h"

/* A request to load a dump. */
typedef struct dryad_reading {
  const char *path; /* or its name in messages */
  dryad_load_options options;
  const dryad_allocator *allocator; /* of the heap, on disk if it spills; NULL for a format with `is_path` */
  dryad_stream *stream;             /* at its start; closed by the caller. NULL for a format with `is_path` */
  const unsigned char *head;        /* how the stream starts, as for `sniff` */
  size_t head_length;
} dryad_reading;

/* One of these two is NULL: a format is recognised by its path, and opens the file itself, or by its content. */
typedef struct dryad_reader {
  const char *name;
  bool (*is_path)(const char *path);
  /* Whether a dump that starts with these uncompressed bytes has this format; fewer than DRYAD_STREAM_HEAD bytes are
     the whole dump. */
  bool (*sniff)(const unsigned char *head, size_t length);
  dryad_status (*read)(dryad_heap **out, const dryad_reading *reading, dryad_error *error);
} dryad_reader;

#endif
