/* SPDX-License-Identifier: MIT */
#include "base/buffer.h"

#include "base/memory.h"

enum { FIRST_CAPACITY = 1024 };

void dryad_buffer_deinit(dryad_buffer *buffer)
{
  dryad_free(buffer->allocator, buffer->data, buffer->capacity, 1);
  *buffer = (dryad_buffer){.allocator = buffer->allocator};
}

bool dryad_buffer_reserve(dryad_buffer *buffer, size_t length)
{
  size_t needed, capacity = buffer->capacity < FIRST_CAPACITY / 2 ? FIRST_CAPACITY : buffer->capacity * 2;
  if (__builtin_add_overflow(buffer->length, length, &needed)) return false;
  if (needed <= buffer->capacity) return true;
  if (capacity < needed) capacity = needed;
  char *grown = dryad_realloc(buffer->allocator, buffer->data, buffer->capacity, capacity, 1);
  if (!grown) return false;
  buffer->data = grown;
  buffer->capacity = capacity;
  return true;
}
