/* SPDX-License-Identifier: MIT */
#include "attach/linked_allocator.h"

#include <stdlib.h>

#include "attach/danger_names.h"
#include "attach/symbols.h"

enum { LEAST_ROOM = 1024 };

typedef struct function {
  dryad_span span;
  bool allocates;
} function;

typedef struct functions {
  function *items;
  size_t count, room;
  bool failed;
} functions;

static bool make_room(functions *all)
{
  if (all->count < all->room) return true;
  if (all->count >= DRYAD_LINKED_FUNCTIONS_MAX) return false;
  size_t room = all->room ? all->room * 2 : LEAST_ROOM;
  function *items = realloc(all->items, room * sizeof *items);
  if (!items) return false;
  all->items = items;
  all->room = room;
  return true;
}

static bool visit(void *context, const char *name, const dryad_symbol *symbol)
{
  functions *all = context;
  all->failed = !make_room(all);
  if (all->failed) return false;
  uint64_t size = symbol->size ? symbol->size : 1;
  all->items[all->count++] = (function){{symbol->address, symbol->address + size}, dryad_is_any_malloc(name)};
  return true;
}

static int by_start(const void *a, const void *b)
{
  const function *x = a, *y = b;
  return (x->span.from > y->span.from) - (x->span.from < y->span.from);
}

static bool is_own_gap(uint64_t from, uint64_t to, uint64_t entry)
{
  return from < to && to - from <= DRYAD_LINKED_GAP_MAX && (entry < from || entry >= to);
}

/* The allocator's code from its function number `i` on, gaps included; other code before it ends at `before`. */
static dryad_span grow(const functions *all, size_t i, uint64_t before, uint64_t entry)
{
  dryad_span span = all->items[i].span;
  if (is_own_gap(before, span.from, entry)) span.from = before;
  if (i + 1 < all->count && is_own_gap(span.to, all->items[i + 1].span.from, entry))
    span.to = all->items[i + 1].span.from;
  return span;
}

static bool add_all(const functions *all, uint64_t entry, uint64_t start, dryad_span_add *add, void *context)
{
  uint64_t before = start;
  for (size_t i = 0; i < all->count; i++) {
    if (all->items[i].allocates && !add(context, grow(all, i, before, entry))) return false;
    if (all->items[i].span.to > before) before = all->items[i].span.to;
  }
  return true;
}

bool dryad_linked_allocator(dryad_target_memory *memory, const dryad_elf_object *object, uint64_t entry,
                            dryad_span_add *add, void *context)
{
  functions all = {0};
  bool good = dryad_symbol_each_function(memory, object, visit, &all) && !all.failed;
  if (good && all.count) {
    qsort(all.items, all.count, sizeof *all.items, by_start);
    good = add_all(&all, entry, object->all.from, add, context);
  }
  free(all.items);
  return good;
}
