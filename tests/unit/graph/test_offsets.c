/* SPDX-License-Identifier: MIT */
/* Offsets beyond 32 bits, made up: no test has 2^32 references. */
#include "graph/offsets.h"

#include "feed.h"

enum { MAX_OFFSETS = 2000 };

static void assert_offsets(const dryad_offsets *offsets, const uint64_t *expected, uint32_t n)
{
  for (uint32_t i = 0; i <= n; i++) assert_number(dryad_offset(offsets, i), expected[i]);
}

static void check(const uint64_t *expected, uint32_t n, uint32_t wraps)
{
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_offsets offsets;
  assert_true(dryad_offsets_init(&offsets, &allocator, n));
  for (uint32_t i = 0; i <= n; i++) assert_true(dryad_offsets_set(&offsets, &allocator, i, expected[i]));
  assert_offsets(&offsets, expected, n);
  assert_int_equal(offsets.wrap_count, wraps);
  dryad_offsets_deinit(&offsets, &allocator);
  dryad_offsets_deinit(&offsets, &allocator);
  assert_int_equal(l.blocks, 0);
}

#define CHECK(wraps, ...)                                                                                              \
  check((const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t) - 1, wraps)

static void edges_of_the_wraps(void **state)
{
  (void)state;
  const uint64_t wrap = UINT64_C(1) << 32;
  CHECK(0, 0);
  CHECK(0, 0, 0, 5, wrap - 1);
  CHECK(1, 0, wrap - 1, wrap);
  CHECK(1, 0, wrap - 1, wrap + 1, wrap + 1, 2 * wrap - 1);
  CHECK(2, 0, wrap, 2 * wrap);
  CHECK(1, wrap, wrap, wrap + 7);
  /* One object with more than 2^32 references passes several at once. */
  CHECK(5, 0, 3, 5 * wrap + 2, 5 * wrap + 2, 5 * wrap + 9);
  CHECK(9, 1, 3 * wrap, 3 * wrap + 1, 9 * wrap - 1, 9 * wrap);
}

static void random_steps(void **state)
{
  (void)state;
  static uint64_t expected[MAX_OFFSETS + 1];
  uint64_t seed = 5;
  for (int round = 0; round < 50; round++) {
    uint32_t n = 1 + random_below(&seed, MAX_OFFSETS - 1);
    uint64_t offset = 0;
    for (uint32_t i = 0; i <= n; i++) {
      expected[i] = offset;
      offset += random_bits(&seed, chance(&seed, 2) ? 35 : 28);
    }
    check(expected, n, (uint32_t)(expected[n] >> 32));
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edges_of_the_wraps),
      cmocka_unit_test(random_steps),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
