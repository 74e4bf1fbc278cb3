/* SPDX-License-Identifier: MIT */
#include "attach/tracer.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach/deadline.h"
#include "base/assert.h"
#include "base/error.h"

enum {
  MOST_THREADS = 8192, /* of more, only the first ones are seized */
  ROUNDS = 3,          /* of listing, since new threads may start in between */
  OPTIONS = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC
};

/* The longest wait before checking for events again. */
#define LOOK_EVERY (20 * DRYAD_MILLISECOND)

/* ---- seizing */

static dryad_tracee *find(dryad_tracer *tracer, pid_t tid)
{
  for (size_t i = 0; i < tracer->count; i++)
    if (tracer->threads[i].tid == tid) return &tracer->threads[i];
  return NULL;
}

/* A seized thread keeps its id. But before the seizing the thread may have ended, and its id may have gone to a thread
   of another program: that one continues untouched. */
static bool is_still_there(int tasks, pid_t tid)
{
  char name[16];
  snprintf(name, sizeof name, "%d", (int)tid);
  return faccessat(tasks, name, F_OK, 0) == 0;
}

static void seize_thread(dryad_tracer *tracer, int tasks, pid_t tid, int *problem)
{
  if (tracer->count == MOST_THREADS || find(tracer, tid)) return;
  if (ptrace(PTRACE_SEIZE, tid, NULL, (void *)(intptr_t)OPTIONS) == 0)
    tracer->threads[tracer->count++] = (dryad_tracee){.tid = tid, .gone = !is_still_there(tasks, tid)};
  else if (errno != ESRCH || tid == tracer->pid)
    *problem = errno;
}

static int seize_listed(dryad_tracer *tracer, int tasks)
{
  int problem = 0, copy = openat(tasks, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *folder = copy >= 0 ? fdopendir(copy) : NULL;
  if (!folder) return errno;
  for (struct dirent *entry; (entry = readdir(folder));) {
    long tid = strtol(entry->d_name, NULL, 10);
    if (tid > 0) seize_thread(tracer, tasks, (pid_t)tid, &problem);
  }
  closedir(folder);
  return problem;
}

dryad_status dryad_tracer_seize(dryad_tracer *tracer, pid_t pid, int tasks, dryad_error *error)
{
  *tracer = (dryad_tracer){.pid = pid, .threads = calloc(MOST_THREADS, sizeof *tracer->threads)};
  if (!tracer->threads) return dryad_fail_memory(error);
  int problem = 0;
  for (size_t i = 0, before = SIZE_MAX; i < ROUNDS && before != tracer->count; i++) {
    before = tracer->count;
    problem = seize_listed(tracer, tasks);
  }
  if (!dryad_tracer_is_over(tracer)) return DRYAD_OK;
  dryad_tracer_deinit(tracer);
  if (problem == EPERM && geteuid() != 0)
    return dryad_fail(error, DRYAD_IO, "you may not trace process %d: run this as root (sudo)", (int)pid);
  if (problem == EPERM)
    return dryad_fail(error, DRYAD_IO,
                      "process %d may not be traced, not even by root: in a container the capability SYS_PTRACE is "
                      "missing (docker run --cap-add SYS_PTRACE), or a security module forbids it",
                      (int)pid);
  if (problem == ESRCH || problem == 0 || problem == ENOENT)
    return dryad_fail(error, DRYAD_IO, "process %d has ended", (int)pid);
  errno = problem;
  return dryad_fail(error, DRYAD_IO, "process %d cannot be traced: %m", (int)pid);
}

void dryad_tracer_deinit(dryad_tracer *tracer)
{
  free(tracer->threads);
  *tracer = (dryad_tracer){0};
}

/* ---- stops */

static int event_of(int status) { return status >> 16; }

bool dryad_stop_is_call(const dryad_tracee *thread) { return WSTOPSIG(thread->status) == (SIGTRAP | 0x80); }

int dryad_stop_signal(const dryad_tracee *thread)
{
  bool is_signal = event_of(thread->status) == 0 && !dryad_stop_is_call(thread);
  return is_signal ? WSTOPSIG(thread->status) : 0;
}

bool dryad_stop_is_group(const dryad_tracee *thread)
{
  return event_of(thread->status) == PTRACE_EVENT_STOP && WSTOPSIG(thread->status) != SIGTRAP;
}

void dryad_tracer_release(dryad_tracee *thread)
{
  DRYAD_ASSERT(thread->held);
  thread->held = false;
  if (dryad_stop_is_group(thread))
    ptrace(PTRACE_LISTEN, thread->tid, NULL, NULL);
  else
    ptrace(PTRACE_CONT, thread->tid, NULL, (void *)(intptr_t)dryad_stop_signal(thread));
}

void dryad_tracer_forget_signal(dryad_tracee *thread)
{
  DRYAD_ASSERT(thread->held);
  enum { STOPPED = 0x7f };
  thread->status = PTRACE_EVENT_STOP << 16 | SIGTRAP << 8 | STOPPED;
}

void dryad_tracer_continue(dryad_tracee *thread, bool to_call, int signal)
{
  DRYAD_ASSERT(thread->held);
  thread->held = false;
  ptrace(to_call ? PTRACE_SYSCALL : PTRACE_CONT, thread->tid, NULL, (void *)(intptr_t)signal);
}

/* Handles one event, if there is one. `wanted` remains stopped if it stops. */
static bool take_event(dryad_tracer *tracer, const dryad_tracee *wanted)
{
  int status;
  pid_t tid = waitpid(-1, &status, __WALL | WNOHANG);
  if (tid <= 0) return false;
  dryad_tracee *thread = find(tracer, tid);
  if (!thread) return true;
  thread->status = status;
  if (!WIFSTOPPED(status)) {
    thread->gone = true;
  } else if (event_of(status) == PTRACE_EVENT_EXEC) {
    tracer->replaced |= !thread->gone;
    thread->gone = true;
    ptrace(PTRACE_CONT, tid, NULL, NULL);
  } else {
    thread->held = true;
    if (thread != wanted) dryad_tracer_release(thread);
  }
  return true;
}

/* Waits for SIGCHLD, which is blocked and arrives with each event. */
static void await_event(uint64_t deadline)
{
  sigset_t set;
  struct timespec left = dryad_time_left(deadline, LOOK_EVERY);
  sigemptyset(&set);
  sigaddset(&set, SIGCHLD);
  sigtimedwait(&set, NULL, &left);
}

bool dryad_tracer_is_over(const dryad_tracer *tracer)
{
  for (size_t i = 0; i < tracer->count; i++)
    if (!tracer->threads[i].gone) return false;
  return true;
}

bool dryad_tracer_is_asked(dryad_tracer *tracer)
{
  sigset_t set;
  const struct timespec now = {0, 0};
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  if (!tracer->is_asked) tracer->is_asked = sigtimedwait(&set, NULL, &now) == SIGTERM;
  return tracer->is_asked;
}

bool dryad_tracer_wait(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline)
{
  while (!thread->held && !thread->gone && !tracer->replaced) {
    if (take_event(tracer, thread)) continue;
    if (dryad_now() >= deadline) return false;
    await_event(deadline);
  }
  return thread->held;
}

void dryad_tracer_idle(dryad_tracer *tracer, uint64_t deadline)
{
  do {
    while (take_event(tracer, NULL)) {
    }
    if (dryad_now() < deadline) await_event(deadline);
  } while (dryad_now() < deadline);
}

bool dryad_tracer_ask(dryad_tracer *tracer, const dryad_tracee *thread)
{
  return !thread->gone && !tracer->replaced && ptrace(PTRACE_INTERRUPT, thread->tid, NULL, NULL) == 0;
}

/* Forwards the signals that arrive first. */
bool dryad_tracer_await(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline)
{
  while (dryad_tracer_wait(tracer, thread, deadline)) {
    if (event_of(thread->status) == PTRACE_EVENT_STOP) return true;
    dryad_tracer_release(thread);
  }
  return false;
}

bool dryad_tracer_hold(dryad_tracer *tracer, dryad_tracee *thread, uint64_t deadline)
{
  return dryad_tracer_ask(tracer, thread) && dryad_tracer_await(tracer, thread, deadline);
}
