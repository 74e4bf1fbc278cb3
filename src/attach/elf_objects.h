/* SPDX-License-Identifier: MIT */
/* The ELF objects loaded in a process: found by its auxiliary vector and the loader's link map, in its memory. */
#ifndef DRYAD_ATTACH_ELF_OBJECTS_H
#define DRYAD_ATTACH_ELF_OBJECTS_H

#include "attach/elf_object.h"
#include "attach/mappings.h"
#include "attach/symbols.h"
#include "attach/target_memory.h"

enum { DRYAD_ELF_OBJECTS_MAX = 4096 };

/* What is used of /proc/PID/auxv; 0 where it is missing. */
typedef struct dryad_auxv {
  uint64_t headers, header_count, header_size; /* AT_PHDR, AT_PHNUM, AT_PHENT */
  uint64_t entry, loader, vdso;                /* AT_ENTRY, AT_BASE, AT_SYSINFO_EHDR */
} dryad_auxv;

/* From the bytes of the file. DRYAD_FORMAT: not of a program of 64 bits, or of a process that has no program. */
dryad_status dryad_auxv_parse(dryad_auxv *auxv, const void *bytes, size_t size, dryad_error *error);

typedef enum dryad_libc {
  DRYAD_LIBC_GNU,
  DRYAD_LIBC_MUSL,
  DRYAD_LIBC_STATIC, /* no dynamic loader at all */
  DRYAD_LIBC_OTHER   /* a dynamic loader, but no libc.so.6 that it knows of (yet) */
} dryad_libc;

typedef struct dryad_elf_objects {
  dryad_elf_object *items; /* in the loader's order, the program first */
  uint32_t count;
  uint32_t unreadable; /* entries of the link map that are left out, as there is no ELF object where they point */
  bool changing;       /* the loader is adding or removing objects just now: read again later */
  dryad_libc kind;
  dryad_machine machine;
  uint64_t entry;                                         /* where the program starts */
  const dryad_elf_object *program, *loader, *libc, *vdso; /* in items, or NULL */
} dryad_elf_objects;

/* `objects` is zeroed or holds an earlier reading, which is replaced. What is not GNU/Linux's dynamic kind is no error
 * but a `kind`; `items` then holds what was found. DRYAD_FORMAT: the target's memory makes no sense, with a sentence;
 * DRYAD_LIMIT: too many objects, or the budget is used up. */
dryad_status dryad_elf_objects_read(dryad_elf_objects *objects, dryad_target_memory *memory,
                                    const dryad_mappings *mappings, const dryad_auxv *auxv, dryad_error *error);
void dryad_elf_objects_deinit(dryad_elf_objects *objects);

/* The object whose text holds `address`, or NULL. O(objects). */
const dryad_elf_object *dryad_elf_objects_at(const dryad_elf_objects *objects, uint64_t address);

/* The first definition in the loader's order; `from` (may be NULL) gets its object. */
bool dryad_elf_objects_symbol(dryad_symbol *symbol, const dryad_elf_object **from, dryad_target_memory *memory,
                              const dryad_elf_objects *objects, const char *name);

#endif
