#include "fork.h"

#include "copy_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the child */

static void close_range_of(unsigned first, unsigned last)
{
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, first, last, 0) == 0) return;
#endif
  struct rlimit limit;
  unsigned end = getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (unsigned)limit.rlim_cur : 1024;
  for (unsigned fd = first; fd <= last && fd < end; fd++) close((int)fd);
}

/* Connections of the parent must not stay open because a child has them too. `keep` is put in order. */
static void close_others(int *keep, int count)
{
  unsigned next = 0;
  for (int i = 0; i < count; i++) {
    for (int j = i + 1; j < count; j++) {
      int smaller = keep[j] < keep[i] ? keep[j] : keep[i], larger = keep[j] < keep[i] ? keep[i] : keep[j];
      keep[i] = smaller;
      keep[j] = larger;
    }
    if (keep[i] < 0) continue;
    if ((unsigned)keep[i] > next) close_range_of(next, (unsigned)keep[i] - 1);
    next = (unsigned)keep[i] + 1;
  }
  close_range_of(next, ~0u);
}

/* All but those that writing may cause: they are errors there. */
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

static void run_child(dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS], int pipe)
{
  int all[DRYAD_FORK_KEEPS + 1] = {keep[0], keep[1], pipe};
  close_others(all, DRYAD_FORK_KEEPS + 1);
  default_signals();
  dryad_copy_memory memory;
  int error = dryad_copy_memory_start(&memory);
  dryad_fork_result result = error == 0 ? job(context) : (dryad_fork_result){.error = error};
  ssize_t written = write(pipe, &result, sizeof result);
  _exit(written == sizeof result && result.error == 0 ? 0 : 1);
}

/* ---- the parent */

int dryad_fork_start(dryad_fork *fork, dryad_fork_job job, void *context, const int keep[DRYAD_FORK_KEEPS])
{
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno;
  sigset_t all, mask;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  /* Memory and descriptors are copied, and no signal tells of the end. A debugger that follows forks must not see it:
   * it would take a copy that raises no SIGCHLD for a thread. */
  pid_t pid = (pid_t)syscall(SYS_clone, (long)CLONE_UNTRACED, 0L, 0L, 0L, 0L);
  int error = errno;
  if (pid == 0) run_child(job, context, keep, ends[1]);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  close(ends[1]);
  *fork = (dryad_fork){pid, ends[0]};
  if (pid > 0) return 0;
  close(ends[0]);
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

/* ---- the thread that waits */

typedef struct watch {
  dryad_fork fork;
  void (*ended)(void *context, int error);
  void *context;
} watch;

static void *watch_child(void *context)
{
  watch *watched = context;
  dryad_fork_result result;
  while (!dryad_fork_wait(&watched->fork, &result)) {
  }
  watched->ended(watched->context, result.error);
  free(watched);
  return NULL;
}

static int start_thread(watch *watched)
{
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, mask;
  int error = pthread_attr_init(&attributes);
  if (error != 0) return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &mask);
  error = pthread_create(&thread, &attributes, watch_child, watched);
  pthread_sigmask(SIG_SETMASK, &mask, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

int dryad_fork_watch(const dryad_fork *fork, void (*ended)(void *context, int error), void *context)
{
  watch *watched = malloc(sizeof *watched);
  if (watched == NULL) return ENOMEM;
  *watched = (watch){*fork, ended, context};
  int error = start_thread(watched);
  if (error != 0) free(watched);
  return error;
}
