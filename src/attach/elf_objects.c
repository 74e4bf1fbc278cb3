/* SPDX-License-Identifier: MIT */
#include "attach/elf_objects.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

enum { LEAST_ROOM = 64, HEADER_MAPPINGS = 16, AUXV_MAX = 128 };

/* The loader's interface for debuggers: <link.h>'s struct r_debug and the public part of struct link_map. */
typedef struct loader_debug {
  int32_t version, padding;
  uint64_t map, breakpoint;
  int32_t state, padding2;
  uint64_t base;
} loader_debug;

typedef struct link_map_entry {
  uint64_t bias, name, dynamic, next, previous;
} link_map_entry;

typedef struct reader {
  dryad_elf_objects *objects;
  uint32_t room;
  dryad_target_memory *memory;
  const dryad_mappings *mappings;
  const dryad_auxv *auxv;
  dryad_elf_object start; /* started by the kernel: the program, or the loader if that was run with a program */
  uint64_t loader;        /* address of its first segment, or 0 */
  dryad_error *error;
} reader;

/* ---- the auxiliary vector ------------------------------------------------------------------- */

static void take(dryad_auxv *auxv, const Elf64_auxv_t *entry)
{
  uint64_t value = entry->a_un.a_val;
  switch (entry->a_type) {
  case AT_PHDR: auxv->headers = value; break;
  case AT_PHNUM: auxv->header_count = value; break;
  case AT_PHENT: auxv->header_size = value; break;
  case AT_ENTRY: auxv->entry = value; break;
  case AT_BASE: auxv->loader = value; break;
  case AT_SYSINFO_EHDR: auxv->vdso = value; break;
  default: break;
  }
}

/* Whether the bytes are pairs of 32-bit numbers. */
static bool is_narrow(const unsigned char *bytes, size_t size)
{
  Elf32_auxv_t entry;
  for (size_t at = 0; at + sizeof entry <= size; at += sizeof entry) {
    memcpy(&entry, bytes + at, sizeof entry);
    if (entry.a_type == AT_PHENT) return entry.a_un.a_val == sizeof(Elf32_Phdr);
  }
  return false;
}

dryad_status dryad_auxv_parse(dryad_auxv *auxv, const void *bytes, size_t size, dryad_error *error)
{
  Elf64_auxv_t entry;
  *auxv = (dryad_auxv){0};
  for (size_t i = 0; i < AUXV_MAX && (i + 1) * sizeof entry <= size; i++) {
    memcpy(&entry, (const unsigned char *)bytes + i * sizeof entry, sizeof entry);
    if (entry.a_type == AT_NULL) break;
    take(auxv, &entry);
  }
  if (auxv->headers && auxv->header_count && auxv->header_size == sizeof(Elf64_Phdr)) return DRYAD_OK;
  *auxv = (dryad_auxv){0};
  if (is_narrow(bytes, size))
    return dryad_fail(error, DRYAD_FORMAT, "32-bit programs cannot be read, only 64-bit ones");
  return dryad_fail(error, DRYAD_FORMAT, "the process has no program headers: it has ended, or is the kernel's own");
}

/* ---- the list ------------------------------------------------------------------------------- */

static dryad_status add(reader *r, const dryad_elf_object *object)
{
  dryad_elf_objects *all = r->objects;
  if (all->count == r->room) {
    uint32_t room = r->room ? r->room * 2 : LEAST_ROOM;
    dryad_elf_object *items = realloc(all->items, room * sizeof *items);
    if (!items) return dryad_fail_memory(r->error);
    all->items = items;
    r->room = room;
  }
  all->items[all->count++] = *object;
  return DRYAD_OK;
}

static const dryad_elf_object *object_from(const dryad_elf_objects *objects, uint64_t address)
{
  for (uint32_t i = 0; address && i < objects->count; i++)
    if (objects->items[i].all.from == address) return &objects->items[i];
  return NULL;
}

/* Most link maps contain the loader and the vDSO, but not all. */
static dryad_status add_missing(reader *r, uint64_t address)
{
  dryad_elf_object object;
  if (!address || object_from(r->objects, address)) return DRYAD_OK;
  if (dryad_elf_object_read_image(&object, r->memory, r->mappings, address, NULL)) {
    r->objects->unreadable++;
    return DRYAD_OK;
  }
  return add(r, &object);
}

/* ---- the link map --------------------------------------------------------------------------- */

static bool is_entry(const dryad_elf_object *object, const link_map_entry *entry)
{
  return object->bias == entry->bias && object->dynamic.from == entry->dynamic &&
         object->dynamic.to > object->dynamic.from;
}

/* Most objects begin at their bias. Otherwise searches where the mappings of their dynamic section's file begin. */
static bool find_image(reader *r, dryad_elf_object *object, const link_map_entry *entry)
{
  if (is_entry(&r->start, entry)) {
    *object = r->start;
    return true;
  }
  if (!dryad_elf_object_read_image(object, r->memory, r->mappings, entry->bias, NULL) && is_entry(object, entry))
    return true;
  const dryad_mapping *data = dryad_mappings_find(r->mappings, entry->dynamic), *m = data;
  for (int i = 0; data && data->inode && i < HEADER_MAPPINGS && m >= r->mappings->items; i++, m--) {
    if (m->inode != data->inode || m->device != data->device || m->offset) continue;
    if (!dryad_elf_object_read_image(object, r->memory, r->mappings, m->from, NULL) && is_entry(object, entry))
      return true;
  }
  return false;
}

/* A long name is cut at the front, as the file's own name is at the end. */
static void read_name(reader *r, char to[DRYAD_ELF_OBJECT_NAME], uint64_t address)
{
  char name[4096];
  if (!address || !dryad_target_read_text(r->memory, address, name, sizeof name)) name[0] = 0;
  size_t length = strlen(name), cut = length < DRYAD_ELF_OBJECT_NAME ? 0 : length - (DRYAD_ELF_OBJECT_NAME - 1);
  memcpy(to, name + cut, length - cut + 1);
}

static dryad_status add_entry(reader *r, const link_map_entry *entry)
{
  dryad_elf_object object;
  if (!find_image(r, &object, entry)) {
    r->objects->unreadable++;
    return DRYAD_OK;
  }
  read_name(r, object.name, entry->name);
  return add(r, &object);
}

/* While the loader changes the list, it may be inconsistent. */
static dryad_status wild(reader *r, const char *what)
{
  if (r->objects->changing) return DRYAD_OK;
  if (!dryad_target_memory_budget(r->memory))
    return dryad_fail(r->error, DRYAD_LIMIT, "the process's list of libraries has more than can be read");
  return dryad_fail(r->error, DRYAD_FORMAT, "the process's list of libraries is damaged: %s", what);
}

static dryad_status follow(reader *r, uint64_t address)
{
  link_map_entry entry;
  uint64_t previous = 0;
  for (int i = 0; address; i++) {
    if (i == DRYAD_ELF_OBJECTS_MAX)
      return dryad_fail(r->error, DRYAD_LIMIT, "the process has more than %d libraries", DRYAD_ELF_OBJECTS_MAX);
    if (!dryad_target_read(r->memory, address, &entry, sizeof entry)) return wild(r, "it points nowhere");
    if (entry.previous != previous) return wild(r, "its back links do not match");
    dryad_status status = add_entry(r, &entry);
    if (status) return status;
    previous = address;
    address = entry.next;
  }
  return DRYAD_OK;
}

/* A loader that was run with a program, and a program without DT_DEBUG, leave only the loader's own symbol. */
static uint64_t find_debug(reader *r, const dryad_elf_object *loader)
{
  dryad_symbol symbol;
  if (r->start.debug) return r->start.debug;
  return dryad_symbol_find(&symbol, r->memory, loader, "_r_debug") ? symbol.address : 0;
}

static dryad_status read_link_map(reader *r, uint64_t address)
{
  loader_debug debug;
  if (!dryad_target_read(r->memory, address, &debug, sizeof debug)) return wild(r, "it points nowhere");
  r->objects->changing = debug.version < 1 || debug.state || !debug.map;
  return debug.version < 1 ? DRYAD_OK : follow(r, debug.map);
}

/* ---- what kind of program it is ------------------------------------------------------------- */

static bool starts_with(const char *text, const char *start) { return !strncmp(text, start, strlen(start)); }

static void soname_of(char name[DRYAD_ELF_OBJECT_NAME], reader *r, const dryad_elf_object *object)
{
  if (!object->soname || !dryad_target_read_text(r->memory, object->soname, name, DRYAD_ELF_OBJECT_NAME)) name[0] = 0;
}

static bool is_musl(reader *r)
{
  char soname[DRYAD_ELF_OBJECT_NAME];
  for (uint32_t i = 0; i < r->mappings->count; i++)
    if (strstr(r->mappings->items[i].path, "/ld-musl-")) return true;
  for (uint32_t i = 0; i < r->objects->count; i++) {
    const dryad_elf_object *object = &r->objects->items[i];
    soname_of(soname, r, object);
    if (starts_with(soname, "libc.musl-") || starts_with(dryad_elf_object_base_name(object), "ld-musl-")) return true;
  }
  return false;
}

static const dryad_elf_object *find_libc(reader *r)
{
  char soname[DRYAD_ELF_OBJECT_NAME];
  for (uint32_t i = 0; i < r->objects->count; i++) {
    const dryad_elf_object *object = &r->objects->items[i];
    soname_of(soname, r, object);
    if (!strcmp(soname, "libc.so.6")) return object;
  }
  return NULL;
}

static dryad_status judge(reader *r, bool dynamic)
{
  dryad_elf_objects *all = r->objects;
  dryad_status status = add_missing(r, r->loader);
  if (!status) status = add_missing(r, r->auxv->vdso);
  if (status) return status;
  all->entry = r->auxv->entry;
  all->program = all->items;
  all->loader = object_from(all, r->loader);
  all->vdso = object_from(all, r->auxv->vdso);
  all->libc = dynamic ? find_libc(r) : NULL;
  all->kind = !dynamic     ? DRYAD_LIBC_STATIC
              : is_musl(r) ? DRYAD_LIBC_MUSL
              : all->libc  ? DRYAD_LIBC_GNU
                           : DRYAD_LIBC_OTHER;
  return DRYAD_OK;
}

/* ---- everything ------------------------------------------------------------------------------ */

static bool is_loader(reader *r, const dryad_elf_object *object)
{
  char soname[DRYAD_ELF_OBJECT_NAME];
  soname_of(soname, r, object);
  return starts_with(soname, "ld-linux") || starts_with(soname, "ld.so") || starts_with(soname, "libc.musl-");
}

/* Also finds the loader's image, if there is a loader. */
static dryad_status find_start(reader *r, dryad_elf_object *loader)
{
  const dryad_mapping *mapping = dryad_mappings_find(r->mappings, r->auxv->headers);
  uint64_t image = r->auxv->loader ? r->auxv->loader : mapping ? mapping->from : 0;
  dryad_status status = dryad_elf_object_read_image(loader, r->memory, r->mappings, image, r->error);
  if (status) return status;
  r->objects->machine = loader->machine;
  r->loader = image;
  if (r->auxv->loader)
    return dryad_elf_object_read_headers(&r->start, r->memory, loader->machine, r->auxv->headers, r->auxv->header_count,
                                         r->error);
  r->start = *loader;
  if (!is_loader(r, loader)) r->loader = 0;
  return DRYAD_OK;
}

static dryad_status read_all(reader *r)
{
  dryad_elf_object loader;
  dryad_status status = find_start(r, &loader);
  if (status) return status;
  uint64_t debug = r->loader ? find_debug(r, &loader) : 0;
  r->objects->changing = r->loader && !debug;
  if (debug) status = read_link_map(r, debug);
  if (!status && !r->objects->count) status = add(r, &r->start);
  return status ? status : judge(r, r->loader != 0);
}

dryad_status dryad_elf_objects_read(dryad_elf_objects *objects, dryad_target_memory *memory,
                                    const dryad_mappings *mappings, const dryad_auxv *auxv, dryad_error *error)
{
  reader r = {.objects = objects, .memory = memory, .mappings = mappings, .auxv = auxv, .error = error};
  dryad_elf_objects_deinit(objects);
  dryad_status status = read_all(&r);
  if (status) dryad_elf_objects_deinit(objects);
  return status;
}

void dryad_elf_objects_deinit(dryad_elf_objects *objects)
{
  free(objects->items);
  *objects = (dryad_elf_objects){0};
}

const dryad_elf_object *dryad_elf_objects_at(const dryad_elf_objects *objects, uint64_t address)
{
  for (uint32_t i = 0; i < objects->count; i++)
    if (dryad_elf_object_has_text(&objects->items[i], address)) return &objects->items[i];
  return NULL;
}

bool dryad_elf_objects_symbol(dryad_symbol *symbol, const dryad_elf_object **from, dryad_target_memory *memory,
                              const dryad_elf_objects *objects, const char *name)
{
  for (uint32_t i = 0; i < objects->count; i++) {
    if (!dryad_symbol_find(symbol, memory, &objects->items[i], name)) continue;
    if (from) *from = &objects->items[i];
    return true;
  }
  return false;
}
