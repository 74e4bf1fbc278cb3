/* SPDX-License-Identifier: MIT */
#include "facts.h"

#include "collector.h"
#include "interpreters.h"
#include "proc_lines.h"
#include "text.h"
#include "threads.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* ---- the system */

/* The arguments, with spaces between them. */
static void read_command(char command[DRYAD_FACTS_TEXT])
{
  size_t size = dryad_proc_read("/proc/self/cmdline", command, DRYAD_FACTS_TEXT);
  while (size > 0 && command[size - 1] == '\0') size--;
  for (size_t i = 0; i < size; i++)
    if (command[i] == '\0') command[i] = ' ';
}

static void read_executable(char executable[DRYAD_FACTS_TEXT])
{
  const ssize_t size = readlink("/proc/self/exe", executable, DRYAD_FACTS_TEXT - 1);
  executable[size > 0 ? size : 0] = '\0';
}

static double seconds_on(clockid_t clock)
{
  struct timespec now;
  return clock_gettime(clock, &now) == 0 ? (double)now.tv_sec + (double)now.tv_nsec / 1e9 : 0;
}

/* The kernel has the start as ticks since the boot: the twentieth field after the name, which is in parentheses. */
static uint64_t find_start(void)
{
  enum { FIELD = 20 };
  char text[1024];
  dryad_proc_read("/proc/self/stat", text, sizeof text);
  const char *field = strrchr(text, ')');
  for (int i = 0; i < FIELD && field != NULL; i++) field = strchr(field + 1, ' ');
  if (field == NULL) return 0;
  const double ago = seconds_on(CLOCK_BOOTTIME) - (double)strtoull(field, NULL, 10) / (double)sysconf(_SC_CLK_TCK);
  return (uint64_t)(seconds_on(CLOCK_REALTIME) - ago);
}

/* ---- the C library */

/* As glibc 2.33 and newer declare it. */
typedef struct mallinfo2_result {
  size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
} mallinfo2_result;

static const void *library_of(const void *function)
{
  Dl_info found;
  return function != NULL && dladdr(function, &found) != 0 ? found.dli_fbase : NULL;
}

/* Another malloc does not know of glibc's figures, nor they of it. Not malloc itself shows whose it is: its address may
 * be in the program, which calls it through a stub. */
static void ask_malloc(dryad_malloc_state *state)
{
  void *asked = dlsym(RTLD_DEFAULT, "mallinfo2");
  mallinfo2_result (*mallinfo2)(void);
  if (asked == NULL || library_of(asked) != library_of(dlsym(RTLD_DEFAULT, "malloc_usable_size"))) return;
  memcpy(&mallinfo2, &asked, sizeof mallinfo2);
  const mallinfo2_result result = mallinfo2();
  *state = (dryad_malloc_state){.in_use = result.uordblks + result.hblkhd, .free = result.fordblks};
}

static void copy_version(char python[], size_t size)
{
  const char *version = Py_GetVersion();
  const size_t length = strcspn(version, " ");
  if (length < size) memcpy(python, version, length);
}

void dryad_facts_observe(dryad_facts *facts)
{
  *facts = (dryad_facts){.pid = getpid()};
  read_command(facts->command);
  read_executable(facts->executable);
  copy_version(facts->python, sizeof facts->python);
  gethostname(facts->hostname, sizeof facts->hostname - 1);
  facts->started = find_start();
  dryad_resident_measure(&facts->memory);
  ask_malloc(&facts->malloc);
}

/* ---- the interpreter */

static void ask_collector(dryad_facts *facts)
{
  const char *owner = dryad_collector_state();
  facts->collects = dryad_field_u32(owner, dryad_here.gc_enabled) != 0;
  for (DRYAD_LAYOUT_EACH(dryad_here.gc_thresholds, i)) {
    facts->thresholds[i] = dryad_field_u32(owner, dryad_here.gc_thresholds[i]);
    facts->counts[i] = dryad_field_u32(owner, dryad_here.gc_thresholds[i] + sizeof(uint32_t));
  }
  const PyObject *garbage = dryad_field_object(owner, dryad_here.gc_garbage);
  if (garbage != NULL && dryad_type_of(garbage) == &PyList_Type) facts->garbage = (uint64_t)dryad_count_of(garbage);
}

void dryad_facts_ask(dryad_facts *facts, const void *own)
{
  facts->time = (uint64_t)seconds_on(CLOCK_REALTIME);
  ask_collector(facts);
  for (const void *next = dryad_interpreters_first(); next != NULL; next = dryad_interpreters_next(next))
    for (const void *thread = dryad_threads_first(next); thread != NULL; thread = dryad_threads_next(thread))
      facts->threads += thread != own;
  if (!dryad_arenas_measure(&facts->arenas)) facts->arenas = (dryad_arenas){0};
}

/* ---- JSON */

static void put_key(dryad_sink *sink, const char *key)
{
  DRYAD_SINK_PUT(sink, ", \"");
  dryad_sink_put(sink, key, strlen(key));
  DRYAD_SINK_PUT(sink, "\": ");
}

static void put_number(dryad_sink *sink, const char *key, uint64_t number)
{
  put_key(sink, key);
  dryad_sink_put_number(sink, number);
}

static void put_private(dryad_sink *sink, const dryad_privacy *privacy, const char *key, const char *text)
{
  put_key(sink, key);
  dryad_text_put_private(sink, privacy, text);
}

static void put_list(dryad_sink *sink, const char *key, const uint32_t *numbers, size_t count)
{
  put_key(sink, key);
  for (size_t i = 0; i < count; i++) {
    dryad_sink_put(sink, i == 0 ? "[" : ", ", i == 0 ? 1 : 2);
    dryad_sink_put_number(sink, numbers[i]);
  }
  DRYAD_SINK_PUT(sink, "]");
}

static char *put_digits(char *end, uint64_t number, int count, char after)
{
  for (int i = count; i-- > 0; number /= 10) end[i] = (char)('0' + number % 10);
  end[count] = after;
  return end + count + 1;
}

/* Seconds since 1970 in UTC, by ISO 8601: "2024-02-29T23:59:59Z". Years begin in March, so that the leap day is their
 * last one. gmtime takes a lock. */
static void put_time(dryad_sink *sink, const char *key, uint64_t time)
{
  enum { DAY = 86400, FOUR_CENTURIES = 146097, TO_1970 = 719468 };
  if (time == 0) return;
  const uint64_t days = time / DAY + TO_1970, rest = time % DAY;
  const uint64_t day = days % FOUR_CENTURIES;
  const uint64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  const uint64_t of_year = day - (365 * year + year / 4 - year / 100);
  const uint64_t month = (5 * of_year + 2) / 153; /* from March on */
  const uint64_t of_month = of_year - (153 * month + 2) / 5 + 1;
  char text[24], *end = text;
  end = put_digits(end, days / FOUR_CENTURIES * 400 + year + (month >= 10), 4, '-');
  end = put_digits(end, month < 10 ? month + 3 : month - 9, 2, '-');
  end = put_digits(end, of_month, 2, 'T');
  end = put_digits(end, rest / 3600, 2, ':');
  end = put_digits(end, rest / 60 % 60, 2, ':');
  put_digits(end, rest % 60, 2, '\0');
  put_key(sink, key);
  DRYAD_SINK_PUT(sink, "\"");
  dryad_sink_put(sink, text, strlen(text));
  DRYAD_SINK_PUT(sink, "Z\"");
}

static void put_collector(const dryad_facts *facts, dryad_sink *sink)
{
  DRYAD_SINK_PUT(sink, ", \"gc\": {\"enabled\": ");
  if (facts->collects)
    DRYAD_SINK_PUT(sink, "true");
  else
    DRYAD_SINK_PUT(sink, "false");
  put_list(sink, "thresholds", facts->thresholds, DRYAD_FACTS_GENERATIONS);
  put_list(sink, "counts", facts->counts, DRYAD_FACTS_GENERATIONS);
  put_number(sink, "garbage", facts->garbage);
  DRYAD_SINK_PUT(sink, "}");
}

static void put_memory(const dryad_resident *memory, dryad_sink *sink)
{
  if (memory->resident == 0) return;
  put_number(sink, "rss", memory->resident);
  put_number(sink, "pss", memory->proportional);
  put_number(sink, "vms", memory->virtual);
  DRYAD_SINK_PUT(sink, ", \"maps\": {\"heap\": ");
  dryad_sink_put_number(sink, memory->heap);
  put_number(sink, "anonymous", memory->anonymous);
  put_number(sink, "files", memory->files);
  put_number(sink, "stacks", memory->stacks);
  DRYAD_SINK_PUT(sink, "}");
}

static void put_usage(dryad_sink *sink, const char *key, uint64_t in_use, uint64_t free)
{
  dryad_sink_put(sink, key, strlen(key));
  DRYAD_SINK_PUT(sink, "{\"in_use\": ");
  dryad_sink_put_number(sink, in_use);
  put_number(sink, "free", free);
  DRYAD_SINK_PUT(sink, "}");
}

static void put_allocator(const dryad_facts *facts, dryad_sink *sink)
{
  const bool both = facts->malloc.in_use > 0 && facts->arenas.in_use > 0;
  DRYAD_SINK_PUT(sink, ", \"allocator\": {");
  if (facts->malloc.in_use > 0) put_usage(sink, "\"malloc\": ", facts->malloc.in_use, facts->malloc.free);
  if (both) DRYAD_SINK_PUT(sink, ", ");
  if (facts->arenas.in_use > 0) put_usage(sink, "\"arenas\": ", facts->arenas.in_use, facts->arenas.free);
  DRYAD_SINK_PUT(sink, "}");
}

static void put_tracemalloc(const dryad_facts *facts, uint64_t traced, dryad_sink *sink)
{
  put_key(sink, "tracemalloc");
  if (facts->traced_frames == 0) {
    DRYAD_SINK_PUT(sink, "false");
    return;
  }
  DRYAD_SINK_PUT(sink, "{\"frames\": ");
  dryad_sink_put_number(sink, facts->traced_frames);
  if (traced > 0) put_number(sink, "traced", traced);
  DRYAD_SINK_PUT(sink, "}");
}

void dryad_facts_put(const dryad_facts *facts, const dryad_privacy *privacy, uint64_t traced, dryad_sink *sink)
{
  DRYAD_SINK_PUT(sink, "{\"pid\": ");
  dryad_sink_put_number(sink, (uint64_t)facts->pid);
  put_private(sink, privacy, "command", facts->command);
  put_private(sink, privacy, "executable", facts->executable);
  put_key(sink, "python");
  dryad_text_put_c_string(sink, facts->python);
  DRYAD_SINK_PUT(sink, ", \"implementation\": \"CPython\"");
  put_time(sink, "time", facts->time);
  put_time(sink, "started", facts->started);
  put_private(sink, privacy, "hostname", facts->hostname);
  put_collector(facts, sink);
  put_memory(&facts->memory, sink);
  put_allocator(facts, sink);
  put_number(sink, "threads", facts->threads);
  put_tracemalloc(facts, traced, sink);
  put_key(sink, "scanner");
  dryad_text_put_c_string(sink, DRYAD_RELEASE);
  DRYAD_SINK_PUT(sink, "}");
}
