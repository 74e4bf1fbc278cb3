/* SPDX-License-Identifier: MIT */
#include "sandbox/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"

/* ---- in the child ------------------------------------------------------------------------------- */

static bool write_all(int file, const char *text, size_t length)
{
  while (length > 0) {
    ssize_t written = write(file, text, length);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) {
      text += written;
      length -= (size_t)written;
    }
  }
  return true;
}

bool dryad_child_send(int file, char kind, const void *text, size_t length)
{
  DRYAD_ASSERT(length <= UINT32_MAX);
  char header[DRYAD_CHILD_HEADER] = {kind};
  for (unsigned i = 0; i < 4; i++) header[i + 1] = (char)(length >> 8 * i & 0xff);
  return write_all(file, header, sizeof header) && write_all(file, text, length);
}

static _Noreturn void be_child(int file, pid_t parent, const dryad_child_limits *limits,
                               void (*run)(void *context, int file), void *context)
{
  dryad_error error = {0};
  if (dryad_confine(&limits->confinement, file, parent, &error))
    dryad_child_send(file, DRYAD_CHILD_NOT_CONFINED, error.text, strlen(error.text));
  else
    run(context, file);
  _exit(0);
}

/* ---- in the parent ------------------------------------------------------------------------------ */

/* A pipe whose ends are none of the standard streams, which the child's libraries may write to. */
static bool make_pipe(int ends[2])
{
  int low[2];
  if (pipe2(low, O_CLOEXEC)) return false;
  for (int i = 0; i < 2; i++) {
    ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(low[i]);
  }
  if (ends[0] >= 0 && ends[1] >= 0) return true;
  for (int i = 0; i < 2; i++)
    if (ends[i] >= 0) close(ends[i]);
  return false;
}

dryad_status dryad_child_start(dryad_child *child, const dryad_child_limits *limits,
                               void (*run)(void *context, int file), void *context, dryad_error *error)
{
  int ends[2];
  pid_t parent = getpid();
  *child = (dryad_child){.file = -1};
  if (!make_pipe(ends)) return dryad_fail(error, DRYAD_IO, "cannot make a pipe: %m");
  clock_gettime(CLOCK_MONOTONIC, &child->deadline);
  child->deadline.tv_sec += limits->clock_seconds;
  pid_t pid = fork();
  if (pid == 0) be_child(ends[1], parent, limits, run, context);
  if (pid < 0) dryad_fail(error, DRYAD_IO, "cannot make a process: %m");
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return DRYAD_IO;
  }
  child->pid = pid;
  child->file = ends[0];
  return DRYAD_OK;
}

/* Milliseconds until the deadline, rounded up; 0: it is over. */
static int left(const dryad_child *child)
{
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  int64_t nanoseconds =
      (child->deadline.tv_sec - now.tv_sec) * INT64_C(1000000000) + child->deadline.tv_nsec - now.tv_nsec;
  if (nanoseconds <= 0) return 0;
  int64_t milliseconds = nanoseconds / 1000000 + 1;
  return milliseconds > INT32_MAX ? INT32_MAX : (int)milliseconds;
}

dryad_child_state dryad_child_read(dryad_child *child, void *buffer, size_t length, bool (*stop)(void *context),
                                   void *context)
{
  struct pollfd one = {.fd = child->file, .events = POLLIN};
  for (size_t done = 0; done < length;) {
    int wait = left(child);
    if (stop(context)) return DRYAD_CHILD_IS_STOPPED;
    if (wait == 0) return DRYAD_CHILD_IS_LATE;
    int ready = poll(&one, 1, wait);
    if (ready < 0 && errno != EINTR) return DRYAD_CHILD_IS_SILENT;
    if (ready <= 0) continue;
    ssize_t got = read(child->file, (char *)buffer + done, length - done);
    if (got == 0 || (got < 0 && errno != EINTR)) return DRYAD_CHILD_IS_SILENT;
    if (got > 0) done += (size_t)got;
  }
  return DRYAD_CHILD_SPEAKS;
}

uint32_t dryad_child_length(const unsigned char header[DRYAD_CHILD_HEADER])
{
  return (uint32_t)header[1] | (uint32_t)header[2] << 8 | (uint32_t)header[3] << 16 | (uint32_t)header[4] << 24;
}

/* One that has ended by itself is a zombie, which another signal does not change. */
int dryad_child_end(dryad_child *child)
{
  int status = 0;
  if (child->file >= 0) close(child->file);
  child->file = -1;
  if (child->pid <= 0) return 0;
  kill(child->pid, SIGKILL);
  pid_t ended;
  do ended = waitpid(child->pid, &status, 0);
  while (ended < 0 && errno == EINTR);
  child->pid = 0;
  return ended > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}
