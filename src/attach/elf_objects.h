/* SPDX-License-Identifier: MIT */
/* The ELF objects loaded in a process, found through its auxiliary vector and the loader's link map, in its memory. */
#ifndef DRYAD_ATTACH_ELF_OBJECTS_H
#define DRYAD_ATTACH_ELF_OBJECTS_H

#include "attach/elf_object.h"
#include "attach/mappings.h"
#include "attach/symbols.h"
#include "attach/target_memory.h"

enum { DRYAD_ELF_OBJECTS_MAX = 4096 };

/* The entries of /proc/PID/auxv that are needed; 0 where missing. */
typedef struct dryad_auxv {
  uint64_t headers, header_count, header_size; /* AT_PHDR, AT_PHNUM, AT_PHENT */
  uint64_t entry, loader, vdso;                /* AT_ENTRY, AT_BASE, AT_SYSINFO_EHDR */
} dryad_auxv;

/* Parses the bytes of the file. DRYAD_FORMAT: not a 64-bit program, or a process without a program. */
dryad_status dryad_auxv_parse(dryad_auxv *auxv, const void *bytes, size_t size, dryad_error *error);

typedef enum dryad_libc {
  DRYAD_LIBC_GNU,
  DRYAD_LIBC_MUSL,
  DRYAD_LIBC_STATIC, /* no dynamic loader at all */
  DRYAD_LIBC_OTHER   /* a dynamic loader without a libc.so.6 (yet) */
} dryad_libc;

typedef struct dryad_elf_objects {
  dryad_elf_object *items; /* in the loader's order, the program first */
  uint32_t count;
  uint32_t unreadable; /* skipped entries of the link map that do not point to an ELF object */
  bool changing;       /* the loader is adding or removing objects right now: read again later */
  dryad_libc kind;
  dryad_machine machine;
  uint64_t entry;                                         /* the program's entry point */
  const dryad_elf_object *program, *loader, *libc, *vdso; /* in items, or NULL */
} dryad_elf_objects;

/* `objects` is zeroed or holds an earlier result, which is replaced. A process other than a dynamically linked glibc
 * program is not an error: `kind` tells, and `items` holds whatever was found. DRYAD_FORMAT with a sentence: the
 * target's memory makes no sense; DRYAD_LIMIT: too many objects, or the budget is used up. */
dryad_status dryad_elf_objects_read(dryad_elf_objects *objects, dryad_target_memory *memory,
                                    const dryad_mappings *mappings, const dryad_auxv *auxv, dryad_error *error);
void dryad_elf_objects_deinit(dryad_elf_objects *objects);

/* The object whose text holds `address`, or NULL. O(objects). */
const dryad_elf_object *dryad_elf_objects_at(const dryad_elf_objects *objects, uint64_t address);

/* The first definition in the loader's order; `from` (may be NULL) receives its object. */
bool dryad_elf_objects_symbol(dryad_symbol *symbol, const dryad_elf_object **from, dryad_target_memory *memory,
                              const dryad_elf_objects *objects, const char *name);

#endif
