/* SPDX-License-Identifier: MIT */
/* Where paths lead: which links are followed. Each rule has a folder or a link that breaks it alone. */
#include "folder.h"

#include <errno.h>

#include "scanner/shared/safe_path.h"

static dryad_safe_path place;
static dryad_safe_path_error error;

static void assert_leads_to(const char *path, const char *folder, const char *name)
{
  struct stat found, expected;
  if (!dryad_safe_path_find(&place, path, true, &error)) fail_msg("%s: %d %s", path, error.code, error.text);
  assert_int_equal(fstat(place.folder, &found), 0);
  assert_int_equal(stat(folder, &expected), 0);
  assert_true(found.st_dev == expected.st_dev && found.st_ino == expected.st_ino);
  assert_string_equal(place.name, name);
  close(place.folder);
}

static void assert_refused(const char *path, int code, const char *text)
{
  if (dryad_safe_path_find(&place, path, true, &error)) fail_msg("%s leads to %s", path, place.name);
  assert_int_equal(error.code, code);
  assert_int_equal(place.folder, -1);
  if (!text)
    assert_null(error.text);
  else if (!error.text || !strstr(error.text, text))
    fail_msg("%s: %s", path, error.text);
}

static void paths_lead_to_a_folder_and_a_name(void **state)
{
  (void)state;
  char absolute[100];
  mkdir("a", 0700);
  put_file("a/there", "");
  snprintf(absolute, sizeof absolute, "%s//a///x", test_folder);
  assert_leads_to("x", ".", "x");
  assert_false(place.exists);
  assert_leads_to("a/there", "a", "there");
  assert_true(place.exists && S_ISREG(place.status.st_mode));
  assert_leads_to("./a/../a/./x", "a", "x");
  assert_leads_to(absolute, "a", "x");
  assert_leads_to("/x", "/", "x");
}

static void what_names_no_file_is_refused(void **state)
{
  (void)state;
  char path[PATH_MAX];
  mkdir("a", 0700);
  put_file("file", "");
  assert_refused("", ENOENT, NULL);
  assert_refused("none/x", ENOENT, NULL);
  assert_refused("none/", ENOENT, NULL);
  assert_refused("file/x", ENOTDIR, NULL);
  assert_refused("/", EISDIR, "is a directory");
  assert_refused("a/", EISDIR, "is a directory");
  memset(path, 'n', NAME_MAX + 1);
  path[NAME_MAX + 1] = '\0';
  assert_refused(path, ENAMETOOLONG, NULL);
  path[NAME_MAX] = '\0';
  assert_leads_to(path, ".", path);
}

static void links_are_followed_in_a_folder_of_ones_own(void **state)
{
  (void)state;
  mkdir("a", 0700);
  mkdir("a/b", 0700);
  symlink("a", "way");
  symlink("a/b/target", "last");
  symlink("b/../other", "a/again");
  symlink("a/again", "chain");
  symlink(test_folder, "a/absolute");
  assert_leads_to("way/x", "a", "x");
  assert_leads_to("last", "a/b", "target");
  assert_leads_to("chain", "a", "other");
  assert_leads_to("way/absolute/x", ".", "x");
  assert_true(dryad_safe_path_find(&place, "last", false, &error));
  assert_true(place.exists && S_ISLNK(place.status.st_mode));
  close(place.folder);
}

static void a_circle_of_links_ends(void **state)
{
  (void)state;
  symlink("two", "one");
  symlink("one", "two");
  assert_refused("one", ELOOP, NULL);
  assert_refused("one/x", ELOOP, NULL);
}

static void forty_links_are_followed_and_no_more(void **state)
{
  (void)state;
  char name[16] = "file", link[16];
  put_file(name, "");
  for (int i = 1; i <= 41; i++) {
    snprintf(link, sizeof link, "l%d", i);
    assert_int_equal(symlink(name, link), 0);
    strcpy(name, link);
  }
  assert_leads_to("l40", ".", "file");
  assert_refused("l41", ELOOP, NULL);
}

static void a_name_that_is_too_long_is_not_written_down(void **state)
{
  (void)state;
  struct {
    dryad_safe_path place;
    char behind[PATH_MAX];
  } room;
  char path[PATH_MAX];
  memset(path, 'n', sizeof path - 1);
  path[sizeof path - 1] = '\0';
  memset(&room, 0, sizeof room);
  assert_false(dryad_safe_path_find(&room.place, path, true, &error));
  for (unsigned i = 0; i < sizeof room.behind; i++) assert_int_equal(room.behind[i], 0);
}

static void a_link_that_makes_the_path_too_long_is_refused(void **state)
{
  (void)state;
  char target[PATH_MAX], path[PATH_MAX];
  memset(target, '/', sizeof target - 1);
  strcpy(target + sizeof target - 3, "a");
  memset(path, '/', sizeof path - 1);
  memcpy(path, "l/", 2);
  strcpy(path + sizeof path - 3, "x");
  assert_int_equal(symlink(target, "l"), 0);
  assert_refused(path, ENAMETOOLONG, NULL);
}

static void the_last_link_is_refused_where_others_can_write(void **state)
{
  (void)state;
  static const mode_t modes[] = {0777, 01777, 0770, 0720, 0702, 01730};
  mkdir("open", 0700);
  symlink("target", "open/link");
  assert_leads_to("open/link", "open", "target");
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    assert_int_equal(chmod("open", modes[i]), 0);
    assert_refused("open/link", EPERM, "is a symbolic link in a folder that others can write");
  }
  assert_leads_to("open/x", "open", "x");
  chmod("open", 0755);
  assert_leads_to("open/link", "open", "target");
}

static void a_link_to_such_a_link_is_refused_too(void **state)
{
  (void)state;
  mkdir("open", 0700);
  chmod("open", 01777);
  symlink("target", "open/link");
  symlink("open/link", "link");
  assert_refused("link", EPERM, "is a symbolic link in a folder that others can write");
}

static void a_folder_of_another_user_is_one_that_others_can_write(void **state)
{
  (void)state;
  be_root_or_skip();
  mkdir("theirs", 0755);
  symlink("target", "theirs/link");
  assert_leads_to("theirs/link", "theirs", "target");
  give_to_nobody("theirs");
  assert_refused("theirs/link", EPERM, "is a symbolic link in a folder that others can write");
}

static void a_link_of_another_user_on_the_way_is_refused_where_others_can_write(void **state)
{
  (void)state;
  be_root_or_skip();
  mkdir("open", 0700);
  mkdir("private", 0700);
  chmod("open", 01777);
  symlink("../private", "open/own");
  symlink("../private", "open/theirs");
  symlink("private", "theirs");
  give_to_nobody("open/theirs");
  give_to_nobody("theirs");
  assert_leads_to("open/own/x", "private", "x");
  assert_leads_to("theirs/x", "private", "x");
  assert_refused("open/theirs/x", EPERM, "a symbolic link of another user is on the way");
}

static void links_of_proc_are_followed_on_the_way_alone(void **state)
{
  (void)state;
  mkdir("a", 0700);
  assert_leads_to("/proc/self/cwd/a/x", "a", "x");
  assert_refused("/proc/self/exe", EPERM, "is a link of /proc");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, folder_setup, folder_teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(paths_lead_to_a_folder_and_a_name),
      TEST(what_names_no_file_is_refused),
      TEST(links_are_followed_in_a_folder_of_ones_own),
      TEST(a_circle_of_links_ends),
      TEST(forty_links_are_followed_and_no_more),
      TEST(a_name_that_is_too_long_is_not_written_down),
      TEST(a_link_that_makes_the_path_too_long_is_refused),
      TEST(the_last_link_is_refused_where_others_can_write),
      TEST(a_link_to_such_a_link_is_refused_too),
      TEST(a_folder_of_another_user_is_one_that_others_can_write),
      TEST(a_link_of_another_user_on_the_way_is_refused_where_others_can_write),
      TEST(links_of_proc_are_followed_on_the_way_alone),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
