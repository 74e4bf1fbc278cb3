/* SPDX-License-Identifier: MIT */
#include "io/blocks.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "io/squeezer.h"

/* Most lines are shorter than this. */
#define FIRST_EXTENSION ((size_t)1 << 10)

void dryad_blocks_init(dryad_blocks *blocks, dryad_stream *stream, const dryad_allocator *allocator)
{
  DRYAD_ASSERT(blocks && stream);
  *blocks = (dryad_blocks){.allocator = allocator, .stream = stream};
  blocks->file = dryad_stream_file(stream, &blocks->size);
  if (blocks->file >= 0) atomic_store(&blocks->end, blocks->size);
}

void dryad_blocks_deinit(dryad_blocks *blocks) { dryad_column_free(&blocks->tail, blocks->allocator, 1); }

bool dryad_blocks_is_shareable(const dryad_blocks *blocks) { return blocks->file >= 0; }

void dryad_block_deinit(dryad_block *block, const dryad_allocator *allocator)
{
  dryad_column_free(&block->buffer, allocator, 1);
}

static bool reserve(dryad_column *buffer, const dryad_allocator *allocator, size_t length)
{
  return dryad_column_reserve(buffer, allocator, length + DRYAD_BLOCK_PADDING, 1);
}

/* What a read delivered. */
static char *content(const dryad_block *block) { return block->buffer.data; }

/* `left_out`: of its last line. */
static void hand_out(dryad_block *block, size_t start, size_t end, uint64_t left_out)
{
  memset(content(block) + end, 0, DRYAD_BLOCK_PADDING);
  block->data = content(block) + start;
  block->length = end - start;
  block->extent = block->length + left_out;
}

/* ---- reading ----------------------------------------------------------------------------------- */

/* Appends up to `wanted` bytes of the file from `offset` on to the buffer; fewer only at its end. */
static dryad_status append_file(dryad_blocks *blocks, dryad_block *block, size_t *length, uint64_t offset,
                                size_t wanted, dryad_error *error)
{
  if (offset >= blocks->size) return DRYAD_OK;
  if (wanted > blocks->size - offset) wanted = (size_t)(blocks->size - offset);
  if (!reserve(&block->buffer, blocks->allocator, *length + wanted)) return dryad_fail_memory(error);
  while (wanted > 0) {
    ssize_t got = pread(blocks->file, content(block) + *length, wanted, (off_t)offset);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return dryad_fail(error, DRYAD_IO, "%s: cannot be read: %m", dryad_stream_name(blocks->stream));
    if (got == 0) {
      uint64_t end = atomic_load(&blocks->end);
      while (offset < end && !atomic_compare_exchange_weak(&blocks->end, &end, offset)) continue;
      return DRYAD_OK;
    }
    *length += (size_t)got;
    offset += (uint64_t)got;
    wanted -= (size_t)got;
  }
  return DRYAD_OK;
}

/* Appends bytes of the stream until there are `wanted` in the buffer; fewer only at its end. */
static dryad_status fill(dryad_blocks *blocks, dryad_block *block, size_t *length, size_t wanted, dryad_error *error)
{
  if (!reserve(&block->buffer, blocks->allocator, wanted)) return dryad_fail_memory(error);
  while (*length < wanted && !blocks->is_done) {
    size_t got = 0;
    const char *problem = NULL;
    dryad_status status =
        dryad_stream_read(blocks->stream, content(block) + *length, wanted - *length, &got, &problem, error);
    if (status) return status;
    if (problem) blocks->problem = problem;
    *length += got;
    blocks->is_done = got == 0;
  }
  return DRYAD_OK;
}

/* ---- a long line ------------------------------------------------------------------------------- */

static size_t shorten(const dryad_blocks *blocks, dryad_squeezer *squeezer, char *bytes, size_t length)
{
  return blocks->max_text ? dryad_squeezer_shorten(squeezer, bytes, length) : length;
}

/* Reads on to the end of the line that begins at `start` of the buffer and fills it up to *length, where the dump has
   been read up to `offset`. From then on *end is behind the line, and *length behind what was read beyond it;
   *left_out bytes of the line are gone. */
static dryad_status read_long_line(dryad_blocks *blocks, dryad_block *block, size_t start, uint64_t offset,
                                   size_t *length, size_t *end, uint64_t *left_out, dryad_error *error)
{
  dryad_squeezer squeezer;
  dryad_squeezer_init(&squeezer, blocks->max_text);
  *end = start + shorten(blocks, &squeezer, content(block) + start, *length - start);
  *left_out = *length - *end;
  for (bool has_newline = false; !has_newline;) {
    *length = *end;
    dryad_status status = blocks->ask ? blocks->ask(blocks->context, offset, error) : DRYAD_OK;
    if (!status && blocks->file >= 0) status = append_file(blocks, block, length, offset, DRYAD_BLOCK_SIZE, error);
    if (!status && blocks->file < 0) status = fill(blocks, block, length, *end + DRYAD_BLOCK_SIZE, error);
    if (status) return status;
    char *added = content(block) + *end, *newline = memchr(added, '\n', *length - *end);
    size_t got = *length - *end, more = newline ? (size_t)(newline - added) : got;
    size_t kept = shorten(blocks, &squeezer, added, more);
    if (got == 0) break;
    if (newline && kept < more) memmove(added + kept, newline, got - more);
    has_newline = newline != NULL;
    offset += got;
    *end += kept + has_newline;
    *length -= more - kept;
    *left_out += more - kept;
  }
  atomic_fetch_add(&blocks->cut_off, squeezer.left_out);
  return DRYAD_OK;
}

/* ---- a plain file ------------------------------------------------------------------------------ */

/* Whether the last line of the buffer, if it has one, goes on beyond `end` of the file. */
static bool is_open(const dryad_blocks *blocks, const dryad_block *block, size_t skipped, size_t length, uint64_t end)
{
  return skipped < length && content(block)[length - 1] != '\n' && end < atomic_load(&blocks->end);
}

static size_t start_of_last_line(const dryad_block *block, size_t skipped, size_t length)
{
  const char *newline = memrchr(content(block) + skipped, '\n', length - skipped);
  return newline ? (size_t)(newline + 1 - content(block)) : skipped;
}

/* A block owns the lines that start in its range of the file. So it begins after the first newline found from one byte
   before the range on, and its last line may extend beyond the range. */
static dryad_status next_of_file(dryad_blocks *blocks, dryad_block *block, bool *more, dryad_error *error)
{
  block->number = atomic_fetch_add(&blocks->next, 1);
  uint64_t start = block->number * DRYAD_BLOCK_SIZE, from = start - (start > 0);
  *more = start < atomic_load(&blocks->end);
  if (!*more) return DRYAD_OK;
  size_t length = 0, skipped = 0;
  dryad_status status = append_file(blocks, block, &length, from, start + DRYAD_BLOCK_SIZE - from, error);
  if (status) return status;
  if (from < start) {
    const char *newline = memchr(content(block), '\n', length);
    skipped = newline ? (size_t)(newline + 1 - content(block)) : length;
  }
  uint64_t end = from + length, left_out = 0;
  for (size_t extension = FIRST_EXTENSION; is_open(blocks, block, skipped, length, end); extension *= 2) {
    size_t before = length;
    if (extension > DRYAD_BLOCK_SIZE) {
      size_t line = start_of_last_line(block, skipped, length), read = length;
      status = read_long_line(blocks, block, line, end, &read, &length, &left_out, error);
      end = from + length + left_out;
      if (status) return status;
      break;
    }
    status = append_file(blocks, block, &length, end, extension, error);
    if (status) return status;
    const char *data = content(block), *newline = memchr(data + before, '\n', length - before);
    if (newline) length = (size_t)(newline + 1 - data);
    end = from + length;
  }
  hand_out(block, skipped, length, left_out);
  block->offset = from + skipped;
  block->is_last = end >= atomic_load(&blocks->end);
  return DRYAD_OK;
}

/* ---- a stream ---------------------------------------------------------------------------------- */

/* Keeps the bytes after the last newline for the next block. */
static dryad_status next_of_stream(dryad_blocks *blocks, dryad_block *block, bool *more, dryad_error *error)
{
  size_t length = blocks->tail_length, whole;
  uint64_t left_out = 0;
  if (!reserve(&block->buffer, blocks->allocator, length)) return dryad_fail_memory(error);
  if (length) memcpy(content(block), blocks->tail.data, length);
  dryad_status status = fill(blocks, block, &length, DRYAD_BLOCK_SIZE, error);
  if (status) return status;
  const char *newline = memrchr(content(block), '\n', length);
  if (newline || blocks->is_done) {
    whole = blocks->is_done ? length : (size_t)(newline + 1 - content(block));
  } else {
    status = read_long_line(blocks, block, 0, 0, &length, &whole, &left_out, error);
    if (status) return status;
  }
  blocks->tail_length = length - whole;
  if (!dryad_column_reserve(&blocks->tail, blocks->allocator, blocks->tail_length, 1)) return dryad_fail_memory(error);
  if (blocks->tail_length) memcpy(blocks->tail.data, content(block) + whole, blocks->tail_length);
  hand_out(block, 0, whole, left_out);
  block->number = atomic_fetch_add(&blocks->next, 1);
  block->offset = atomic_fetch_add(&blocks->end, block->extent);
  block->is_last = blocks->is_done && blocks->tail_length == 0;
  *more = whole > 0;
  return DRYAD_OK;
}

dryad_status dryad_blocks_next(dryad_blocks *blocks, dryad_block *block, bool *more, dryad_error *error)
{
  DRYAD_ASSERT(block && more);
  return blocks->file >= 0 ? next_of_file(blocks, block, more, error) : next_of_stream(blocks, block, more, error);
}
