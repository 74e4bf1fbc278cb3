/* SPDX-License-Identifier: MIT */
/* Memory that is filled when it is first touched, from a source that counts. */
#include "base/demand_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/parallel.h"
#include "testing.h"

enum { BLOCK = 3 * 4096, BLOCKS = 40, BAD = 30 };

/* Block k is full of the byte k + 1, except for the bad one, which cannot be delivered. */
typedef struct counting {
  _Atomic unsigned filled[BLOCKS];
  unsigned freed;
} counting;

static void locate(void *context, uint64_t place, uint64_t *start, uint64_t *length)
{
  (void)context;
  *start = place / BLOCK * BLOCK;
  *length = BLOCK;
}

static bool fill(void *context, uint64_t start, uint64_t length, unsigned char *block, dryad_error *error)
{
  counting *c = context;
  unsigned k = (unsigned)(start / BLOCK);
  assert_int_equal(length, BLOCK);
  c->filled[k]++;
  memset(block, k == BAD ? 0 : (int)k + 1, length);
  if (k == BAD) dryad_fail(error, DRYAD_FORMAT, "block %u is bad", k);
  return k != BAD;
}

static void forget(void *context) { ((counting *)context)->freed++; }

static dryad_demand_memory *backing_of(counting *c)
{
  dryad_demand_memory *demand;
  dryad_error error = {0};
  *c = (counting){.freed = 0};
  dryad_demand_memory_source source = {c, (uint64_t)BLOCK * BLOCKS, BLOCK, locate, fill, forget};
  if (dryad_demand_memory_new(&demand, &source, &dryad_default_allocator, (dryad_progress){0}, &error))
    fail_msg("%s", error.text);
  return demand;
}

static unsigned filled_in_all(const counting *c)
{
  unsigned count = 0;
  for (unsigned k = 0; k < BLOCKS; k++) {
    assert_true(c->filled[k] <= 1);
    count += c->filled[k];
  }
  return count;
}

static void a_block_is_filled_when_it_is_touched(void **state)
{
  (void)state;
  counting c;
  dryad_demand_memory *demand = backing_of(&c);
  const volatile unsigned char *memory = dryad_demand_memory_start(demand);
  if (filled_in_all(&c) == BLOCKS) skip(); /* the kernel does not report page faults */
  assert_int_equal(filled_in_all(&c), 0);
  assert_int_equal(memory[7 * BLOCK + 100], 8);
  assert_int_equal(memory[3 * BLOCK], 4);
  assert_int_equal(c.filled[7], 1);
  assert_int_equal(filled_in_all(&c), 2);
  dryad_demand_memory_release(demand);
  assert_int_equal(c.freed, 1);
}

static void a_walk_finds_each_block_filled_once(void **state)
{
  (void)state;
  counting c;
  dryad_demand_memory *demand = backing_of(&c);
  const volatile unsigned char *memory = dryad_demand_memory_start(demand);
  for (unsigned k = 0; k < BAD; k++) assert_int_equal(memory[k * BLOCK + BLOCK - 1], k + 1);
  dryad_demand_memory_release(demand);
  assert_true(filled_in_all(&c) >= BAD);
}

static void touch(void *context, unsigned index)
{
  const volatile unsigned char *memory = context;
  unsigned wrong = 0;
  for (unsigned i = 0; i < BAD * BLOCK; i += 512) {
    unsigned at = index % 2 ? BAD * BLOCK - 1 - i : i;
    wrong += memory[at] != at / BLOCK + 1;
  }
  assert_int_equal(wrong, 0);
}

static void threads_may_touch_it_at_once(void **state)
{
  (void)state;
  for (unsigned round = 0; round < 20; round++) {
    counting c;
    dryad_demand_memory *demand = backing_of(&c);
    dryad_parallel("touch", 4, touch, dryad_demand_memory_start(demand));
    dryad_demand_memory_release(demand);
    filled_in_all(&c);
  }
}

static void a_bad_block_is_told_once_it_was_touched(void **state)
{
  (void)state;
  counting c;
  dryad_error error = {0};
  dryad_demand_memory *demand = backing_of(&c);
  const volatile unsigned char *memory = dryad_demand_memory_start(demand);
  assert_int_equal(memory[BAD * BLOCK + 5], 0);
  assert_int_equal(dryad_demand_memory_check(demand, &error), DRYAD_FORMAT);
  assert_string_equal(error.text, "block 30 is bad");
  dryad_demand_memory_release(demand);
}

static void its_allocator_leaves_its_blocks_alone_and_moves_them_out(void **state)
{
  (void)state;
  counting c;
  dryad_demand_memory *demand = backing_of(&c);
  const dryad_allocator *allocator = dryad_demand_memory_allocator(demand);
  unsigned char *inside = dryad_demand_memory_start(demand) + 5 * BLOCK;
  dryad_free(allocator, inside, 100, 1);
  assert_ptr_equal(dryad_realloc(allocator, inside, 100, 50, 1), inside);
  unsigned char *outside = dryad_realloc(allocator, inside, 50, 200, 1);
  assert_true(outside && outside != inside);
  assert_int_equal(outside[49], 6);
  outside = dryad_realloc(allocator, outside, 200, 300, 1);
  assert_int_equal(outside[49], 6);
  assert_int_equal(inside[0], 6);
  dryad_free(allocator, outside, 300, 1);
  dryad_demand_memory_release(demand);
}

/* Without free descriptors there is no userfaultfd. */
static void all_is_filled_at_once_where_touches_are_not_told(void **state)
{
  (void)state;
  counting c;
  struct rlimit before, none;
  getrlimit(RLIMIT_NOFILE, &before);
  none = before;
  none.rlim_cur = 0;
  setrlimit(RLIMIT_NOFILE, &none);
  dryad_demand_memory *demand = backing_of(&c);
  setrlimit(RLIMIT_NOFILE, &before);
  assert_int_equal(filled_in_all(&c), BLOCKS);
  assert_int_equal(dryad_demand_memory_start(demand)[12 * BLOCK], 13);
  assert_int_equal(dryad_demand_memory_check(demand, NULL), DRYAD_FORMAT);
  dryad_demand_memory_release(demand);
}

static void a_forked_process_leaves_the_memory_of_its_parent_alone(void **state)
{
  (void)state;
  counting c;
  int status;
  dryad_demand_memory *demand = backing_of(&c);
  const volatile unsigned char *memory = dryad_demand_memory_start(demand);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    alarm(20); /* otherwise the test might wait forever for a missing thread */
    dryad_demand_memory_release(demand);
    _exit(c.freed == 1 ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  alarm(20); /* if the child stopped our thread, nobody fills touched pages */
  assert_int_equal(memory[7 * BLOCK], 8);
  alarm(0);
  dryad_demand_memory_release(demand);
}

static void memory_that_was_completed_is_there_in_a_forked_process(void **state)
{
  (void)state;
  counting c;
  int status;
  dryad_error error = {0};
  dryad_demand_memory *demand = backing_of(&c);
  const volatile unsigned char *memory = dryad_demand_memory_start(demand);
  assert_int_equal(memory[3 * BLOCK], 4);
  for (int again = 0; again < 2; again++)
    assert_int_equal(dryad_demand_memory_complete(demand, (dryad_progress){0}, &error), DRYAD_OK);
  assert_int_equal(filled_in_all(&c), BLOCKS);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    unsigned wrong = 0;
    for (unsigned k = 0; k < BLOCKS; k++) wrong += memory[k * BLOCK + 9] != (k == BAD ? 0 : k + 1);
    wrong += dryad_demand_memory_check(demand, &error) != DRYAD_FORMAT;
    dryad_demand_memory_release(demand);
    _exit(wrong == 0 ? 0 : 1);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(status, 0);
  dryad_demand_memory_release(demand);
}

static bool stop(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)context, (void)stage, (void)total;
  return done < 5 * BLOCK;
}

static void completing_it_can_be_cancelled(void **state)
{
  (void)state;
  counting c;
  dryad_error error = {0};
  dryad_demand_memory *demand = backing_of(&c);
  if (filled_in_all(&c) == BLOCKS) skip();
  assert_int_equal(dryad_demand_memory_complete(demand, (dryad_progress){stop, NULL}, &error), DRYAD_CANCELLED);
  assert_int_equal(dryad_demand_memory_complete(demand, (dryad_progress){0}, &error), DRYAD_OK);
  assert_int_equal(filled_in_all(&c), BLOCKS);
  dryad_demand_memory_release(demand);
}

/* If all memory is locked, its pages are present as soon as it is mapped. */
static void memory_that_is_locked_is_filled_too(void **state)
{
  (void)state;
  counting c;
  if (mlockall(MCL_FUTURE)) skip();
  dryad_demand_memory *demand = backing_of(&c);
  munlockall();
  assert_int_equal(dryad_demand_memory_start(demand)[12 * BLOCK], 13);
  dryad_demand_memory_release(demand);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_block_is_filled_when_it_is_touched),
      cmocka_unit_test(a_walk_finds_each_block_filled_once),
      cmocka_unit_test(threads_may_touch_it_at_once),
      cmocka_unit_test(a_bad_block_is_told_once_it_was_touched),
      cmocka_unit_test(its_allocator_leaves_its_blocks_alone_and_moves_them_out),
      cmocka_unit_test(all_is_filled_at_once_where_touches_are_not_told),
      cmocka_unit_test(a_forked_process_leaves_the_memory_of_its_parent_alone),
      cmocka_unit_test(memory_that_was_completed_is_there_in_a_forked_process),
      cmocka_unit_test(completing_it_can_be_cancelled),
      cmocka_unit_test(memory_that_is_locked_is_filled_too),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
