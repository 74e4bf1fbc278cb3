/* SPDX-License-Identifier: MIT */
/* Numbers of keys, against a list of the keys used so far. */
#include "base/key_table.h"

#include "failing.h"

static uint32_t number_of(dryad_key_table *table, dryad_key key)
{
  uint32_t number = 77;
  assert_true(dryad_key_table_number(table, key, &number));
  assert_true(number < table->count);
  return number;
}

static void keys_are_numbered_in_the_order_in_which_they_come(void **state)
{
  (void)state;
  uint64_t seed = 92;
  for (int round = 0; round < 300; round++) {
    dryad_key keys[400];
    uint32_t count = 0;
    dryad_key_table table = {.allocator = &dryad_default_allocator};
    /* Few bits: repeated keys; many: keys that differ in one word only. */
    unsigned bits = 1 + random_below(&seed, 64), asked = random_below(&seed, 400);
    for (unsigned i = 0; i < asked; i++) {
      dryad_key key = {{random_bits(&seed, bits), random_bits(&seed, bits), random_bits(&seed, bits)}};
      if (count > 0 && chance(&seed, 50)) {
        key = keys[random_below(&seed, count)];
        if (chance(&seed, 50)) key.words[random_below(&seed, 3)] ^= UINT64_C(1) << random_below(&seed, 64);
      }
      uint32_t expected = 0;
      while (expected < count && memcmp(&keys[expected], &key, sizeof key)) expected++;
      uint32_t found;
      assert_int_equal(dryad_key_table_find(&table, key, &found), expected < count);
      assert_number(found, expected < count ? expected : DRYAD_NONE);
      assert_number(number_of(&table, key), expected);
      if (expected == count) keys[count++] = key;
      assert_number(table.count, count);
    }
    for (uint32_t i = 0; i < count; i++) {
      assert_number(number_of(&table, keys[i]), i);
      assert_memory_equal(&((const dryad_key *)table.keys.data)[i], &keys[i], sizeof *keys);
    }
    dryad_key_table_deinit(&table);
  }
}

static void a_table_can_be_used_again(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_key_table table = {.allocator = &allocator};
  dryad_key_table_deinit(&table);
  for (uint64_t round = 0; round < 3; round++) {
    for (uint64_t i = 0; i < 100; i++) assert_number(number_of(&table, (dryad_key){{round, 0, 99 - i}}), i);
    dryad_key_table_deinit(&table);
    assert_int_equal(table.count, 0);
    assert_int_equal(l.blocks, 0);
    assert_int_equal(l.bytes, 0);
  }
  dryad_key_table_deinit(&table);
}

static void a_million_keys(void **state)
{
  (void)state;
  enum { KEYS = 1000000 };
  dryad_key_table table = {.allocator = &dryad_default_allocator};
  for (int round = 0; round < 2; round++)
    for (uint64_t i = 0; i < KEYS; i++) assert_number(number_of(&table, (dryad_key){{i % 3, i << 33, i / 1000}}), i);
  assert_number(table.count, KEYS);
  assert_true(table.slot_count >= 2 * KEYS && table.slot_count <= 4 * KEYS + 64);
  dryad_key_table_deinit(&table);
}

static void without_memory_the_numbers_stay(void **state)
{
  (void)state;
  enum { KEYS = 2000 };
  failing f = {.fail_at = 0};
  const dryad_allocator allocator = {failing_resize, &f};
  dryad_key_table table = {.allocator = &allocator};
  unsigned failures = 0;
  for (uint64_t i = 0; i < KEYS; i++) {
    uint32_t number;
    f.fail_at = f.requests + 1;
    if (!dryad_key_table_number(&table, (dryad_key){{i}}, &number)) {
      failures++;
      assert_number(table.count, i);
      for (uint64_t k = 0; k < i; k++) assert_number(number_of(&table, (dryad_key){{k}}), k);
    }
    f.fail_at = 0;
    assert_number(number_of(&table, (dryad_key){{i}}), i);
  }
  assert_true(failures > 10);
  dryad_key_table_deinit(&table);
  assert_int_equal(f.ledger.blocks, 0);
  assert_int_equal(f.ledger.bytes, 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(keys_are_numbered_in_the_order_in_which_they_come),
      cmocka_unit_test(a_table_can_be_used_again),
      cmocka_unit_test(a_million_keys),
      cmocka_unit_test(without_memory_the_numbers_stay),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
