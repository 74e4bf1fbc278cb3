/* SPDX-License-Identifier: MIT */
/* A made-up process of one or more ELF objects in a memfd, to be spoilt by tests. Each object is laid out the same:
 * its ELF and program headers at its start, then at fixed distances the tables below. */
#ifndef DRYAD_TESTS_MADE_UP_ELF_H
#define DRYAD_TESTS_MADE_UP_ELF_H

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "attach/elf_objects.h"
#include "made_up_memory.h"

enum {
  AT_DYNAMIC = 0x200,
  AT_HASH = 0x300,
  AT_GNU_HASH = 0x400,
  AT_SYMBOLS = 0x500,
  AT_STRINGS = 0x900,
  FUNCTIONS_MAX = 24,
  AT_TEXT = 0x1000,
  AT_FRAMES = 0x2000, /* .eh_frame_hdr */
  OBJECT_SIZE = 0x4000,
  DEBUG_ADDRESS = 0x900000, /* struct r_debug */
  MAPS_ADDRESS = 0x901000,  /* struct link_map, one every 0x40 bytes */
  NAMES_ADDRESS = 0x908000, /* their names, one every 0x40 bytes */
  MEMORY_SIZE = 0x910000
};

typedef struct made_up {
  int mem, maps;
  dryad_target_memory *memory;
  dryad_mappings mappings;
  dryad_auxv auxv;
  dryad_elf_objects objects;
  unsigned entries; /* of the link map */
} made_up;

typedef struct made_up_function {
  const char *name;
  uint64_t address, size; /* from the object's start */
} made_up_function;

static inline uint32_t gnu_hash_of(const char *name)
{
  uint32_t hash = 5381;
  while (*name) hash = hash * 33 + (unsigned char)*name++;
  return hash;
}

/* All in one bucket of either hash table. The strings begin with the object's own name. */
static inline void put_functions(int fd, uint64_t at, const char *soname, const made_up_function *functions,
                                 unsigned count)
{
  char strings[0x600] = "";
  Elf64_Sym symbols[FUNCTIONS_MAX + 1] = {{0}};
  uint32_t hash[4 + FUNCTIONS_MAX] = {1, count + 1, count ? 1 : 0};
  uint32_t gnu_hash[7 + FUNCTIONS_MAX] = {1, 1, 1, 0, UINT32_MAX, UINT32_MAX, count ? 1 : 0};
  size_t used = 1 + (size_t)snprintf(strings + 1, 64, "%s", soname) + 1;
  MUST(count <= FUNCTIONS_MAX);
  for (unsigned i = 0; i < count; i++) {
    symbols[i + 1] = (Elf64_Sym){.st_name = (uint32_t)used,
                                 .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                                 .st_shndx = 1,
                                 .st_value = functions[i].address,
                                 .st_size = functions[i].size};
    used += (size_t)snprintf(strings + used, 64, "%s", functions[i].name) + 1;
    hash[4 + i] = i + 1 < count ? i + 2 : 0;
    gnu_hash[7 + i] = (gnu_hash_of(functions[i].name) & ~1U) | (i + 1 == count);
  }
  put(fd, at + AT_STRINGS, strings, sizeof strings);
  put(fd, at + AT_SYMBOLS, symbols, sizeof symbols);
  put(fd, at + AT_GNU_HASH, gnu_hash, sizeof gnu_hash);
  put(fd, at + AT_HASH, hash, sizeof hash);
}

static inline void put_dynamic(int fd, uint64_t at)
{
  Elf64_Dyn dynamic[] = {{DT_STRTAB, {at + AT_STRINGS}},
                         {DT_SYMTAB, {AT_SYMBOLS}}, /* not relocated, as in the vDSO */
                         {DT_STRSZ, {0x600}},
                         {DT_GNU_HASH, {at + AT_GNU_HASH}},
                         {DT_SONAME, {1}},
                         {DT_DEBUG, {DEBUG_ADDRESS}},
                         {DT_NULL, {0}}};
  put(fd, at + AT_DYNAMIC, dynamic, sizeof dynamic);
}

/* It has one function, "spam". */
static inline void put_object(int fd, uint64_t at, const char *soname)
{
  Elf64_Phdr headers[] = {
      {.p_type = PT_PHDR, .p_vaddr = sizeof(Elf64_Ehdr)},
      {.p_type = PT_LOAD, .p_flags = PF_R | PF_W, .p_memsz = AT_TEXT},
      {.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = AT_TEXT, .p_vaddr = AT_TEXT, .p_memsz = 0x1000},
      {.p_type = PT_LOAD, .p_flags = PF_R, .p_offset = AT_FRAMES, .p_vaddr = AT_FRAMES, .p_memsz = 0x2000},
      {.p_type = PT_DYNAMIC, .p_vaddr = AT_DYNAMIC, .p_memsz = 0x100},
      {.p_type = PT_GNU_EH_FRAME, .p_vaddr = AT_FRAMES, .p_memsz = 0x800},
  };
  Elf64_Ehdr header = {.e_ident = ELFMAG,
                       .e_type = ET_DYN,
                       .e_machine = EM_X86_64,
                       .e_phoff = sizeof header,
                       .e_phentsize = sizeof *headers,
                       .e_phnum = sizeof headers / sizeof *headers};
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  put(fd, at, &header, sizeof header);
  put(fd, at + sizeof header, headers, sizeof headers);
  put_dynamic(fd, at);
  put_functions(fd, at, soname, &(made_up_function){"spam", AT_TEXT + 0x10, 0x40}, 1);
}

static inline uint64_t map_entry(unsigned i) { return MAPS_ADDRESS + i * 0x40; }

/* The next entry of the link map. */
static inline void put_entry(made_up *m, uint64_t at, const char *name)
{
  unsigned i = m->entries++;
  uint64_t entry[] = {at, NAMES_ADDRESS + i * 0x40, at + AT_DYNAMIC, 0, i ? map_entry(i - 1) : 0};
  put(m->mem, entry[1], name, strlen(name) + 1);
  put(m->mem, map_entry(i), entry, sizeof entry);
  if (i) put64(m->mem, map_entry(i - 1) + 24, map_entry(i));
}

enum { PROGRAM = 0x400000, LIBC = 0x500000, LOADER = 0x600000 };

/* A program, libc.so.6 and a loader, as sound as can be. */
static inline void make_up(made_up *m)
{
  static const char maps[] = "400000-404000 r-xp 00000000 08:01 1 /program\n"
                             "500000-504000 r-xp 00000000 08:01 2 /libc.so.6\n"
                             "600000-604000 r-xp 00000000 08:01 3 /ld-linux-x86-64.so.2\n";
  uint64_t debug[] = {1, MAPS_ADDRESS, 0, 0, LOADER};
  *m = (made_up){.mem = made_up_memory(), .maps = made_up_memory()};
  MUST(!ftruncate(m->mem, MEMORY_SIZE)); /* whole pages, as memory has */
  put(m->maps, 0, maps, sizeof maps - 1);
  put_object(m->mem, PROGRAM, "");
  put_object(m->mem, LIBC, "libc.so.6");
  put_object(m->mem, LOADER, "ld-linux-x86-64.so.2");
  put_entry(m, PROGRAM, "");
  put_entry(m, LIBC, "/lib/libc.so.6");
  put_entry(m, LOADER, "/lib/ld-linux-x86-64.so.2");
  put(m->mem, DEBUG_ADDRESS, debug, sizeof debug);
  m->auxv = (dryad_auxv){.headers = PROGRAM + sizeof(Elf64_Ehdr), .header_count = 6, .header_size = 56};
  m->auxv.loader = LOADER;
  m->memory = dryad_target_memory_new(m->mem, 256 * MEGABYTE);
  MUST(m->memory);
}

static inline dryad_status read_made_up(made_up *m, dryad_error *error)
{
  dryad_target_memory_refresh(m->memory);
  MUST(!dryad_mappings_read(&m->mappings, m->maps, NULL));
  return dryad_elf_objects_read(&m->objects, m->memory, &m->mappings, &m->auxv, error);
}

static inline void forget(made_up *m)
{
  dryad_elf_objects_deinit(&m->objects);
  dryad_mappings_deinit(&m->mappings);
  dryad_target_memory_free(m->memory);
  close(m->mem);
  close(m->maps);
}

#endif
