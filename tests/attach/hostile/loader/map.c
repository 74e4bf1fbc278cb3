/* SPDX-License-Identifier: MIT */
#include "loader.h"

#include <string.h>

void lie_circle(void)
{
  struct link_map *second = entry_like(find_real("libc.so.6")), *third = entry_like(find_real("libm"));
  false_map(second);
  second->l_next = third;
  third->l_prev = second;
  third->l_next = second;
}

void lie_itself(void)
{
  struct link_map *second = entry_like(find_real("libc.so.6"));
  second->l_next = second;
  false_map(second);
}

void lie_wild(void) { false_map(NULL)->l_next = (void *)WILD; }
void lie_kernel(void) { false_map(NULL)->l_next = (void *)KERNEL; }
void lie_odd(void) { false_map(NULL)->l_next = (void *)~0ul; }

void lie_edge(void)
{
  struct link_map *second = at_edge(sizeof *second / 2);
  memset(second, 0, sizeof *second / 2);
  false_map(NULL)->l_next = second;
}

void lie_long(void)
{
  size_t count = 1000000;
  struct link_map *all = room(count * sizeof *all);
  const struct link_map *real = find_real("libc.so.6");
  for (size_t i = 0; i < count; i++) {
    all[i] = (struct link_map){real->l_addr, real->l_name, real->l_ld, i + 1 < count ? &all[i + 1] : NULL,
                               i ? &all[i - 1] : NULL};
  }
  false_map(all);
}

void lie_names(void)
{
  char *name = filled(MANY, 'A');
  size_t count = 4000;
  struct link_map *all = room(count * sizeof *all);
  const struct link_map *real = find_real("libc.so.6");
  for (size_t i = 0; i < count; i++) {
    all[i] = (struct link_map){real->l_addr, i % 2 ? name + i : (void *)WILD, real->l_ld, &all[i + 1],
                               i ? &all[i - 1] : NULL};
  }
  truth_follows(&all[count - 1]);
  false_map(all);
}

void lie_escapes(void)
{
  object *made = make_object(WILD, false);
  struct link_map *entry = entry_of(made);
  entry->l_name = "/\33]0;PWNED\7\33[2J\n\r/libpython3.11.so.1.0\233";
  false_map(entry);
}

void lie_endless_dynamic(void)
{
  object *made = make_object(WILD, false);
  ElfW(Dyn) *endless = room(MANY);
  for (size_t i = 0; i < MANY / sizeof *endless; i++) endless[i].d_tag = DT_NEEDED;
  struct link_map *entry = entry_of(made);
  entry->l_ld = endless;
  made->headers[1].p_vaddr = (uint64_t)endless - (uint64_t)made;
  made->headers[1].p_memsz = made->headers[1].p_filesz = ~0ul;
  false_map(entry);
}

void lie_gnu_chain(void) { lie_object(odd_hash(1, 1, 1, 0)); }
void lie_gnu_no_buckets(void) { lie_object(odd_hash(0, 1, 1, 0)); }
void lie_gnu_no_bloom(void) { lie_object(odd_hash(1, 1, 0, 255)); }
void lie_gnu_all_buckets(void) { lie_object(odd_hash(0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff)); }
void lie_hash_circle(void) { lie_object(odd_old_hash(1, 0xffffffff)); }
void lie_hash_no_buckets(void) { lie_object(odd_old_hash(0, 0)); }
void lie_hash_all_buckets(void) { lie_object(odd_old_hash(0xffffffff, 0xffffffff)); }

void lie_wild_tables(void)
{
  static const long tags[] = {DT_SYMTAB, DT_STRTAB, DT_GNU_HASH, DT_HASH, DT_VERSYM, DT_VERDEF, DT_SONAME};
  static const uint64_t values[] = {0, 1, WILD, KERNEL, ~0ul, 1ul << 63};
  struct link_map *first = NULL, *last = NULL;
  for (int tag = 0; tag < 7; tag++) {
    for (int value = 0; value < 6; value++) {
      object *made = make_object(WILD, false);
      instead(made, tags[tag], values[value]);
      instead(made, DT_STRSZ, value % 2 ? ~0ul : 0);
      struct link_map *entry = entry_of(made);
      if (last)
        entry->l_prev = last, last->l_next = entry;
      else
        first = entry;
      last = entry;
    }
  }
  false_map(first);
}

void lie_many_headers(void)
{
  object *made = make_object(WILD, false);
  made->head.e_phnum = 0xffff;
  made->head.e_phoff = ~0ul - 10;
  lie_object(made);
}

void lie_whole_space(void) { lie_object(make_object((uint64_t)lie_in_dlopen, true)); }

void lie_spin(void) { lie_object(make_object((uint64_t)spin_in_dlopen, false)); }
void lie_exit(void) { lie_object(make_object((uint64_t)exit_in_dlopen, false)); }
void lie_result(void) { lie_object(make_object((uint64_t)lie_in_dlopen, false)); }
void lie_nowhere(void) { lie_object(make_object(0x10, false)); }
void lie_kernel_function(void) { lie_object(make_object(KERNEL, false)); }

void lie_resolver(void)
{
  object *made = make_object((uint64_t)spin_in_dlopen, false);
  made->symbols[1].st_info = ELF64_ST_INFO(STB_GLOBAL, STT_GNU_IFUNC);
  lie_object(made);
}

void lie_changing(void)
{
  truth_follows(false_map(NULL));
  lie.r_state = RT_ADD;
}

void lie_no_map(void) { lie.r_map = NULL; }

void lie_debug_wild(void) { debug_entry->d_un.d_ptr = WILD; }
void lie_debug_edge(void) { debug_entry->d_un.d_ptr = (uint64_t)at_edge(8); }
