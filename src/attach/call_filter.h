/* SPDX-License-Identifier: MIT */
/* Filters of system calls (seccomp) that would end a process for a call that it is made to make. */
#ifndef DRYAD_ATTACH_CALL_FILTER_H
#define DRYAD_ATTACH_CALL_FILTER_H

#include <linux/audit.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* The machine as filters see it. */
#ifdef __aarch64__
#define DRYAD_CALL_MACHINE AUDIT_ARCH_AARCH64
#else
#define DRYAD_CALL_MACHINE AUDIT_ARCH_X86_64
#endif

typedef struct dryad_call {
  const char *name;
  uint32_t number;
  uint64_t arguments[6];
} dryad_call;

/* Runs a held thread's filters over the calls that entering it and dumping take. The name of the first call that would
   end the process, or that it would take for an attack (SIGSYS); NULL: there is none, or the filters may not be read
   (which needs CAP_SYS_ADMIN): a filter that answers with an error does no harm. */
const char *dryad_call_filter_check(pid_t tid);

/* What one filter (classic BPF, `count` instructions) says of a call: a value of SECCOMP_RET_*. A program that makes no
   sense gives SECCOMP_RET_KILL_PROCESS. */
struct sock_filter;
uint32_t dryad_call_filter_run(const struct sock_filter *program, unsigned count, const dryad_call *call);

#endif
