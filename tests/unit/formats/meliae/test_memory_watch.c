/* SPDX-License-Identifier: MIT */
/* Loading stops when memory runs out, by the figures of a folder that mimics /proc, and says so. */
#include "formats/meliae/memory_watch.h"

#include "folder.h"

static const char plenty[] = "MemTotal: 16777216 kB\nMemAvailable: 8388608 kB\n";
static const char little[] =
    "MemTotal: 16777216 kB\nMemAvailable: 102400 kB\n"; /* less than the 512 MiB that must stay */

static void set_figures(const char *meminfo, unsigned pages)
{
  char statm[40];
  mkdir("proc", 0700);
  mkdir("proc/self", 0700);
  put_file("proc/meminfo", meminfo);
  snprintf(statm, sizeof statm, "0 %u 0\n", pages);
  put_file("proc/self/statm", statm);
}

static dryad_memory_watch begin(const dryad_load_options *options)
{
  dryad_memory_watch watch;
  dryad_memory_watch_init(&watch, "x.dump", options);
  watch.root = ".";
  watch.before = 0;
  return watch;
}

static bool tell(dryad_memory_watch *watch, uint64_t done, uint64_t total)
{
  dryad_progress progress = dryad_memory_watch_progress(watch);
  watch->next_time = 0;
  return progress.report(progress.context, "reading", done, total);
}

static void assert_stops(const dryad_memory_watch *watch, const char *sentence)
{
  dryad_error error = {0};
  assert_int_equal(dryad_memory_watch_explain(watch, DRYAD_CANCELLED, &error), DRYAD_LIMIT);
  assert_string_equal(error.text, sentence);
}

static void it_goes_on_while_there_is_plenty(void **state)
{
  (void)state;
  dryad_memory_watch watch = begin(&(dryad_load_options){0});
  set_figures(plenty, 1u << 30);
  assert_true(tell(&watch, 1, 100));
  assert_int_equal(dryad_memory_watch_check(&watch, UINT64_C(7) << 30, NULL), DRYAD_OK);
  assert_int_equal(dryad_memory_watch_check(&watch, UINT64_C(9) << 30, NULL), DRYAD_LIMIT);
  dryad_error error = {0};
  assert_int_equal(dryad_memory_watch_explain(&watch, DRYAD_CANCELLED, &error), DRYAD_CANCELLED);
}

static void it_stops_when_little_is_left(void **state)
{
  (void)state;
  dryad_memory_watch watch = begin(&(dryad_load_options){0});
  set_figures(little, (unsigned)((3u << 30) / (unsigned)sysconf(_SC_PAGESIZE)));
  assert_false(tell(&watch, 12, 100));
  assert_stops(&watch, "x.dump: does not fit in memory: it has taken 3.0GiB for the first 12%, so all would take about "
                       "25.0GiB; 100.0MiB of 16.0GiB are left. --spill DIR (spill) keeps it on a disk; --max-memory "
                       "SIZE (max_memory) sets another limit");
}

static void a_small_dump_fits_where_little_is_left(void **state)
{
  (void)state;
  const unsigned hundred_mebibytes = (100u << 20) / (unsigned)sysconf(_SC_PAGESIZE);
  dryad_memory_watch watch = begin(&(dryad_load_options){0});
  set_figures(little, hundred_mebibytes);
  assert_true(tell(&watch, 1, 100));
  set_figures(little, hundred_mebibytes + 1);
  assert_false(tell(&watch, 1, 100));
}

static void max_memory_is_the_limit_whatever_is_left(void **state)
{
  (void)state;
  const unsigned pages = (unsigned)((64u << 20) / (unsigned)sysconf(_SC_PAGESIZE));
  dryad_memory_watch watch = begin(&(dryad_load_options){.max_memory = 64 << 20, .spill = "/tmp"});
  set_figures(little, pages);
  assert_true(tell(&watch, 0, 0));
  set_figures(plenty, pages + 1);
  assert_false(tell(&watch, 0, 0));
  assert_stops(&watch, "x.dump: does not fit in memory: it has taken 64.0MiB; it may take 64.0MiB. --max-memory SIZE "
                       "(max_memory) sets another limit");
}

static void what_is_needed_more_counts(void **state)
{
  (void)state;
  dryad_memory_watch watch = begin(&(dryad_load_options){.max_memory = 1 << 20});
  set_figures(plenty, 0);
  dryad_error error = {0};
  assert_int_equal(dryad_memory_watch_check(&watch, 1 << 20, &error), DRYAD_OK);
  assert_int_equal(dryad_memory_watch_check(&watch, (1 << 20) + 1, &error), DRYAD_LIMIT);
  assert_non_null(strstr(error.text, "it has taken 0B and needs 1.0MiB more"));
}

static bool refuse(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)stage, (void)total;
  *(uint64_t *)context = done;
  return false;
}

static void the_callers_progress_is_told_and_may_stop(void **state)
{
  (void)state;
  uint64_t told = 0;
  dryad_memory_watch watch = begin(&(dryad_load_options){.progress = {refuse, &told}});
  set_figures(plenty, 0);
  assert_false(tell(&watch, 7, 100));
  assert_number(told, 7);
  assert_int_equal(dryad_memory_watch_explain(&watch, DRYAD_CANCELLED, NULL), DRYAD_CANCELLED);
}

static bool note(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)done, (void)total;
  *(const char **)context = stage;
  return true;
}

static void an_estimate_beyond_what_is_left_is_told_early(void **state)
{
  (void)state;
  const unsigned gibibyte = (1u << 30) / (unsigned)sysconf(_SC_PAGESIZE);
  const char *stage = NULL;
  const char *const warning = "reading; may not fit in memory, see --spill";
  dryad_load_options options = {.progress = {note, &stage}};
  dryad_memory_watch watch = begin(&options), limited, spilling;
  set_figures(plenty, gibibyte); /* 8 GiB are left: the rest may be eight times what was read */
  assert_true(tell(&watch, 12, 100));
  assert_string_equal(stage, "reading");
  assert_true(tell(&watch, 11, 100));
  assert_string_equal(stage, warning);
  assert_true(tell(&watch, 4, 100));
  assert_string_equal(stage, "reading");
  options.max_memory = UINT64_C(3) << 30;
  limited = begin(&options);
  assert_true(tell(&limited, 34, 100));
  assert_string_equal(stage, "reading");
  assert_true(tell(&limited, 33, 100));
  assert_string_equal(stage, warning);
  options.spill = "/tmp";
  spilling = begin(&options);
  assert_true(tell(&spilling, 33, 100));
  assert_string_equal(stage, "reading");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {IN_FOLDER(it_goes_on_while_there_is_plenty),
                                     IN_FOLDER(it_stops_when_little_is_left),
                                     IN_FOLDER(a_small_dump_fits_where_little_is_left),
                                     IN_FOLDER(max_memory_is_the_limit_whatever_is_left),
                                     IN_FOLDER(what_is_needed_more_counts),
                                     IN_FOLDER(the_callers_progress_is_told_and_may_stop),
                                     IN_FOLDER(an_estimate_beyond_what_is_left_is_told_early)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
