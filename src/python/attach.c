#include "attach.h"

#include "copy.h"
#include "dump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
/* The names that a C library before 2.34 has too: a container's may be older than the one built with. */
__asm__(".symver pthread_create, pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");
__asm__(".symver pthread_attr_setstacksize, pthread_attr_setstacksize@GLIBC_2.2.5");
#endif

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

static void scan(const attach_course *course, const dryad_state *state, PyObject *newest)
{
  dryad_dump_options options = {
    .privacy = {.values = (dryad_values)course->order->values, .max_value = course->order->max_value}};
  dryad_sink sink;
  dryad_dump dump;
  if (getrandom(options.privacy.key, sizeof options.privacy.key, 0) != sizeof options.privacy.key) {
    tell(course, "failed no random numbers: %s", strerror(errno));
    return;
  }
  dryad_sink_init(&sink, course->dump, DRYAD_PACKING_NONE);
  dryad_dump_init(&dump, state, &options, &sink);
  int error = dryad_dump_scan(&dump, DRYAD_SCOPE_ALL, newest);
  if (error == 0) error = dryad_sink_finish(&sink);
  if (error == 0)
    tell(course, "done %llu", (unsigned long long)dump.count);
  else if (error == EPROTO)
    tell(course, "failed the lists of the garbage collector are not as they should be");
  else
    tell(course, "failed %s", strerror(error));
}

_Noreturn static void be_copy(const attach_course *course, const dryad_state *state, PyObject *newest)
{
  const int keep[] = {course->dump, course->status};
  dryad_copy_settle(keep, 2);
  scan(course, state, newest);
  dryad_copy_end(0);
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

/* With the GIL held: makes the copy. Its process id, or -1 after telling why not. */
static pid_t copy_process(const attach_course *course)
{
  dryad_state state;
  const char *reason = objection();
  if (reason != NULL) {
    tell(course, "refused %s", reason);
    return -1;
  }
  PyObject *newest = dryad_state_init(&state) ? PyList_New(0) : NULL;
  pid_t copy = -1;
  if (newest == NULL) {
    PyErr_Clear();
    tell(course, "refused the process has no memory left");
  } else {
    copy = dryad_copy_make();
    if (copy == 0) be_copy(course, &state, newest);
    if (copy < 0) tell(course, "refused the process cannot be copied: %s", strerror(errno));
  }
  Py_XDECREF(newest);
  dryad_state_deinit(&state);
  return copy;
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
  PyGILState_STATE gil = PyGILState_Ensure();
  /* It may have taken long: whoever asked may have gone. */
  pid_t copy = is_heard(course) ? copy_process(course) : -1;
  PyGILState_Release(gil);
  if (copy < 0) return;
  tell(course, "copied %ld", (long)copy);
  int status = dryad_copy_wait(copy, course->status);
  if (WIFSIGNALED(status)) tell(course, "failed the copy of the process was ended by signal %d", WTERMSIG(status));
}

/* A pipe that waits for this writer: opening never blocks, writing does. */
static int open_pipe(const char *path, bool blocks)
{
  int pipe = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
  if (pipe >= 0 && blocks) fcntl(pipe, F_SETFL, 0);
  return pipe;
}

static void *run(void *argument)
{
  dryad_attach_order *order = argument;
  attach_course course = {order, open_pipe(order->dump_path, true), open_pipe(order->status_path, false)};
  prctl(PR_SET_NAME, "dryad-dump");
  if (course.status >= 0 && course.dump < 0)
    tell(&course, "refused the process cannot open the pipe %s: %s", order->dump_path, strerror(errno));
  else if (course.status >= 0)
    run_course(&course);
  if (course.dump >= 0) close(course.dump);
  if (course.status >= 0) close(course.status);
  munmap(order, (size_t)order->size);
  return NULL;
}

int dryad_attach_start(dryad_attach_order *order)
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
