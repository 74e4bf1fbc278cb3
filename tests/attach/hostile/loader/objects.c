/* SPDX-License-Identifier: MIT */
#include "loader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* ---- memory */

void *room(size_t size)
{
  void *block = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (block == MAP_FAILED) abort();
  return block;
}

void *filled(size_t size, int byte) { return memset(room(size), byte, size); }

/* A block whose end is the end of what can be read. */
void *at_edge(size_t size)
{
  char *block = room(3 * 4096);
  mprotect(block + 2 * 4096, 4096, PROT_NONE);
  return block + 2 * 4096 - size;
}

void make_writable(void *address, size_t size)
{
  uintptr_t from = (uintptr_t)address & ~4095ul, to = ((uintptr_t)address + size + 4095) & ~4095ul;
  mprotect((void *)from, to - from, PROT_READ | PROT_WRITE);
}

/* ---- a false link map */

struct link_map *entry_like(const struct link_map *other)
{
  struct link_map *entry = calloc(1, 4096);
  if (other) *entry = (struct link_map){other->l_addr, other->l_name, other->l_ld, NULL, NULL};
  return entry;
}

struct link_map *false_map(struct link_map *second)
{
  struct link_map *first = entry_like(debug->r_map);
  first->l_next = second;
  if (second) second->l_prev = first;
  lie.r_map = first;
  return first;
}

const struct link_map *find_real(const char *part)
{
  for (struct link_map *entry = debug->r_map; entry; entry = entry->l_next) {
    if (strstr(entry->l_name, part)) return entry;
  }
  abort();
}

void truth_follows(struct link_map *last)
{
  for (const struct link_map *real = debug->r_map->l_next; real; real = real->l_next) {
    struct link_map *copy = entry_like(real);
    copy->l_prev = last;
    last->l_next = copy;
    last = copy;
  }
}

/* ---- a false object */

static uint32_t gnu_hash(const char *name)
{
  uint32_t value = 5381;
  for (; *name; name++) value = value * 33 + (unsigned char)*name;
  return value;
}

static void dynamic_entry(object *made, int at, long tag, uint64_t value)
{
  made->dynamic[at].d_tag = tag;
  made->dynamic[at].d_un.d_val = value;
}

/* An object with one symbol, dlopen, which is at `target`; its tables are sound. The whole address space may be its
 * text. */
object *make_object(uint64_t target, bool whole)
{
  object *made = room(1 << 20);
  memcpy(made->head.e_ident, ELFMAG "\2\1\1", 7);
  made->head.e_type = ET_DYN;
  made->head.e_machine = ((ElfW(Ehdr) *)find_real("libc.so.6")->l_addr)->e_machine;
  made->head.e_phoff = offsetof(object, headers);
  made->head.e_phentsize = sizeof(ElfW(Phdr));
  made->head.e_phnum = 2;
  made->headers[0] = (ElfW(Phdr)){PT_LOAD, PF_R | PF_X, 0, 0, 0, sizeof *made, sizeof *made, 4096};
  made->headers[1] =
      (ElfW(Phdr)){PT_DYNAMIC, PF_R, 0, offsetof(object, dynamic), 0, sizeof made->dynamic, sizeof made->dynamic, 8};
  if (whole) {
    uint64_t begin = 1 << 20, end = (1ul << 47) - 65536 - (uint64_t)made;
    made->headers[made->head.e_phnum++] = (ElfW(Phdr)){PT_LOAD, PF_R | PF_X, 0, begin, 0, 4096, end - begin, 4096};
  }
  strcpy(made->strings + 1, "dlopen");
  made->symbols[1] = (ElfW(Sym)){1, ELF64_ST_INFO(STB_GLOBAL, STT_FUNC), 0, 1, offsetof(object, code), 32};
#ifdef __x86_64__
  static const uint8_t jump[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov $target, %rax; jmp *%rax */
  memcpy(made->code, jump, sizeof jump);
  memcpy(made->code + 2, &target, sizeof target);
#endif
  mprotect(made, sizeof *made, PROT_READ | PROT_WRITE | PROT_EXEC);
  uint32_t table[] = {1, 1, 1, 0, 0xffffffff, 0xffffffff, 1, gnu_hash("dlopen") | 1};
  memcpy(made->hash, table, sizeof table);
  dynamic_entry(made, 0, DT_SYMTAB, (uint64_t)made->symbols);
  dynamic_entry(made, 1, DT_STRTAB, (uint64_t)made->strings);
  dynamic_entry(made, 2, DT_STRSZ, sizeof made->strings);
  dynamic_entry(made, 3, DT_SYMENT, sizeof(ElfW(Sym)));
  dynamic_entry(made, 4, DT_GNU_HASH, (uint64_t)made->hash);
  return made;
}

struct link_map *entry_of(object *made)
{
  struct link_map *entry = entry_like(NULL);
  entry->l_addr = (uint64_t)made;
  entry->l_name = "/usr/lib/libodd.so.1";
  entry->l_ld = made->dynamic;
  truth_follows(entry);
  return entry;
}

void lie_object(object *made) { false_map(entry_of(made)); }

void instead(object *made, long tag, uint64_t value)
{
  for (int i = 0; i < 32; i++) {
    if (made->dynamic[i].d_tag == tag || made->dynamic[i].d_tag == DT_NULL) {
      dynamic_entry(made, i, tag, value);
      return;
    }
  }
}

/* A GNU hash table with these four numbers, and a chain that never ends, each link with the hash of dlopen. */
object *odd_hash(uint32_t buckets, uint32_t first, uint32_t bloom, uint32_t shift)
{
  object *made = make_object(WILD, false);
  uint32_t *table = room(MANY);
  table[0] = buckets, table[1] = first, table[2] = bloom, table[3] = shift;
  for (size_t i = 4; i < MANY / 4; i++) table[i] = gnu_hash("dlopen") & ~1u;
  if (bloom == 1) table[4] = table[5] = 0xffffffff, table[6] = first;
  instead(made, DT_GNU_HASH, (uint64_t)table);
  instead(made, DT_SYMTAB, (uint64_t)filled(MANY, 1));
  instead(made, DT_STRTAB, (uint64_t)filled(MANY, 'd'));
  instead(made, DT_STRSZ, MANY);
  return made;
}

/* The old hash table: its chain is a circle. */
object *odd_old_hash(uint32_t buckets, uint32_t chains)
{
  object *made = make_object(WILD, false);
  uint32_t *table = room(MANY);
  table[0] = buckets, table[1] = chains;
  for (size_t i = 2; i < MANY / 4; i++) table[i] = 1;
  instead(made, DT_GNU_HASH, 0);
  instead(made, DT_HASH, (uint64_t)table);
  strcpy(made->strings + 1, "another");
  return made;
}

/* ---- what a borrowed thread would be made to run */

void spin_in_dlopen(void)
{
  for (;;) {
  }
}

void exit_in_dlopen(void) { _exit(9); }

long lie_in_dlopen(void) { return -1; }
