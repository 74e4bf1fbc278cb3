/* SPDX-License-Identifier: MIT */
#include "attach/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <linux/memfd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "attach/call_filter.h"
#include "attach/deadline.h"
#include "attach/restartable.h"
#include "attach/stack_room.h"
#include "base/error.h"

#ifndef PIPEFS_MAGIC
#define PIPEFS_MAGIC 0x50495045
#endif
#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

enum { PIPE_ROOM = 1024 * 1024, AUXV_ROOM = 4096 };
#define STOP_PATIENCE (25 * DRYAD_MILLISECOND)  /* for one thread to stop */
#define CALL_PATIENCE (5 * DRYAD_SECOND)        /* for one call, on a busy machine */
#define UNDO_PATIENCE (250 * DRYAD_MILLISECOND) /* the parent waits only briefly */
#define BUDGET (UINT64_C(512) * 1024 * 1024)

#define FAIL(...) return dryad_fail(error, DRYAD_IO, __VA_ARGS__)

/* ---- the kernel's files */

static int open_pid(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static dryad_status open_files(dryad_entry *entry, const dryad_process *process, dryad_error *error)
{
  const int pid = (int)process->pid;
  entry->memory_file = dryad_process_file(process, "mem", O_RDWR);
  entry->maps_file = dryad_process_file(process, "maps", O_RDONLY);
  if (entry->memory_file < 0 || entry->maps_file < 0)
    FAIL("cannot read the memory of process %d: %m; run this as root, in a container with the capability SYS_PTRACE",
         pid);
  char auxv[AUXV_ROOM];
  size_t size;
  if (!dryad_process_read(process, "auxv", auxv, sizeof auxv, &size)) FAIL("process %d cannot be inspected: %m", pid);
  dryad_status status = dryad_auxv_parse(&entry->vector, auxv, size, error);
  if (status != DRYAD_OK) return status;
  entry->stack_start = dryad_process_stack_start(process);
  entry->memory = dryad_target_memory_new(entry->memory_file, BUDGET);
  if (!entry->memory) return dryad_fail_memory(error);
  return dryad_mappings_read(&entry->mappings, entry->maps_file, error);
}

/* ---- which thread first */

/* First the threads in a call that the kernel restarts; last those in a call that any stop interrupts for good. */
static int priority_of(long call)
{
  switch (call) {
  case SYS_futex:
  case SYS_read:
  case SYS_recvfrom:
  case SYS_recvmsg:
  case SYS_accept4:
  case SYS_wait4: return 0;
  case -1: return 1; /* runs */
  case SYS_nanosleep:
  case SYS_clock_nanosleep: return 2;
  case SYS_epoll_pwait:
#ifdef SYS_epoll_wait
  case SYS_epoll_wait:
#endif
  case SYS_rt_sigtimedwait:
  case SYS_io_getevents: return 4;
  default: return 3;
  }
}

static int by_priority(const void *one, const void *other)
{
  const dryad_tracee *a = one, *b = other;
  return a->priority != b->priority ? a->priority - b->priority : (a->tid > b->tid) - (a->tid < b->tid);
}

/* The kernel reports the call in which each thread waits. */
static void sort_threads(dryad_entry *entry, const dryad_process *process)
{
  for (size_t i = 0; i < entry->tracer.count; i++) {
    char name[48], text[128];
    dryad_tracee *thread = &entry->tracer.threads[i];
    snprintf(name, sizeof name, "task/%d/syscall", (int)thread->tid);
    bool told = dryad_process_read(process, name, text, sizeof text, NULL);
    long call = told && text[0] >= '0' && text[0] <= '9' ? strtol(text, NULL, 10) : -1;
    thread->priority = priority_of(call);
  }
  qsort(entry->tracer.threads, entry->tracer.count, sizeof *entry->tracer.threads, by_priority);
}

/* ---- calls in the target */

static uint64_t pid_of(const dryad_entry *entry) { return (uint64_t)entry->tracer.pid; }

static dryad_status make_call(const dryad_borrowed *borrowed, int64_t *result, long number, const uint64_t arguments[6],
                              void *data, size_t size, dryad_error *error)
{
  const int pid = (int)borrowed->tracer->pid;
  dryad_call_end end = dryad_call_system(borrowed, result, number, arguments, data, size);
  if (end == DRYAD_CALL_DONE) return DRYAD_OK;
  if (end == DRYAD_CALL_GONE) FAIL("process %d ended before it could be dumped", pid);
  if (end == DRYAD_CALL_NO_ROOM) return dryad_fail(error, DRYAD_LIMIT, "a stack of process %d has no room left", pid);
  FAIL("process %d could not make an injected system call: a system call filter (seccomp) or a security module "
       "forbids it; dump from inside it (dryad.scanner)",
       pid);
}

static dryad_status explain(const dryad_entry *entry, const char *what, int64_t result, dryad_error *error)
{
  errno = (int)-result;
  FAIL("process %d runs on as before: it cannot create a %s: %m", (int)pid_of(entry), what);
}

/* Records a descriptor opened in the target, to be closed in the end. */
static void keep_in_mind(dryad_entry *entry, int file)
{
  if (entry->num_theirs < DRYAD_ENTRY_FILES) entry->theirs[entry->num_theirs++] = file;
}

static dryad_status make_pipe(dryad_entry *entry, const dryad_borrowed *borrowed, int ends[2], dryad_error *error)
{
  int64_t result;
  ends[0] = ends[1] = -1;
  dryad_status status =
      make_call(borrowed, &result, SYS_pipe2, (uint64_t[6]){DRYAD_AT_DATA, O_CLOEXEC}, ends, 2 * sizeof *ends, error);
  if (status != DRYAD_OK) return status;
  if (result < 0) return explain(entry, "pipe", result, error);
  for (int end = 0; end < 2; end++) keep_in_mind(entry, ends[end]);
  return DRYAD_OK;
}

static dryad_status make_memfd(dryad_entry *entry, const dryad_borrowed *borrowed, dryad_error *error)
{
  char name[] = "dryad-attach";
  int64_t result = -EINVAL;
  const unsigned flags[] = {MFD_CLOEXEC | MFD_EXEC, MFD_CLOEXEC}; /* kernels before 6.3 do not know MFD_EXEC */
  for (size_t i = 0; i < 2 && result == -EINVAL; i++) {
    dryad_status status = make_call(borrowed, &result, SYS_memfd_create, (uint64_t[6]){DRYAD_AT_DATA, flags[i]}, name,
                                    sizeof name, error);
    if (status != DRYAD_OK) return status;
  }
  entry->order.library = (int)result;
  if (result == -EACCES)
    FAIL("process %d runs on as before: its system forbids executing memfds (vm.memfd_noexec is 2): run sysctl "
         "vm.memfd_noexec=0, or dump from inside it (dryad.scanner)",
         (int)pid_of(entry));
  if (result < 0) return explain(entry, "memfd", result, error);
  keep_in_mind(entry, (int)result);
  return DRYAD_OK;
}

static void close_there(dryad_entry *entry, const dryad_borrowed *borrowed, int file)
{
  int64_t result;
  const uint64_t arguments[6] = {(uint64_t)file};
  if (dryad_call_system(borrowed, &result, SYS_close, arguments, NULL, 0) != DRYAD_CALL_DONE) return;
  int kept = 0;
  for (int i = 0; i < entry->num_theirs; i++)
    if (entry->theirs[i] != file) entry->theirs[kept++] = entry->theirs[i];
  entry->num_theirs = kept;
}

static int fetch(int pidfd, int file) { return (int)syscall(SYS_pidfd_getfd, pidfd, file, 0); }

/* Another thread of the target may have put something else there, so only a pipe that the target can read from is
   accepted. It is reopened, so that its flags are ours alone. */
static int fetch_pipe(int pidfd, int file)
{
  struct stat info;
  struct statfs system;
  char path[40];
  int fetched = fetch(pidfd, file);
  if (fetched < 0) return -1;
  bool good = (fcntl(fetched, F_GETFL) & (O_ACCMODE | O_PATH)) == O_RDONLY && fstat(fetched, &info) == 0 &&
              S_ISFIFO(info.st_mode) && fstatfs(fetched, &system) == 0 && system.f_type == PIPEFS_MAGIC;
  snprintf(path, sizeof path, "/proc/self/fd/%d", fetched);
  int own = good ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
  close(fetched);
  if (own >= 0) fcntl(own, F_SETPIPE_SZ, PIPE_ROOM);
  if (!good) errno = EBADF;
  return own;
}

/* The same for the memfd: nothing but memory is written to. */
static int fetch_memory(int pidfd, int file, uint64_t *inode)
{
  struct stat info;
  struct statfs system;
  int fetched = fetch(pidfd, file);
  if (fetched < 0) return -1;
  bool good = fstat(fetched, &info) == 0 && S_ISREG(info.st_mode) && info.st_size == 0 && info.st_nlink == 0 &&
              fstatfs(fetched, &system) == 0 && (system.f_type == TMPFS_MAGIC || system.f_type == HUGETLBFS_MAGIC);
  *inode = (uint64_t)info.st_ino;
  if (good) return fetched;
  close(fetched);
  errno = EBADF;
  return -1;
}

static dryad_status explain_fetch(const dryad_entry *entry, dryad_error *error)
{
  const int pid = (int)pid_of(entry);
  if (errno == ENOSYS)
    FAIL("dumping process %d from outside needs Linux 5.6 or newer: dump from inside it (dryad.scanner)", pid);
  if (errno == EBADF) FAIL("process %d changes its descriptors while it is being dumped", pid);
  FAIL("cannot fetch descriptors of process %d: %m; a security module may forbid it: dump from inside it "
       "(dryad.scanner)",
       pid);
}

static dryad_status fetch_all(dryad_entry *entry, int pidfd, int dump, int status, dryad_error *error)
{
  entry->dump = fetch_pipe(pidfd, dump);
  entry->status = entry->dump >= 0 ? fetch_pipe(pidfd, status) : -1;
  entry->library = entry->status >= 0 ? fetch_memory(pidfd, entry->order.library, &entry->library_inode) : -1;
  return entry->library >= 0 ? DRYAD_OK : explain_fetch(entry, error);
}

static dryad_status make_all(dryad_entry *entry, const dryad_borrowed *borrowed, int pidfd, dryad_error *error)
{
  int dump[2], status[2];
  const char *deadly = dryad_call_filter_check(borrowed->thread->tid);
  if (deadly)
    FAIL("the system call filter (seccomp) of process %d would kill it for `%s`, which dumping needs: dump from inside "
         "it (dryad.scanner)",
         (int)pid_of(entry), deadly);
  dryad_status good = make_pipe(entry, borrowed, dump, error);
  if (good == DRYAD_OK) good = make_pipe(entry, borrowed, status, error);
  if (good == DRYAD_OK) good = make_memfd(entry, borrowed, error);
  if (good == DRYAD_OK) good = fetch_all(entry, pidfd, dump[0], status[0], error);
  if (good != DRYAD_OK) return good;
  close_there(entry, borrowed, dump[0]);
  close_there(entry, borrowed, status[0]);
  entry->order.dump = dump[1];
  entry->order.status = status[1];
  return DRYAD_OK;
}

static bool keep(dryad_entry *entry, dryad_tracee *thread, uint64_t since)
{
  dryad_user_registers registers;
  if (!thread->held || !dryad_user_read(&registers, thread->tid) || !dryad_user_is_ended(&registers)) return false;
  entry->kept = thread;
  entry->kept_since = since;
  return true;
}

/* Whether a held thread can be entered without overwriting its data or breaking its work. */
static bool is_fit(const dryad_entry *entry, const dryad_tracee *thread)
{
  dryad_user_registers registers;
  if (!dryad_user_read(&registers, thread->tid)) return false;
  return dryad_stack_room_find(&entry->mappings, entry->memory, dryad_user_sp(&registers),
                               dryad_user_thread_pointer(&registers, thread->tid),
                               thread->tid == entry->tracer.pid ? entry->stack_start : 0,
                               0) == DRYAD_STACK_ROOM_ENOUGH &&
         !dryad_is_restartable(thread->tid, entry->memory, dryad_user_pc(&registers));
}

static dryad_status explain_none(const dryad_entry *entry, dryad_error *error)
{
  const int pid = (int)pid_of(entry);
  if (entry->effort.attempts == 0)
    FAIL("process %d: none of its threads stopped in time: all are in uninterruptible waits in the kernel", pid);
  FAIL("process %d: in %u attempts no thread was on its own stack with enough room left; it runs on", pid,
       entry->effort.attempts);
}

/* In any thread that stops: system calls need only room on its stack. */
static dryad_status make_in_some_thread(dryad_entry *entry, const dryad_helper_job *job, int pidfd, dryad_error *error)
{
  const int pid = (int)pid_of(entry);
  dryad_tracer *tracer = &entry->tracer;
  do {
    for (size_t i = 0; i < tracer->count; i++) {
      dryad_tracee *thread = &tracer->threads[i];
      if (dryad_tracer_is_asked(tracer)) return dryad_fail_cancelled(error);
      if (!dryad_tracer_hold(tracer, thread, dryad_now() + STOP_PATIENCE)) {
        dryad_helper_note(job, &entry->effort, "thread %d makes no system calls: it does not stop", (int)thread->tid);
        continue;
      }
      uint64_t since = dryad_now();
      dryad_borrowed borrowed = {tracer, thread, entry->memory_file, entry->gadgets, CALL_PATIENCE};
      dryad_status status = is_fit(entry, thread) ? make_all(entry, &borrowed, pidfd, error) : DRYAD_LIMIT;
      entry->effort.attempts++;
      if (status == DRYAD_OK && keep(entry, thread, since)) return status;
      if (thread->held) dryad_tracer_release(thread);
      entry->effort.held += dryad_now() - since;
      dryad_helper_note(job, &entry->effort, "thread %d makes %s", (int)thread->tid,
                        status == DRYAD_OK ? "the pipes"
                                           : "no system calls: its stack has no room, or it must not be stopped there");
      /* A stack with room for one call but not for the next was tampered with: do not try again. */
      if (status != DRYAD_LIMIT || entry->num_theirs > 0) return status;
    }
    if (tracer->replaced) FAIL("process %d has executed another program", pid);
    if (dryad_tracer_is_over(tracer)) FAIL("process %d ended before it could be dumped", pid);
    dryad_tracer_idle(tracer, dryad_now() + DRYAD_MILLISECOND);
    dryad_status status = dryad_mappings_read(&entry->mappings, entry->maps_file, error); /* stacks grow */
    if (status != DRYAD_OK) return status;
  } while (dryad_now() < job->deadline);
  return explain_none(entry, error);
}

static dryad_status write_library(const dryad_entry *entry, dryad_image *image, dryad_error *error)
{
  dryad_image_set_order(image, &entry->order);
  for (size_t done = 0; done < image->size;) {
    ssize_t written = write(entry->library, image->bytes + done, image->size - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) FAIL("process %d: it has no memory for the library: %m", (int)pid_of(entry));
    done += (size_t)written;
  }
  return DRYAD_OK;
}

dryad_status dryad_entry_make(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error)
{
  const dryad_process *process = job->process;
  const int pid = (int)process->pid;
  *entry = (dryad_entry){.order = dryad_image_order(job->image)};
  int pidfd = open_pid(process->pid);
  if (pidfd < 0 && errno == ENOSYS) return explain_fetch(entry, error);
  if (pidfd < 0) FAIL("process %d has ended", pid);
  int tasks = dryad_process_file(process, "task", O_RDONLY | O_DIRECTORY);
  if (tasks < 0) FAIL("process %d has ended", pid);
  dryad_status status = dryad_tracer_seize(&entry->tracer, process->pid, tasks, error);
  close(tasks);
  if (status == DRYAD_OK) status = open_files(entry, process, error);
  if (status == DRYAD_OK && !dryad_gadgets_find(&entry->gadgets, entry->memory, &entry->mappings))
    status = dryad_fail(error, DRYAD_IO,
                        "process %d does not use glibc, so nothing can be loaded into it; if it runs Python, dump from "
                        "inside it (dryad.scanner)",
                        pid);
  if (status == DRYAD_OK) sort_threads(entry, process);
  if (status == DRYAD_OK) status = make_in_some_thread(entry, job, pidfd, error);
  if (status == DRYAD_OK) status = write_library(entry, job->image, error);
  close(pidfd);
  return status;
}

static bool undo_in(dryad_entry *entry, dryad_tracee *thread)
{
  if (!thread->held && !dryad_tracer_hold(&entry->tracer, thread, dryad_now() + STOP_PATIENCE)) return false;
  dryad_borrowed borrowed = {&entry->tracer, thread, entry->memory_file, entry->gadgets, UNDO_PATIENCE};
  for (int i = is_fit(entry, thread) ? entry->num_theirs : 0; i-- > 0;) close_there(entry, &borrowed, entry->theirs[i]);
  if (thread->held) dryad_tracer_release(thread);
  return entry->num_theirs == 0;
}

void dryad_entry_undo(dryad_entry *entry)
{
  const uint64_t deadline = dryad_now() + 2 * UNDO_PATIENCE;
  if (entry->handed_over || entry->num_theirs == 0) return;
  do {
    for (size_t i = 0; i < entry->tracer.count && !entry->tracer.replaced; i++)
      if (!entry->tracer.threads[i].gone && undo_in(entry, &entry->tracer.threads[i])) return;
  } while (dryad_now() < deadline && !entry->tracer.replaced);
}
