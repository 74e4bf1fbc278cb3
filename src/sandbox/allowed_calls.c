/* SPDX-License-Identifier: MIT */
#include "sandbox/allowed_calls.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/assert.h"

#if defined(__x86_64__)
#define MACHINE AUDIT_ARCH_X86_64
#define X32_CALLS 0x40000000u /* the same architecture, other numbers and other arguments */
#elif defined(__aarch64__)
#define MACHINE AUDIT_ARCH_AARCH64
#endif

#ifdef MACHINE

static const uint32_t allowed[] = {
    SYS_munmap,       SYS_mremap,          SYS_brk,          SYS_futex,       SYS_sched_yield,   SYS_sched_getaffinity,
    SYS_rt_sigaction, SYS_rt_sigprocmask,  SYS_rt_sigreturn, SYS_sigaltstack, SYS_clock_gettime, SYS_clock_getres,
    SYS_gettimeofday, SYS_restart_syscall, SYS_getpid,       SYS_gettid,      SYS_getrandom,     SYS_exit,
    SYS_exit_group,   SYS_close,
};

/* No MADV_REMOVE, which would empty a file that is mapped; no advice to hardware. */
static const uint32_t advice[] = {MADV_NORMAL, MADV_WILLNEED, MADV_DONTNEED, MADV_FREE, MADV_HUGEPAGE};

enum { ALLOWED = sizeof allowed / sizeof *allowed, ADVICE = sizeof advice / sizeof *advice, LONGEST = 128 };

/* Classic BPF over the data of a call. */
typedef struct filter {
  struct sock_filter code[LONGEST];
  uint16_t count;
} filter;

static void add(filter *f, uint16_t code, uint32_t value, uint8_t if_true, uint8_t if_false)
{
  DRYAD_ASSERT(f->count < LONGEST);
  f->code[f->count++] = (struct sock_filter){code, if_true, if_false, value};
}

static void load(filter *f, size_t offset) { add(f, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0); }
static void answer(filter *f, uint32_t action) { add(f, BPF_RET | BPF_K, action, 0, 0); }

static void refuse(filter *f) { answer(f, SECCOMP_RET_ERRNO | EPERM); }

/* Skips the next `count` instructions unless the loaded value is this one. */
static void only_for(filter *f, uint32_t value, uint8_t count) { add(f, BPF_JMP | BPF_JEQ | BPF_K, value, 0, count); }

static void check_machine(filter *f)
{
  load(f, offsetof(struct seccomp_data, arch));
  add(f, BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 1, 0);
  answer(f, SECCOMP_RET_KILL_PROCESS);
  load(f, offsetof(struct seccomp_data, nr));
#ifdef X32_CALLS
  add(f, BPF_JMP | BPF_JGE | BPF_K, X32_CALLS, 0, 1);
  answer(f, SECCOMP_RET_KILL_PROCESS);
#endif
}

/* The lower half of an argument: the kernel ignores the rest of those that are compared here. */
static void load_argument(filter *f, unsigned i)
{
  load(f, offsetof(struct seccomp_data, args) + i * sizeof(uint64_t));
}

/* Allows a call if its argument is one of these. */
static void allow_with(filter *f, uint32_t call, unsigned argument, const uint32_t *values, uint8_t count)
{
  only_for(f, call, (uint8_t)(count + 3));
  load_argument(f, argument);
  for (uint8_t i = 0; i < count; i++) add(f, BPF_JMP | BPF_JEQ | BPF_K, values[i], (uint8_t)(count - i), 0);
  refuse(f);
  answer(f, SECCOMP_RET_ALLOW);
}

/* Memory can be had, but not be made code. */
static void allow_mapping(filter *f)
{
  only_for(f, SYS_mmap, 4);
  load_argument(f, 2);
  add(f, BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1);
  refuse(f);
  answer(f, SECCOMP_RET_ALLOW);
}

bool dryad_allow_calls(int file)
{
  filter f = {.count = 0};
  const uint32_t files[] = {(uint32_t)file}, self[] = {(uint32_t)getpid()};
  check_machine(&f);
  allow_with(&f, SYS_write, 0, files, 1);
  allow_with(&f, SYS_tgkill, 0, self, 1); /* abort */
  allow_with(&f, SYS_madvise, 2, advice, ADVICE);
  allow_mapping(&f);
  for (size_t i = 0; i < ALLOWED; i++) {
    only_for(&f, allowed[i], 1);
    answer(&f, SECCOMP_RET_ALLOW);
  }
  refuse(&f);
  struct sock_fprog program = {f.count, f.code};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

#else

bool dryad_allow_calls(int file)
{
  (void)file;
  errno = ENOSYS;
  return false;
}

#endif
