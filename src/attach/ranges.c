/* SPDX-License-Identifier: MIT */
#include "attach/ranges.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "attach/code_scan.h"
#include "attach/danger_names.h"
#include "attach/linked_allocator.h"
#include "attach/signal_return.h"
#include "base/error.h"

enum {
  LEAST_ROOM = 64,
  LEAST_FUNCTION = 16,        /* the assumed bytes of a function without a size */
  ALLOCATOR_MAX = 1024 * 1024 /* the most bytes of libc's allocator */
};

typedef struct finder {
  dryad_ranges *ranges;
  uint32_t room;
  dryad_target_memory *memory;
  const dryad_elf_objects *objects;
  dryad_status status; /* of adding */
  dryad_error *error;
} finder;

/* ---- the list ------------------------------------------------------------------------------- */

static bool make_room(finder *f)
{
  dryad_ranges *all = f->ranges;
  if (all->count < f->room) return true;
  if (all->count >= DRYAD_RANGES_MAX) {
    f->status = dryad_fail(f->error, DRYAD_LIMIT, "the process has too many functions that must not be entered");
    return false;
  }
  uint32_t room = f->room ? f->room * 2 : LEAST_ROOM;
  dryad_range *items = realloc(all->items, room * sizeof *items);
  if (!items) {
    f->status = dryad_fail_memory(f->error);
    return false;
  }
  all->items = items;
  f->room = room;
  return true;
}

static bool add(finder *f, uint64_t from, uint64_t to, dryad_danger danger)
{
  if (from >= to) return true;
  if (f->status || !make_room(f)) return false;
  f->ranges->items[f->ranges->count++] = (dryad_range){from, to, danger};
  return true;
}

static uint64_t end_of(const dryad_symbol *symbol)
{
  return symbol->address + (symbol->size > LEAST_FUNCTION ? symbol->size : LEAST_FUNCTION);
}

static void add_text(finder *f, const dryad_elf_object *object, dryad_danger danger)
{
  for (unsigned i = 0; i < object->texts; i++) add(f, object->text[i].from, object->text[i].to, danger);
}

static int by_start(const void *a, const void *b)
{
  const dryad_range *x = a, *y = b;
  if (x->from != y->from) return x->from < y->from ? -1 : 1;
  return (x->to > y->to) - (x->to < y->to);
}

/* Sorted, and each cut where the one before it ends. */
static void tidy(dryad_ranges *ranges)
{
  uint32_t kept = 0;
  uint64_t end = 0;
  if (ranges->count) qsort(ranges->items, ranges->count, sizeof *ranges->items, by_start);
  for (uint32_t i = 0; i < ranges->count; i++) {
    dryad_range range = ranges->items[i];
    if (range.from < end) range.from = end;
    if (range.from >= range.to) continue;
    ranges->items[kept++] = range;
    end = range.to;
  }
  ranges->count = kept;
}

/* ---- libc ----------------------------------------------------------------------------------- */

typedef struct libc_walk {
  finder *finder;
  uint64_t first, last; /* from malloc's first function to the end of its last one */
  uint64_t before;      /* end of the last function before them */
} libc_walk;

static bool visit_malloc(void *context, const char *name, const dryad_symbol *symbol)
{
  libc_walk *w = context;
  if (!dryad_is_malloc(name)) return true;
  if (!w->first || symbol->address < w->first) w->first = symbol->address;
  if (end_of(symbol) > w->last) w->last = end_of(symbol);
  return true;
}

static bool visit_others(void *context, const char *name, const dryad_symbol *symbol)
{
  libc_walk *w = context;
  if (symbol->address < w->first && symbol->size && !dryad_is_private_malloc(name)) {
    uint64_t end = symbol->address + symbol->size;
    if (end > w->first) end = w->first;
    if (end > w->before) w->before = end;
  }
  dryad_danger danger = dryad_danger_of_function(name);
  return !danger || add(w->finder, symbol->address, end_of(symbol), danger);
}

static dryad_status unfollowed(finder *f, const char *what)
{
  return dryad_fail(f->error, DRYAD_FORMAT, "the functions of the process's %s cannot be found in its memory", what);
}

/* The allocator's private functions come before its public ones. */
static dryad_status find_in_libc(finder *f)
{
  libc_walk w = {f, 0, 0, 0};
  const dryad_elf_object *libc = f->objects->libc;
  if (!dryad_symbol_each_function(f->memory, libc, visit_malloc, &w) || !w.first ||
      !dryad_symbol_each_function(f->memory, libc, visit_others, &w) || w.last - w.first > ALLOCATOR_MAX)
    return unfollowed(f, "C library");
  if (!w.before || w.first - w.before > ALLOCATOR_MAX) w.before = w.first;
  add(f, w.before, w.last, DRYAD_DANGER_ALLOCATOR);
  return f->status;
}

/* Before glibc 2.34, threads and dlopen were in separate libraries. */
static bool visit_by_name(void *context, const char *name, const dryad_symbol *symbol)
{
  dryad_danger danger = dryad_danger_of_function(name);
  return !danger || add(context, symbol->address, end_of(symbol), danger);
}

static bool is_named(const dryad_elf_object *object, const char *start)
{
  return !strncmp(dryad_elf_object_base_name(object), start, strlen(start));
}

static bool is_pthread(const dryad_elf_object *object)
{
  return is_named(object, "libpthread.") || is_named(object, "libpthread-");
}

/* ---- other allocators ----------------------------------------------------------------------- */

static bool add_span(void *context, dryad_span span)
{
  return add(context, span.from, span.to, DRYAD_DANGER_ALLOCATOR);
}

static bool is_interpreter(const finder *f, const dryad_elf_object *object)
{
  return object == f->objects->program || is_named(object, "libpython");
}

static void find_in_library(finder *f, const dryad_elf_object *object)
{
  dryad_symbol symbol;
  bool defines = dryad_symbol_find(&symbol, f->memory, object, "malloc");
  if (!is_interpreter(f, object)) {
    if (defines || dryad_is_allocator_file(dryad_elf_object_base_name(object)))
      add_text(f, object, DRYAD_DANGER_ALLOCATOR);
  } else if (defines && !dryad_linked_allocator(f->memory, object, f->objects->entry, add_span, f) && !f->status) {
    f->status = unfollowed(f, "own allocator");
  }
}

static void find_in_libraries(finder *f)
{
  const dryad_elf_objects *objects = f->objects;
  for (uint32_t i = 0; i < objects->count && !f->status; i++) {
    const dryad_elf_object *object = &objects->items[i];
    if (object == objects->libc || object == objects->loader || object == objects->vdso) continue;
    find_in_library(f, object);
    if (is_named(object, "libdl.") || is_named(object, "libdl-")) add_text(f, object, DRYAD_DANGER_LOADER);
    if (is_pthread(object)) dryad_symbol_each_function(f->memory, object, visit_by_name, f);
  }
}

/* ---- signals -------------------------------------------------------------------------------- */

static void add_return(finder *f, uint64_t address, size_t size)
{
  if (!address) return;
  if (!f->ranges->signal_return) f->ranges->signal_return = address;
  add(f, address, address + size, DRYAD_DANGER_SIGNAL);
}

/* In libc; before glibc 2.34 also in libpthread. */
static void find_returns_x86_64(finder *f)
{
  const size_t size = sizeof dryad_x86_64_return;
  add_return(f, dryad_text_find(f->memory, f->objects->libc, dryad_x86_64_return, size, 1), size);
  for (uint32_t i = 0; i < f->objects->count; i++) {
    const dryad_elf_object *object = &f->objects->items[i];
    if (is_pthread(object)) add_return(f, dryad_text_find(f->memory, object, dryad_x86_64_return, size, 1), size);
  }
}

/* In the vDSO, for every handler. */
static void find_returns_aarch64(finder *f)
{
  const size_t size = sizeof dryad_aarch64_return;
  if (f->objects->vdso)
    add_return(f, dryad_text_find(f->memory, f->objects->vdso, dryad_aarch64_return, size, 4), size);
}

static void find_returns(finder *f)
{
  if (f->objects->machine == DRYAD_MACHINE_X86_64)
    find_returns_x86_64(f);
  else
    find_returns_aarch64(f);
}

/* ---- everything ------------------------------------------------------------------------------ */

static dryad_status find_all(finder *f)
{
  f->status = find_in_libc(f);
  if (f->status) return f->status;
  if (f->objects->loader) add_text(f, f->objects->loader, DRYAD_DANGER_LOADER);
  find_in_libraries(f);
  if (!f->status) find_returns(f);
  if (!f->status && !dryad_target_memory_budget(f->memory))
    f->status = dryad_fail(f->error, DRYAD_LIMIT, "the process has more functions than can be read");
  if (!f->status && !f->ranges->signal_return)
    f->status =
        dryad_fail(f->error, DRYAD_FORMAT, "cannot find the code to which signal handlers of the process return");
  return f->status;
}

dryad_status dryad_ranges_find(dryad_ranges *ranges, dryad_target_memory *memory, const dryad_elf_objects *objects,
                               dryad_error *error)
{
  finder f = {.ranges = ranges, .memory = memory, .objects = objects, .error = error};
  assert(objects->libc);
  dryad_ranges_deinit(ranges);
  dryad_status status = find_all(&f);
  if (status)
    dryad_ranges_deinit(ranges);
  else
    tidy(ranges);
  return status;
}

void dryad_ranges_deinit(dryad_ranges *ranges)
{
  free(ranges->items);
  *ranges = (dryad_ranges){0};
}

dryad_danger dryad_ranges_at(const dryad_ranges *ranges, uint64_t address)
{
  uint32_t low = 0, high = ranges->count;
  if (!high || address < ranges->items[0].from || address >= ranges->items[high - 1].to) return DRYAD_DANGER_NONE;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (ranges->items[middle].to <= address)
      low = middle + 1;
    else
      high = middle;
  }
  const dryad_range *found = ranges->items + low;
  return address >= found->from ? found->danger : DRYAD_DANGER_NONE;
}
