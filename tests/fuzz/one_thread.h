/* SPDX-License-Identifier: MIT */
/* A process that starts no threads of its own: making one costs more than most inputs. Included by a target that looks
 * at something else; what threads share is for ThreadSanitizer. */
#ifndef DRYAD_TESTS_FUZZ_ONE_THREAD_H
#define DRYAD_TESTS_FUZZ_ONE_THREAD_H

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "target.h"

extern long __sysconf(int name);

/* Takes the place of libc's own: there is one processor, so the library does all work on the caller's thread. */
long sysconf(int name) { return name == _SC_NPROCESSORS_ONLN ? 1 : __sysconf(name); }

/* From now on, an index is read when it is opened, as on a kernel without userfaultfd. On demand, each block costs two
 * switches between threads. */
static inline void refuse_demand_paging(void)
{
  struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_userfaultfd, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
  CHECK(!prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program));
}

#endif
