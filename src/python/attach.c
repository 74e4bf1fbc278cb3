#include "attach.h"

#include "dump.h"
#include "fork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

enum { STACK = 512 * 1024, LINE = 256 };

typedef struct attach_course {
  const dryad_attach_order *order;
  int dump, status; /* the pipes */
} attach_course;

/* ---- telling */

/* A line is less than a pipe takes at once, so it comes whole. */
__attribute__((format(printf, 2, 3))) static void tell(const attach_course *course, const char *format, ...)
{
  char line[LINE];
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(line, sizeof line - 1, format, arguments);
  va_end(arguments);
  if (length < 0) return;
  size_t size = (size_t)length < sizeof line - 1 ? (size_t)length : sizeof line - 2;
  line[size++] = '\n';
  ssize_t written = write(course->status, line, size);
  (void)written; /* nobody reads any more: nothing to be told */
}

static bool is_heard(const attach_course *course)
{
  struct pollfd asked = {.fd = course->status};
  return poll(&asked, 1, 0) == 0;
}

/* ---- the copy */

typedef struct attach_scan {
  const attach_course *course;
  const dryad_state *state;
  PyObject *newest; /* for dryad_dump_scan */
} attach_scan;

/* The program comes first: no core of the copy, and when memory runs out it is the copy that goes. */
static void settle(void)
{
  const struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  ssize_t written = write(file, "1000", 4);
  (void)written; /* a favour, no need */
  close(file);
}

static dryad_fork_result scan(void *context)
{
  const attach_scan *job = context;
  const dryad_attach_order *order = job->course->order;
  dryad_dump_options options = {
      .privacy = {.values = (dryad_values)order->values, .max_value = (size_t)order->max_value}};
  dryad_sink sink;
  dryad_dump dump;
  settle();
  if (getrandom(options.privacy.key, sizeof options.privacy.key, 0) != sizeof options.privacy.key)
    return (dryad_fork_result){.error = errno};
  dryad_sink_init(&sink, job->course->dump, DRYAD_PACKING_NONE);
  dryad_dump_init(&dump, job->state, &options, &sink);
  int error = dryad_dump_scan(&dump, DRYAD_SCOPE_ALL, job->newest);
  if (error == 0) error = dryad_sink_finish(&sink);
  return (dryad_fork_result){error, dump.count};
}

/* ---- the thread */

/* Why this interpreter is not scanned, or NULL. */
static const char *objection(void)
{
  PyInterpreterState *first = PyInterpreterState_Head();
  if (PyInterpreterState_Next(first) != NULL)
    return "the process has sub-interpreters, which cannot be dumped; dump from inside what you need "
           "(scanner.dump_all_referenced)";
  return NULL;
}

/* With the GIL held: makes the copy; false after telling why not. */
static bool copy_process(const attach_course *course, dryad_fork *copy)
{
  dryad_state state;
  const char *reason = objection();
  if (reason != NULL) {
    tell(course, "refused %s", reason);
    return false;
  }
  int error = ENOMEM;
  PyObject *newest = dryad_state_init(&state) ? PyList_New(0) : NULL;
  if (newest != NULL) {
    attach_scan job = {course, &state, newest};
    error = dryad_fork_start(copy, scan, &job, (const int[]){course->dump, -1});
  }
  PyErr_Clear();
  Py_XDECREF(newest);
  dryad_state_deinit(&state);
  if (error != 0) tell(course, "refused the process cannot be copied: %s", strerror(error));
  return error == 0;
}

static void tell_result(const attach_course *course, const dryad_fork_result *result)
{
  if (result->error == 0)
    tell(course, "done %llu", (unsigned long long)result->count);
  else if (result->error == EPROTO)
    tell(course, "failed the lists of the garbage collector are not as they should be");
  else if (result->error == ECHILD)
    tell(course, "failed the copy of the process was ended before it was done");
  else
    tell(course, "failed %s", strerror(result->error));
}

/* Waits for the copy. When nobody reads any more, ends it. */
static void attend(const attach_course *course, dryad_fork *copy)
{
  for (;;) {
    struct pollfd asked[] = {{.fd = copy->pipe, .events = POLLIN}, {.fd = course->status}};
    if (poll(asked, 2, -1) < 0 && errno == EINTR) continue;
    dryad_fork_result result;
    if (asked[0].revents != 0 && dryad_fork_wait(copy, &result)) {
      tell_result(course, &result);
      return;
    }
    if (asked[1].revents != 0) {
      dryad_fork_kill(copy);
      return;
    }
  }
}

#if PY_VERSION_HEX >= 0x030D0000
#define IS_FINALIZING Py_IsFinalizing
#else
#define IS_FINALIZING _Py_IsFinalizing
#endif

static void run_course(const attach_course *course)
{
  const char *version = Py_GetVersion();
  char expected[16];
  snprintf(expected, sizeof expected, "%d.%d.", PY_MAJOR_VERSION, PY_MINOR_VERSION);
  if (strncmp(version, expected, strlen(expected)) != 0) {
    tell(course, "refused the process runs Python %.20s, not %sx", version, expected);
    return;
  }
  if (!Py_IsInitialized() || IS_FINALIZING()) {
    tell(course, "refused its Python is starting or ending");
    return;
  }
  tell(course, "waiting");
  dryad_fork copy;
  PyGILState_STATE gil = PyGILState_Ensure();
  /* It may have taken long: whoever asked may have gone. */
  bool copied = is_heard(course) && copy_process(course, &copy);
  PyGILState_Release(gil);
  if (!copied) return;
  tell(course, "copied %ld", (long)copy.pid);
  attend(course, &copy);
}

/* A pipe that waits for this writer: opening never blocks, writing does. */
static int open_pipe(const char *path, bool blocks)
{
  int pipe = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (pipe >= 0 && blocks) fcntl(pipe, F_SETFL, 0);
  return pipe;
}

static void close_pipes(const dryad_attach_order *order)
{
  if (order->dump >= 0) close(order->dump);
  if (order->status >= 0) close(order->status);
}

static void *run(void *argument)
{
  dryad_attach_order *order = argument;
  const attach_course course = {order, order->dump, order->status};
  prctl(PR_SET_NAME, "dryad-dump");
  run_course(&course);
  close_pipes(order);
  munmap(order, (size_t)order->size);
  return NULL;
}

static int start_thread(dryad_attach_order *order)
{
  sigset_t all, before;
  pthread_attr_t attributes;
  pthread_t thread;
  sigfillset(&all);
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK);
  /* The program's signals are for its own threads. */
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int error = pthread_create(&thread, &attributes, run, order);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return error;
}

int dryad_attach_start(dryad_attach_order *order)
{
  order->dump = open_pipe(order->dump_path, true);
  order->status = order->dump >= 0 ? open_pipe(order->status_path, false) : -1;
  int error = order->status >= 0 ? start_thread(order) : errno;
  if (error != 0) close_pipes(order);
  return error;
}
