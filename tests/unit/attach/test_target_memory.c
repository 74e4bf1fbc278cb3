/* SPDX-License-Identifier: MIT */
/* Memory of a process: what of it can be read, and when reading ends. */
#include "attach/target_memory.h"

#include "attach.h"

enum { PAGE = 4096 };

/* Three pages of memory, of which the last cannot be read. */
static unsigned char *two_pages(void)
{
  unsigned char *bytes = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  assert_true(bytes != MAP_FAILED);
  for (int i = 0; i < 2 * PAGE; i++) bytes[i] = (unsigned char)(i * 7 + i / 256);
  assert_int_equal(munmap(bytes + 2 * PAGE, PAGE), 0);
  return bytes;
}

static dryad_target_memory *own_memory(uint64_t budget)
{
  static int fd = -1;
  if (fd < 0) fd = open_of(getpid(), "mem");
  dryad_target_memory *memory = dryad_target_memory_new(fd, budget);
  assert_non_null(memory);
  return memory;
}

static void what_is_read_is_what_lies_there(void **state)
{
  (void)state;
  static unsigned char to[2 * PAGE];
  unsigned char *bytes = two_pages();
  dryad_target_memory *memory = own_memory(MEGABYTE);
  const size_t sizes[] = {0, 1, 8, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE};
  for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++)
    for (size_t from = 0; from + sizes[i] <= 2 * PAGE; from += 509) {
      assert_true(dryad_target_read(memory, (uintptr_t)bytes + from, to, sizes[i]));
      assert_memory_equal(to, bytes + from, sizes[i]);
    }
  dryad_target_memory_free(memory);
  munmap(bytes, 2 * PAGE);
}

static void a_read_is_all_or_nothing_and_some_is_what_there_is(void **state)
{
  (void)state;
  static unsigned char to[3 * PAGE];
  unsigned char *bytes = two_pages();
  uint64_t end = (uintptr_t)bytes + 2 * PAGE;
  dryad_target_memory *memory = own_memory(MEGABYTE);
  assert_true(dryad_target_read(memory, end - 8, to, 8));
  assert_false(dryad_target_read(memory, end - 8, to, 9));
  assert_false(dryad_target_read(memory, end - PAGE - 1, to, PAGE + 2));
  assert_false(dryad_target_read(memory, end, to, 1));
  assert_int_equal(dryad_target_read_some(memory, end - 8, to, sizeof to), 8);
  assert_memory_equal(to, bytes + 2 * PAGE - 8, 8);
  assert_int_equal(dryad_target_read_some(memory, end, to, sizeof to), 0);
  dryad_target_memory_free(memory);
  munmap(bytes, 2 * PAGE);
}

static void addresses_do_not_wrap_around(void **state)
{
  (void)state;
  static unsigned char to[2 * PAGE];
  dryad_target_memory *memory = own_memory(MEGABYTE);
  const uint64_t wild[] = {0, 1, UINT64_MAX, UINT64_MAX - 7, UINT64_MAX - PAGE, UINT64_C(1) << 63, INT64_MAX};
  for (unsigned i = 0; i < sizeof wild / sizeof *wild; i++) {
    assert_false(dryad_target_read(memory, wild[i], to, 16));
    assert_false(dryad_target_read(memory, wild[i], to, sizeof to));
    assert_false(dryad_target_read_text(memory, wild[i], (char *)to, 16));
    assert_int_equal(dryad_target_read_some(memory, wild[i], to, sizeof to), 0);
  }
  dryad_target_memory_free(memory);
}

static void cached_pages_are_forgotten_when_told(void **state)
{
  (void)state;
  unsigned char *bytes = two_pages(), before = bytes[5], seen;
  dryad_target_memory *memory = own_memory(MEGABYTE);
  assert_true(dryad_target_read(memory, (uintptr_t)bytes + 5, &seen, 1));
  bytes[5] = (unsigned char)(before + 1);
  dryad_target_memory_refresh(memory);
  assert_true(dryad_target_read(memory, (uintptr_t)bytes + 5, &seen, 1));
  assert_int_equal(seen, (unsigned char)(before + 1));
  dryad_target_memory_free(memory);
  munmap(bytes, 2 * PAGE);
}

static void texts_end_at_their_nul_or_at_the_cut(void **state)
{
  (void)state;
  char to[16];
  unsigned char *bytes = two_pages();
  uint64_t end = (uintptr_t)bytes + 2 * PAGE;
  dryad_target_memory *memory = own_memory(MEGABYTE);
  memcpy(bytes + 2 * PAGE - 5, "last", 5);
  memcpy(bytes + PAGE - 3, "across", 7);
  memset(bytes, 'x', 100);
  assert_true(dryad_target_read_text(memory, end - 5, to, sizeof to));
  assert_string_equal(to, "last");
  assert_true(dryad_target_read_text(memory, end - PAGE - 3, to, sizeof to));
  assert_string_equal(to, "across");
  assert_true(dryad_target_read_text(memory, (uintptr_t)bytes, to, sizeof to));
  assert_string_equal(to, "xxxxxxxxxxxxxxx");
  bytes[2 * PAGE - 1] = 'x';
  dryad_target_memory_refresh(memory);
  assert_false(dryad_target_read_text(memory, end - 5, to, sizeof to));
  dryad_target_memory_free(memory);
  munmap(bytes, 2 * PAGE);
}

static void reading_ends_with_the_budget(void **state)
{
  (void)state;
  static unsigned char to[2 * PAGE];
  unsigned char *bytes = two_pages();
  dryad_target_memory *memory = own_memory(2 * PAGE + 31);
  assert_true(dryad_target_read(memory, (uintptr_t)bytes, to, 2 * PAGE));
  assert_int_equal(dryad_target_memory_budget(memory), 31);
  assert_false(dryad_target_read(memory, (uintptr_t)bytes, to, 1));
  assert_int_equal(dryad_target_memory_budget(memory), 0);
  dryad_target_memory_set_budget(memory, 10 * PAGE);
  unsigned reads = 0;
  while (dryad_target_read(memory, (uintptr_t)bytes, to, 1)) reads++;
  assert_int_equal(reads, 9 * PAGE / 32); /* the first brought a page into the cache */
  assert_int_equal(dryad_target_read_some(memory, (uintptr_t)bytes, to, 1), 0);
  dryad_target_memory_free(memory);
  munmap(bytes, 2 * PAGE);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_read_is_what_lies_there),
      cmocka_unit_test(a_read_is_all_or_nothing_and_some_is_what_there_is),
      cmocka_unit_test(addresses_do_not_wrap_around),
      cmocka_unit_test(cached_pages_are_forgotten_when_told),
      cmocka_unit_test(texts_end_at_their_nul_or_at_the_cut),
      cmocka_unit_test(reading_ends_with_the_budget),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
