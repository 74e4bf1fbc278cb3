/* SPDX-License-Identifier: MIT */
/* The place of a number among ascending ones, against counting those that are smaller. */
#include "testing.h"

#include "base/search.h"

static void the_place_is_the_number_of_smaller_ones(void **state)
{
  (void)state;
  const uint32_t numbers[] = {0, 2, 2, 5, 9, UINT32_MAX - 1, UINT32_MAX};
  const uint32_t asked[] = {0, 1, 2, 3, 5, 6, 9, 10, UINT32_MAX - 2, UINT32_MAX - 1, UINT32_MAX};
  for (size_t count = 0; count <= sizeof numbers / sizeof *numbers; count++)
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
      uint64_t smaller = 0;
      for (size_t k = 0; k < count; k++) smaller += numbers[k] < asked[i];
      assert_int_equal(dryad_lower_bound(numbers, count, asked[i]), smaller);
    }
}

static void nothing_needs_no_memory(void **state)
{
  (void)state;
  assert_int_equal(dryad_lower_bound(NULL, 0, 5), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_place_is_the_number_of_smaller_ones),
      cmocka_unit_test(nothing_needs_no_memory),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
