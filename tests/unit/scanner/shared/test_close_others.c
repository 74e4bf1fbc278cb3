/* SPDX-License-Identifier: MIT */
/* Which descriptors stay open, as a child reports. */
#include "testing.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scanner/shared/close_others.h"

enum { FIRST = 60, FILES = 8 }; /* descriptors FIRST ... FIRST + FILES - 1 are open before */

/* Bit i: FIRST + i is open after closing all others than `kept`. */
static int open_after(const int *kept, int count)
{
  int status;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    int bits = 0;
    for (int i = 0; i < FILES; i++)
      if (dup2(STDIN_FILENO, FIRST + i) < 0) _exit(0);
    dryad_close_others(kept, count);
    for (int i = 0; i < FILES; i++) bits |= (fcntl(FIRST + i, F_GETFD) >= 0) << i;
    for (int file = 0; file < FIRST; file++)
      if (fcntl(file, F_GETFD) >= 0) bits = 0xff;
    _exit(bits);
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  return WEXITSTATUS(status);
}

static void nothing_but_the_kept_ones_stays_open(void **state)
{
  (void)state;
  assert_int_equal(open_after((int[]){FIRST + 2, FIRST + 5}, 2), 1 << 2 | 1 << 5);
  assert_int_equal(open_after((int[]){FIRST}, 1), 1 << 0);
  assert_int_equal(open_after(NULL, 0), 0);
}

static void the_order_is_of_no_account(void **state)
{
  (void)state;
  const int bits = 1 << 1 | 1 << 2 | 1 << 7;
  assert_int_equal(open_after((int[]){FIRST + 7, FIRST + 1, FIRST + 2}, 3), bits);
  assert_int_equal(open_after((int[]){FIRST + 2, FIRST + 7, FIRST + 1}, 3), bits);
  assert_int_equal(open_after((int[]){FIRST + 1, FIRST + 1, FIRST + 7, FIRST + 2}, 4), bits);
}

static void minus_one_stands_for_none(void **state)
{
  (void)state;
  assert_int_equal(open_after((int[]){-1, FIRST + 3, -1}, 3), 1 << 3);
  assert_int_equal(open_after((int[]){-1}, 1), 0);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(nothing_but_the_kept_ones_stays_open),
      cmocka_unit_test(the_order_is_of_no_account),
      cmocka_unit_test(minus_one_stands_for_none),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
