/* SPDX-License-Identifier: MIT */
/* The mappings of a process: what the kernel writes, with the oddest names, and what it never would. */
#include "attach/mappings.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "attach.h"

static dryad_status read_from(dryad_mappings *mappings, int fd, const char *text, size_t length, dryad_error *error)
{
  assert_int_equal(ftruncate(fd, 0), 0);
  put(fd, 0, text, length);
  return dryad_mappings_read(mappings, fd, error);
}

static void own_mappings_are_what_was_mapped(void **state)
{
  (void)state;
  dryad_mappings mappings = {0};
  int maps = open_of(getpid(), "maps"), file = made_up_memory();
  assert_int_equal(ftruncate(file, 8 * 4096), 0);
  for (int again = 0; again < 3; again++) {
    unsigned char *bytes = mmap(NULL, 3 * 4096, PROT_READ | PROT_EXEC, MAP_SHARED, file, 2 * 4096);
    struct stat info;
    assert_true(bytes != MAP_FAILED && !fstat(file, &info));
    assert_int_equal(dryad_mappings_read(&mappings, maps, NULL), DRYAD_OK);
    const dryad_mapping *found = dryad_mappings_find(&mappings, (uintptr_t)bytes + 4096);
    assert_non_null(found);
    assert_number(found->from, (uintptr_t)bytes);
    assert_number(found->to, (uintptr_t)bytes + 3 * 4096);
    assert_true(found->readable && !found->writable && found->executable && found->shared);
    assert_number(found->offset, 2 * 4096);
    assert_number(found->inode, info.st_ino);
    assert_string_equal(found->path, "/memfd:made-up (deleted)");
    assert_true(dryad_mappings_find(&mappings, (uintptr_t)bytes) == found);
    assert_true(dryad_mappings_find(&mappings, (uintptr_t)bytes + 3 * 4096 - 1) == found);
    assert_true(dryad_mappings_find(&mappings, (uintptr_t)bytes + 3 * 4096) != found);
    int here;
    const dryad_mapping *stack = dryad_mappings_find(&mappings, (uintptr_t)&here);
    assert_non_null(stack);
    assert_string_equal(stack->path, "[stack]");
    assert_true(stack->readable && stack->writable && !stack->shared);
    assert_null(dryad_mappings_find(&mappings, 0));
    assert_null(dryad_mappings_find(&mappings, INT64_MAX));
    munmap(bytes, 3 * 4096);
  }
  dryad_mappings_deinit(&mappings);
  close(file);
  close(maps);
}

static void odd_names_are_kept_as_the_kernel_writes_them(void **state)
{
  (void)state;
  char folder[] = "/tmp/dryad-test-XXXXXX", path[300], expected[400];
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/a\" \"shell\nid > x\" (deleted) \\012 7f-8f rwxp", folder);
  snprintf(expected, sizeof expected, "%s/a\" \"shell\\012id > x\" (deleted) \\012 7f-8f rwxp", folder);
  int fd = open(path, O_RDWR | O_CREAT, 0600), maps = open_of(getpid(), "maps");
  assert_true(fd >= 0 && !ftruncate(fd, 4096));
  void *bytes = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
  assert_true(bytes != MAP_FAILED);
  dryad_mappings mappings = {0};
  assert_int_equal(dryad_mappings_read(&mappings, maps, NULL), DRYAD_OK);
  const dryad_mapping *found = dryad_mappings_find(&mappings, (uintptr_t)bytes);
  assert_non_null(found);
  assert_string_equal(found->path, expected);
  unlink(path);
  rmdir(folder);
  dryad_mappings_deinit(&mappings);
  close(fd);
  close(maps);
}

static void of_a_long_name_the_end_is_kept(void **state)
{
  (void)state;
  enum { LONG = 16000 };
  static char text[LONG + 200], expected[DRYAD_MAPPING_PATH];
  dryad_mappings mappings = {0};
  int fd = made_up_memory();
  int start = snprintf(text, sizeof text, "1000-2000 r--p 00000000 08:01 77      ");
  for (int i = 0; i < LONG; i++) text[start + i] = (char)('a' + i % 26);
  memcpy(expected, text + start + LONG - (DRYAD_MAPPING_PATH - 1), DRYAD_MAPPING_PATH - 1);
  int length = start + LONG + snprintf(text + start + LONG, 100, "\n3000-4000 r-xp 00001000 08:01 77 /short\n");
  assert_int_equal(read_from(&mappings, fd, text, (size_t)length, NULL), DRYAD_OK);
  assert_int_equal(mappings.count, 2);
  assert_string_equal(mappings.items[0].path, expected);
  assert_number(mappings.items[0].device, UINT64_C(8) << 32 | 1);
  assert_string_equal(mappings.items[1].path, "/short");
  dryad_mappings_deinit(&mappings);
  close(fd);
}

static void what_the_kernel_would_not_write_is_refused(void **state)
{
  (void)state;
  const char *const wrong[] = {
      "x\n",
      "\n",
      "1000-2000\n",
      "1000-2000 r--p 0 08:01\n",
      "1000-2000 r--p 0 08:01 77",
      "2000-1000 r--p 0 08:01 77\n",
      "1000-1000 r--p 0 08:01 77\n",
      "1000-2000 z--p 0 08:01 77\n",
      "1000-2000 r--p 0 0801 77\n",
      "1000-2000 r--p 0 08:01 7a7b\n 1-2 r",
      "10000000000000000-20000000000000000 r--p 0 08:01 77\n",
      "1000-2000 r--p 0 08:01 99999999999999999999\n",
  };
  int fd = made_up_memory();
  dryad_mappings mappings = {0};
  for (unsigned i = 0; i < sizeof wrong / sizeof *wrong; i++) {
    dryad_error error = {0};
    if (read_from(&mappings, fd, wrong[i], strlen(wrong[i]), &error) != DRYAD_FORMAT) fail_msg("%s", wrong[i]);
    assert_string_equal(error.text, "the mappings of the process cannot be understood");
    assert_int_equal(mappings.count, 0);
    assert_null(dryad_mappings_find(&mappings, 0x1800));
  }
  dryad_mappings_deinit(&mappings);
  close(fd);
}

static void a_mapping_that_grew_meanwhile_does_not_overlap(void **state)
{
  (void)state;
  static const char text[] =
      "1000-3000 r--p 0 08:01 77 /a\n2000-3000 r--p 0 08:01 77 /b\n2000-5000 rw-p 0 08:01 77 /c\n";
  int fd = made_up_memory();
  dryad_mappings mappings = {0};
  assert_int_equal(read_from(&mappings, fd, text, sizeof text - 1, NULL), DRYAD_OK);
  assert_int_equal(mappings.count, 2);
  assert_number(mappings.items[1].from, 0x3000);
  assert_string_equal(mappings.items[1].path, "/c");
  dryad_mappings_deinit(&mappings);
  close(fd);
}

static FILE *many(int fd, unsigned count, const char *name)
{
  FILE *file = fdopen(dup(fd), "w");
  assert_non_null(file);
  for (unsigned i = 0; i < count; i++)
    fprintf(file, "%x-%x r--p 0 08:01 77 %s%u\n", (i + 1) * 4096, (i + 2) * 4096, name, i % 2);
  return file;
}

static void too_many_mappings_are_an_error_that_says_so(void **state)
{
  (void)state;
  dryad_error error = {0};
  dryad_mappings mappings = {0};
  int fd = made_up_memory();
  fclose(many(fd, DRYAD_MAPPINGS_MAX, ""));
  assert_int_equal(dryad_mappings_read(&mappings, fd, &error), DRYAD_OK);
  assert_int_equal(mappings.count, DRYAD_MAPPINGS_MAX);
  assert_true(dryad_mappings_find(&mappings, 4096 * 300 + 5) == &mappings.items[299]);
  lseek(fd, 0, SEEK_SET);
  fclose(many(fd, DRYAD_MAPPINGS_MAX + 1, ""));
  assert_int_equal(dryad_mappings_read(&mappings, fd, &error), DRYAD_LIMIT);
  assert_non_null(strstr(error.text, "more than 65536 mappings"));
  assert_int_equal(mappings.count, 0);
  static char name[1000];
  memset(name, 'n', sizeof name - 1);
  lseek(fd, 0, SEEK_SET);
  fclose(many(fd, 4000, name));
  assert_int_equal(dryad_mappings_read(&mappings, fd, &error), DRYAD_LIMIT);
  dryad_mappings_deinit(&mappings);
  close(fd);
}

static void a_process_that_has_ended_has_none(void **state)
{
  (void)state;
  dryad_error error = {0};
  dryad_mappings mappings = {0};
  pid_t child = fork();
  if (!child) _exit(0);
  int maps = open_of(child, "maps");
  siginfo_t info;
  assert_int_equal(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT), 0);
  assert_int_equal(dryad_mappings_read(&mappings, maps, &error), DRYAD_IO);
  assert_true(strlen(error.text) > 0);
  waitpid(child, NULL, 0);
  assert_int_equal(dryad_mappings_read(&mappings, maps, &error), DRYAD_IO);
  dryad_mappings_deinit(&mappings);
  close(maps);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(own_mappings_are_what_was_mapped),
      cmocka_unit_test(odd_names_are_kept_as_the_kernel_writes_them),
      cmocka_unit_test(of_a_long_name_the_end_is_kept),
      cmocka_unit_test(what_the_kernel_would_not_write_is_refused),
      cmocka_unit_test(a_mapping_that_grew_meanwhile_does_not_overlap),
      cmocka_unit_test(too_many_mappings_are_an_error_that_says_so),
      cmocka_unit_test(a_process_that_has_ended_has_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
