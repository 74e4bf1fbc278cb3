/* SPDX-License-Identifier: MIT */
#include "attach/loading.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "attach/deadline.h"
#include "attach/stack_check.h"
#include "attach/stack_room.h"
#include "base/error.h"

#define PATIENCE (5 * DRYAD_SECOND)            /* for the call of dlopen, on a busy machine */
#define STOP_PATIENCE (30 * DRYAD_MILLISECOND) /* for one thread to stop */
#define START_PATIENCE (2 * DRYAD_SECOND)      /* for the library's thread to report that it runs */
#define FIRST_PAUSE (1 * DRYAD_MILLISECOND)    /* between two rounds of examining the threads */
#define LONGEST_PAUSE (50 * DRYAD_MILLISECOND)
#define BUDGET (UINT64_C(1) << 30) /* bytes read from the target in a round */

enum {
  MOST_NONSENSE = 10 /* rounds in which the process's memory makes no sense */
};

#define FAIL(...) return dryad_fail(error, DRYAD_IO, __VA_ARGS__)

/* The knowledge about the target, and why its threads could not be borrowed. */
typedef struct loading {
  dryad_entry *entry;
  const dryad_helper_job *job;
  dryad_elf_objects objects;
  dryad_ranges ranges;
  const dryad_elf_object *python;
  uint64_t open_library; /* dlopen */
  char reason[200];      /* why the last thread could not be borrowed */
} loading;

/* ---- what the process is */

static dryad_status check_kind(const loading *self, int pid, dryad_error *error)
{
  switch (self->objects.kind) {
  case DRYAD_LIBC_GNU: return DRYAD_OK;
  case DRYAD_LIBC_MUSL:
    FAIL("process %d uses musl (Alpine Linux?), so nothing can be loaded into it safely: dump from inside it "
         "(dryad.scanner)",
         pid);
  case DRYAD_LIBC_STATIC:
    FAIL("process %d is statically linked, so nothing can be loaded into it; if it runs Python, dump from inside it "
         "(dryad.scanner)",
         pid);
  case DRYAD_LIBC_OTHER: break;
  }
  FAIL("process %d does not use glibc, so nothing can be loaded into it; if it runs Python, dump from inside it "
       "(dryad.scanner)",
       pid);
}

static bool find_symbol(const loading *self, const char *name, uint64_t *address, const dryad_elf_object **from)
{
  dryad_symbol symbol;
  if (!dryad_elf_objects_symbol(&symbol, from, self->entry->memory, &self->objects, name) || symbol.is_indirect)
    return false;
  *address = symbol.address;
  return true;
}

static dryad_status look(loading *self, int pid, dryad_error *error)
{
  dryad_entry *entry = self->entry;
  uint64_t ignored;
  dryad_target_memory_refresh(entry->memory);
  dryad_target_memory_set_budget(entry->memory, BUDGET);
  dryad_status status = dryad_mappings_read(&entry->mappings, entry->maps_file, error);
  if (status == DRYAD_OK)
    status = dryad_elf_objects_read(&self->objects, entry->memory, &entry->mappings, &entry->vector, error);
  if (status == DRYAD_OK) status = check_kind(self, pid, error);
  if (status != DRYAD_OK) return status;
  bool is_python = find_symbol(self, "PyGILState_Ensure", &ignored, &self->python) &&
                   find_symbol(self, "Py_GetVersion", &ignored, NULL);
  if (!is_python) FAIL("process %d (%s) is not a Python process", pid, self->job->process->name);
  if (!find_symbol(self, "dlopen", &self->open_library, NULL))
    FAIL("process %d has no dlopen, so nothing can be loaded into it: dump from inside it (dryad.scanner)", pid);
  return dryad_ranges_find(&self->ranges, entry->memory, &self->objects, error);
}

/* ---- which thread */

static bool is_among(long call, const long *calls, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (calls[i] == call) return true;
  return false;
}

/* Calls that the allocator or the loader makes, or that create or end threads and processes. */
static bool is_bad_call(long call)
{
  static const long bad[] = {
      SYS_mmap,   SYS_munmap, SYS_mremap, SYS_brk,  SYS_madvise,    SYS_mprotect,
      SYS_openat, SYS_clone,  SYS_execve, SYS_exit, SYS_exit_group,
#ifdef SYS_open
      SYS_open,   SYS_fork,   SYS_vfork,
#endif
#ifdef SYS_clone3
      SYS_clone3,
#endif
  };
  return is_among(call, bad, sizeof bad / sizeof *bad);
}

/* Calls that only wait for an external event. On a busy machine a program that starts children and waits for them may
   never be seen waiting: whenever it is examined, it has just been woken. */
static bool is_waiting_call(long call)
{
  static const long waiting[] = {
      SYS_wait4,       SYS_waitid,    SYS_ppoll,           SYS_pselect6,
      SYS_epoll_pwait, SYS_nanosleep, SYS_clock_nanosleep, SYS_accept4,
      SYS_recvfrom,    SYS_recvmsg,   SYS_rt_sigtimedwait,
#ifdef SYS_poll
      SYS_poll,        SYS_select,    SYS_epoll_wait,      SYS_pause,
#endif
  };
  return is_among(call, waiting, sizeof waiting / sizeof *waiting);
}

/* A call that can be interrupted waits for an external event; a read of a file on disk cannot be interrupted. */
static bool is_good_place(loading *self, const dryad_user_registers *user)
{
  long call;
  uint64_t pc = dryad_user_pc(user);
  if (dryad_user_waiting(user, &call) && !is_bad_call(call)) return true;
  if (dryad_user_returned(user, &call) && is_waiting_call(call)) return true;
  if (self->python && dryad_elf_object_has_text(self->python, pc)) return true;
  snprintf(self->reason, sizeof self->reason, "runs code that is not the interpreter's");
  return false;
}

static bool is_good(loading *self, const dryad_tracee *thread)
{
  dryad_entry *entry = self->entry;
  dryad_user_registers user;
  dryad_stack_check check;
  dryad_target_memory_refresh(entry->memory);
  snprintf(self->reason, sizeof self->reason, "cannot be inspected");
  if (!dryad_user_read(&user, thread->tid) || !is_good_place(self, &user)) return false;
  const dryad_registers registers = dryad_registers_of(&user);
  uint64_t base = thread->tid == entry->tracer.pid ? entry->stack_start : 0;
  dryad_stack_room room =
      dryad_stack_room_find(&entry->mappings, entry->memory, dryad_user_sp(&user),
                            dryad_user_thread_pointer(&user, thread->tid), base, DRYAD_STACK_ROOM_FOR_LOADING);
  snprintf(self->reason, sizeof self->reason, "%s", dryad_stack_room_text(room));
  if (room != DRYAD_STACK_ROOM_ENOUGH) return false;
  dryad_stack_judge(&check, entry->memory, &entry->mappings, &self->objects, &self->ranges, &registers, base);
  if (check.verdict == DRYAD_STACK_SAFE) return true;
  snprintf(self->reason, sizeof self->reason, "%s", check.text);
  return false;
}

/* ---- dlopen */

enum { PATH = 96 };

/* The loader takes a known path for a library that it has loaded already, so paths must be unique; descriptors recur.
 */
static void write_path(const loading *self, char path[PATH])
{
  enum { BITS = 20 };
  char *end = stpcpy(path, "/proc/self/fd/");
  for (int i = 0; i < BITS; i++) end = stpcpy(end, (self->entry->library_inode >> i & 1) != 0 ? "./" : "/");
  snprintf(end, (size_t)(path + PATH - end), "%d", self->entry->order.library);
}

/* Whether the library has begun to send its status. */
static bool is_talking(const dryad_entry *entry)
{
  int waiting = 0;
  return ioctl(entry->status, FIONREAD, &waiting) == 0 && waiting > 0;
}

static bool starts_to_talk(const dryad_entry *entry, dryad_tracer *tracer)
{
  const uint64_t deadline = dryad_now() + START_PATIENCE;
  while (!is_talking(entry) && dryad_now() < deadline && !tracer->replaced && !dryad_tracer_is_asked(tracer))
    dryad_tracer_idle(tracer, dryad_now() + DRYAD_MILLISECOND);
  return is_talking(entry);
}

/* Whether the library is loaded in the process, even if its thread has not sent anything yet. */
static bool is_loaded(dryad_entry *entry)
{
  if (dryad_mappings_read(&entry->mappings, entry->maps_file, NULL) != DRYAD_OK) return false;
  for (uint32_t i = 0; i < entry->mappings.count; i++) {
    const dryad_mapping *mapping = &entry->mappings.items[i];
    if (mapping->inode == entry->library_inode && strstr(mapping->path, "memfd:dryad-attach")) return true;
  }
  return false;
}

/* Finds out why dlopen failed by making its system calls in the held thread. */
static dryad_status explain(const loading *self, const dryad_borrowed *borrowed, dryad_error *error)
{
  const int pid = (int)borrowed->tracer->pid;
  const uint64_t library = (uint64_t)self->entry->order.library;
  char path[PATH];
  int64_t opened = 0, mapped = 0;
  write_path(self, path);
  dryad_call_system(borrowed, &opened, SYS_openat,
                    (uint64_t[6]){(uint64_t)AT_FDCWD, DRYAD_AT_DATA, O_RDONLY | O_CLOEXEC}, path, sizeof path);
  dryad_call_system(borrowed, &mapped, SYS_mmap, (uint64_t[6]){0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, library, 0},
                    NULL, 0);
  if (opened >= 0) dryad_call_system(borrowed, &(int64_t){0}, SYS_close, (uint64_t[6]){(uint64_t)opened}, NULL, 0);
  if (mapped > 0)
    dryad_call_system(borrowed, &(int64_t){0}, SYS_munmap, (uint64_t[6]){(uint64_t)mapped, 4096}, NULL, 0);
  if (opened == -EMFILE || opened == -ENFILE) FAIL("process %d runs on as before: it has too many open files", pid);
  if (opened < 0)
    FAIL(
        "process %d runs on as before: it sees no /proc, which loading the library needs: mount /proc where it runs, or "
        "dump from inside it (dryad.scanner)",
        pid);
  if (mapped == -ENOMEM || mapped == -EAGAIN)
    FAIL("process %d runs on as before: it cannot allocate more memory (a limit such as ulimit -v)", pid);
  if (mapped < 0)
    FAIL("process %d runs on as before: it cannot execute a memfd (vm.memfd_noexec, or a security module): run sysctl "
         "vm.memfd_noexec=0, or dump from inside it (dryad.scanner)",
         pid);
  FAIL("process %d runs on as before: its dynamic loader rejected the library that writes the dump; dump from inside "
       "it (dryad.scanner)",
       pid);
}

static dryad_status load(loading *self, dryad_tracee *thread, dryad_error *error)
{
  dryad_entry *entry = self->entry;
  const int pid = (int)entry->tracer.pid;
  char path[PATH];
  dryad_borrowed borrowed = {&entry->tracer, thread, entry->memory_file, entry->gadgets, PATIENCE};
  write_path(self, path);
  uint64_t since = dryad_now();
  entry->handed_over = true;
  dryad_call_end end = dryad_call_function(&borrowed, self->open_library,
                                           (uint64_t[6]){DRYAD_AT_DATA, RTLD_NOW | RTLD_LOCAL}, path, sizeof path);
  entry->effort.held += dryad_now() - since;
  if (end == DRYAD_CALL_NO_ROOM || (end == DRYAD_CALL_CRASHED && !is_talking(entry))) entry->handed_over = false;
  if (end == DRYAD_CALL_NO_ROOM) {
    snprintf(self->reason, sizeof self->reason, "%s", dryad_stack_room_text(DRYAD_STACK_ROOM_LITTLE));
    return dryad_fail(error, DRYAD_LIMIT, "a stack has no room left");
  }
  if (end == DRYAD_CALL_GONE) FAIL("process %d ended before it could be dumped", pid);
  if (end == DRYAD_CALL_CRASHED) FAIL("process %d runs on as before: its dynamic loader failed", pid);
  if (thread->held) dryad_tracer_release(thread);
  if (starts_to_talk(entry, &entry->tracer) || is_loaded(entry)) return DRYAD_OK;
  if (end == DRYAD_CALL_LATE) FAIL("process %d: gave up, as loading the library takes too long", pid);
  if (!dryad_tracer_hold(&entry->tracer, thread, dryad_now() + PATIENCE))
    FAIL("process %d ended before it could be dumped", pid);
  entry->handed_over = false;
  dryad_status status = explain(self, &borrowed, error);
  dryad_tracer_release(thread);
  return status;
}

/* ---- all of it */

static dryad_status tell_stopped(const dryad_entry *entry, dryad_error *error)
{
  const int pid = (int)entry->tracer.pid;
  FAIL("process %d was stopped in the meantime: continue it first (kill -CONT %d)", pid, pid);
}

/* DRYAD_LIMIT if the thread must not be borrowed now. */
static dryad_status try_thread(loading *self, dryad_tracee *thread, dryad_error *error)
{
  dryad_entry *entry = self->entry;
  dryad_status status = DRYAD_LIMIT;
  const bool kept = entry->kept == thread;
  if (!kept && !dryad_tracer_hold(&entry->tracer, thread, dryad_now() + STOP_PATIENCE)) {
    snprintf(self->reason, sizeof self->reason, "does not stop");
    dryad_helper_note(self->job, &entry->effort, "thread %d is not borrowed: it %s", (int)thread->tid, self->reason);
    return status;
  }
  const uint64_t since = kept ? entry->kept_since : dryad_now();
  const bool stopped = dryad_stop_is_group(thread);
  entry->kept = NULL;
  bool good = !stopped && is_good(self, thread);
  entry->effort.attempts++;
  entry->effort.held += dryad_now() - since;
  if (good) status = load(self, thread, error);
  if (stopped) status = tell_stopped(entry, error);
  if (thread->held) dryad_tracer_release(thread);
  if (status == DRYAD_LIMIT)
    dryad_helper_note(self->job, &entry->effort, "thread %d is not borrowed: it %s", (int)thread->tid, self->reason);
  else
    dryad_helper_note(self->job, &entry->effort, "thread %d is borrowed", (int)thread->tid);
  return status;
}

static dryad_status try_all(loading *self, dryad_error *error)
{
  dryad_tracer *tracer = &self->entry->tracer;
  if (self->entry->kept) {
    dryad_status status = try_thread(self, self->entry->kept, error);
    if (status != DRYAD_LIMIT) return status;
  }
  for (size_t i = 0; i < tracer->count; i++) {
    if (tracer->threads[i].gone) continue;
    if (dryad_tracer_is_asked(tracer)) return dryad_fail_cancelled(error);
    dryad_status status = try_thread(self, &tracer->threads[i], error);
    if (status != DRYAD_LIMIT) return status;
  }
  return DRYAD_LIMIT;
}

static void release_kept(dryad_entry *entry)
{
  if (!entry->kept) return;
  dryad_tracer_release(entry->kept);
  entry->effort.held += dryad_now() - entry->kept_since;
  entry->kept = NULL;
}

/* DRYAD_LIMIT with a reason: not now. DRYAD_FORMAT: the process's memory makes no sense, perhaps because it runs. */
static dryad_status try_round(loading *self, dryad_error *error)
{
  dryad_status status = look(self, (int)self->entry->tracer.pid, error);
  if (status == DRYAD_OK && !self->objects.changing) return try_all(self, error);
  release_kept(self->entry);
  if (status != DRYAD_OK) return status == DRYAD_LIMIT ? DRYAD_FORMAT : status;
  snprintf(self->reason, sizeof self->reason, "loads a library");
  return DRYAD_LIMIT;
}

static dryad_status seek_and_load(loading *self, const dryad_helper_job *job, dryad_error *error)
{
  dryad_tracer *tracer = &self->entry->tracer;
  const int pid = (int)tracer->pid;
  uint64_t pause = FIRST_PAUSE;
  for (int nonsense = 0;;) {
    dryad_status status = try_round(self, error);
    if (status == DRYAD_FORMAT) nonsense++;
    if (status != DRYAD_LIMIT && (status != DRYAD_FORMAT || nonsense == MOST_NONSENSE)) return status;
    if (tracer->replaced) FAIL("process %d has begun another program", pid);
    if (dryad_tracer_is_over(tracer)) FAIL("process %d ended before it could be dumped", pid);
    if (dryad_tracer_is_asked(tracer)) return dryad_fail_cancelled(error);
    if (dryad_now() > job->deadline)
      FAIL("process %d: in %u attempts no thread could be borrowed; the last one %s; the process runs on", pid,
           self->entry->effort.attempts, self->reason);
    dryad_tracer_idle(tracer, dryad_now() + pause);
    if (pause < LONGEST_PAUSE) pause += pause / 4 + 1;
  }
}

dryad_status dryad_loading_run(dryad_entry *entry, const dryad_helper_job *job, dryad_error *error)
{
  loading *self = calloc(1, sizeof *self);
  if (!self) return dryad_fail_memory(error);
  self->entry = entry;
  self->job = job;
  dryad_status status = seek_and_load(self, job, error);
  dryad_ranges_deinit(&self->ranges);
  dryad_elf_objects_deinit(&self->objects);
  free(self);
  return status;
}
