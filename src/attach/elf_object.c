/* SPDX-License-Identifier: MIT */
#include "attach/elf_object.h"

#include <elf.h>
#include <string.h>

#include "base/error.h"

enum { DYNAMIC_MAX = 4096, MAPPINGS_OF_ONE_FILE = 64 };

static dryad_status senseless(dryad_error *error, uint64_t address)
{
  return dryad_fail(error, DRYAD_FORMAT, "the ELF headers at 0x%llx of the process are invalid",
                    (unsigned long long)address);
}

/* The memory of a segment. Wraps around like addresses; the result is checked. */
static bool place(dryad_span *span, uint64_t bias, const Elf64_Phdr *header)
{
  span->from = bias + header->p_vaddr;
  span->to = span->from + header->p_memsz;
  return span->from <= span->to && span->to <= INT64_MAX;
}

static bool add_load(dryad_elf_object *object, const dryad_span *span, bool executable)
{
  if (span->from == span->to) return true;
  bool first = object->all.from == object->all.to;
  if (first || span->from < object->all.from) object->all.from = span->from;
  if (first || span->to > object->all.to) object->all.to = span->to;
  if (!executable) return true;
  if (object->texts == DRYAD_ELF_OBJECT_TEXTS) return false;
  object->text[object->texts++] = *span;
  return true;
}

static bool add_header(dryad_elf_object *object, const Elf64_Phdr *header)
{
  dryad_span span;
  switch (header->p_type) {
  case PT_LOAD: return place(&span, object->bias, header) && add_load(object, &span, header->p_flags & PF_X);
  case PT_DYNAMIC: return place(&object->dynamic, object->bias, header);
  case PT_GNU_EH_FRAME: return place(&object->frames, object->bias, header);
  case PT_INTERP: object->has_interpreter = true; return true;
  default: return true;
  }
}

/* Pointers in the dynamic section are relocated by the loader in most objects, but not in the vDSO. */
static uint64_t pointer(const dryad_elf_object *object, uint64_t value)
{
  uint64_t moved = object->bias + value;
  if (value >= object->all.from && value < object->all.to) return value;
  return moved >= object->all.from && moved < object->all.to ? moved : 0;
}

static void add_dynamic(dryad_elf_object *object, const Elf64_Dyn *entry, uint64_t *soname)
{
  uint64_t value = entry->d_un.d_val;
  switch (entry->d_tag) {
  case DT_DEBUG: object->debug = value; break;
  case DT_SYMTAB: object->symbols = pointer(object, value); break;
  case DT_STRTAB: object->strings = pointer(object, value); break;
  case DT_STRSZ: object->strings_size = value; break;
  case DT_VERSYM: object->versions = pointer(object, value); break;
  case DT_HASH: object->hash = pointer(object, value); break;
  case DT_GNU_HASH: object->gnu_hash = pointer(object, value); break;
  case DT_SONAME: *soname = value; break;
  default: break;
  }
}

static void read_dynamic(dryad_elf_object *object, dryad_target_memory *memory)
{
  uint64_t count = (object->dynamic.to - object->dynamic.from) / sizeof(Elf64_Dyn), soname = 0;
  Elf64_Dyn entry;
  for (uint64_t i = 0; i < count && i < DYNAMIC_MAX; i++) {
    if (!dryad_target_read(memory, object->dynamic.from + i * sizeof entry, &entry, sizeof entry)) break;
    if (entry.d_tag == DT_NULL) break;
    add_dynamic(object, &entry, &soname);
  }
  if (object->strings_size > object->all.to - object->strings) object->strings_size = object->all.to - object->strings;
  if (!object->strings) object->strings_size = 0;
  if (soname && soname < object->strings_size) object->soname = object->strings + soname;
}

/* Relocatable programs have a PT_PHDR. */
static uint64_t bias_of(const Elf64_Phdr *all, uint64_t count, uint64_t headers)
{
  for (uint64_t i = 0; i < count; i++)
    if (all[i].p_type == PT_PHDR) return headers - all[i].p_vaddr;
  return 0;
}

static dryad_status fill(dryad_elf_object *object, dryad_target_memory *memory, const Elf64_Phdr *all, uint64_t count,
                         uint64_t headers, dryad_error *error)
{
  for (uint64_t i = 0; i < count; i++)
    if (!add_header(object, &all[i])) return senseless(error, headers);
  if (object->all.from == object->all.to) return senseless(error, headers);
  read_dynamic(object, memory);
  return DRYAD_OK;
}

static bool read_program_headers(Elf64_Phdr *all, dryad_target_memory *memory, uint64_t headers, uint64_t count)
{
  return count && count <= DRYAD_ELF_OBJECT_HEADERS &&
         dryad_target_read(memory, headers, all, (size_t)count * sizeof *all);
}

dryad_status dryad_elf_object_read_headers(dryad_elf_object *object, dryad_target_memory *memory, dryad_machine machine,
                                           uint64_t headers, uint64_t count, dryad_error *error)
{
  Elf64_Phdr all[DRYAD_ELF_OBJECT_HEADERS];
  *object = (dryad_elf_object){.machine = machine};
  if (!read_program_headers(all, memory, headers, count)) return senseless(error, headers);
  object->bias = bias_of(all, count, headers);
  return fill(object, memory, all, count, headers, error);
}

static dryad_status check_header(const Elf64_Ehdr *header, uint64_t address, dryad_error *error)
{
  if (memcmp(header->e_ident, ELFMAG, SELFMAG))
    return dryad_fail(error, DRYAD_FORMAT, "no ELF object begins at 0x%llx of the process",
                      (unsigned long long)address);
  if (header->e_ident[EI_CLASS] == ELFCLASS32)
    return dryad_fail(error, DRYAD_FORMAT, "32-bit programs cannot be read, only 64-bit ones");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_phentsize != sizeof(Elf64_Phdr))
    return senseless(error, address);
  if (header->e_machine != DRYAD_MACHINE_X86_64 && header->e_machine != DRYAD_MACHINE_AARCH64)
    return dryad_fail(error, DRYAD_FORMAT, "only programs for x86-64 and aarch64 can be read");
  return DRYAD_OK;
}

/* The address of the byte at `offset` of the file whose start is mapped at `address`. */
static uint64_t place_in_file(const dryad_mappings *mappings, uint64_t address, uint64_t offset)
{
  const dryad_mapping *first = dryad_mappings_find(mappings, address), *m = first;
  const dryad_mapping *end = mappings->items + mappings->count;
  for (int i = 0; first && first->inode && m < end && i < MAPPINGS_OF_ONE_FILE; i++, m++) {
    bool same = m->inode == first->inode && m->device == first->device;
    if (same && offset >= m->offset && offset - m->offset < m->to - m->from) return m->from + (offset - m->offset);
  }
  return address + offset;
}

static bool first_load(const Elf64_Phdr *all, uint64_t count, uint64_t *virtual)
{
  for (uint64_t i = 0; i < count; i++)
    if (all[i].p_type == PT_LOAD) {
      *virtual = all[i].p_vaddr - all[i].p_offset;
      return true;
    }
  return false;
}

dryad_status dryad_elf_object_read_image(dryad_elf_object *object, dryad_target_memory *memory,
                                         const dryad_mappings *mappings, uint64_t address, dryad_error *error)
{
  Elf64_Ehdr header;
  Elf64_Phdr all[DRYAD_ELF_OBJECT_HEADERS];
  *object = (dryad_elf_object){0};
  if (!dryad_target_read(memory, address, &header, sizeof header)) return senseless(error, address);
  dryad_status status = check_header(&header, address, error);
  if (status) return status;
  uint64_t headers = place_in_file(mappings, address, header.e_phoff), virtual;
  if (!read_program_headers(all, memory, headers, header.e_phnum) || !first_load(all, header.e_phnum, &virtual))
    return senseless(error, address);
  object->machine = (dryad_machine)header.e_machine;
  object->bias = address - virtual;
  return fill(object, memory, all, header.e_phnum, headers, error);
}

bool dryad_elf_object_has_text(const dryad_elf_object *object, uint64_t address)
{
  for (unsigned i = 0; i < object->texts; i++)
    if (address >= object->text[i].from && address < object->text[i].to) return true;
  return false;
}

const char *dryad_elf_object_base_name(const dryad_elf_object *object)
{
  const char *slash = strrchr(object->name, '/');
  return slash ? slash + 1 : object->name;
}
