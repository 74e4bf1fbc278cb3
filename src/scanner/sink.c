/* SPDX-License-Identifier: MIT */
#include "sink.h"

#include <errno.h>
#include <time.h>

#include "compressor.h"

enum { BUFFER_SIZE = 256 * 1024 };

dryad_compression dryad_compression_of(const char *path)
{
  size_t length = strlen(path);
  if (length > 3 && strcmp(path + length - 3, ".gz") == 0) return DRYAD_COMPRESSION_GZIP;
  if (length > 4 && strcmp(path + length - 4, ".zst") == 0) return DRYAD_COMPRESSION_ZSTD;
  return DRYAD_COMPRESSION_NONE;
}

void dryad_sink_init(dryad_sink *sink, int fd, dryad_compression compression)
{
  *sink = (dryad_sink){.fd = fd, .compression = compression, .capacity = BUFFER_SIZE};
  sink->buffer = dryad_pages_grow(NULL, 0, BUFFER_SIZE);
  if (sink->buffer == NULL || (compression != DRYAD_COMPRESSION_NONE && !dryad_compressor_init(sink)))
    sink->error = ENOMEM;
}

void dryad_sink_deinit(dryad_sink *sink)
{
  dryad_pages_free(sink->buffer, sink->capacity);
  dryad_pool_deinit(&sink->pool);
  *sink = (dryad_sink){.fd = -1};
}

/* ---- writing */

static void flush(dryad_sink *sink, bool last)
{
  if (sink->error != 0) return;
  if (sink->compression == DRYAD_COMPRESSION_NONE)
    dryad_sink_write(sink, sink->buffer, sink->used);
  else
    dryad_compressor_flush(sink, last);
  sink->flushed += sink->used;
  sink->used = 0;
}

int dryad_sink_finish(dryad_sink *sink)
{
  if (sink->fd >= 0) flush(sink, true);
  return sink->error;
}

static bool grow(dryad_sink *sink)
{
  char *buffer = dryad_pages_grow(sink->buffer, sink->capacity, 2 * sink->capacity);
  if (buffer == NULL) {
    sink->error = ENOMEM;
    return false;
  }
  sink->buffer = buffer;
  sink->capacity *= 2;
  return true;
}

char *dryad_sink_more_room(dryad_sink *sink, size_t size)
{
  if (sink->error != 0) return NULL;
  if (sink->capacity - sink->used < size) {
    if (sink->fd < 0) {
      if (!grow(sink)) return NULL;
    } else {
      flush(sink, false);
      if (sink->error != 0) return NULL;
    }
  }
  return sink->buffer + sink->used;
}

void dryad_sink_put(dryad_sink *sink, const char *text, size_t size)
{
  const size_t step = 4096;
  while (size > 0) {
    size_t part = size < step ? size : step;
    char *room = dryad_sink_room(sink, part);
    if (room == NULL) return;
    memcpy(room, text, part);
    sink->used += part;
    text += part;
    size -= part;
  }
}

/* ---- numbers */

static const char pairs[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                            "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                            "8081828384858687888990919293949596979899";

static char *put_pair(char *end, uint32_t number)
{
  memcpy(end, pairs + (size_t)2 * number, 2);
  return end + 2;
}

static char *put_four(char *end, uint32_t number) { return put_pair(put_pair(end, number / 100), number % 100); }

/* The digits of a number below 10000. */
static char *put_few(char *end, uint32_t number)
{
  if (number >= 1000) return put_four(end, number);
  if (number >= 100) {
    *end++ = (char)('0' + number / 100);
    return put_pair(end, number % 100);
  }
  if (number >= 10) return put_pair(end, number);
  *end++ = (char)('0' + number);
  return end;
}

/* In groups of four digits, of which two are independent of each other: a division waits for the one before it. */
char *dryad_number_write(char *end, uint64_t number)
{
  const uint32_t group = 10000, both = group * group;
  if (number < group) return put_few(end, (uint32_t)number);
  if (number < both) return put_four(put_few(end, (uint32_t)number / group), (uint32_t)number % group);
  const uint32_t low = (uint32_t)(number % both);
  end = dryad_number_write(end, number / both);
  return put_four(put_four(end, low / group), low % group);
}

void dryad_sink_put_number(dryad_sink *sink, uint64_t number)
{
  char *room = dryad_sink_room(sink, 20);
  if (room != NULL) dryad_sink_advance(sink, dryad_number_write(room, number));
}

/* ---- SIGPIPE */

void dryad_sink_guard_init(dryad_sink_guard *guard)
{
  sigset_t pipe_signal, waiting;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  sigpending(&waiting);
  guard->pending = sigismember(&waiting, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &guard->mask);
}

void dryad_sink_guard_deinit(dryad_sink_guard *guard)
{
  sigset_t pipe_signal;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  const struct timespec now = {0, 0};
  /* Discards a SIGPIPE that our writing caused; one that was pending before is not ours. */
  while (!guard->pending && sigtimedwait(&pipe_signal, NULL, &now) < 0 && errno == EINTR) {
  }
  pthread_sigmask(SIG_SETMASK, &guard->mask, NULL);
}
