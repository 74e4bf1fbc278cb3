#include "attach/privileges.h"

#include <errno.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534, MOST_FILES = 4096 };

/* ---- the start */

static void close_range_of(unsigned first, unsigned last)
{
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  struct rlimit limit;
  unsigned end =
      getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < MOST_FILES ? (unsigned)limit.rlim_cur : MOST_FILES;
  for (unsigned file = first; file <= last && file < end; file++) close((int)file);
}

static int by_number(const void *one, const void *other) { return *(const int *)one - *(const int *)other; }

static void close_others(const int *kept, int count)
{
  int sorted[8];
  unsigned next = 0;
  for (int i = 0; i < count; i++) sorted[i] = kept[i];
  qsort(sorted, (size_t)count, sizeof *sorted, by_number);
  for (int i = 0; i < count; i++) {
    if (sorted[i] > 0) close_range_of(next, (unsigned)sorted[i] - 1);
    next = (unsigned)sorted[i] + 1;
  }
  close_range_of(next, ~0u);
}

/* Both are undone by a change of ids. */
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
  close_others(kept, count);
  return bind_to_parent(parent);
}

/* ---- the end of privileges */

static bool drop_ids(void)
{
  if (geteuid() != 0) return true;
  if (setgroups(0, NULL) != 0 && errno != EPERM) return false;
  /* In a namespace of users there may be no such id: then the capabilities alone go. */
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

#ifdef __aarch64__
#define MACHINE AUDIT_ARCH_AARCH64
#else
#define MACHINE AUDIT_ARCH_X86_64
#endif

/* Reading what is open, tracing what is seized, telling the parent, memory and time: no more. */
static const uint32_t allowed[] = {
    SYS_ptrace,          SYS_wait4,
    SYS_waitid,          SYS_pread64,
    SYS_pwrite64,        SYS_read,
    SYS_write,           SYS_lseek,
    SYS_sendmsg,         SYS_close,
    SYS_ppoll,           SYS_ioctl,
    SYS_rt_sigaction,    SYS_rt_sigprocmask,
    SYS_rt_sigreturn,    SYS_rt_sigtimedwait,
    SYS_sigaltstack,     SYS_mmap,
    SYS_munmap,          SYS_mremap,
    SYS_madvise,         SYS_brk,
    SYS_mprotect,        SYS_clock_gettime,
    SYS_nanosleep,       SYS_clock_nanosleep,
    SYS_getpid,          SYS_getppid,
    SYS_gettid,          SYS_futex,
    SYS_restart_syscall, SYS_exit,
    SYS_exit_group,      SYS_fstat,
    SYS_sched_yield,
};

enum { ALLOWED = sizeof allowed / sizeof *allowed };

static bool restrict_calls(void)
{
  struct sock_filter filter[ALLOWED + 5];
  size_t n = 0;
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
  filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, MACHINE, 0, ALLOWED + 1);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
  for (size_t i = 0; i < ALLOWED; i++)
    filter[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, allowed[i], (uint8_t)(ALLOWED - i), 0);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
  filter[n++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {(unsigned short)n, filter};
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0 || errno == EINVAL;
}

bool dryad_privileges_drop(pid_t parent)
{
  return drop_ids() && drop_capabilities() && bind_to_parent(parent) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         restrict_calls();
}
