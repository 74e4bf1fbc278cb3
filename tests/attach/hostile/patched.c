/* SPDX-License-Identifier: MIT */
/* Turns a function of the Python that this is loaded into into one of ours. */
#include "behaviour.h"

#include <stdint.h>
#include <sys/mman.h>

PUBLIC void hostile_patch(char *function)
{
  static const uint8_t jump[] = {0x48, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xe0}; /* mov $target, %rax; jmp *%rax */
  uint64_t target = (uint64_t)pretend;
  char *page = (char *)((uintptr_t)function & ~4095ul);
  if (mprotect(page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) abort();
  memcpy(function, jump, sizeof jump);
  memcpy(function + 2, &target, sizeof target);
}
