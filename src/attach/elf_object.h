/* SPDX-License-Identifier: MIT */
/* One ELF object in the memory of a process: program, library, dynamic loader or vDSO.
 *
 * Everything is read from the target's memory and checked: segments lie inside the address space, and counts are
 * bounded. Tables are not checked: code that reads one uses dryad_target_read and bounds what it follows. */
#ifndef DRYAD_ATTACH_ELF_OBJECT_H
#define DRYAD_ATTACH_ELF_OBJECT_H

#include "attach/mappings.h"
#include "attach/target_memory.h"
#include "dryad.h"

typedef enum dryad_machine { DRYAD_MACHINE_X86_64 = 62, DRYAD_MACHINE_AARCH64 = 183 } dryad_machine; /* as in ELF */

enum {
  DRYAD_ELF_OBJECT_NAME = 256, /* bytes kept of the end of a name, NUL included */
  DRYAD_ELF_OBJECT_TEXTS = 8,
  DRYAD_ELF_OBJECT_HEADERS = 64 /* the most program headers of an object */
};

typedef struct dryad_span {
  uint64_t from, to; /* [from, to) */
} dryad_span;

/* Addresses are the target's; 0 is "none". */
typedef struct dryad_elf_object {
  char name[DRYAD_ELF_OBJECT_NAME]; /* as in the link map: "" for the program. For messages, and to recognise a library;
                                       may hold any bytes */
  uint64_t bias;                    /* added to the addresses in its file */
  dryad_span all;                   /* from its first segment to the end of its last one */
  dryad_span text[DRYAD_ELF_OBJECT_TEXTS]; /* executable segments */
  unsigned texts;
  dryad_span frames; /* .eh_frame_hdr */
  dryad_span dynamic;
  uint64_t debug; /* value of DT_DEBUG: the loader's struct r_debug */
  uint64_t symbols, strings, strings_size, versions, hash, gnu_hash;
  uint64_t soname; /* address of the text */
  bool has_interpreter;
  dryad_machine machine;
} dryad_elf_object;

/* Fills `object` from the program headers at `headers`; the bias comes from PT_PHDR, and is 0 without one. DRYAD_FORMAT
 * with a sentence: invalid headers. */
dryad_status dryad_elf_object_read_headers(dryad_elf_object *object, dryad_target_memory *memory, dryad_machine machine,
                                           uint64_t headers, uint64_t count, dryad_error *error);

/* Fills `object` from the ELF header at `address`, where its first segment begins. `mappings` locates its program
 * headers if they do not follow the header (patchelf moves them). DRYAD_FORMAT: no ELF header there, or one of an
 * unsupported class or machine ("32-bit programs cannot be read"). */
dryad_status dryad_elf_object_read_image(dryad_elf_object *object, dryad_target_memory *memory,
                                         const dryad_mappings *mappings, uint64_t address, dryad_error *error);

bool dryad_elf_object_has_text(const dryad_elf_object *object, uint64_t address);

/* The part of `name` after its last slash. */
const char *dryad_elf_object_base_name(const dryad_elf_object *object);

#endif
