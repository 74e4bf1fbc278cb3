/* SPDX-License-Identifier: MIT */
/* Numbers of ids, against an array with the number of each. */
#include "base/id_numbers.h"

#include "failing.h"

static uint32_t number_of(dryad_id_numbers *numbers, uint32_t id)
{
  uint32_t number = 77;
  assert_true(dryad_id_numbers_add(numbers, id, &number));
  assert_true(number < numbers->count);
  assert_number(dryad_id_numbers_get(numbers, number), id);
  return number;
}

static void ids_are_numbered_in_the_order_in_which_they_come(void **state)
{
  (void)state;
  enum { IDS = 5000 };
  uint64_t seed = 93;
  for (int round = 0; round < 100; round++) {
    uint32_t expected[IDS], count = 0;
    dryad_id_numbers numbers = {.allocator = &dryad_default_allocator};
    /* Near ids, or far ones that differ in the highest bits only. */
    uint32_t stride = UINT32_C(1) << random_below(&seed, 19), first = (uint32_t)random_bits(&seed, 32);
    memset(expected, 0xff, sizeof expected);
    for (uint64_t asked = random_below(&seed, IDS); asked > 0; asked--) {
      uint32_t i = (uint32_t)random_below(&seed, IDS), id = first + i * stride, found;
      assert_int_equal(dryad_id_numbers_find(&numbers, id, &found), expected[i] != DRYAD_NONE);
      assert_number(found, expected[i]);
      if (expected[i] == DRYAD_NONE) expected[i] = count++;
      assert_number(number_of(&numbers, id), expected[i]);
      assert_number(numbers.count, count);
    }
    dryad_id_numbers_deinit(&numbers);
  }
}

static void the_largest_id_has_a_number_too(void **state)
{
  (void)state;
  dryad_id_numbers numbers = {.allocator = &dryad_default_allocator};
  uint32_t found;
  assert_false(dryad_id_numbers_find(&numbers, UINT32_MAX, &found));
  assert_number(number_of(&numbers, 0), 0);
  assert_false(dryad_id_numbers_find(&numbers, UINT32_MAX, &found));
  assert_number(found, DRYAD_NONE);
  assert_number(number_of(&numbers, UINT32_MAX), 1);
  assert_true(dryad_id_numbers_find(&numbers, UINT32_MAX, &found));
  assert_number(found, 1);
  dryad_id_numbers_deinit(&numbers);
}

static void they_can_be_used_again(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_id_numbers numbers = {.allocator = &allocator};
  dryad_id_numbers_deinit(&numbers);
  for (uint32_t round = 0; round < 3; round++) {
    for (uint32_t i = 0; i < 100; i++) assert_number(number_of(&numbers, round + 99 - i), i);
    dryad_id_numbers_deinit(&numbers);
    assert_int_equal(numbers.count, 0);
    assert_int_equal(l.blocks, 0);
    assert_int_equal(l.bytes, 0);
  }
}

static void without_memory_the_numbers_stay(void **state)
{
  (void)state;
  enum { IDS = 2000 };
  failing f = {.fail_at = 0};
  const dryad_allocator allocator = {failing_resize, &f};
  dryad_id_numbers numbers = {.allocator = &allocator};
  unsigned failures = 0;
  for (uint32_t i = 0; i < IDS; i++) {
    uint32_t number;
    f.fail_at = f.requests + 1;
    if (!dryad_id_numbers_add(&numbers, i, &number)) {
      failures++;
      assert_number(numbers.count, i);
      for (uint32_t k = 0; k < i; k++) assert_number(number_of(&numbers, k), k);
    }
    f.fail_at = 0;
    assert_number(number_of(&numbers, i), i);
  }
  assert_true(failures > 10);
  dryad_id_numbers_deinit(&numbers);
  assert_int_equal(f.ledger.blocks, 0);
  assert_int_equal(f.ledger.bytes, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(ids_are_numbered_in_the_order_in_which_they_come),
      cmocka_unit_test(the_largest_id_has_a_number_too),
      cmocka_unit_test(they_can_be_used_again),
      cmocka_unit_test(without_memory_the_numbers_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
