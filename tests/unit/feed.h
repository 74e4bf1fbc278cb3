/* SPDX-License-Identifier: MIT */
/* Dumps as text: growing them, and loading them from memory or from a file. */
#ifndef DRYAD_TESTS_FEED_H
#define DRYAD_TESTS_FEED_H

#include <unistd.h>

#include "dryad.h"
#include "testing.h"

typedef struct dump_text {
  char *data;
  size_t length, capacity;
} dump_text;

static inline void text_add_bytes(dump_text *t, const void *bytes, size_t length)
{
  if (t->length + length > t->capacity) {
    t->capacity = 2 * (t->length + length);
    t->data = realloc(t->data, t->capacity);
    assert_non_null(t->data);
  }
  if (length) memcpy(t->data + t->length, bytes, length);
  t->length += length;
}

static inline void __attribute__((format(printf, 2, 3))) text_add(dump_text *t, const char *format, ...)
{
  char piece[1000];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(piece, sizeof piece, format, arguments);
  va_end(arguments);
  assert_in_range(length, 0, sizeof piece - 1);
  text_add_bytes(t, piece, (size_t)length);
}

static inline void text_free(dump_text *t)
{
  free(t->data);
  *t = (dump_text){0};
}

/* A dump in a string constant; not to be freed. */
static inline dump_text text_of(const char *constant)
{
  return (dump_text){.data = (char *)(uintptr_t)constant, .length = strlen(constant)};
}

/* ---- from memory ------------------------------------------------------------------------------- */

typedef struct feed {
  const dump_text *from;
  size_t piece; /* bytes per read; 0: as many as requested */
  size_t position;
} feed;

static inline ptrdiff_t feed_read(void *context, void *buffer, size_t capacity)
{
  feed *f = context;
  size_t count = f->from->length - f->position;
  if (f->piece && count > f->piece) count = f->piece;
  if (count > capacity) count = capacity;
  if (count) memcpy(buffer, f->from->data + f->position, count);
  f->position += count;
  return (ptrdiff_t)count;
}

static inline dryad_status load_pieces(dryad_heap **heap, const dump_text *from, size_t piece,
                                       const dryad_load_options *options, dryad_error *error)
{
  feed f = {from, piece, 0};
  return dryad_heap_load_source(heap, (dryad_source){feed_read, &f}, "text", options, error);
}

/* Loads a valid dump. */
static inline dryad_heap *load_text(const dump_text *from, const dryad_load_options *options)
{
  dryad_heap *heap;
  dryad_error error = {0};
  if (load_pieces(&heap, from, 0, options, &error)) fail_msg("%s", error.text);
  return heap;
}

static inline dryad_heap *load_raw(const dump_text *from)
{
  return load_text(from, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1});
}

/* ---- from a file ------------------------------------------------------------------------------- */

typedef struct temporary {
  char path[40];
  int file;
} temporary;

static inline temporary write_temporary(const void *data, size_t length)
{
  temporary t = {.path = "/tmp/dryad-test-XXXXXX"};
  t.file = mkstemp(t.path);
  assert_true(t.file >= 0);
  for (size_t done = 0; done < length;) {
    ssize_t count = write(t.file, (const char *)data + done, length - done);
    assert_true(count > 0);
    done += (size_t)count;
  }
  return t;
}

static inline void remove_temporary(temporary *t)
{
  close(t->file);
  unlink(t->path);
}

/* ---- memory ------------------------------------------------------------------------------------ */

/* Counts the memory that is not freed yet. */
typedef struct ledger {
  _Atomic int64_t blocks, bytes;
} ledger;

static inline void *ledger_resize(void *context, void *block, size_t old_size, size_t new_size)
{
  ledger *l = context;
  void *moved = NULL;
  if (new_size == 0) {
    free(block);
  } else {
    moved = realloc(block, new_size);
    assert_non_null(moved);
  }
  l->blocks += (new_size != 0) - (block != NULL);
  l->bytes += (int64_t)new_size - (block ? (int64_t)old_size : 0);
  return moved;
}

#endif
