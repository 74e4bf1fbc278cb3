/* SPDX-License-Identifier: MIT */
#include "attach.h"

#include "collector.h"
#include "dump.h"
#include "fork.h"
#include "interpreters.h"
#include "layout_detect.h"
#include "stop_world.h"
#include "traces.h"
#include "unload.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 512 * 1024 };
enum { ATTEMPTS = 2000, PAUSE = 5 * 1000 * 1000 }; /* for GILs to be free: ten seconds, in nanoseconds */

/* The type already has the symbol's name. */
extern dryad_attach_order order __asm__("dryad_attach_order");
__attribute__((visibility("default"), used))
dryad_attach_order order = {.magic = DRYAD_ATTACH_MAGIC, .size = sizeof order, .dump = -1, .status = -1, .library = -1};

/* ---- reporting */

/* A line is shorter than PIPE_BUF, so it arrives whole. */
__attribute__((format(printf, 1, 2))) static void tell(const char *format, ...)
{
  char line[DRYAD_ATTACH_LINE];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  size_t size = (size_t)length < sizeof line - 1 ? (size_t)length : sizeof line - 2;
  line[size++] = '\n';
  ssize_t written = write(order.status, line, size);
  (void)written; /* the reader is gone: there is nobody to report this to */
}

/* Not strerror, which makes the C library search files for translations. */
static const char *reason_of(int error)
{
  switch (error) {
  case ENOMEM: return "there is not enough memory";
  case EAGAIN: return "it cannot create more processes or threads, or use more memory";
  case EMFILE: return "it has too many open files";
  case ENFILE: return "the system has too many open files";
  case EPERM: return "permission denied";
  case ENOSYS: return "the kernel does not support it";
  case EPIPE: return "nobody reads the dump any more";
  case EPROTO: return "the lists of the garbage collector are damaged";
  case ECHILD: return "the copy of the process was killed before it finished";
  default: return NULL;
  }
}

static void tell_error(const char *what, int error)
{
  const char *reason = reason_of(error);
  if (reason != NULL)
    tell("%s%s", what, reason);
  else
    tell("%serror %d", what, error);
}

static bool is_heard(void)
{
  struct pollfd asked = {.fd = order.status};
  return poll(&asked, 1, 0) == 0;
}

/* ---- the copy */

/* The program has priority: the copy leaves no core, and when memory runs out, the copy is killed first. */
static void settle(void)
{
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t written = write(file, "1000", 4);
  (void)written; /* best effort */
  close(file);
}

typedef struct attach_copy {
  dryad_fork fork;
  dryad_facts facts;
  dryad_state state;
  dryad_dump_options options;
  dryad_dump dump;
  dryad_sink sink;
  char reason[DRYAD_LAYOUT_REASON]; /* why there is no copy, or empty */
  int error;                        /* the same as an errno */
  bool busy;                        /* whether another attempt may help */
} attach_copy;

/* In the copy: everything that can fail before anything is written. */
static int begin_dump(attach_copy *copy)
{
  settle();
  copy->options.privacy.values = (dryad_values)order.values;
  copy->options.privacy.max_value = (size_t)order.max_value;
  copy->options.facts = &copy->facts;
  copy->options.own_thread = PyThreadState_Get();
  dryad_facts_ask(&copy->facts, copy->options.own_thread);
  copy->options.allocation_frames = order.allocation_frames;
  uint8_t *key = copy->options.privacy.key;
  const size_t size = sizeof copy->options.privacy.key;
  if (syscall(SYS_getrandom, key, size, 0) != (long)size) return errno;
  dryad_sink_init(&copy->sink, order.dump, DRYAD_COMPRESSION_NONE);
  dryad_dump_init(&copy->dump, &copy->state, &copy->options, &copy->sink);
  return 0;
}

_Noreturn static void write_dump(attach_copy *copy)
{
  int error = copy->error;
  if (error == 0) error = dryad_dump_scan(&copy->dump, DRYAD_SCOPE_ALL);
  if (error == 0) error = dryad_dump_end(&copy->dump);
  if (error == 0) error = dryad_sink_finish(&copy->sink);
  dryad_fork_end(&copy->fork, (dryad_fork_result){error, copy->dump.count, copy->dump.bytes});
}

/* ---- making it */

static bool refuse(attach_copy *copy, const char *reason)
{
  snprintf(copy->reason, sizeof copy->reason, "%s", reason);
  return false;
}

/* Whether the process can be scanned. Needs the GIL, or a stopped world. */
static bool is_fit(attach_copy *copy)
{
  if (!dryad_layout_check(copy->reason)) return false;
  if (dryad_here.free_threaded && !dryad_interpreters_guarded())
    return refuse(copy, "its Python is free-threaded and has sub-interpreters, which cannot be stopped together");
  return dryad_state_init(&copy->state) ||
         refuse(copy, "its Python lacks the classes of importlib, which every Python has");
}

/* A dryad_stop_world_copier. */
static bool make_copy(void *context)
{
  attach_copy *copy = context;
  bool copied = false;
  if (!is_fit(copy)) return false;
  const bool guarded = dryad_interpreters_guarded();
  copy->busy = !guarded && !dryad_interpreters_hold();
  if (copy->busy) return refuse(copy, "one of its sub-interpreters, which has a GIL of its own, does not pause");
  copy->facts.traced_frames = dryad_traces_frames();
  if (order.allocation_frames > 0) copy->options.traces = dryad_traces_find();
  copy->error = dryad_fork_make(&copy->fork, (const int[]){order.dump, -1}, &copied);
  if (!guarded && !copied) dryad_interpreters_release();
  if (copied && copy->error == 0) copy->error = begin_dump(copy);
  return copied;
}

static int mark(PyObject *object, void *context)
{
  dryad_dump_start(&((attach_copy *)context)->dump, object);
  return 0;
}

/* True if there is a copy. Does not return in the copy. */
static bool copy_process(attach_copy *copy)
{
  bool known = true, copied = false;
  if (dryad_layout_check_memory(copy->reason))
    copied = dryad_here.free_threaded ? dryad_stop_world_copy(make_copy, mark, copy, &known) : make_copy(copy);
  if (copied) write_dump(copy);
  if (!known) refuse(copy, "its free-threaded Python does not stop the world as this Dryad knows it");
  return copy->reason[0] == '\0' && copy->error == 0;
}

static void tell_refusal(const attach_copy *copy)
{
  if (copy->reason[0] != '\0')
    tell(DRYAD_ATTACH_REFUSED " %s", copy->reason);
  else if (copy->error != 0)
    tell_error(DRYAD_ATTACH_REFUSED " the process cannot be copied: ", copy->error);
}

/* ---- the thread */

/* Waits for the copy, and kills it if the reader goes away. */
static void attend(dryad_fork *fork)
{
  for (;;) {
    struct pollfd asked[] = {{.fd = fork->pipe, .events = POLLIN}, {.fd = order.status}};
    if (poll(asked, 2, -1) < 0 && errno == EINTR) continue;
    dryad_fork_result result;
    if (asked[0].revents != 0 && dryad_fork_wait(fork, &result)) {
      if (result.error == 0)
        tell(DRYAD_ATTACH_DONE " %llu %llu", (unsigned long long)result.count, (unsigned long long)result.bytes);
      else
        tell_error(DRYAD_ATTACH_FAILED " ", result.error);
      return;
    }
    if (asked[1].revents != 0) {
      dryad_fork_kill(fork);
      return;
    }
  }
}

static bool is_running(void)
{
  bool finalizing = Py_IsFinalizing != NULL ? Py_IsFinalizing() : _Py_IsFinalizing();
  return Py_IsInitialized() && !finalizing;
}

/* True if there is a copy. Tries again while sub-interpreters are busy. */
static bool copy_under_gil(attach_copy *copy)
{
  bool copied = false;
  for (int i = 0; i < ATTEMPTS; i++) {
    copy->busy = false;
    copy->reason[0] = '\0';
    PyGILState_STATE gil = PyGILState_Ensure();
    /* Getting the GIL may have taken long: the reader may be gone. */
    copied = is_heard() && copy_process(copy);
    PyGILState_Release(gil);
    if (!copy->busy) break;
    const struct timespec pause = {.tv_nsec = PAUSE};
    nanosleep(&pause, NULL);
  }
  return copied;
}

static void dump_process(void)
{
  attach_copy copy = {.error = 0};
  if (!dryad_layout_detect(copy.reason)) {
    tell(DRYAD_ATTACH_REFUSED " %s", copy.reason);
    return;
  }
  if (!is_running()) {
    tell(DRYAD_ATTACH_REFUSED " its Python is starting or ending");
    return;
  }
  dryad_facts_observe(&copy.facts);
  tell(DRYAD_ATTACH_WAITING);
  if (!copy_under_gil(&copy)) {
    tell_refusal(&copy);
    return;
  }
  tell(DRYAD_ATTACH_COPIED " %ld", (long)copy.fork.pid);
  attend(&copy.fork);
}

static void close_all(void)
{
  close(order.dump);
  close(order.status);
  if (order.library >= 0) close(order.library);
}

dryad_unload dryad_unload_run(void *argument)
{
  (void)argument;
  prctl(PR_SET_NAME, "dryad-dump");
  dump_process();
  close_all();
  return dryad_unload_own();
}

static int start_thread(void)
{
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_t thread;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  /* Signals of the program must go to its own threads. */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &attributes, dryad_unload_thread, NULL);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

/* Runs inside dlopen, in a borrowed thread. */
__attribute__((constructor)) static void start(void)
{
  int before = errno;
  if (order.dump >= 0) {
    int error = start_thread();
    if (error != 0) {
      tell_error(DRYAD_ATTACH_REFUSED " no thread can be started in the process: ", error);
      close_all();
    }
  }
  errno = before;
}
