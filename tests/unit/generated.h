/* SPDX-License-Identifier: MIT */
/* Heaps of millions of objects, whose dumps are written piece by piece during loading, and tests that cancel work on
   them. */
#ifndef DRYAD_TESTS_GENERATED_H
#define DRYAD_TESTS_GENERATED_H

#include "feed.h"

/* Deeper than any stack, whatever the size of a frame: code that recursed by the depth of the data would crash.
   Unoptimized builds have larger frames, and are slower. */
#if defined(NDEBUG) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
enum { A_MILLION = 1000000, FIVE_MILLION = 5000000 };
#else
enum { A_MILLION = 200000, FIVE_MILLION = A_MILLION };
#endif

/* Writes piece number `piece` of the dump of a heap of `count` objects; false: no such piece. */
typedef bool (*write_piece)(dump_text *t, unsigned piece, unsigned count);

typedef struct generated {
  write_piece write;
  unsigned count, next;
  dump_text text; /* pieces written so far, delivered up to `position` */
  size_t position;
} generated;

static inline ptrdiff_t generated_read(void *context, void *buffer, size_t capacity)
{
  generated *g = context;
  if (g->position == g->text.length) {
    g->position = g->text.length = 0;
    while (g->text.length < 100000 && g->write(&g->text, g->next, g->count)) g->next++;
  }
  size_t length = g->text.length - g->position;
  if (length > capacity) length = capacity;
  if (length) memcpy(buffer, g->text.data + g->position, length);
  g->position += length;
  return (ptrdiff_t)length;
}

static inline dryad_heap *load_generated(write_piece write, unsigned count, const dryad_allocator *allocator)
{
  generated g = {.write = write, .count = count};
  dryad_heap *heap;
  dryad_error error = {0};
  const dryad_load_options options = {.size = sizeof options, .raw = true, .allocator = allocator};
  if (dryad_heap_load_source(&heap, (dryad_source){generated_read, &g}, "generated", &options, &error))
    fail_msg("%s", error.text);
  text_free(&g.text);
  assert_number(dryad_graph_count(dryad_heap_graph(heap)), count);
  return heap;
}

/* Object i has the address i and this size. */
static inline unsigned generated_size(unsigned i) { return 1 + i % 7; }

/* Written by hand, for millions of them. */
static inline void add_number(dump_text *t, const char *before, unsigned number)
{
  char digits[10];
  size_t at = sizeof digits;
  do digits[--at] = (char)('0' + number % 10);
  while (number /= 10);
  text_add_bytes(t, before, strlen(before));
  text_add_bytes(t, digits + at, sizeof digits - at);
}

/* An object with a reference and, unless it is the same, another one. */
static inline void add_object(dump_text *t, unsigned i, unsigned ref, unsigned other)
{
  static const char end[] = "]}\n";
  add_number(t, "{\"address\": ", i);
  add_number(t, ", \"type\": \"node\", \"size\": ", generated_size(i));
  add_number(t, ", \"refs\": [", ref);
  if (other != ref) add_number(t, ", ", other);
  text_add_bytes(t, end, sizeof end - 1);
}

/* Each refers to the next, the last to an address that is not dumped. */
static inline bool write_chain(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count) add_object(t, piece, piece + 1, piece + 1);
  return piece < count;
}

/* Each refers to the next, the last to the second: a ring with an entrance. */
static inline bool write_lasso(dump_text *t, unsigned piece, unsigned count)
{
  unsigned next = piece + 1 < count ? piece + 1 : 1;
  if (piece < count) add_object(t, piece, next, next);
  return piece < count;
}

/* Each refers to the next and to the one before. */
static inline bool write_ladder(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count) add_object(t, piece, piece + 1, piece ? piece - 1 : 0);
  return piece < count;
}

/* The first refers to all, itself included, and each to the first. */
static inline bool write_star(dump_text *t, unsigned piece, unsigned count)
{
  if (piece == 0) text_add(t, "{\"address\": 0, \"type\": \"node\", \"size\": %u, \"refs\": [0", generated_size(0));
  if (piece > 0 && piece < count) add_number(t, ", ", piece);
  if (piece == count) text_add(t, "]}\n");
  if (piece > count && piece < 2 * count) add_object(t, piece - count, 0, 0);
  return piece < 2 * count;
}

/* Pairs that refer to each other; the first of each refers to the pair before as well. `count` is even. */
static inline bool write_pairs(dump_text *t, unsigned piece, unsigned count)
{
  if (piece < count) add_object(t, piece, piece ^ 1, piece % 2 || piece < 2 ? piece ^ 1 : piece - 2);
  return piece < count;
}

/* ---- cancelling --------------------------------------------------------------------------------- */

enum { SOME = 300000 }; /* enough objects for progress to be reported */

/* Does the work and frees its result; returns its status. */
typedef dryad_status (*cancellable)(const dryad_heap *heap, dryad_progress progress, dryad_error *error);

typedef struct told {
  unsigned calls, cancel_at; /* the calls are numbered from 1 */
} told;

static inline bool tell(void *context, const char *stage, uint64_t done, uint64_t total)
{
  told *t = context;
  assert_true(t->calls < t->cancel_at); /* nothing is reported after cancelling */
  assert_true(*stage && (total == 0 || done <= total));
  return ++t->calls != t->cancel_at;
}

/* Asserts that the work, cancelled at each call in turn, reports it and leaks nothing. `count`: enough for progress to
   be reported. */
static inline void assert_cancellable_in(write_piece write, unsigned count, cancellable work)
{
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_heap *heap = load_generated(write, count, &allocator);
  int64_t blocks = l.blocks, bytes = l.bytes;
  for (unsigned call = 1;; call++) {
    told t = {.cancel_at = call};
    dryad_error error = {0};
    dryad_status status = work(heap, (dryad_progress){tell, &t}, &error);
    assert_int_equal(error.status, status);
    assert_int_equal(l.blocks, blocks);
    assert_int_equal(l.bytes, bytes);
    if (status == DRYAD_OK) {
      if (call == 1) fail_msg("no progress was told of %u objects", count);
      assert_number(t.calls, call - 1);
      break;
    }
    assert_int_equal(status, DRYAD_CANCELLED);
  }
  dryad_heap_free(heap);
  assert_int_equal(l.blocks, 0);
}

static inline void assert_cancellable(write_piece write, cancellable work) { assert_cancellable_in(write, SOME, work); }

#endif
