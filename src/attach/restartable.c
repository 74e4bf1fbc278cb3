/* SPDX-License-Identifier: MIT */
#include "attach/restartable.h"

#include <sys/ptrace.h>

#ifndef PTRACE_GET_RSEQ_CONFIGURATION
#define PTRACE_GET_RSEQ_CONFIGURATION 0x420f
#endif

enum { SEQUENCE = 8 /* bytes from the start of a thread's area to the address of its sequence */ };

/* <linux/rseq.h>'s struct rseq_cs, and ptrace's description of a thread's area. */
typedef struct sequence {
  uint32_t version, flags;
  uint64_t from, length, abort;
} sequence;

typedef struct configuration {
  uint64_t area;
  uint32_t size, signature, flags, padding;
} configuration;

bool dryad_is_restartable(pid_t tid, dryad_target_memory *memory, uint64_t pc)
{
  configuration told = {0};
  uint64_t address;
  sequence now;
  /* Kernels before 5.13 do not provide this. */
  if (ptrace(PTRACE_GET_RSEQ_CONFIGURATION, tid, (void *)sizeof told, &told) != (long)sizeof told) return false;
  /* Read past the cache: it changes all the time. */
  return told.area != 0 &&
         dryad_target_read_some(memory, told.area + SEQUENCE, &address, sizeof address) == sizeof address &&
         address != 0 && dryad_target_read_some(memory, address, &now, sizeof now) == sizeof now &&
         pc - now.from < now.length;
}
