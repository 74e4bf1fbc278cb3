/* SPDX-License-Identifier: MIT */
/*
 * A dump cut into blocks of whole lines, about half a MiB each or as long as one line. A line that is longer than a
 * block can be shortened while it is read (io/squeezer.h); it is the last of its block.
 *
 * A plain file is read by pread, so several threads can take blocks at the same time; a stream is read by the thread
 * that opened it. The length of the file is fixed when it is opened; if the file shrinks afterwards, the dump ends
 * there.
 */
#ifndef DRYAD_IO_BLOCKS_H
#define DRYAD_IO_BLOCKS_H

#include <stdatomic.h>

#include "base/memory.h"
#include "io/stream.h"

/* Readable bytes after a block's data: the parser's fast path loads ahead. */
enum { DRYAD_BLOCK_PADDING = 64 };
#define DRYAD_BLOCK_SIZE ((size_t)512 << 10)

/* A run of whole lines; only the last line of the dump may lack its newline. */
typedef struct dryad_block {
  char *data; /* followed by DRYAD_BLOCK_PADDING zeros */
  size_t length;
  uint64_t number; /* from 0, in file order */
  uint64_t offset; /* of its first line in the dump */
  uint64_t extent; /* bytes of the dump: `length` and what its last line was shortened by */
  bool is_last;    /* ends where the dump ends */
  dryad_column buffer;
} dryad_block;

typedef struct dryad_blocks {
  const dryad_allocator *allocator;
  dryad_stream *stream; /* borrowed */
  int file;             /* descriptor for pread, or -1 */
  uint64_t size;        /* of the file when it was opened */
  atomic_uint_fast64_t next;
  atomic_uint_fast64_t end; /* where the dump turned out to end; for a stream, bytes handed out so far */
  dryad_column tail;        /* the beginning of the next block of a stream */
  size_t tail_length;
  const char *problem; /* an error at the end of a stream, a static string, or NULL */
  bool is_done;
  size_t max_text;       /* for shortening long lines; 0: they stay as they are */
  atomic_ullong cut_off; /* bytes of texts and numbers that were left out of long lines */
  /* Asked again and again while a long line is read, up to `offset` of a file; what it returns other than DRYAD_OK ends
     the reading. NULL: nothing to ask. */
  dryad_status (*ask)(void *context, uint64_t offset, dryad_error *error);
  void *context;
} dryad_blocks;

void dryad_blocks_init(dryad_blocks *blocks, dryad_stream *stream, const dryad_allocator *allocator);
void dryad_blocks_deinit(dryad_blocks *blocks);
bool dryad_blocks_is_shareable(const dryad_blocks *blocks); /* several threads may call next */

/* Fills `block`, reusing its buffer; *more is false when no block is left. */
dryad_status dryad_blocks_next(dryad_blocks *blocks, dryad_block *block, bool *more, dryad_error *error);
void dryad_block_deinit(dryad_block *block, const dryad_allocator *allocator);

#endif
