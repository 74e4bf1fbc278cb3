/* SPDX-License-Identifier: MIT */
#include "copy_memory.h"

#include "api.h"
#include "memory.h"

#include <errno.h>
#include <stdalign.h>

/* Objects are short-lived and their memory is reused, so this is far more than needed. */
enum { SIZE = 1024 * 1024 };

struct dryad_copy_piece {
  alignas(max_align_t) size_t size; /* bytes after the header */
  struct dryad_copy_piece *next;    /* of freed pieces */
};

/* Takes a freed piece; there are only one or two. */
static struct dryad_copy_piece *take_spare(dryad_copy_memory *memory, size_t size)
{
  for (struct dryad_copy_piece **place = &memory->spare; *place != NULL; place = &(*place)->next) {
    struct dryad_copy_piece *piece = *place;
    if (piece->size < size) continue;
    *place = piece->next;
    return piece;
  }
  return NULL;
}

static struct dryad_copy_piece *take_fresh(dryad_copy_memory *memory, size_t size)
{
  const size_t head = sizeof(struct dryad_copy_piece), step = alignof(max_align_t);
  if (size > SIZE) return NULL;
  size = size == 0 ? step : (size + step - 1) / step * step;
  if (head + size > SIZE - memory->used) return NULL;
  struct dryad_copy_piece *piece = (struct dryad_copy_piece *)(void *)(memory->start + memory->used);
  memory->used += head + size;
  piece->size = size;
  return piece;
}

static void *take(void *context, size_t size)
{
  struct dryad_copy_piece *piece = take_spare(context, size);
  if (piece == NULL) piece = take_fresh(context, size);
  return piece != NULL ? piece + 1 : NULL;
}

static void *take_zeroed(void *context, size_t count, size_t size)
{
  size_t bytes;
  void *block = __builtin_mul_overflow(count, size, &bytes) ? NULL : take(context, bytes);
  return block != NULL ? memset(block, 0, bytes) : NULL;
}

static bool is_own(const dryad_copy_memory *memory, const void *block)
{
  return (uintptr_t)block - (uintptr_t)memory->start < SIZE;
}

/* The size of a block from another allocator is unknown here, so such a block cannot grow. */
static void *resize(void *context, void *block, size_t size)
{
  if (block == NULL) return take(context, size);
  if (!is_own(context, block)) return NULL;
  size_t before = ((struct dryad_copy_piece *)block - 1)->size;
  if (size <= before) return block;
  void *moved = take(context, size);
  return moved != NULL ? memcpy(moved, block, before) : NULL;
}

static void give_back(void *context, void *block)
{
  dryad_copy_memory *memory = context;
  if (block == NULL || !is_own(memory, block)) return;
  struct dryad_copy_piece *piece = (struct dryad_copy_piece *)block - 1;
  piece->next = memory->spare;
  memory->spare = piece;
}

static void set_allocator(PyMemAllocatorDomain domain, size_t place, PyMemAllocatorEx *allocator)
{
#ifdef DRYAD_LIBRARY
  /* From 3.12 on, the function would take a lock. */
  if (place != 0) {
    memcpy(_PyRuntime + place, allocator, sizeof *allocator);
    return;
  }
#else
  (void)place;
#endif
  PyMem_SetAllocator(domain, allocator);
}

int dryad_copy_memory_start(dryad_copy_memory *memory)
{
  *memory = (dryad_copy_memory){.start = dryad_pages_grow(NULL, 0, SIZE)};
  if (memory->start == NULL) return ENOMEM;
  PyMemAllocatorEx allocator = {memory, take, take_zeroed, resize, give_back};
  set_allocator(PYMEM_DOMAIN_MEM, dryad_here.runtime_mem_allocator, &allocator);
  set_allocator(PYMEM_DOMAIN_OBJ, dryad_here.runtime_object_allocator, &allocator);
  return 0;
}
