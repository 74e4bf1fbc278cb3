/* SPDX-License-Identifier: MIT */
/*
 * Bytes of a dump, uncompressed: from a path, standard input, a pipe or a callback; gzip and zstd are recognised by
 * content, also in each other (several members or frames in a row are one stream).
 */
#ifndef DRYAD_IO_STREAM_H
#define DRYAD_IO_STREAM_H

#include "dryad.h"
#include "scanner/shared/output.h"

typedef struct dryad_stream dryad_stream;

/* `path` "-" is standard input. Errors name the path and the cause: no such file, a directory, no permission.
   `progress` (NULL: none; borrowed as long as the stream lives) is called whenever a signal interrupts opening or
   reading, which may wait for another process; if it returns false: DRYAD_CANCELLED. */
dryad_status dryad_stream_open(dryad_stream **out, const char *path, const dryad_progress *progress,
                               const dryad_allocator *allocator, dryad_error *error);
dryad_status dryad_stream_open_source(dryad_stream **out, dryad_source source, const char *name,
                                      const dryad_allocator *allocator, dryad_error *error);
void dryad_stream_close(dryad_stream *stream); /* NULL is allowed */

/* The name for messages: the path, "standard input", or the name given. */
const char *dryad_stream_name(const dryad_stream *stream);
/* How it is compressed, for messages: "gzip", or "gzip in zstd" for what is twice; "": not at all. A stream of more
   than DRYAD_MOST_LAYERS is refused when it is opened. */
enum { DRYAD_MOST_LAYERS = 4 };
const char *dryad_stream_compression(const dryad_stream *stream);
/* The descriptor and size of an uncompressed regular file that several threads can read by pread, else -1; *size is the
   size at opening. */
int dryad_stream_file(const dryad_stream *stream, uint64_t *size);

/* The first DRYAD_STREAM_HEAD bytes, fewer only if the stream is shorter; reading delivers them again. Call it before
   the first read. */
enum { DRYAD_STREAM_HEAD = 512 };
dryad_status dryad_stream_peek(dryad_stream *stream, unsigned char head[DRYAD_STREAM_HEAD], size_t *length,
                               dryad_error *error);
/* Reads up to `capacity` bytes; *got is 0 at the end. A compressed stream that is truncated or corrupt delivers what
   could be decoded, then the end, with *problem (a static string, else NULL) set. A read error is DRYAD_IO. */
dryad_status dryad_stream_read(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, const char **problem,
                               dryad_error *error);
/* Tells the stream's progress; DRYAD_CANCELLED if it stops. For callers that read much before they return. */
dryad_status dryad_stream_tell(const dryad_stream *stream, dryad_error *error);
/* The position in the file as stored, in bytes, and its size (0: unknown). */
void dryad_stream_position(const dryad_stream *stream, uint64_t *done, uint64_t *total);

/* Writes a file, atomically and never over another by mistake (scanner/shared/output.h); plain, gzip or zstd by the
   path's ending (.gz, .zst). Endings of other compressed files (.xz, .bz2) are refused. */
typedef struct dryad_sink dryad_sink;

typedef struct dryad_sink_options {
  const dryad_progress *progress; /* as for streams, for opening and writing; NULL: none; borrowed */
  dryad_output_options output;
  const char *force_name; /* how messages name `force`, a static string; NULL: "--force" */
  bool plain;             /* do not compress, whatever the ending */
  /* The path is that of a folder: the file lies there compressed with zstd, never gets a name, and is gone with the
     sink or the process. It is not finished, but read again (dryad_sink_reread). The options above do not matter. */
  bool unnamed;
} dryad_sink_options;

/* `options` NULL: none. An existing file is refused here, or by dryad_sink_finish if it appeared meanwhile: "PATH:
   exists already; --force replaces it". So is a terminal. */
dryad_status dryad_sink_open(dryad_sink **out, const char *path, const dryad_sink_options *options,
                             const dryad_allocator *allocator, dryad_error *error);
/* DRYAD_IO if writing the sink would destroy the regular file `input`, under whatever name; "-" is standard input. Any
   other input is no problem. Call it before anything is written. */
dryad_status dryad_sink_check_input(const dryad_sink *sink, const char *input, dryad_error *error);
/* The name for messages: the path or "standard output"; valid until the sink is freed. */
const char *dryad_sink_name(const dryad_sink *sink);
/* The descriptor, for callers that write a plain file other than by dryad_sink_write; also open for reading. -1 if it
   is not a new file. */
int dryad_sink_file(const dryad_sink *sink);
/* Free bytes in the file's file system; UINT64_MAX if unlimited or unknown. */
uint64_t dryad_sink_free_room(const dryad_sink *sink);
/* Makes writing more than `bytes` fail with DRYAD_LIMIT: "PATH: would take more than N, all that NAME allows". `name`
   is a static string, such as "--max-size". */
void dryad_sink_limit(dryad_sink *sink, uint64_t bytes, const char *name);
dryad_status dryad_sink_write(dryad_sink *sink, const void *data, size_t length, dryad_error *error);
/* Bytes written to the file so far. */
uint64_t dryad_sink_written(const dryad_sink *sink);

typedef struct dryad_sink_result {
  char path[PATH_MAX]; /* the final one: %t may have become a later second */
  uint64_t bytes;      /* of the file */
  bool is_direct;      /* written in place: a pipe, a device, a descriptor */
} dryad_sink_result;

/* Frees the sink. `result` may be NULL. On failure an existing file is unchanged. */
dryad_status dryad_sink_finish(dryad_sink *sink, dryad_sink_result *result, dryad_error *error);
/* Completes a file without a name, to which nothing is written from then on. `path` is where this process can open it
   as long as the sink is there. */
enum { DRYAD_SINK_LINK = 32 };
dryad_status dryad_sink_reread(dryad_sink *sink, char path[DRYAD_SINK_LINK], dryad_error *error);
void dryad_sink_abandon(dryad_sink *sink); /* frees, and leaves no file; NULL is allowed */

#endif
