/* SPDX-License-Identifier: MIT */
#include "memory.h"

#include <stdint.h>
#include <sys/mman.h>

struct dryad_pool_block {
  struct dryad_pool_block *next;
  size_t size, used;
};

enum { BLOCK_SIZE = 256 * 1024, ALIGNMENT = 16 };

void *dryad_pages_grow(void *block, size_t old_size, size_t new_size)
{
  void *pages = block == NULL ? mmap(NULL, new_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
                              : mremap(block, old_size, new_size, MREMAP_MAYMOVE);
  return pages == MAP_FAILED ? NULL : pages;
}

void dryad_pages_free(void *block, size_t size)
{
  if (block != NULL) munmap(block, size);
}

static size_t round_up(size_t size, size_t to) { return (size + to - 1) / to * to; }

void *dryad_pool_alloc(dryad_pool *pool, size_t size)
{
  const size_t head = round_up(sizeof(struct dryad_pool_block), ALIGNMENT);
  if (size > SIZE_MAX / 2) return NULL;
  size = round_up(size, ALIGNMENT);
  struct dryad_pool_block *block = pool->blocks;
  if (block == NULL || block->size - block->used < size) {
    size_t block_size = head + size > BLOCK_SIZE ? round_up(head + size, 4096) : BLOCK_SIZE;
    block = dryad_pages_grow(NULL, 0, block_size);
    if (block == NULL) return NULL;
    block->size = block_size;
    block->used = head;
    block->next = pool->blocks;
    pool->blocks = block;
  }
  void *piece = (char *)block + block->used;
  block->used += size;
  return piece;
}

void dryad_pool_deinit(dryad_pool *pool)
{
  for (struct dryad_pool_block *block = pool->blocks, *next; block != NULL; block = next) {
    next = block->next;
    dryad_pages_free(block, block->size);
  }
  pool->blocks = NULL;
}
