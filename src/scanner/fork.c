/* SPDX-License-Identifier: MIT */
#include "fork.h"

#include "shared/close_others.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the child */

/* Resets all signals except those that writing may raise: the child gets errors instead. */
static void default_signals(void)
{
  struct sigaction action = {.sa_handler = SIG_DFL};
  for (int number = 1; number < NSIG; number++) sigaction(number, &action, NULL);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, NULL);
  sigaction(SIGXFSZ, &action, NULL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

_Noreturn void dryad_fork_end(const dryad_fork *fork, dryad_fork_result result)
{
  ssize_t written = write(fork->pipe, &result, sizeof result);
  _exit(written == sizeof result && result.error == 0 ? 0 : 1);
}

/* ---- the parent */

int dryad_fork_make(dryad_fork *fork, const int keep[DRYAD_FORK_KEEPS], bool *copied)
{
  int ends[2];
  *copied = false;
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  /* Copies memory and descriptors; no signal reports its end. Hidden from debuggers that follow forks: they would take
   * a copy without SIGCHLD for a thread. */
  pid_t pid = (pid_t)syscall(SYS_clone, (long)CLONE_UNTRACED, 0L, 0L, 0L, 0L);
  int error = errno;
  if (pid == 0) {
    *copied = true;
    *fork = (dryad_fork){.pipe = ends[1]};
    const int open[DRYAD_FORK_KEEPS + 1] = {keep[0], keep[1], ends[1]};
    /* The child must not keep the parent's connections open. */
    dryad_close_others(open, DRYAD_FORK_KEEPS + 1);
    default_signals();
    return dryad_copy_memory_start(&fork->memory);
  }
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  close(ends[1]);
  *fork = (dryad_fork){.pid = pid, .pipe = ends[0]};
  if (pid > 0) return 0;
  close(ends[0]);
  return error;
}

int dryad_fork_start(dryad_fork *fork, dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS])
{
  bool copied;
  int error = dryad_fork_make(fork, keep, &copied);
  if (copied) dryad_fork_end(fork, error == 0 ? job(context) : (dryad_fork_result){.error = error});
  return error;
}

static void reap(dryad_fork *fork)
{
  close(fork->pipe);
  while (waitpid(fork->pid, NULL, __WALL) < 0 && errno == EINTR) {
  }
}

bool dryad_fork_wait(dryad_fork *fork, dryad_fork_result *result)
{
  ssize_t got = read(fork->pipe, result, sizeof *result);
  if (got < 0 && errno == EINTR) return false;
  if (got != sizeof *result) *result = (dryad_fork_result){.error = ECHILD};
  reap(fork);
  return true;
}

void dryad_fork_kill(dryad_fork *fork)
{
  kill(fork->pid, SIGKILL);
  reap(fork);
}
