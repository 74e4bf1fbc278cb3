/* SPDX-License-Identifier: MIT */
/* A buffer grows, and is unchanged when it cannot. */
#include "testing.h"

#include "base/buffer.h"

static void what_is_appended_stays(void **state)
{
  (void)state;
  enum { PIECES = 3000 };
  dryad_buffer buffer = {0};
  for (unsigned i = 0; i < PIECES; i++) {
    char piece[3] = {(char)i, (char)(i >> 8), 'x'};
    assert_true(dryad_buffer_append(&buffer, piece, sizeof piece));
  }
  assert_true(dryad_buffer_append(&buffer, NULL, 0));
  assert_int_equal(buffer.length, 3 * PIECES);
  for (unsigned i = 0; i < PIECES; i++)
    assert_memory_equal(buffer.data + 3 * i, ((char[3]){(char)i, (char)(i >> 8), 'x'}), 3);
  dryad_buffer_deinit(&buffer);
  assert_null(buffer.data);
  assert_int_equal(buffer.length, 0);
}

static void *refuse(void *context, void *block, size_t old_size, size_t new_size)
{
  (void)old_size;
  if (new_size == 0) free(block);
  return new_size == 0 || *(bool *)context ? NULL : realloc(block, new_size);
}

static void what_cannot_be_appended_changes_nothing(void **state)
{
  (void)state;
  bool refusing = false;
  dryad_allocator allocator = {refuse, &refusing};
  dryad_buffer buffer = {.allocator = &allocator};
  char more[5000] = {0};
  volatile size_t endless = SIZE_MAX - 2; /* added to the current length, the sum would be 0 */
  assert_true(dryad_buffer_append(&buffer, "abc", 3));
  assert_false(dryad_buffer_append(&buffer, more, endless));
  refusing = true;
  assert_false(dryad_buffer_append(&buffer, more, sizeof more));
  assert_int_equal(buffer.length, 3);
  assert_memory_equal(buffer.data, "abc", 3);
  assert_true(dryad_buffer_append(&buffer, "def", 3)); /* there is room for it */
  assert_memory_equal(buffer.data, "abcdef", 6);
  dryad_buffer_deinit(&buffer);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_is_appended_stays),
      cmocka_unit_test(what_cannot_be_appended_changes_nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
