/* SPDX-License-Identifier: MIT */
/* Memory that passes from block to block. */
#include "base/page_pool.h"

#include <string.h>
#include <sys/mman.h>

#include "testing.h"

enum { BIG = 8 << 20, HALF = BIG / 2 };

static dryad_page_pool pool;

static int set_up(void **state)
{
  (void)state;
  dryad_page_pool_init(&pool, &dryad_default_allocator);
  return 0;
}

static int tear_down(void **state)
{
  (void)state;
  dryad_page_pool_deinit(&pool);
  return 0;
}

static unsigned char *new_block(size_t size, int content)
{
  unsigned char *block = dryad_alloc(&pool.allocator, size, 1);
  assert_non_null(block);
  if (content) memset(block, content, size);
  return block;
}

static bool holds(const unsigned char *bytes, size_t count, int content)
{
  for (size_t i = 0; i < count; i++)
    if (bytes[i] != content) return false;
  return true;
}

static bool is_there(void *page)
{
  unsigned char there;
  assert_int_equal(mincore(page, 1, &there), 0);
  return there & 1;
}

static void a_new_block_gets_the_memory_of_a_freed_one(void **state)
{
  (void)state;
  if (pool.allocator.context != &pool) skip(); /* under a sanitizer that does not intercept mremap */
  dryad_free(&pool.allocator, new_block(BIG, 'a'), BIG, 1);
  unsigned char *block = new_block(BIG, 0);
  assert_true(holds(block, BIG, 'a'));
  dryad_free(&pool.allocator, block, BIG, 1);
}

static void what_was_only_room_is_not_kept(void **state)
{
  (void)state;
  dryad_free(&pool.allocator, new_block(BIG, 0), BIG, 1);
  unsigned char *block = new_block(BIG, 0);
  assert_false(is_there(block));
  dryad_free(&pool.allocator, block, BIG, 1);
}

static void the_end_that_a_block_loses_is_kept(void **state)
{
  (void)state;
  if (pool.allocator.context != &pool) skip();
  unsigned char *block = new_block(BIG, 'b');
  block = dryad_realloc(&pool.allocator, block, BIG, HALF, 1);
  unsigned char *other = new_block(HALF, 0);
  assert_true(holds(block, HALF, 'b'));
  assert_true(holds(other, HALF, 'b'));
  dryad_free(&pool.allocator, block, HALF, 1);
  dryad_free(&pool.allocator, other, HALF, 1);
}

static void a_block_made_of_several_grows_with_its_content(void **state)
{
  (void)state;
  unsigned char *one = new_block(HALF, 'c'), *apart = new_block(HALF, 'd'), *two = new_block(HALF, 'c');
  dryad_free(&pool.allocator, one, HALF, 1);
  dryad_free(&pool.allocator, two, HALF, 1);
  unsigned char *block = new_block(BIG, 'e');
  block = dryad_realloc(&pool.allocator, block, BIG, 2 * BIG, 1);
  assert_non_null(block);
  assert_true(holds(block, BIG, 'e'));
  assert_true(holds(apart, HALF, 'd'));
  dryad_free(&pool.allocator, block, 2 * BIG, 1);
  dryad_free(&pool.allocator, apart, HALF, 1);
}

static void a_block_outlives_the_recycler(void **state)
{
  (void)state;
  dryad_page_pool other;
  dryad_page_pool_init(&other, &dryad_default_allocator);
  dryad_free(&other.allocator, new_block(BIG, 'f'), BIG, 1);
  unsigned char *block = dryad_alloc(&other.allocator, BIG, 1);
  memset(block, 'g', BIG);
  dryad_page_pool_deinit(&other);
  block = dryad_realloc(&dryad_default_allocator, block, BIG, HALF, 1);
  assert_true(holds(block, HALF, 'g'));
  dryad_free(&dryad_default_allocator, block, HALF, 1);
}

static void *refuse(void *context, void *block, size_t old_size, size_t new_size)
{
  (void)block, (void)old_size, (void)new_size;
  ++*(int *)context;
  return NULL;
}

static void another_allocator_is_asked_for_everything(void **state)
{
  (void)state;
  int asked = 0;
  const dryad_allocator refusing = {refuse, &asked};
  dryad_page_pool other;
  dryad_page_pool_init(&other, &refusing);
  assert_null(dryad_alloc(&other.allocator, BIG, 1));
  assert_int_equal(asked, 1);
  dryad_page_pool_deinit(&other);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_new_block_gets_the_memory_of_a_freed_one, set_up, tear_down),
      cmocka_unit_test_setup_teardown(what_was_only_room_is_not_kept, set_up, tear_down),
      cmocka_unit_test_setup_teardown(the_end_that_a_block_loses_is_kept, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_block_made_of_several_grows_with_its_content, set_up, tear_down),
      cmocka_unit_test_setup_teardown(a_block_outlives_the_recycler, set_up, tear_down),
      cmocka_unit_test_setup_teardown(another_allocator_is_asked_for_everything, set_up, tear_down)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
