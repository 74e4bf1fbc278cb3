/* SPDX-License-Identifier: MIT */
/* File names that contain the process id, the host or the time. */
#include "testing.h"

#include <errno.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "scanner/shared/file_name.h"

static char out[64];

static const char *expanded(const char *pattern)
{
  assert_int_equal(dryad_file_name_expand(out, sizeof out, pattern, 4321, 1700000000), 0);
  return out;
}

static void each_sign_stands_for_its_fact(void **state)
{
  (void)state;
  struct utsname system;
  char host[100];
  assert_int_equal(uname(&system), 0);
  snprintf(host, sizeof host, "on %s.", system.nodename);
  assert_string_equal(expanded("plain"), "plain");
  assert_string_equal(expanded(""), "");
  assert_string_equal(expanded("%p"), "4321");
  assert_string_equal(expanded("a/%p-%t.dump"), "a/4321-1700000000.dump");
  assert_string_equal(expanded("on %h."), host);
  assert_string_equal(expanded("100%%p%%"), "100%p%");
}

/* Runs in a namespace in which this process may set the host name. */
static void a_host_has_no_name_that_leads_elsewhere(void **state)
{
  (void)state;
  if (unshare(CLONE_NEWUTS) != 0) skip();
  const char name[] = "../a\nb\x7f"
                      "c";
  assert_int_equal(sethostname(name, sizeof name - 1), 0);
  assert_string_equal(expanded("%h"), ".._a_b_c");
  assert_int_equal(sethostname("", 0), 0);
  assert_string_equal(expanded("%h"), "localhost");
}

static void other_signs_are_refused(void **state)
{
  (void)state;
  static const char *const wrong[] = {"%", "a%", "%d", "%P", "%%%", "% p"};
  for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
    assert_int_equal(dryad_file_name_expand(out, sizeof out, wrong[i], 1, 1), EINVAL);
}

static void what_is_too_long_is_refused_and_nothing_is_written_beyond(void **state)
{
  (void)state;
  char small[6] = {0, 0, 0, 0, 0, 'x'};
  assert_int_equal(dryad_file_name_expand(small, 5, "%p", 4321, 0), 0);
  assert_string_equal(small, "4321");
  assert_int_equal(dryad_file_name_expand(small, 5, "%p", 43210, 0), ENAMETOOLONG);
  assert_int_equal(dryad_file_name_expand(small, 5, "12345", 0, 0), ENAMETOOLONG);
  assert_int_equal(small[5], 'x');
}

static void a_time_is_found_where_there_is_one(void **state)
{
  (void)state;
  assert_true(dryad_file_name_has_time("%t"));
  assert_true(dryad_file_name_has_time("a-%p-%t.dump"));
  assert_true(dryad_file_name_has_time("%%%t"));
  assert_false(dryad_file_name_has_time("%%t"));
  assert_false(dryad_file_name_has_time("t%p%"));
  assert_false(dryad_file_name_has_time(""));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_sign_stands_for_its_fact),
      cmocka_unit_test(other_signs_are_refused),
      cmocka_unit_test(what_is_too_long_is_refused_and_nothing_is_written_beyond),
      cmocka_unit_test(a_time_is_found_where_there_is_one),
      cmocka_unit_test(a_host_has_no_name_that_leads_elsewhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
