/* SPDX-License-Identifier: MIT */
#include "allocation_sites.h"

#include "traces.h"

/* ---- blocks */

struct traced_block {
  uintptr_t address; /* 0 for an empty place */
  const void *traceback;
};

static size_t hash(uintptr_t address, size_t table_size)
{
  return (size_t)((address >> 4) * 0x9E3779B97F4A7C15u >> 20) & (table_size - 1);
}

static struct traced_block *find_block(const dryad_allocation_sites *sites, uintptr_t address)
{
  size_t i = hash(address, sites->table_size);
  while (sites->table[i].address != 0 && sites->table[i].address != address) i = (i + 1) & (sites->table_size - 1);
  return &sites->table[i];
}

/* A dryad_trace_visitor. */
static bool add_block(uintptr_t address, const void *traceback, void *context)
{
  dryad_allocation_sites *sites = context;
  if (address == 0 || traceback == NULL) return true;
  struct traced_block *block = find_block(sites, address);
  if (block->address == 0) {
    if (sites->count >= sites->table_size / 4 * 3) return false;
    sites->count++;
  }
  *block = (struct traced_block){address, traceback};
  return true;
}

static void free_blocks(dryad_allocation_sites *sites)
{
  dryad_pages_free(sites->table, sites->table_size * sizeof *sites->table);
  sites->table = NULL;
  sites->table_size = sites->count = 0;
}

static bool make_room(dryad_allocation_sites *sites, size_t count)
{
  const size_t most = (size_t)1 << 40;
  size_t size = 1024;
  if (count > most) return false;
  while (size < 2 * count) size *= 2;
  sites->table = dryad_pages_grow(NULL, 0, size * sizeof *sites->table);
  sites->table_size = sites->table != NULL ? size : 0;
  return sites->table != NULL;
}

void dryad_allocation_sites_init(dryad_allocation_sites *sites, const void *traces, size_t frames)
{
  const int tries = 3;
  *sites = (dryad_allocation_sites){.frames = frames < DRYAD_ALLOCATION_FRAMES ? frames : DRYAD_ALLOCATION_FRAMES};
  if (traces == NULL || frames == 0) return;
  dryad_sink_init(&sites->scratch, -1, DRYAD_COMPRESSION_NONE);
  for (int i = 0; i < tries; i++) {
    free_blocks(sites);
    if (!make_room(sites, dryad_traces_count(traces)) || dryad_traces_visit(traces, add_block, sites, &sites->bytes))
      break;
  }
}

/* ---- stacks */

struct site_file {
  struct site_file *next;
  const void *file;
  const char *text; /* a JSON string without its last quote; empty for a file that is none */
  size_t length;
};

struct site_stack {
  const void *traceback;
  size_t count;
  struct {
    const struct site_file *file;
    uint32_t line;
  } frames[];
};

static struct site_file *new_file(dryad_allocation_sites *sites, const void *file)
{
  struct site_file *found = dryad_pool_alloc(&sites->pool, sizeof *found);
  if (found == NULL) return NULL;
  sites->scratch.used = 0;
  dryad_traced_file_put(&sites->scratch, file);
  found->file = file;
  found->length = sites->scratch.used > 0 ? sites->scratch.used - 1 : 0;
  char *text = dryad_pool_alloc(&sites->pool, found->length + 1);
  if (text == NULL) return NULL;
  memcpy(text, sites->scratch.buffer, found->length);
  found->text = text;
  return found;
}

/* Moves it to the front of the list. */
static const struct site_file *find_file(dryad_allocation_sites *sites, const void *file)
{
  struct site_file **place = &sites->files, *found;
  while (*place != NULL && (*place)->file != file) place = &(*place)->next;
  found = *place;
  if (found != NULL)
    *place = found->next;
  else
    found = new_file(sites, file);
  if (found == NULL) return NULL;
  found->next = sites->files;
  return sites->files = found;
}

/* Allocated by C code while no Python code ran. */
static bool is_unknown(const struct site_stack *stack)
{
  const struct site_file *file = stack->frames[0].file;
  const char *unknown = "\"<unknown>";
  return stack->count == 1 && stack->frames[0].line == 0 && file->length == strlen(unknown) &&
         memcmp(file->text, unknown, file->length) == 0;
}

/* NULL when out of memory. */
static struct site_stack *new_stack(dryad_allocation_sites *sites, const void *traceback)
{
  size_t count = dryad_traceback_count(traceback);
  if (count > sites->frames) count = sites->frames;
  struct site_stack *stack = dryad_pool_alloc(&sites->pool, sizeof *stack + count * sizeof *stack->frames);
  if (stack == NULL) return NULL;
  stack->traceback = traceback;
  for (dryad_traced_frame frame; stack->count < count && dryad_traceback_frame(&frame, traceback, stack->count);
       stack->count++) {
    const struct site_file *file = find_file(sites, frame.file);
    if (file == NULL) return NULL;
    if (file->length == 0) break;
    stack->frames[stack->count].file = file;
    stack->frames[stack->count].line = frame.line;
  }
  if (stack->count > 0 && is_unknown(stack)) stack->count = 0;
  return stack;
}

static struct site_stack **place_of_stack(const dryad_allocation_sites *sites, const void *traceback)
{
  size_t i = hash((uintptr_t)traceback, sites->stacks_size);
  while (sites->stacks[i] != NULL && sites->stacks[i]->traceback != traceback) i = (i + 1) & (sites->stacks_size - 1);
  return &sites->stacks[i];
}

static bool grow_stacks(dryad_allocation_sites *sites)
{
  struct site_stack **before = sites->stacks;
  const size_t size = sites->stacks_size, new_size = size > 0 ? 2 * size : 1024;
  struct site_stack **stacks = dryad_pages_grow(NULL, 0, new_size * sizeof *stacks);
  if (stacks == NULL) return false;
  sites->stacks = stacks;
  sites->stacks_size = new_size;
  for (size_t i = 0; i < size; i++)
    if (before[i] != NULL) *place_of_stack(sites, before[i]->traceback) = before[i];
  dryad_pages_free(before, size * sizeof *before);
  return true;
}

static const struct site_stack *find_stack(dryad_allocation_sites *sites, const void *traceback)
{
  if (2 * sites->num_stacks >= sites->stacks_size && !grow_stacks(sites)) return NULL;
  struct site_stack **place = place_of_stack(sites, traceback);
  if (*place == NULL) {
    *place = new_stack(sites, traceback);
    sites->num_stacks += *place != NULL;
  }
  return *place;
}

/* ---- writing */

/* Where an object's block begins: an object of a type with a header has it even if the collector leaves it alone. */
static uintptr_t block_of(const PyObject *object)
{
  const unsigned long flags = dryad_type_flags(dryad_type_of(object));
  const size_t header = (flags & Py_TPFLAGS_HAVE_GC) != 0 ? dryad_here.gc_head : 0;
  const size_t pointers = (flags & dryad_here.flag_preheader) != 0 ? 2 * sizeof(void *) : 0;
  return (uintptr_t)object - header - pointers;
}

void dryad_allocation_sites_put(dryad_allocation_sites *sites, dryad_sink *sink, PyObject *object)
{
  if (sites->table == NULL) return;
  const struct traced_block *block = find_block(sites, block_of(object));
  const struct site_stack *stack = block->address != 0 ? find_stack(sites, block->traceback) : NULL;
  if (stack == NULL || stack->count == 0) return;
  DRYAD_SINK_PUT(sink, ", \"allocated\": [");
  for (size_t i = 0; i < stack->count; i++) {
    if (i > 0) DRYAD_SINK_PUT(sink, ", ");
    dryad_sink_put(sink, stack->frames[i].file->text, stack->frames[i].file->length);
    DRYAD_SINK_PUT(sink, ":");
    dryad_sink_put_number(sink, stack->frames[i].line);
    DRYAD_SINK_PUT(sink, "\"");
  }
  DRYAD_SINK_PUT(sink, "]");
}

void dryad_allocation_sites_deinit(dryad_allocation_sites *sites)
{
  free_blocks(sites);
  dryad_pages_free(sites->stacks, sites->stacks_size * sizeof *sites->stacks);
  dryad_pool_deinit(&sites->pool);
  dryad_sink_deinit(&sites->scratch);
  *sites = (dryad_allocation_sites){0};
}
