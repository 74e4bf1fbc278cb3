/* SPDX-License-Identifier: MIT */
/* Dense numbers for texts. */
#include "graph/text_numbers.h"

#include <stdio.h>

#include "failing.h"
#include "testing.h"

static dryad_text text(const char *data) { return (dryad_text){data, strlen(data)}; }

static void texts_are_numbered_in_the_order_of_their_first_appearance(void **state)
{
  (void)state;
  dryad_text_numbers numbers;
  uint32_t number;
  dryad_text_numbers_init(&numbers, NULL);
  static const struct {
    const char *text;
    uint32_t number;
  } steps[] = {{"b", 0}, {"", 1}, {"a", 2}, {"b", 0}, {"", 1}, {"ab", 3}, {"a", 2}};
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
    assert_int_equal(dryad_text_numbers_add(&numbers, text(steps[i].text), &number, NULL), DRYAD_OK);
    assert_int_equal(number, steps[i].number);
  }
  dryad_text_numbers_settle(&numbers);
  assert_int_equal(numbers.count, 4);
  assert_true(dryad_text_equal(dryad_text_numbers_get(&numbers, 3), text("ab")));
  assert_true(dryad_text_equal(dryad_text_numbers_get(&numbers, 0), text("b")));
  dryad_text_numbers_deinit(&numbers);
}

static void many_texts_keep_their_numbers(void **state)
{
  (void)state;
  enum { MANY = 20000 };
  dryad_text_numbers numbers;
  uint32_t number;
  char name[20];
  dryad_text_numbers_init(&numbers, NULL);
  for (uint32_t round = 0; round < 2; round++)
    for (uint32_t i = 0; i < MANY; i++) {
      snprintf(name, sizeof name, "%u", (unsigned)(i * 7919 % MANY));
      assert_int_equal(dryad_text_numbers_add(&numbers, text(name), &number, NULL), DRYAD_OK);
      assert_int_equal(number, i);
    }
  dryad_text_numbers_deinit(&numbers);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_are_numbered_in_the_order_of_their_first_appearance),
      cmocka_unit_test(many_texts_keep_their_numbers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
