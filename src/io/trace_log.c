/* SPDX-License-Identifier: MIT */
/* dryad_trace_* of dryad.h: a trace as a file in the Trace Event Format (an array of JSON objects), and as lines. */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/trace.h"
#include "base/utf8.h"
#include "scanner/shared/output.h"

enum {
  LONGEST_TEXT = 480,                                              /* bytes; each expands to at most six */
  LONGEST_EVENT = DRYAD_TRACE_ARGUMENTS * 6 * LONGEST_TEXT + 2000, /* all else is short */
  BUFFER = 1 << 16
};

typedef struct trace_log {
  pthread_mutex_t mutex; /* guards starting and stopping; events arrive one at a time anyway */
  bool watches_forks;
  bool is_running;
  FILE *lines; /* NULL: none */
  bool has_file;
  dryad_output output;
  uint64_t start; /* nanoseconds of the monotonic clock */
  uint64_t events;
  int problem; /* an errno: why the file cannot be written */
  size_t used;
  char buffer[BUFFER];
} trace_log;

#define SHORTEST_LINE 1000000 /* nanoseconds: shorter stages are in the file alone */

static trace_log the_log = {.mutex = PTHREAD_MUTEX_INITIALIZER};

/* ---- the file ----------------------------------------------------------------------------------- */

static void flush(trace_log *log)
{
  for (size_t done = 0; done < log->used && !log->problem;) {
    ssize_t count = write(log->output.file, log->buffer + done, log->used - done);
    if (count < 0 && errno != EINTR) log->problem = errno;
    if (count > 0) done += (size_t)count;
  }
  log->used = 0;
}

static void put(trace_log *log, const char *bytes, size_t length)
{
  if (log->used + length > sizeof log->buffer) flush(log);
  memcpy(log->buffer + log->used, bytes, length);
  log->used += length;
}

/* ---- an event as text --------------------------------------------------------------------------- */

typedef struct text {
  char bytes[LONGEST_EVENT];
  size_t length;
} text;

static void __attribute__((format(printf, 2, 3))) add(text *t, const char *format, ...)
{
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(t->bytes + t->length, sizeof t->bytes - t->length, format, arguments);
  va_end(arguments);
  t->length += (size_t)length;
}

/* Writes a JSON string in ASCII only, which is also safe on a terminal. Long text is cut. */
static void add_quoted(text *t, const char *string)
{
  const unsigned char *p = (const unsigned char *)string, *end = p + strnlen(string, LONGEST_TEXT);
  add(t, "\"");
  while (p < end) {
    bool valid;
    unsigned length = dryad_utf8_sequence(p, end, &valid);
    uint32_t point = valid ? dryad_utf8_code_point(p, length) : 0xfffd;
    if (point == '"' || point == '\\')
      add(t, "\\%c", (char)point);
    else if (point >= 0x20 && point < 0x7f)
      add(t, "%c", (char)point);
    else if (point < 0x10000)
      add(t, "\\u%04x", (unsigned)point);
    else
      add(t, "\\u%04x\\u%04x", 0xd7c0u + (point >> 10), 0xdc00u | (point & 0x3ff));
    p += length;
  }
  add(t, *end ? "...\"" : "\"");
}

static void add_arguments(text *t, const dryad_trace_argument *arguments, bool as_json)
{
  for (int i = 0; i < DRYAD_TRACE_ARGUMENTS && arguments[i].name; i++) {
    if (i) add(t, as_json ? "," : ", ");
    add(t, as_json ? "\"%s\":" : "%s ", arguments[i].name);
    if (arguments[i].text)
      add_quoted(t, arguments[i].text);
    else
      add(t, "%" PRIu64, arguments[i].number);
  }
}

/* Writes microseconds, the format's unit, with three decimals. */
static void add_time(text *t, const char *key, uint64_t nanoseconds)
{
  add(t, ",\"%s\":%" PRIu64 ".%03u", key, nanoseconds / 1000, (unsigned)(nanoseconds % 1000));
}

static void put_event(trace_log *log, const dryad_trace_event *event)
{
  text t = {.length = 0};
  add(&t, "%s{\"name\":\"%s\",\"cat\":\"dryad\",\"ph\":\"%s\",\"pid\":%d,\"tid\":%d", log->events ? ",\n" : "",
      event->name, event->is_stage ? "X" : "i", (int)getpid(), event->thread);
  add_time(&t, "ts", event->start - log->start);
  if (event->is_stage)
    add_time(&t, "dur", event->duration);
  else
    add(&t, ",\"s\":\"t\"");
  add(&t, ",\"args\":{");
  add_arguments(&t, event->arguments, true);
  add(&t, "}}");
  put(log, t.bytes, t.length);
  log->events++;
}

static unsigned milliseconds(uint64_t nanoseconds) { return (unsigned)(nanoseconds / 1000000 % 1000); }
static uint64_t seconds(uint64_t nanoseconds) { return nanoseconds / 1000000000; }

static void print_event(const trace_log *log, const dryad_trace_event *event)
{
  text t = {.length = 0};
  const uint64_t end = event->start - log->start + event->duration;
  add(&t, "dryad: %" PRIu64 ".%03us %s", seconds(end), milliseconds(end), event->name);
  if (event->is_stage) add(&t, " took %" PRIu64 ".%03us", seconds(event->duration), milliseconds(event->duration));
  add(&t, ": ");
  add_arguments(&t, event->arguments, false);
  add(&t, "\n");
  fwrite(t.bytes, 1, t.length, log->lines);
}

static void receive(void *context, const dryad_trace_event *event)
{
  trace_log *log = context;
  if (event->start < log->start) return; /* began in an earlier trace */
  if (log->has_file) put_event(log, event);
  if (log->lines && (!event->is_stage || event->duration >= SHORTEST_LINE)) print_event(log, event);
}

/* ---- starting and stopping ---------------------------------------------------------------------- */

static dryad_status open_file(trace_log *log, const char *path, dryad_error *error)
{
  const dryad_output_options options = {.expand = true, .regular_only = true};
  dryad_safe_path_error problem;
  if (!dryad_output_open(&log->output, path, &options, &problem)) {
    if (problem.text) return dryad_fail(error, DRYAD_IO, "%s: %s", log->output.path, problem.text);
    if (problem.code == EEXIST)
      return dryad_fail(error, DRYAD_IO, "%s: exists already; a name with %%p (the process) or %%t (the time) is free",
                        log->output.path);
    errno = problem.code;
    return dryad_fail(error, DRYAD_IO, "%s: cannot be written: %m", log->output.path);
  }
  log->has_file = true;
  log->events = log->used = 0;
  log->problem = 0;
  put(log, "[\n", 2);
  return DRYAD_OK;
}

/* Large blocks depend on the setting of huge pages, and nothing else in a trace shows it. */
static void describe_machine(void)
{
  char huge_pages[80] = "unknown";
  FILE *file = fopen("/sys/kernel/mm/transparent_hugepage/enabled", "re");
  if (file && fgets(huge_pages, sizeof huge_pages, file)) huge_pages[strcspn(huge_pages, "\n")] = '\0';
  if (file) fclose(file);
  DRYAD_TRACE_DECISION("machine", {"version", .text = DRYAD_VERSION},
                       {"processors", .number = (uint64_t)sysconf(_SC_NPROCESSORS_ONLN)},
                       {"memory", .number = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE)},
                       {"huge pages", .text = huge_pages});
}

/* Runs in every forked child before anything else. The trace and its file belong to the parent, one of whose threads
   may have held the mutex. */
static void begin_child(void)
{
  trace_log *log = &the_log;
  dryad_trace_forget_receiver();
  if (log->has_file) dryad_output_leave(&log->output);
  log->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
  log->has_file = log->is_running = false;
}

static dryad_status watch_forks(trace_log *log, dryad_error *error)
{
  if (!log->watches_forks && pthread_atfork(NULL, NULL, begin_child) != 0) return dryad_fail_memory(error);
  log->watches_forks = true;
  return DRYAD_OK;
}

dryad_status dryad_trace_start(const char *path, FILE *lines, dryad_error *error)
{
  trace_log *log = &the_log;
  pthread_mutex_lock(&log->mutex);
  dryad_status status = log->is_running ? dryad_fail(error, DRYAD_ARGUMENT, "a trace is written already") : DRYAD_OK;
  if (!status) status = watch_forks(log, error);
  if (!status && path) status = open_file(log, path, error);
  if (!status && (path || lines)) {
    log->is_running = true;
    log->lines = lines;
    log->start = dryad_trace_now();
    dryad_trace_set_receiver(receive, log);
    describe_machine();
  }
  pthread_mutex_unlock(&log->mutex);
  return status;
}

static dryad_status close_file(trace_log *log, dryad_error *error)
{
  dryad_safe_path_error problem;
  log->has_file = false;
  put(log, "\n]\n", 3);
  flush(log);
  problem = (dryad_safe_path_error){log->problem, NULL};
  if (!log->problem && dryad_output_commit(&log->output, &problem)) return DRYAD_OK;
  errno = problem.code;
  dryad_status status = problem.text ? dryad_fail(error, DRYAD_IO, "%s: %s", log->output.path, problem.text)
                                     : dryad_fail(error, DRYAD_IO, "%s: cannot be written: %m", log->output.path);
  dryad_output_abandon(&log->output);
  return status;
}

dryad_status dryad_trace_stop(dryad_error *error)
{
  trace_log *log = &the_log;
  dryad_status status = DRYAD_OK;
  pthread_mutex_lock(&log->mutex);
  dryad_trace_set_receiver(NULL, NULL);
  if (log->has_file) status = close_file(log, error);
  log->is_running = false;
  pthread_mutex_unlock(&log->mutex);
  return status;
}
