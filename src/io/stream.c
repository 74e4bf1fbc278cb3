/* SPDX-License-Identifier: MIT */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/progress.h"
#include "io/codec.h"

/* Stored bytes per read, where the reader's own buffer cannot be used. */
#define BLOCK ((size_t)1 << 18)

struct dryad_stream {
  const dryad_allocator *allocator;
  char *name; /* for messages */
  int file;   /* -1: read from `source` */
  bool owns_file;
  dryad_source source;
  const dryad_progress *progress; /* called when a signal interrupts */
  bool parallel;                  /* an uncompressed regular file opened at its start */
  uint64_t size;                  /* of a regular file when opened, else 0 */
  uint64_t taken;                 /* stored bytes read so far */
  dryad_codec *codec;             /* NULL: plain */
  dryad_codec_input input;        /* stored bytes in `block` not yet decoded; `last` at the end of the file */
  unsigned char *block;           /* BLOCK bytes */
  bool done;                      /* the decoder has delivered everything */
  unsigned char head[DRYAD_STREAM_HEAD];
  size_t head_length, head_given; /* decoded bytes read in advance, and how many were delivered since */
  const char *problem;            /* reported at the end */
};

void dryad_stream_close(dryad_stream *stream)
{
  if (!stream) return;
  if (stream->owns_file) close(stream->file);
  if (stream->codec) stream->codec->free(stream->codec);
  if (stream->name) dryad_free(stream->allocator, stream->name, strlen(stream->name) + 1, 1);
  dryad_free(stream->allocator, stream->block, BLOCK, 1);
  dryad_free(stream->allocator, stream, 1, sizeof *stream);
}

static dryad_status read_source(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  ptrdiff_t count = stream->source.read(stream->source.context, buffer, capacity);
  if (count < 0) return dryad_fail(error, DRYAD_IO, "%s: cannot be read", stream->name);
  if ((size_t)count > capacity)
    return dryad_fail(error, DRYAD_ARGUMENT, "%s: returns more bytes than it was asked for", stream->name);
  *got = (size_t)count;
  return DRYAD_OK;
}

/* Whether to try again after a signal. */
static dryad_status interrupted(const dryad_stream *stream, dryad_error *error)
{
  if (dryad_progress_tell(stream->progress, "reading", stream->taken, stream->size)) return dryad_fail_cancelled(error);
  return DRYAD_OK;
}

static dryad_status read_file(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  ssize_t count;
  while ((count = read(stream->file, buffer, capacity)) < 0 && errno == EINTR) {
    dryad_status status = interrupted(stream, error);
    if (status) return status;
  }
  if (count < 0 && errno == EISDIR) return dryad_fail(error, DRYAD_IO, "%s: is a directory", stream->name);
  if (count < 0) return dryad_fail(error, DRYAD_IO, "%s: cannot be read: %m", stream->name);
  *got = (size_t)count;
  return DRYAD_OK;
}

/* Reads stored bytes; *got is 0 at the end, and never reads past it. */
static dryad_status read_stored(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  *got = 0;
  if (stream->input.last || !capacity) return DRYAD_OK;
  dryad_status status = stream->file < 0 ? read_source(stream, buffer, capacity, got, error)
                                         : read_file(stream, buffer, capacity, got, error);
  if (status != DRYAD_OK) return status;
  stream->input.last = *got == 0;
  stream->taken += *got;
  return DRYAD_OK;
}

/* ---- opening ---- */

typedef enum compression { PLAIN, GZIP, ZSTD } compression;

static compression recognise(const unsigned char *p, size_t length)
{
  if (length >= 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8) return GZIP;
  if (length < 4) return PLAIN;
  bool frame = p[0] == 0x28 && p[1] == 0xb5 && p[2] == 0x2f && p[3] == 0xfd;
  bool skippable = (p[0] & 0xf0) == 0x50 && p[1] == 0x2a && p[2] == 0x4d && p[3] == 0x18;
  return frame || skippable ? ZSTD : PLAIN;
}

/* Reads enough bytes to recognise the format, in as many reads as it takes, and sets up its decoder. */
static dryad_status sniff(dryad_stream *stream, dryad_error *error)
{
  size_t got = 1;
  while (stream->input.left < 6 && got) {
    dryad_status status =
        read_stored(stream, stream->block + stream->input.left, BLOCK - stream->input.left, &got, error);
    if (status != DRYAD_OK) return status;
    stream->input.left += got;
  }
  stream->input.next = stream->block;
  compression found = recognise(stream->block, stream->input.left);
  if (found == PLAIN) return DRYAD_OK;
  stream->parallel = false;
  stream->codec = found == GZIP ? dryad_gzip_decoder_new(stream->allocator) : dryad_zstd_decoder_new(stream->allocator);
  return stream->codec ? DRYAD_OK : dryad_fail_memory(error);
}

static dryad_status open_failure(const char *path, dryad_error *error)
{
  switch (errno) {
  case ENOENT:
  case ENOTDIR: return dryad_fail(error, DRYAD_IO, "%s: no such file", path);
  case EACCES: return dryad_fail(error, DRYAD_IO, "%s: permission denied", path);
  case EISDIR: return dryad_fail(error, DRYAD_IO, "%s: is a directory", path);
  default: return dryad_fail(error, DRYAD_IO, "%s: cannot be opened: %m", path);
  }
}

static dryad_status open_file(dryad_stream *stream, const char *path, dryad_error *error)
{
  struct stat info;
  bool standard = !strcmp(path, "-");
  if (standard) {
    stream->file = STDIN_FILENO;
  } else {
    /* Checked before opening: opening a device may have side effects. */
    if (stat(path, &info)) return open_failure(path, error);
    if (S_ISBLK(info.st_mode) || S_ISCHR(info.st_mode)) return dryad_fail(error, DRYAD_IO, "%s: is a device", path);
    if (S_ISSOCK(info.st_mode)) return dryad_fail(error, DRYAD_IO, "%s: is a socket", path);
    while ((stream->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0 && errno == EINTR) {
      dryad_status status = interrupted(stream, error);
      if (status) return status;
    }
    if (stream->file < 0) return open_failure(path, error);
    stream->owns_file = true;
  }
  if (fstat(stream->file, &info)) return dryad_fail(error, DRYAD_IO, "%s: cannot be read: %m", stream->name);
  if (S_ISDIR(info.st_mode)) return dryad_fail(error, DRYAD_IO, "%s: is a directory", stream->name);
  if (!S_ISREG(info.st_mode)) return DRYAD_OK;
  stream->size = (uint64_t)info.st_size;
  /* Files of size 0 may still hold bytes (in /proc), so they are read to the end. */
  stream->parallel = stream->size && lseek(stream->file, 0, SEEK_CUR) == 0;
  return DRYAD_OK;
}

static dryad_status open_stream(dryad_stream **out, const char *path, dryad_source source, const char *name,
                                const dryad_progress *progress, const dryad_allocator *allocator, dryad_error *error)
{
  *out = NULL;
  dryad_stream *stream = dryad_calloc(allocator, 1, sizeof *stream);
  if (!stream) return dryad_fail_memory(error);
  stream->allocator = allocator;
  stream->file = -1;
  stream->source = source;
  stream->progress = progress;
  stream->name = dryad_alloc(allocator, strlen(name) + 1, 1);
  stream->block = dryad_alloc(allocator, BLOCK, 1);
  if (stream->name) strcpy(stream->name, name);
  dryad_status status = stream->name && stream->block ? DRYAD_OK : dryad_fail_memory(error);
  if (status == DRYAD_OK && path) status = open_file(stream, path, error);
  if (status == DRYAD_OK) status = sniff(stream, error);
  if (status == DRYAD_OK)
    *out = stream;
  else
    dryad_stream_close(stream);
  return status;
}

dryad_status dryad_stream_open(dryad_stream **out, const char *path, const dryad_progress *progress,
                               const dryad_allocator *allocator, dryad_error *error)
{
  DRYAD_ASSERT(out && path);
  const char *name = strcmp(path, "-") ? path : "standard input";
  return open_stream(out, path, (dryad_source){0}, name, progress, allocator, error);
}

dryad_status dryad_stream_open_source(dryad_stream **out, dryad_source source, const char *name,
                                      const dryad_allocator *allocator, dryad_error *error)
{
  DRYAD_ASSERT(out && source.read && name);
  return open_stream(out, NULL, source, name, NULL, allocator, error);
}

const char *dryad_stream_name(const dryad_stream *stream) { return stream->name; }

int dryad_stream_file(const dryad_stream *stream, uint64_t *size)
{
  DRYAD_ASSERT(size);
  *size = stream->size;
  return stream->parallel ? stream->file : -1;
}

/* ---- reading ---- */

static dryad_status read_plain(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  if (!stream->input.left) return read_stored(stream, buffer, capacity, got, error);
  *got = stream->input.left < capacity ? stream->input.left : capacity;
  memcpy(buffer, stream->input.next, *got);
  stream->input.next += *got;
  stream->input.left -= *got;
  return DRYAD_OK;
}

static dryad_status read_decoded(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  dryad_codec_output output = {buffer, capacity};
  while (output.left == capacity && !stream->done) {
    if (!stream->input.left && !stream->input.last) {
      dryad_status status = read_stored(stream, stream->block, BLOCK, &stream->input.left, error);
      if (status != DRYAD_OK) return status;
      stream->input.next = stream->block;
    }
    stream->done = stream->codec->step(stream->codec, &stream->input, &output, &stream->problem);
  }
  *got = capacity - output.left;
  return DRYAD_OK;
}

/* Decoded bytes; *got is 0 at the end. */
static dryad_status read_on(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  *got = 0;
  return stream->codec ? read_decoded(stream, buffer, capacity, got, error)
                       : read_plain(stream, buffer, capacity, got, error);
}

dryad_status dryad_stream_peek(dryad_stream *stream, unsigned char head[DRYAD_STREAM_HEAD], size_t *length,
                               dryad_error *error)
{
  DRYAD_ASSERT(head && length && stream->head_given == 0);
  dryad_status status = DRYAD_OK;
  size_t got = 1;
  while (!status && got && stream->head_length < sizeof stream->head) {
    size_t left = sizeof stream->head - stream->head_length;
    status = read_on(stream, stream->head + stream->head_length, left, &got, error);
    stream->head_length += got;
  }
  memcpy(head, stream->head, stream->head_length);
  *length = stream->head_length;
  return status;
}

static size_t take_head(dryad_stream *stream, void *buffer, size_t capacity)
{
  size_t left = stream->head_length - stream->head_given, taken = left < capacity ? left : capacity;
  memcpy(buffer, stream->head + stream->head_given, taken);
  stream->head_given += taken;
  return taken;
}

dryad_status dryad_stream_read(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, const char **problem,
                               dryad_error *error)
{
  DRYAD_ASSERT(buffer && capacity > 0 && got && problem);
  *problem = NULL;
  *got = take_head(stream, buffer, capacity);
  if (*got) return DRYAD_OK;
  dryad_status status = read_on(stream, buffer, capacity, got, error);
  if (status == DRYAD_OK && !*got) *problem = stream->problem;
  return status;
}

void dryad_stream_position(const dryad_stream *stream, uint64_t *done, uint64_t *total)
{
  DRYAD_ASSERT(done && total);
  *done = stream->taken - stream->input.left;
  *total = stream->size;
}
