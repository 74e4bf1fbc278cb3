/* SPDX-License-Identifier: MIT */
#include "io/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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

/* Bytes not yet taken, and what decodes them. */
typedef struct layer {
  dryad_codec *codec;      /* NULL: they are plain */
  dryad_codec_input input; /* within `block`; `last` once no more will come */
  unsigned char *block;    /* BLOCK bytes; NULL: not used yet */
  bool done;               /* the decoder has delivered everything */
} layer;

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
  layer
      layers[DRYAD_MOST_LAYERS + 1]; /* the first one's input is the file's, each other one's is the previous output */
  unsigned depth;                    /* of the plain layer */
  char compression[48];              /* for messages */
  unsigned char head[DRYAD_STREAM_HEAD];
  size_t head_length, head_given; /* decoded bytes read in advance, and how many were delivered since */
  const char *problem;            /* reported at the end */
};

void dryad_stream_close(dryad_stream *stream)
{
  if (!stream) return;
  if (stream->owns_file) close(stream->file);
  for (unsigned i = 0; i <= DRYAD_MOST_LAYERS; i++) {
    if (stream->layers[i].codec) stream->layers[i].codec->free(stream->layers[i].codec);
    dryad_free(stream->allocator, stream->layers[i].block, BLOCK, 1);
  }
  if (stream->name) dryad_free(stream->allocator, stream->name, strlen(stream->name) + 1, 1);
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

dryad_status dryad_stream_tell(const dryad_stream *stream, dryad_error *error)
{
  if (dryad_progress_tell(stream->progress, "reading", stream->taken, stream->size)) return dryad_fail_cancelled(error);
  return DRYAD_OK;
}

static dryad_status read_file(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  ssize_t count;
  while ((count = read(stream->file, buffer, capacity)) < 0 && errno == EINTR) {
    dryad_status status = dryad_stream_tell(stream, error);
    if (status) return status;
  }
  if (count < 0 && errno == EISDIR) return dryad_fail(error, DRYAD_IO, "%s: is a directory", stream->name);
  if (count < 0) return dryad_fail(error, DRYAD_IO, "%s: cannot be read: %m", stream->name);
  *got = (size_t)count;
  return DRYAD_OK;
}

static dryad_status read_stored(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  dryad_status status = stream->file < 0 ? read_source(stream, buffer, capacity, got, error)
                                         : read_file(stream, buffer, capacity, got, error);
  if (status == DRYAD_OK) stream->taken += *got;
  return status;
}

static dryad_status read_input(dryad_stream *stream, unsigned depth, void *buffer, size_t capacity, size_t *got,
                               dryad_error *error);

/* Bytes that the layer has decoded; *got is 0 at the end. */
static dryad_status read_decoded(dryad_stream *stream, unsigned depth, void *buffer, size_t capacity, size_t *got,
                                 dryad_error *error)
{
  layer *from = &stream->layers[depth];
  dryad_codec_output output = {buffer, capacity};
  while (output.left == capacity && !from->done) {
    if (!from->input.left && !from->input.last) {
      dryad_status status = read_input(stream, depth, from->block, BLOCK, &from->input.left, error);
      if (status != DRYAD_OK) return status;
      from->input.next = from->block;
    }
    const char *problem = NULL;
    from->done = from->codec->step(from->codec, &from->input, &output, &problem);
    if (!stream->problem) stream->problem = problem; /* a cut file cuts what is decoded from it, too */
  }
  *got = capacity - output.left;
  return DRYAD_OK;
}

/* Reads further input of a layer; *got is 0 at the end, and never reads past it. */
static dryad_status read_input(dryad_stream *stream, unsigned depth, void *buffer, size_t capacity, size_t *got,
                               dryad_error *error)
{
  layer *to = &stream->layers[depth];
  *got = 0;
  if (to->input.last || !capacity) return DRYAD_OK;
  dryad_status status = depth == 0 ? read_stored(stream, buffer, capacity, got, error)
                                   : read_decoded(stream, depth - 1, buffer, capacity, got, error);
  if (status == DRYAD_OK) to->input.last = *got == 0;
  return status;
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

/* Reads enough input of a layer to recognise its format, in as many reads as it takes. */
static dryad_status look_at(dryad_stream *stream, unsigned depth, dryad_error *error)
{
  layer *l = &stream->layers[depth];
  size_t got = 1;
  l->block = dryad_alloc(stream->allocator, BLOCK, 1);
  if (!l->block) return dryad_fail_memory(error);
  while (l->input.left < 6 && got) {
    dryad_status status = read_input(stream, depth, l->block + l->input.left, BLOCK - l->input.left, &got, error);
    if (status != DRYAD_OK) return status;
    l->input.left += got;
  }
  l->input.next = l->block;
  return DRYAD_OK;
}

/* Names what was found inside of what was named before. */
static void name_compression(dryad_stream *stream, compression found)
{
  char outside[sizeof stream->compression];
  const int room = (int)(sizeof outside - sizeof "gzip in ");
  strcpy(outside, stream->compression);
  snprintf(stream->compression, sizeof stream->compression, "%s%s%.*s", found == GZIP ? "gzip" : "zstd",
           *outside ? " in " : "", room, outside);
}

/* Sets up decoders until what comes out is plain. */
static dryad_status sniff(dryad_stream *stream, dryad_error *error)
{
  for (;;) {
    dryad_status status = look_at(stream, stream->depth, error);
    if (status) return status;
    layer *l = &stream->layers[stream->depth];
    compression found = recognise(l->block, l->input.left);
    if (found == PLAIN) return DRYAD_OK;
    if (stream->depth == DRYAD_MOST_LAYERS)
      return dryad_fail(error, DRYAD_LIMIT, "%s: compressed more than %d times", stream->name, DRYAD_MOST_LAYERS);
    name_compression(stream, found);
    stream->parallel = false;
    l->codec = found == GZIP ? dryad_gzip_decoder_new(stream->allocator) : dryad_zstd_decoder_new(stream->allocator);
    if (!l->codec) return dryad_fail_memory(error);
    stream->depth++;
  }
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
      dryad_status status = dryad_stream_tell(stream, error);
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
  if (stream->name) strcpy(stream->name, name);
  dryad_status status = stream->name ? DRYAD_OK : dryad_fail_memory(error);
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

const char *dryad_stream_compression(const dryad_stream *stream) { return stream->compression; }

int dryad_stream_file(const dryad_stream *stream, uint64_t *size)
{
  DRYAD_ASSERT(size);
  *size = stream->size;
  return stream->parallel ? stream->file : -1;
}

/* ---- reading ---- */

/* Plain bytes; *got is 0 at the end. */
static dryad_status read_on(dryad_stream *stream, void *buffer, size_t capacity, size_t *got, dryad_error *error)
{
  dryad_codec_input *input = &stream->layers[stream->depth].input;
  if (!input->left) return read_input(stream, stream->depth, buffer, capacity, got, error);
  *got = input->left < capacity ? input->left : capacity;
  memcpy(buffer, input->next, *got);
  input->next += *got;
  input->left -= *got;
  return DRYAD_OK;
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
  *done = stream->taken - stream->layers[0].input.left;
  *total = stream->size;
}
