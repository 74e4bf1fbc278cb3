/* SPDX-License-Identifier: MIT */
#include <cjson/cJSON.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/parallel.h"
#include "base/trace.h"
#include "dryad.h"
#include "testing.h"

static char folder[] = "/tmp/dryad-trace-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
  (void)state;
  strcpy(folder + sizeof folder - 7, "XXXXXX");
  if (!mkdtemp(folder)) return -1;
  snprintf(path, sizeof path, "%s/trace.json", folder);
  return 0;
}

static int remove_folder(void **state)
{
  (void)state;
  unlink(path);
  return rmdir(folder);
}

static void start(FILE *lines)
{
  dryad_error error;
  if (dryad_trace_start(path, lines, &error)) fail_msg("%s", error.text);
}

static void stop(void)
{
  dryad_error error;
  if (dryad_trace_stop(&error)) fail_msg("%s", error.text);
}

/* The events in the file, read by cJSON, an independent parser. */
static cJSON *events(void)
{
  char *text = calloc(1, 1 << 20);
  FILE *file = fopen(path, "r");
  assert_non_null(file);
  size_t length = fread(text, 1, (1 << 20) - 1, file);
  fclose(file);
  cJSON *array = cJSON_ParseWithLength(text, length);
  free(text);
  assert_true(cJSON_IsArray(array));
  return array;
}

static const cJSON *named(const cJSON *array, const char *name)
{
  const cJSON *event;
  cJSON_ArrayForEach(event, array)
  {
    if (strcmp(cJSON_GetObjectItem(event, "name")->valuestring, name) == 0) return event;
  }
  return NULL;
}

static double number(const cJSON *event, const char *key)
{
  return cJSON_GetNumberValue(cJSON_GetObjectItem(event, key));
}

static void stages_and_decisions_are_events_of_the_trace_format(void **state)
{
  (void)state;
  start(NULL);
  dryad_trace_stage outer = dryad_trace_begin("outer"), inner = dryad_trace_begin("inner");
  usleep(2000);
  DRYAD_TRACE_END(inner, {"bytes", .number = 12345678901});
  DRYAD_TRACE_DECISION("choice", {"why", .text = "because"}, {"count", .number = 0});
  DRYAD_TRACE_END(outer, {"status", .number = 1});
  stop();
  cJSON *array = events();
  const cJSON *o = named(array, "outer"), *i = named(array, "inner"), *choice = named(array, "choice");
  assert_non_null(named(array, "machine"));
  assert_int_equal(cJSON_GetArraySize(array), 4);
  assert_string_equal(cJSON_GetObjectItem(i, "ph")->valuestring, "X");
  assert_true(number(i, "dur") >= 2000 && number(i, "dur") < 1e7);
  assert_true(number(i, "ts") >= number(o, "ts"));
  assert_true(number(i, "ts") + number(i, "dur") <= number(o, "ts") + number(o, "dur"));
  assert_true(number(i, "pid") == getpid() && number(i, "tid") == gettid());
  assert_true(number(cJSON_GetObjectItem(i, "args"), "bytes") == 12345678901);
  assert_string_equal(cJSON_GetObjectItem(choice, "ph")->valuestring, "i");
  assert_string_equal(cJSON_GetObjectItem(cJSON_GetObjectItem(choice, "args"), "why")->valuestring, "because");
  cJSON_Delete(array);
}

static void texts_may_be_anything(void **state)
{
  (void)state;
  char text[2000], line[200] = "";
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  memcpy(text, "\"\\\n\x1b[31m\xc3\xa4\xf0\x9f\x90\x8d\xff", 15);
  FILE *lines = tmpfile();
  start(lines);
  DRYAD_TRACE_DECISION("choice", {"a", .text = text}, {"b", .text = text}, {"c", .text = text}, {"d", .text = text},
                       {"e", .text = text}, {"f", .text = text}, {"g", .text = text}, {"h", .text = text});
  stop();
  cJSON *array = events();
  const char *h = cJSON_GetObjectItem(cJSON_GetObjectItem(named(array, "choice"), "args"), "h")->valuestring;
  assert_memory_equal(h, "\"\\\n\x1b[31m\xc3\xa4\xf0\x9f\x90\x8d\xef\xbf\xbdxx", 19);
  assert_string_equal(h + strlen(h) - 5, "xx...");
  cJSON_Delete(array);
  rewind(lines);
  assert_non_null(fgets(line, sizeof line, lines)); /* the one about the machine */
  assert_non_null(fgets(line, sizeof line, lines));
  fclose(lines);
  assert_non_null(strstr(line, "s choice: a \"\\\"\\\\\\u000a\\u001b[31m\\u00e4\\ud83d\\udc0d\\ufffdxx"));
}

static void run(void *context, unsigned thread)
{
  (void)context, (void)thread;
  usleep(1000);
}

static void each_thread_has_stages_of_its_own(void **state)
{
  (void)state;
  enum { THREADS = 4 };
  start(NULL);
  dryad_parallel("work", THREADS, run, NULL);
  stop();
  cJSON *array = events();
  const cJSON *event;
  double seen[THREADS] = {0};
  cJSON_ArrayForEach(event, array)
  {
    if (strcmp(cJSON_GetObjectItem(event, "name")->valuestring, "work") != 0) continue;
    seen[(int)number(cJSON_GetObjectItem(event, "args"), "thread")] = number(event, "tid");
  }
  for (int i = 0; i < THREADS; i++)
    for (int k = 0; k <= i; k++) assert_true(seen[i] > 0 && (k == i || seen[k] != seen[i]));
  assert_true(seen[0] == gettid());
  cJSON_Delete(array);
}

static int evaluations;
static uint64_t evaluate(void) { return (uint64_t)++evaluations; }

static void without_a_trace_arguments_are_not_evaluated(void **state)
{
  (void)state;
  evaluations = 0;
  dryad_trace_stage stage = dryad_trace_begin("stage");
  DRYAD_TRACE_END(stage, {"number", .number = evaluate()});
  DRYAD_TRACE_DECISION("choice", {"number", .number = evaluate()});
  assert_int_equal(evaluations, 0);
  assert_int_not_equal(access(path, F_OK), 0);
}

static void a_stage_that_began_before_the_trace_is_not_in_it(void **state)
{
  (void)state;
  start(NULL);
  dryad_trace_stage earlier = dryad_trace_begin("earlier");
  stop();
  unlink(path);
  start(NULL);
  DRYAD_TRACE_END(earlier, {"number", .number = 1});
  stop();
  cJSON *array = events();
  assert_int_equal(cJSON_GetArraySize(array), 1);
  cJSON_Delete(array);
}

static void a_forked_child_traces_nothing(void **state)
{
  (void)state;
  int status;
  start(NULL);
  pid_t child = fork();
  if (child == 0) {
    DRYAD_TRACE_DECISION("child", {"number", .number = 1});
    _exit(dryad_trace_is_on());
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  DRYAD_TRACE_DECISION("parent", {"number", .number = 1});
  stop();
  cJSON *array = events();
  assert_null(named(array, "child"));
  assert_non_null(named(array, "parent"));
  cJSON_Delete(array);
}

/* Runs in a forked child; its exit status. */
static int in_a_child(int (*body)(void))
{
  int status;
  pid_t child = fork();
  if (child == 0) {
    alarm(10);
    _exit(body());
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static int stop_in_child(void) { return dryad_trace_stop(NULL) == DRYAD_OK ? 0 : 1; }

static void a_forked_child_that_stops_leaves_the_trace_to_its_parent(void **state)
{
  (void)state;
  start(NULL);
  assert_int_equal(in_a_child(stop_in_child), 0);
  assert_int_not_equal(access(path, F_OK), 0);
  DRYAD_TRACE_DECISION("parent", {"number", .number = 1});
  stop();
  cJSON *array = events();
  assert_int_equal(cJSON_GetArraySize(array), 2);
  assert_non_null(named(array, "parent"));
  cJSON_Delete(array);
}

static char child_path[80];

static int trace_in_child(void)
{
  if (dryad_trace_start(child_path, NULL, NULL)) return 1;
  DRYAD_TRACE_DECISION("child", {"number", .number = 1});
  return dryad_trace_stop(NULL) ? 2 : 0;
}

static void a_forked_child_may_trace_on_its_own(void **state)
{
  (void)state;
  snprintf(child_path, sizeof child_path, "%s/child.json", folder);
  start(NULL);
  assert_int_equal(in_a_child(trace_in_child), 0);
  DRYAD_TRACE_DECISION("parent", {"number", .number = 1});
  stop();
  cJSON *array = events();
  assert_non_null(named(array, "parent"));
  assert_null(named(array, "child"));
  cJSON_Delete(array);
  assert_int_equal(rename(child_path, path), 0);
  array = events();
  assert_int_equal(cJSON_GetArraySize(array), 2);
  assert_non_null(named(array, "child"));
  cJSON_Delete(array);
}

static int fork_and_stop(void) { return in_a_child(stop_in_child); }

static void a_grandchild_leaves_the_trace_alone_too(void **state)
{
  (void)state;
  start(NULL);
  assert_int_equal(in_a_child(fork_and_stop), 0);
  stop();
  cJSON_Delete(events());
}

static int without_inherited_file(void)
{
  char link[64], target[200];
  for (int file = 3; file < 256; file++) {
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length > 0 && (size_t)length >= strlen(folder) && strncmp(target, folder, strlen(folder)) == 0) return 1;
  }
  return 0;
}

static void a_forked_child_does_not_hold_the_file_open(void **state)
{
  (void)state;
  start(NULL);
  assert_int_equal(without_inherited_file(), 1);
  assert_int_equal(in_a_child(without_inherited_file), 0);
  stop();
}

static atomic_bool is_over;

static void *trace_until_over(void *unused)
{
  while (!atomic_load(&is_over)) DRYAD_TRACE_DECISION("choice", {"number", .number = 1});
  return unused;
}

static void a_child_does_not_wait_for_a_lock_that_was_held_at_the_fork(void **state)
{
  (void)state;
  pthread_t thread;
  atomic_store(&is_over, false);
  start(NULL);
  assert_int_equal(pthread_create(&thread, NULL, trace_until_over, NULL), 0);
  for (int i = 0; i < 200; i++) assert_int_equal(in_a_child(stop_in_child), 0);
  atomic_store(&is_over, true);
  pthread_join(thread, NULL);
  stop();
  unlink(path);
}

static void assert_no_trace_to(const char *name, const char *why)
{
  dryad_error error;
  alarm(10);
  assert_int_equal(dryad_trace_start(name, NULL, &error), DRYAD_IO);
  alarm(0);
  if (!strstr(error.text, why)) fail_msg("%s", error.text);
  assert_false(dryad_trace_is_on());
}

static void only_a_regular_file_holds_a_trace(void **state)
{
  (void)state;
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_no_trace_to(path, "trace.json: is not a regular file");
  assert_no_trace_to("/dev/null", "/dev/null: is not a regular file");
  assert_no_trace_to("/dev/stdout", "/dev/stdout: is an open descriptor");
  assert_no_trace_to("/dev/fd/1", "/dev/fd/1: is an open descriptor");
  assert_no_trace_to("-", "-: is an open descriptor");
  assert_no_trace_to(folder, ": is a directory");
}

static void more_events_than_are_kept_in_memory_are_all_written(void **state)
{
  (void)state;
  enum { EVENTS = 3000 };
  start(NULL);
  for (uint64_t i = 0; i < EVENTS; i++) DRYAD_TRACE_DECISION("choice", {"number", .number = i});
  stop();
  cJSON *array = events();
  assert_int_equal(cJSON_GetArraySize(array), EVENTS + 1);
  for (int i = 0; i < EVENTS; i++)
    assert_true(number(cJSON_GetObjectItem(cJSON_GetArrayItem(array, i + 1), "args"), "number") == i);
  cJSON_Delete(array);
}

static void the_file_is_new_private_and_whole(void **state)
{
  (void)state;
  struct stat info;
  dryad_error error;
  start(NULL);
  assert_int_equal(dryad_trace_start(NULL, stderr, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "a trace is written already");
  assert_int_not_equal(access(path, F_OK), 0); /* not before it is complete */
  stop();
  assert_int_equal(stat(path, &info), 0);
  assert_int_equal(info.st_mode & 07777, 0600);
  assert_int_equal(dryad_trace_start(path, NULL, &error), DRYAD_IO);
  assert_non_null(strstr(error.text, "exists already"));
  stop(); /* no trace is running: nothing to do */
  unlink(path);
  char link[80];
  snprintf(link, sizeof link, "%s/link", folder);
  assert_int_equal(symlink("/dev/null/nothing", link), 0);
  assert_int_equal(dryad_trace_start(link, NULL, &error), DRYAD_IO);
  unlink(link);
}

int main(void)
{
#define TEST(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
  const struct CMUnitTest tests[] = {
      TEST(stages_and_decisions_are_events_of_the_trace_format),
      TEST(texts_may_be_anything),
      TEST(each_thread_has_stages_of_its_own),
      TEST(without_a_trace_arguments_are_not_evaluated),
      TEST(a_stage_that_began_before_the_trace_is_not_in_it),
      TEST(a_forked_child_traces_nothing),
      TEST(a_forked_child_that_stops_leaves_the_trace_to_its_parent),
      TEST(a_forked_child_may_trace_on_its_own),
      TEST(a_grandchild_leaves_the_trace_alone_too),
      TEST(a_forked_child_does_not_hold_the_file_open),
      TEST(a_child_does_not_wait_for_a_lock_that_was_held_at_the_fork),
      TEST(only_a_regular_file_holds_a_trace),
      TEST(more_events_than_are_kept_in_memory_are_all_written),
      TEST(the_file_is_new_private_and_whole),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
