/* SPDX-License-Identifier: MIT */
/* System call filters (seccomp) that would kill a process for an injected call. */
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

/* Runs a held thread's filters over the calls that entering and dumping need. Returns the name of the first call that
   would kill the process or raise SIGSYS; NULL: there is none, or the filters cannot be read (which needs
   CAP_SYS_ADMIN). A filter that makes a call return an error does no harm. */
const char *dryad_call_filter_check(pid_t tid);

/* The verdict of one filter (classic BPF, `count` instructions) on a call: a value of SECCOMP_RET_*. An invalid program
   gives SECCOMP_RET_KILL_PROCESS. */
struct sock_filter;
uint32_t dryad_call_filter_run(const struct sock_filter *program, unsigned count, const dryad_call *call);

#endif
