/* SPDX-License-Identifier: MIT */
/* Databases that SQLite writes into an open file without a name. */
#include "folder.h"

#include <sqlite3.h>

#include "sql/file_vfs.h"

static int file;
static char path[DRYAD_FILE_VFS_PATH];

static int setup(void **state)
{
  if (folder_setup(state)) return -1;
  file = open("database", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  dryad_file_vfs_path(path, file);
  return file < 0;
}

static int teardown(void **state)
{
  close(file);
  return folder_teardown(state);
}

static sqlite3 *open_database(const char *name, const char *vfs)
{
  sqlite3 *database;
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  assert_int_equal(sqlite3_open_v2(name, &database, flags, vfs), SQLITE_OK);
  return database;
}

static void run(sqlite3 *database, const char *sql)
{
  char *message = NULL;
  if (sqlite3_exec(database, sql, NULL, NULL, &message)) fail_msg("%s: %s", sql, message);
}

static int keep_text(void *text, int count, char **values, char **names)
{
  (void)count, (void)names;
  snprintf(text, 100, "%s", values[0] ? values[0] : "");
  return 0;
}

static void assert_answer(sqlite3 *database, const char *sql, const char *answer)
{
  char text[100] = "";
  assert_int_equal(sqlite3_exec(database, sql, keep_text, text, NULL), SQLITE_OK);
  assert_string_equal(text, answer);
}

static const char fill[] = "create table t (n int, s text);"
                           "with recursive c (n) as (select 1 union all select n + 1 from c where n < 20000)"
                           "insert into t select n, hex(randomblob(40)) from c;"
                           "create index i on t (s)";

/* Opens it with SQLite's own VFS, by the name it has here. */
static void assert_whole(void)
{
  sqlite3 *database = open_database("database", NULL);
  assert_answer(database, "pragma integrity_check", "ok");
  assert_answer(database, "select count(*) from t", "20000");
  assert_answer(database, "select sum(n) from t", "200010000");
  sqlite3_close(database);
}

static void a_database_is_written_into_an_open_file(void **state)
{
  (void)state;
  sqlite3 *database = open_database(path, dryad_file_vfs());
  run(database, "pragma journal_mode = memory");
  run(database, fill);
  run(database, "delete from t where n > 10000; vacuum");
  run(database, "insert into t select n + 10000, s from t");
  assert_answer(database, "select count(*) from t", "20000");
  sqlite3_close(database);
  assert_true(fcntl(file, F_GETFD) >= 0); /* the caller still owns it */
  assert_whole();
  assert_int_equal(count_files("."), 1);
}

static void one_that_is_attached_is_too(void **state)
{
  (void)state;
  sqlite3 *database = open_database("main", dryad_file_vfs());
  char attach[100];
  snprintf(attach, sizeof attach, "attach '%s' as other", path);
  run(database, attach);
  run(database, "pragma other.journal_mode = memory; create table here (n int); begin; insert into here values (1)");
  run(database, "create table other.t (n int); with recursive c (n) as (select 1 union all select n + 1 from c where "
                "n < 20000) insert into other.t select n from c; commit; detach other");
  assert_answer(database, "select n from here", "1");
  sqlite3_close(database);
  assert_whole();
  assert_int_equal(count_files("."), 2);
}

static void there_is_no_file_beside_it(void **state)
{
  (void)state;
  sqlite3 *database = open_database(path, dryad_file_vfs());
  assert_int_equal(sqlite3_exec(database, "create table t (n int)", NULL, NULL, NULL), SQLITE_CANTOPEN);
  sqlite3_close(database);
  assert_int_equal(count_files("."), 1);
}

static void a_file_that_takes_no_more_is_an_error(void **state)
{
  (void)state;
  char full[DRYAD_FILE_VFS_PATH];
  int device = open("/dev/full", O_RDWR | O_CLOEXEC);
  dryad_file_vfs_path(full, device);
  sqlite3 *database = open_database(full, dryad_file_vfs());
  run(database, "pragma journal_mode = memory");
  assert_int_not_equal(sqlite3_exec(database, "create table t (n int)", NULL, NULL, NULL), SQLITE_OK);
  sqlite3_close(database);
  close(device);
}

static void other_paths_are_what_they_always_were(void **state)
{
  (void)state;
  assert_true(dryad_file_vfs_is_path(path));
  assert_false(dryad_file_vfs_is_path("database"));
  assert_false(dryad_file_vfs_is_path(NULL));
  close(file);
  sqlite3 *database = open_database("database", dryad_file_vfs());
  run(database, fill); /* with a journal beside it, which is removed */
  sqlite3_close(database);
  assert_whole();
  assert_int_equal(count_files("."), 1);
  file = open("database", O_RDONLY | O_CLOEXEC);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
  const struct CMUnitTest tests[] = {
      TEST(a_database_is_written_into_an_open_file),
      TEST(one_that_is_attached_is_too),
      TEST(there_is_no_file_beside_it),
      TEST(a_file_that_takes_no_more_is_an_error),
      TEST(other_paths_are_what_they_always_were),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
