/* SPDX-License-Identifier: MIT */
/* A growing buffer of bytes. */
#ifndef DRYAD_BASE_BUFFER_H
#define DRYAD_BASE_BUFFER_H

#include <string.h>

#include "base/assert.h"
#include "dryad.h"

/* All zero except the allocator (NULL: the library's own) is an empty buffer. */
typedef struct dryad_buffer {
  const dryad_allocator *allocator;
  char *data;
  size_t length, capacity;
} dryad_buffer;

void dryad_buffer_deinit(dryad_buffer *buffer);
/* Makes room for `length` more bytes; false: no memory, and the buffer is unchanged. Amortized O(length). */
bool dryad_buffer_reserve(dryad_buffer *buffer, size_t length);
/* False: no memory, and the buffer is unchanged. */
static inline bool dryad_buffer_append(dryad_buffer *buffer, const void *data, size_t length)
{
  DRYAD_ASSERT((data || length == 0) && buffer->length <= buffer->capacity);
  if (length > buffer->capacity - buffer->length && !dryad_buffer_reserve(buffer, length)) return false;
  if (length) memcpy(buffer->data + buffer->length, data, length);
  buffer->length += length;
  return true;
}

#endif
