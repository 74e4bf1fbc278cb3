#include "copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { LOOK_EVERY = 50 /* milliseconds */ };

pid_t dryad_copy_make(void)
{
  /* The low byte of the flags is the signal at the end: none. */
  return (pid_t)syscall(SYS_clone, (unsigned long)CLONE_UNTRACED, 0UL, 0UL, 0UL, 0UL);
}

static void close_between(unsigned first, unsigned last)
{
  if (first > last || syscall(SYS_close_range, first, last, 0U) == 0) return;
  struct rlimit limit = {0, 0};
  getrlimit(RLIMIT_NOFILE, &limit);
  for (unsigned fd = first; fd <= last && fd < limit.rlim_cur; fd++) close((int)fd);
}

/* Those that are kept are few. */
static void close_others(const int *keep, size_t count)
{
  unsigned first = 0;
  for (;;) {
    unsigned next = UINT_MAX;
    for (size_t i = 0; i < count; i++)
      if ((unsigned)keep[i] >= first && (unsigned)keep[i] < next) next = (unsigned)keep[i];
    close_between(first, next == UINT_MAX ? UINT_MAX : next - 1);
    if (next == UINT_MAX) return;
    first = next + 1;
  }
}

void dryad_copy_settle(const int *keep, size_t count)
{
  close_others(keep, count);
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t written = write(file, "1000", 4);
  (void)written; /* a favour to the program, no need */
  close(file);
}

void dryad_copy_end(int status)
{
  for (;;) syscall(SYS_exit_group, status);
}

static bool is_reader_gone(int pipe)
{
  struct pollfd asked = {.fd = pipe};
  return poll(&asked, 1, LOOK_EVERY) > 0 && (asked.revents & (POLLERR | POLLNVAL)) != 0;
}

int dryad_copy_wait(pid_t copy, int pipe)
{
  int status = 0;
  for (;;) {
    pid_t ended = waitpid(copy, &status, __WALL | WNOHANG);
    if (ended == copy || (ended < 0 && errno != EINTR)) return status;
    if (is_reader_gone(pipe)) {
      kill(copy, SIGKILL);
      while (waitpid(copy, &status, __WALL) < 0 && errno == EINTR) {
      }
      return status;
    }
  }
}
