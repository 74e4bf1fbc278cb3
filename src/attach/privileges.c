/* SPDX-License-Identifier: MIT */
#include "attach/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "attach/call_filter.h"
#include "scanner/shared/close_others.h"

#ifndef PTRACE_GET_RSEQ_CONFIGURATION
#define PTRACE_GET_RSEQ_CONFIGURATION 0x420f
#endif

enum { NOBODY = 65534 };

/* ---- the start */

/* A change of ids undoes both. */
static bool bind_to_parent(pid_t parent)
{
  prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
  return getppid() == parent;
}

static void settle_signals(void)
{
  static const int ignored[] = {SIGINT, SIGQUIT, SIGHUP, SIGPIPE, SIGTSTP, SIGTTOU, SIGTTIN};
  struct sigaction action = {.sa_handler = SIG_IGN};
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) sigaction(ignored[i], &action, NULL);
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  sigset_t awaited;
  sigemptyset(&awaited);
  sigaddset(&awaited, SIGCHLD);
  sigaddset(&awaited, SIGTERM);
  sigprocmask(SIG_SETMASK, &awaited, NULL);
}

bool dryad_privileges_begin(pid_t parent, const int *kept, int count)
{
  const struct rlimit none = {0, 0};
  settle_signals();
  setrlimit(RLIMIT_CORE, &none);
  dryad_close_others(kept, count);
  return bind_to_parent(parent);
}

/* ---- the end of privileges */

static bool drop_ids(void)
{
  if (geteuid() != 0) return true;
  if (setgroups(0, NULL) != 0 && errno != EPERM) return false;
  /* A user namespace may not have this id; then only the capabilities are dropped. */
  bool changed = setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0;
  return changed || errno == EINVAL || errno == EPERM;
}

static bool drop_capabilities(void)
{
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {{0}};
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  return syscall(SYS_capset, &head, none) == 0;
}

/* Reading open files, messages to the parent, memory and time: nothing else. */
static const uint32_t allowed[] = {
    SYS_wait4,       SYS_waitid,         SYS_pread64,         SYS_pwrite64,        SYS_read,        SYS_write,
    SYS_lseek,       SYS_sendmsg,        SYS_close,           SYS_ppoll,           SYS_futex,       SYS_rt_sigaction,
    SYS_sched_yield, SYS_rt_sigprocmask, SYS_fstat,           SYS_rt_sigreturn,    SYS_sigaltstack, SYS_rt_sigtimedwait,
    SYS_mmap,        SYS_munmap,         SYS_mremap,          SYS_madvise,         SYS_brk,         SYS_mprotect,
    SYS_nanosleep,   SYS_clock_gettime,  SYS_getpid,          SYS_clock_nanosleep, SYS_getppid,     SYS_gettid,
    SYS_exit,        SYS_exit_group,     SYS_restart_syscall,
};

/* Tracing seized threads. No new seizing, and no writing of memory by thread id: after an exec the id belongs to
   another program. */
static const uint32_t requests[] = {
    PTRACE_CONT,      PTRACE_SYSCALL,    PTRACE_INTERRUPT,  PTRACE_LISTEN,   PTRACE_GETREGSET,
    PTRACE_SETREGSET, PTRACE_GETSIGMASK, PTRACE_SETSIGMASK, PTRACE_PEEKTEXT, PTRACE_GET_RSEQ_CONFIGURATION,
};

static const uint32_t controls[] = {FIONREAD};

enum {
  ALLOWED = sizeof allowed / sizeof *allowed,
  REQUESTS = sizeof requests / sizeof *requests,
  CONTROLS = sizeof controls / sizeof *controls,
  /* Places in the filter: three lists, each followed by the refusal. */
  CALLS_AT = 5,
  REQUESTS_AT = CALLS_AT + ALLOWED + 1,
  CONTROLS_AT = REQUESTS_AT + 1 + REQUESTS + 1,
  ALLOW_AT = CONTROLS_AT + 1 + CONTROLS + 1
};

static struct sock_filter load(size_t offset)
{
  return (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset);
}

/* Jumps from one place to another if the value is this one, else continues. */
static struct sock_filter jump(size_t from, uint32_t value, size_t to)
{
  return (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, (uint8_t)(to - from - 1), 0);
}

static void allow_only(struct sock_filter *filter, size_t at, const uint32_t *values, size_t count)
{
  for (size_t i = 0; i < count; i++, at++) filter[at] = jump(at, values[i], ALLOW_AT);
  filter[at] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
}

/* Compares the lower half of arguments: the kernel ignores the rest (ioctl), or rejects other values (ptrace). */
static bool restrict_calls(void)
{
  struct sock_filter filter[ALLOW_AT + 1];
  filter[0] = load(offsetof(struct seccomp_data, arch));
  filter[1] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, DRYAD_CALL_MACHINE, 0, CALLS_AT + ALLOWED - 2);
  filter[2] = load(offsetof(struct seccomp_data, nr));
  filter[3] = jump(3, SYS_ptrace, REQUESTS_AT);
  filter[4] = jump(4, SYS_ioctl, CONTROLS_AT);
  allow_only(filter, CALLS_AT, allowed, ALLOWED);
  filter[REQUESTS_AT] = load(offsetof(struct seccomp_data, args[0]));
  allow_only(filter, REQUESTS_AT + 1, requests, REQUESTS);
  filter[CONTROLS_AT] = load(offsetof(struct seccomp_data, args[1]));
  allow_only(filter, CONTROLS_AT + 1, controls, CONTROLS);
  filter[ALLOW_AT] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {ALLOW_AT + 1, filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 || errno == EINVAL;
}

bool dryad_privileges_drop(pid_t parent)
{
  return drop_ids() && drop_capabilities() && bind_to_parent(parent) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         restrict_calls();
}
