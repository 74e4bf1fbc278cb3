/* SPDX-License-Identifier: MIT */
#include "loader.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* The program's own headers, as they lie in memory. */
void lie_headers_gone(void)
{
  make_writable(headers, header_count * sizeof *headers);
  memset(headers, 0, header_count * sizeof *headers);
}

void lie_headers_wild(void)
{
  make_writable(headers, header_count * sizeof *headers);
  for (size_t i = 0; i < header_count; i++) {
    headers[i].p_vaddr = i % 2 ? ~0ul - 100 : WILD;
    headers[i].p_memsz = headers[i].p_filesz = ~0ul - i;
  }
}

void lie_image(void)
{
  ElfW(Ehdr) *head = (void *)find_real("libc.so.6")->l_addr;
  make_writable(head, sizeof *head);
  head->e_phoff = WILD;
  head->e_phnum = 0xffff;
  head->e_phentsize = 0;
}

static void set_auxiliary(unsigned long type, unsigned long value, bool gone)
{
  unsigned long vector[128];
  int file = open("/proc/self/auxv", O_RDONLY | O_CLOEXEC);
  long size = read(file, vector, sizeof vector);
  close(file);
  for (long i = 0; i < size / (long)sizeof *vector; i += 2) {
    if (vector[i] == type) {
      vector[i + 1] = value;
      if (gone) vector[i] = AT_IGNORE;
    }
  }
  struct prctl_mm_map map = {0};
  FILE *stat = fopen("/proc/self/stat", "re");
  unsigned long long fields[64] = {0};
  char text[4096];
  text[fread(text, 1, sizeof text - 1, stat)] = 0;
  fclose(stat);
  int n = 2;
  for (char *word = strtok(strrchr(text, ')') + 2, " "); word; word = strtok(NULL, " "))
    fields[++n] = strtoull(word, NULL, 10);
  map.start_code = fields[26], map.end_code = fields[27], map.start_stack = fields[28];
  map.start_data = fields[45], map.end_data = fields[46], map.start_brk = fields[47];
  map.arg_start = fields[48], map.arg_end = fields[49], map.env_start = fields[50], map.env_end = fields[51];
  map.brk = (unsigned long)sbrk(0);
  map.auxv = (void *)vector, map.auxv_size = (uint32_t)size;
  map.exe_fd = (uint32_t)-1;
  if (prctl(PR_SET_MM, PR_SET_MM_MAP, &map, sizeof map, 0) != 0) {
    perror("PR_SET_MM_MAP");
    abort();
  }
}

void lie_aux_headers(void) { set_auxiliary(AT_PHDR, WILD, false); }
void lie_aux_kernel(void) { set_auxiliary(AT_PHDR, KERNEL, false); }
void lie_aux_count(void) { set_auxiliary(AT_PHNUM, ~0ul, false); }
void lie_aux_entry_size(void) { set_auxiliary(AT_PHENT, 0, false); }
void lie_aux_none(void) { set_auxiliary(AT_PHDR, 0, true); }
void lie_aux_loader(void) { set_auxiliary(AT_BASE, WILD, false); }
void lie_aux_vdso(void) { set_auxiliary(AT_SYSINFO_EHDR, WILD, false); }
