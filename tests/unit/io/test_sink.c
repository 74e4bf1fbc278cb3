/* SPDX-License-Identifier: MIT */
/* Sinks: messages about files that cannot be written, and the limit. test_output.c tests that files appear
   atomically. */
#include "folder.h"

#include <errno.h>
#include <sys/mount.h>

#include "io/stream.h"

static dryad_sink *sink;
static dryad_error failure;

static void assert_refused(const char *path, const dryad_sink_options *options, const char *text)
{
  assert_int_equal(dryad_sink_open(&sink, path, options, NULL, &failure), DRYAD_IO);
  assert_null(sink);
  assert_string_equal(failure.text, text);
}

static void begin(const char *path, const char *text)
{
  assert_int_equal(dryad_sink_open(&sink, path, NULL, NULL, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_write(sink, text, strlen(text), &failure), DRYAD_OK);
}

static void what_is_there_is_told_at_opening_and_at_the_end(void **state)
{
  (void)state;
  const dryad_sink_options named = {.force_name = "overwrite=True"}, force = {.output.force = true};
  put_file("out", "before");
  assert_refused("out", NULL, "out: exists already; --force replaces it");
  assert_refused("out", &named, "out: exists already; overwrite=True replaces it");
  begin("new", "text");
  put_file("new", "theirs");
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_IO);
  assert_string_equal(failure.text, "new: exists already; --force replaces it");
  assert_file("new", "theirs");
  assert_int_equal(dryad_sink_open(&sink, "out", &force, NULL, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_write(sink, "after", 5, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_OK);
  assert_file("out", "after");
}

static void what_cannot_be_written_is_told(void **state)
{
  (void)state;
  mkdir("folder", 0700);
  assert_refused("folder", NULL, "folder: is a directory");
  assert_refused("none/out", NULL, "none/out: cannot be written: No such file or directory");
  begin("/dev/full", "x");
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_IO);
  assert_string_equal(failure.text, "/dev/full: cannot be written: No space left on device");
}

static void a_compression_that_is_not_there_is_refused(void **state)
{
  (void)state;
  const dryad_sink_options plain = {.plain = true};
  assert_refused("a.dump.xz", NULL,
                 "a.dump.xz: cannot be written as .xz: names that end in .gz and .zst are compressed");
  assert_refused("a.bz2", NULL, "a.bz2: cannot be written as .bz2: names that end in .gz and .zst are compressed");
  assert_int_equal(access("a.dump.xz", F_OK), -1);
  assert_int_equal(dryad_sink_open(&sink, "plain.xz", &plain, NULL, &failure), DRYAD_OK);
  dryad_sink_abandon(sink);
  begin("boxz", "text");
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_OK);
  assert_file("boxz", "text");
}

static void the_final_path_is_told(void **state)
{
  (void)state;
  const dryad_sink_options timed = {.output = {.expand = true, .process = 77}};
  dryad_sink_result result;
  char before[PATH_MAX];
  for (int i = 0; i < 2; i++) {
    assert_int_equal(dryad_sink_open(&sink, "x-%p-%t.gz", &timed, NULL, &failure), DRYAD_OK);
    assert_int_equal(strncmp(dryad_sink_name(sink), "x-77-", 5), 0);
    assert_int_equal(dryad_sink_finish(sink, &result, &failure), DRYAD_OK);
    assert_int_equal(access(result.path, F_OK), 0);
    assert_false(result.is_direct);
    assert_true(result.bytes > 0);
    if (i) assert_string_not_equal(result.path, before);
    strcpy(before, result.path);
  }
}

static void what_is_longer_than_the_limit_is_an_error_and_no_file(void **state)
{
  (void)state;
  static char text[1000000];
  begin("fits", "0123456789");
  dryad_sink_limit(sink, 10, "--max-size");
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_OK);
  begin("short", "0123456789x");
  dryad_sink_limit(sink, 10, "--max-size");
  assert_int_equal(dryad_sink_finish(sink, NULL, &failure), DRYAD_LIMIT);
  assert_string_equal(failure.text, "short: would take more than 10B, all that --max-size allows");
  begin("long", "");
  dryad_sink_limit(sink, sizeof text - 1, "--max-size");
  dryad_status status = DRYAD_OK;
  size_t written = 0;
  for (; status == DRYAD_OK && written < 2 * sizeof text; written += 1000)
    status = dryad_sink_write(sink, text, 1000, &failure);
  assert_int_equal(status, DRYAD_LIMIT);
  assert_true(written < 2 * sizeof text); /* at once, not only at the end */
  dryad_sink_abandon(sink);
  assert_int_equal(count_files("."), 1);
}

static void a_full_disk_is_an_error_and_leaves_no_file(void **state)
{
  (void)state;
  static char text[1000000];
  mkdir("disk", 0700);
  if (mount("dryad", "disk", "tmpfs", 0, "size=256k") != 0) skip();
  dryad_status opened = dryad_sink_open(&sink, "disk/out", NULL, NULL, &failure);
  uint64_t room = opened ? 0 : dryad_sink_free_room(sink);
  dryad_status written = opened ? opened : dryad_sink_write(sink, text, sizeof text, &failure);
  dryad_sink_abandon(sink);
  int left = count_files("disk");
  assert_int_equal(umount("disk"), 0);
  assert_int_equal(opened, DRYAD_OK);
  assert_in_range(room, 200 * 1024, 256 * 1024);
  assert_int_equal(written, DRYAD_IO);
  assert_string_equal(failure.text, "disk/out: cannot be written: No space left on device");
  assert_int_equal(left, 0);
}

static void a_file_without_a_name_is_compressed_and_read_again(void **state)
{
  (void)state;
  static char text[1000000], got[sizeof text + 1];
  const dryad_sink_options unnamed = {.unnamed = true};
  const char *problem;
  char path[DRYAD_SINK_LINK];
  dryad_stream *stream;
  size_t length = 0, count = 1;
  memset(text, 'x', sizeof text);
  assert_int_equal(dryad_sink_open(&sink, ".", &unnamed, NULL, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_write(sink, text, sizeof text, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_reread(sink, path, &failure), DRYAD_OK);
  assert_in_range(dryad_sink_written(sink), 1, sizeof text / 100);
  assert_int_equal(count_files("."), 0);
  assert_int_equal(dryad_stream_open(&stream, path, NULL, NULL, &failure), DRYAD_OK);
  for (; count; length += count)
    assert_int_equal(dryad_stream_read(stream, got + length, sizeof got - length, &count, &problem, &failure),
                     DRYAD_OK);
  dryad_stream_close(stream);
  assert_null(problem);
  assert_int_equal(length, sizeof text);
  assert_memory_equal(got, text, sizeof text);
  dryad_sink_abandon(sink);
  assert_int_equal(access(path, F_OK), -1);
  assert_int_equal(count_files("."), 0);
}

static void a_file_without_a_name_is_called_by_its_folder(void **state)
{
  (void)state;
  const dryad_sink_options unnamed = {.unnamed = true};
  assert_refused("none", &unnamed, "none: cannot be written: No such file or directory");
  assert_int_equal(dryad_sink_open(&sink, ".", &unnamed, NULL, &failure), DRYAD_OK);
  dryad_sink_limit(sink, 1, "the room");
  char path[DRYAD_SINK_LINK];
  assert_int_equal(dryad_sink_write(sink, "text", 4, &failure), DRYAD_OK);
  assert_int_equal(dryad_sink_reread(sink, path, &failure), DRYAD_LIMIT);
  assert_string_equal(failure.text, ".: would take more than 1B, all that the room allows");
  dryad_sink_abandon(sink);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(what_is_there_is_told_at_opening_and_at_the_end),
      TEST(what_cannot_be_written_is_told),
      TEST(a_compression_that_is_not_there_is_refused),
      TEST(the_final_path_is_told),
      TEST(what_is_longer_than_the_limit_is_an_error_and_no_file),
      TEST(a_full_disk_is_an_error_and_leaves_no_file),
      TEST(a_file_without_a_name_is_compressed_and_read_again),
      TEST(a_file_without_a_name_is_called_by_its_folder),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
