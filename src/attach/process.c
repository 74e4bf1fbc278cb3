/* SPDX-License-Identifier: MIT */
#include "attach/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "attach/deadline.h"
#include "base/error.h"

enum { FILE_TEXT = 8192 };

#define MOMENT (DRYAD_SECOND / 2) /* for which another dump may hold a process */

/* ---- its files */

int dryad_process_file(const dryad_process *process, const char *name, int flags)
{
  return openat(process->folder, name, flags | O_CLOEXEC | O_NOFOLLOW);
}

static bool read_text(int file, char *text, size_t size, size_t *length)
{
  size_t used = 0;
  ssize_t got = -1;
  while (file >= 0 && used < size - 1 && (got = read(file, text + used, size - 1 - used)) != 0) {
    if (got < 0 && errno != EINTR) break;
    if (got > 0) used += (size_t)got;
  }
  if (file >= 0) close(file);
  text[used] = '\0';
  if (length) *length = used;
  return got >= 0;
}

bool dryad_process_read(const dryad_process *process, const char *name, char *text, size_t size, size_t *length)
{
  return read_text(dryad_process_file(process, name, O_RDONLY), text, size, length);
}

/* The text after the name of a field of `status`, or NULL. */
static const char *field(const char *status, const char *name)
{
  char wanted[40];
  snprintf(wanted, sizeof wanted, "\n%s:", name);
  const char *found = strstr(status, wanted);
  if (!found) return NULL;
  found += strlen(wanted);
  return found + strspn(found, " \t");
}

static long number_of(const char *status, const char *name)
{
  const char *text = field(status, name);
  return text ? strtol(text, NULL, 10) : -1;
}

static uint64_t bytes_of(const dryad_process *process, const char *name)
{
  char status[FILE_TEXT];
  if (!dryad_process_read(process, "status", status, sizeof status, NULL)) return 0;
  long kilobytes = number_of(status, name);
  return kilobytes > 0 ? (uint64_t)kilobytes * 1024 : 0;
}

uint64_t dryad_process_resident(const dryad_process *process) { return bytes_of(process, "VmRSS"); }
uint64_t dryad_process_swapped(const dryad_process *process) { return bytes_of(process, "VmSwap"); }

bool dryad_process_is_over(const dryad_process *process)
{
  char status[FILE_TEXT];
  if (!dryad_process_read(process, "status", status, sizeof status, NULL)) return true;
  const char *state = field(status, "State");
  return state && (*state == 'Z' || *state == 'X') && number_of(status, "Threads") <= 1;
}

uint64_t dryad_process_stack_start(const dryad_process *process)
{
  enum { BEHIND_NAME = 26 }; /* fields of /proc/PID/stat from its third on, to the 28th */
  char text[FILE_TEXT];
  if (!dryad_process_read(process, "stat", text, sizeof text, NULL)) return 0;
  char *at = strrchr(text, ')');
  for (int i = 0; at && i < BEHIND_NAME; i++) at = strchr(at + 1, ' ');
  return at ? strtoull(at + 1, NULL, 10) : 0;
}

/* ---- obstacles */

#define REFUSE(...) return dryad_fail(error, DRYAD_IO, __VA_ARGS__)

/* Another dump holds the process only for a moment, so this waits. */
static dryad_status check_tracer(const dryad_process *process, char *status, size_t size, dryad_error *error)
{
  const uint64_t deadline = dryad_now() + MOMENT;
  for (;;) {
    if (!dryad_process_read(process, "status", status, size, NULL)) REFUSE("process %d has ended", (int)process->pid);
    long tracer = number_of(status, "TracerPid");
    if (tracer <= 0) return DRYAD_OK;
    if (dryad_now() > deadline)
      REFUSE("process %d is already traced by a debugger (process %ld): detach that first", (int)process->pid, tracer);
    usleep(20000);
  }
}

static dryad_status check_owner(pid_t pid, const char *status, dryad_error *error)
{
  long owner = number_of(status, "Uid");
  if (geteuid() != 0 && owner != (long)geteuid())
    REFUSE("process %d belongs to another user (id %ld): run this as that user or as root (sudo)", (int)pid, owner);
  return DRYAD_OK;
}

dryad_status dryad_process_check_scope(int scope, bool is_root, dryad_error *error)
{
  if (scope == 3)
    REFUSE(
        "tracing is forbidden on this machine until it is rebooted (ptrace_scope is 3): dump from inside the process "
        "(dryad.scanner)");
  if (scope > 0 && !is_root)
    REFUSE("only root may trace other processes here (ptrace_scope is %d): run this as root (sudo), or allow "
           "it to users: echo 0 | sudo tee /proc/sys/kernel/yama/ptrace_scope",
           scope);
  return DRYAD_OK;
}

static int ptrace_scope(void)
{
  char text[16];
  return read_text(open("/proc/sys/kernel/yama/ptrace_scope", O_RDONLY | O_CLOEXEC), text, sizeof text, NULL)
             ? atoi(text)
             : 0;
}

static dryad_status check_state(pid_t pid, const char *status, dryad_error *error)
{
  const char *state = field(status, "State");
  const char kind = state ? *state : '?';
  long leader = number_of(status, "Tgid");
  if (leader > 0 && leader != (long)pid)
    REFUSE("%d is a thread of process %ld: run dryad dump %ld", (int)pid, leader, leader);
  if (kind == 'Z' && number_of(status, "Threads") > 1)
    REFUSE("the main thread of process %d has ended, so the process cannot be inspected: dump from inside it "
           "(dryad.scanner)",
           (int)pid);
  if (kind == 'Z' || kind == 'X') REFUSE("process %d has ended, but its parent has not waited for it yet", (int)pid);
  if (kind == 'T') REFUSE("process %d is stopped: continue it first (kill -CONT %d)", (int)pid, (int)pid);
  if (!field(status, "VmSize")) REFUSE("process %d is a kernel thread", (int)pid);
  const char *features = field(status, "x86_Thread_features");
  const char *shadow = features ? strstr(features, "shstk") : NULL;
  if (shadow && shadow < strchr(features, '\n'))
    REFUSE(
        "process %d runs with a shadow stack, which prevents injected calls: dump from inside it (dryad.scanner), or "
        "start it without one (GLIBC_TUNABLES=glibc.cpu.x86_shstk=off)",
        (int)pid);
  return DRYAD_OK;
}

static dryad_status check(const dryad_process *process, dryad_error *error)
{
  char status[FILE_TEXT];
  if (!dryad_process_read(process, "status", status, sizeof status, NULL))
    REFUSE("there is no process %d", (int)process->pid);
  dryad_status result = check_state(process->pid, status, error);
  if (result == DRYAD_OK) result = check_tracer(process, status, sizeof status, error);
  if (result == DRYAD_OK) result = check_state(process->pid, status, error);
  if (result == DRYAD_OK) result = check_owner(process->pid, status, error);
  if (result == DRYAD_OK) result = dryad_process_check_scope(ptrace_scope(), geteuid() == 0, error);
  return result;
}

static void read_name(dryad_process *process)
{
  size_t length = 0;
  if (dryad_process_read(process, "comm", process->name, sizeof process->name, &length) && length > 0)
    process->name[length - 1] = '\0'; /* a newline */
}

dryad_status dryad_process_open(dryad_process *process, pid_t pid, dryad_error *error)
{
  char path[32];
  snprintf(path, sizeof path, "/proc/%d", (int)pid);
  *process = (dryad_process){.pid = pid, .folder = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC)};
  if (process->folder < 0 && access("/proc/self", F_OK) != 0) REFUSE("dumping needs /proc, which is not mounted");
  if (process->folder < 0) REFUSE("there is no process %d", (int)pid);
  read_name(process);
  dryad_status status = check(process, error);
  if (status != DRYAD_OK) dryad_process_close(process);
  return status;
}

void dryad_process_close(dryad_process *process)
{
  if (process->folder >= 0) close(process->folder);
  process->folder = -1;
}
