/* SPDX-License-Identifier: MIT */
/* What a format implements to be loaded: how to recognise it, and how to make a heap of it. */
#ifndef DRYAD_FORMATS_READER_H
#define DRYAD_FORMATS_READER_H

#include "io/stream.h"

/* What is to be loaded. */
typedef struct dryad_reading {
  const char *path; /* or what stands for it in messages */
  dryad_load_options options;
  const dryad_allocator *allocator; /* of the heap, on disk where it spills; NULL for a format with `is_path` */
  dryad_stream *stream;             /* at its start; closed by the caller. NULL for a format with `is_path` */
} dryad_reading;

/* One of these two is NULL: a format is recognised by its path, and opens it itself, or by content. */
typedef struct dryad_reader {
  const char *name;
  bool (*is_path)(const char *path);
  /* Whether a dump that starts with these bytes, uncompressed, is of this format; fewer than DRYAD_STREAM_HEAD of them
     are all that there is. */
  bool (*sniff)(const unsigned char *head, size_t length);
  dryad_status (*read)(dryad_heap **out, const dryad_reading *reading, dryad_error *error);
} dryad_reader;

#endif
