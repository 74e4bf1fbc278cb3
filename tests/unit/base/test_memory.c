/* SPDX-License-Identifier: MIT */
/* Allocation: checked sizes, blocks on both sides of the mapping threshold, columns, arrays, bits. */
#include "base/memory.h"

#include "feed.h"

static void fill(unsigned char *block, size_t from, size_t to)
{
  for (size_t i = from; i < to; i++) block[i] = (unsigned char)(i * 31 >> 3);
}

static void assert_filled(const unsigned char *block, size_t length)
{
  for (size_t i = 0; i < length; i++)
    if (block[i] != (unsigned char)(i * 31 >> 3)) fail_msg("byte %zu of %zu changed", i, length);
}

static void sizes_that_overflow_are_refused(void **state)
{
  (void)state;
  int block = 0;
  assert_null(dryad_alloc(NULL, UINT64_MAX, 2));
  assert_null(dryad_alloc(NULL, (UINT64_C(1) << 61), 8));
  assert_null(dryad_calloc(NULL, UINT64_MAX / 4 + 1, 4));
  assert_null(dryad_realloc(NULL, &block, 1, UINT64_MAX / 8 + 1, 8));
  assert_null(dryad_array_new(NULL, UINT64_MAX, 4));
  dryad_bits bits;
  assert_false(dryad_bits_init(&bits, NULL, UINT64_MAX - 64));
}

static void an_empty_block_is_a_block(void **state)
{
  (void)state;
  void *block = dryad_alloc(NULL, 0, 8);
  assert_non_null(block);
  block = dryad_realloc(NULL, block, 0, 3, 8);
  assert_non_null(block);
  memset(block, 1, 24);
  block = dryad_realloc(NULL, block, 3, 0, 8);
  assert_non_null(block);
  dryad_free(NULL, block, 0, 8);
  dryad_free(NULL, NULL, 100, 8);
}

static void blocks_keep_their_bytes_across_the_mapping_threshold(void **state)
{
  (void)state;
  const size_t sizes[] = {1,
                          4095,
                          DRYAD_MAPPED_SIZE - 1,
                          DRYAD_MAPPED_SIZE,
                          DRYAD_MAPPED_SIZE + 1,
                          DRYAD_MAPPED_SIZE + 4096,
                          10 * DRYAD_MAPPED_SIZE + 5};
  enum { SIZES = sizeof sizes / sizeof *sizes };
  for (unsigned from = 0; from < SIZES; from++) {
    for (unsigned to = 0; to < SIZES; to++) {
      size_t common = sizes[from] < sizes[to] ? sizes[from] : sizes[to];
      unsigned char *block = dryad_alloc(NULL, sizes[from], 1);
      assert_non_null(block);
      fill(block, 0, sizes[from]);
      block = dryad_realloc(NULL, block, sizes[from], sizes[to], 1);
      assert_non_null(block);
      assert_filled(block, common);
      fill(block, common, sizes[to]);
      assert_filled(block, sizes[to]);
      dryad_free(NULL, block, sizes[to], 1);
    }
  }
}

static void calloc_clears_small_and_mapped_blocks(void **state)
{
  (void)state;
  const size_t sizes[] = {16, DRYAD_MAPPED_SIZE - 1, DRYAD_MAPPED_SIZE, 3 * DRYAD_MAPPED_SIZE};
  ledger l = {0};
  const dryad_allocator counting = {ledger_resize, &l}, *allocators[] = {NULL, &dryad_default_allocator, &counting};
  for (unsigned a = 0; a < 3; a++) {
    for (unsigned s = 0; s < sizeof sizes / sizeof *sizes; s++) {
      for (int again = 0; again < 2; again++) {
        unsigned char *block = dryad_calloc(allocators[a], sizes[s], 1);
        assert_non_null(block);
        for (size_t i = 0; i < sizes[s]; i++) assert_int_equal(block[i], 0);
        memset(block, 0xa5, sizes[s]);
        dryad_free(allocators[a], block, sizes[s], 1);
      }
    }
  }
  assert_int_equal(l.blocks, 0);
}

static void a_column_grows_by_half_at_least(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_column column = {0};
  assert_true(dryad_column_reserve(&column, &allocator, 0, 4));
  assert_null(column.data);
  assert_true(dryad_column_reserve(&column, &allocator, 10, 4));
  assert_number(column.capacity, 10);
  ((uint32_t *)column.data)[9] = 77;
  assert_true(dryad_column_reserve(&column, &allocator, 10, 4));
  assert_number(column.capacity, 10);
  assert_true(dryad_column_reserve(&column, &allocator, 11, 4));
  assert_number(column.capacity, 15);
  assert_int_equal(((uint32_t *)column.data)[9], 77);
  assert_true(dryad_column_reserve(&column, &allocator, 100, 4));
  assert_number(column.capacity, 100);
  assert_int_equal(l.bytes, 400);
  dryad_column_free(&column, &allocator, 4);
  assert_null(column.data);
  assert_number(column.capacity, 0);
  assert_int_equal(l.blocks, 0);
}

static void a_column_that_cannot_grow_stays_as_it_was(void **state)
{
  (void)state;
  dryad_column column = {0};
  assert_true(dryad_column_reserve(&column, NULL, 5, 8));
  void *data = column.data;
  assert_false(dryad_column_reserve(&column, NULL, UINT64_MAX / 4, 8));
  assert_ptr_equal(column.data, data);
  assert_number(column.capacity, 5);
  dryad_column_free(&column, NULL, 8);
}

static void an_array_lives_until_its_last_owner_lets_go(void **state)
{
  (void)state;
  ledger l = {0};
  const dryad_allocator allocator = {ledger_resize, &l};
  dryad_array *array = dryad_array_new(&allocator, 3, 8);
  assert_non_null(array);
  ((uint64_t *)array->data)[2] = 9;
  assert_ptr_equal(dryad_array_retain(array), array);
  dryad_array_release(array);
  assert_number(((uint64_t *)array->data)[2], 9);
  assert_true(dryad_array_resize(array, 300));
  assert_number(array->count, 300);
  assert_number(((uint64_t *)array->data)[2], 9);
  dryad_array_release(array);
  assert_int_equal(l.blocks, 0);
  assert_int_equal(l.bytes, 0);
  dryad_array_release(NULL);
  assert_null(dryad_array_retain(NULL));
}

static void bits_are_set_and_cleared_one_by_one(void **state)
{
  (void)state;
  enum { COUNT = 200 };
  uint64_t seed = 1;
  bool expected[COUNT] = {false};
  dryad_bits bits;
  assert_true(dryad_bits_init(&bits, NULL, COUNT));
  for (int step = 0; step < 20000; step++) {
    unsigned i = random_below(&seed, COUNT);
    switch (random_below(&seed, 3)) {
    case 0:
      dryad_bits_set(&bits, i);
      expected[i] = true;
      break;
    case 1:
      dryad_bits_clear(&bits, i);
      expected[i] = false;
      break;
    default: assert_int_equal(dryad_bits_add(&bits, i), !expected[i]); expected[i] = true;
    }
    if (step % 500 == 0)
      for (unsigned k = 0; k < COUNT; k++) assert_int_equal(dryad_bits_get(&bits, k), expected[k]);
  }
  dryad_bits_deinit(&bits);
  assert_null(bits.words);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(sizes_that_overflow_are_refused),
      cmocka_unit_test(an_empty_block_is_a_block),
      cmocka_unit_test(blocks_keep_their_bytes_across_the_mapping_threshold),
      cmocka_unit_test(calloc_clears_small_and_mapped_blocks),
      cmocka_unit_test(a_column_grows_by_half_at_least),
      cmocka_unit_test(a_column_that_cannot_grow_stays_as_it_was),
      cmocka_unit_test(an_array_lives_until_its_last_owner_lets_go),
      cmocka_unit_test(bits_are_set_and_cleared_one_by_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
