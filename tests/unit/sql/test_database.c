/* SPDX-License-Identifier: MIT */
/* Databases: opening, what is refused, statements, stopping, heaps that come and go. */
#include "failing.h"
#include "sql.h"

#include <sqlite3.h>

static const char small[] = "{\"address\": 16, \"type\": \"Thread\", \"size\": 100, \"refs\": [32, 48, 999]}\n"
                            "{\"address\": 32, \"type\": \"str\", \"size\": 40, \"value\": \"abc\", \"refs\": []}\n"
                            "{\"address\": 48, \"type\": \"int\", \"size\": 24, \"value\": 7, \"refs\": [16]}\n";

static dryad_heap *load(const char *text)
{
  dump_text t = text_of(text);
  return load_raw(&t);
}

static dryad_heap *load_many(unsigned count)
{
  dump_text t = {0};
  for (unsigned i = 0; i < count; i++)
    text_add(&t, "{\"address\": %u, \"type\": \"t%u\", \"size\": 1, \"refs\": [%u]}\n", i + 1, i % 7, i + 2);
  dryad_heap *heap = load_raw(&t);
  text_free(&t);
  return heap;
}

/* An unused path; the caller removes it. */
static void free_path(char path[40])
{
  strcpy(path, "/tmp/dryad-test-XXXXXX");
  int file = mkstemp(path);
  assert_true(file >= 0);
  close(file);
  unlink(path);
}

static dryad_database *open_at(const char *path, bool create)
{
  dryad_database *database;
  dryad_error error = {0};
  if (dryad_database_open(&database, path, (dryad_database_options){.create = create}, NULL, &error))
    fail_msg("%s", error.text);
  return database;
}

static void assert_unopened(const char *path, bool create, dryad_status expected, const char *words)
{
  dryad_database *database = (dryad_database *)1;
  dryad_error error = {0};
  dryad_status status = dryad_database_open(&database, path, (dryad_database_options){.create = create}, NULL, &error);
  if (status != expected || !strstr(error.text, words)) fail_msg("%s: status %d, %s", path, status, error.text);
  assert_null(database);
}

/* ---- opening ------------------------------------------------------------------------------------ */

static void a_file_is_made_and_opened_again(void **state)
{
  (void)state;
  char path[40];
  free_path(path);
  assert_unopened(path, false, DRYAD_IO, path);
  dryad_database *d = open_at(path, true);
  run(d, "create table t(a)");
  run(d, "insert into t values (5)");
  dryad_database_close(d);
  assert_unopened(path, true, DRYAD_IO, "already");
  d = open_at(path, false);
  assert_rows(d, "select a from t", "5\n");
  assert_rows(d, "pragma journal_mode", "delete\n");
  dryad_database_close(d);
  unlink(path);
}

static void other_files_are_no_databases(void **state)
{
  (void)state;
  temporary text =
      write_temporary("This is a text, and a longer one than a head of SQLite's is, by some bytes.\n....", 78);
  assert_unopened(text.path, false, DRYAD_FORMAT, text.path);
  remove_temporary(&text);
  assert_unopened("/tmp", false, DRYAD_IO, "/tmp");
  assert_unopened("", false, DRYAD_ARGUMENT, "needs a name");
  assert_unopened("file:x?mode=memory", false, DRYAD_IO, "file:x");
  assert_unopened(":memory:", false, DRYAD_IO, ":memory:");
}

static void damaged_files_do_no_harm(void **state)
{
  (void)state;
  char path[40];
  uint64_t seed = 7;
  free_path(path);
  dryad_database *d = open_at(path, true);
  run(d, "create table t(a, b)");
  run(d, "create index i on t(b, a)");
  run(d, "with recursive n(x) as (select 1 union all select x + 1 from n where x < 300) "
         "insert into t select x, 'text ' || x from n");
  dryad_database_close(d);
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  static char good[100000], bad[sizeof good];
  size_t length = fread(good, 1, sizeof good, file);
  fclose(file);
  dryad_heap *heap = load(small);
  for (int round = 0; round < 200; round++) {
    memcpy(bad, good, length);
    for (unsigned i = 0; i < 1 + random_below(&seed, 20); i++)
      bad[random_below(&seed, chance(&seed, 50) ? 200 : (unsigned)length)] = (char)random_below(&seed, 256);
    temporary t = write_temporary(bad, chance(&seed, 20) ? random_below(&seed, (unsigned)length) : length);
    dryad_error error = {0};
    if (!dryad_database_open(&d, t.path, (dryad_database_options){0}, NULL, &error)) {
      dryad_result *result;
      if (!dryad_database_put_heap(d, "", heap, &error)) {
        static const char *const all[] = {"select count(*), max(b) from t", "select * from t order by b, a",
                                          "delete from t where a < 50", "pragma integrity_check",
                                          "select count(*) from obj join t on a = address"};
        for (int i = 0; i < 5; i++) {
          ask(d, all[i], false, &result, no_progress, &error);
          dryad_result_free(result);
        }
      }
      dryad_database_close(d);
    }
    remove_temporary(&t);
  }
  dryad_heap_free(heap);
  unlink(path);
}

/* Written by SQLite itself, as by an attacker. */
static void a_hostile_schema_runs_nothing(void **state)
{
  (void)state;
  char path[40];
  sqlite3 *handle;
  free_path(path);
  assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle,
                                "create table t(a); insert into t values (1);"
                                "create view obj as select load_extension('evil') as address;"
                                "create view v as select load_extension('evil') as a;"
                                "create table obj2(address, type); create table list(address);"
                                "create trigger g after insert on t begin select load_extension('evil'); end;"
                                "pragma writable_schema = on;"
                                "insert into sqlite_schema(type, name, tbl_name, rootpage, sql) values"
                                "('table', 'ref', 'ref', 0, 'create virtual table ref using dryad_ref'),"
                                "('table', 'fake', 'fake', 0, 'create virtual table fake using dryad_obj');",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  sqlite3_close(handle);
  dryad_heap *heap = load(small);
  dryad_database *d = open_at(path, false);
  assert_int_equal(dryad_database_put_heap(d, "", heap, NULL), DRYAD_OK);
  assert_int_equal(dryad_database_put_heap(d, "2", heap, NULL), DRYAD_OK);
  assert_rows(d, "select count(*) from obj", "3\n");
  assert_rows(d, "select count(*) from obj2", "3\n");
  assert_rows(d, "select count(*) from ref", "4\n");
  dryad_result *result;
  assert_int_equal(ask(d, "select * from v", true, &result, no_progress, NULL), DRYAD_ARGUMENT);
  assert_int_equal(ask(d, "insert into t values (2)", true, &result, no_progress, NULL), DRYAD_ARGUMENT);
  assert_refused(d, "select * from fake", DRYAD_ARGUMENT, "only a heap");
  assert_refused(d, "select * from main.ref", DRYAD_ARGUMENT, "only a heap");
  dryad_database_close(d);
  dryad_heap_free(heap);
  unlink(path);
}

/* A database in UTF-16 at an unused path. */
static void make_utf_16(char path[40])
{
  sqlite3 *handle;
  free_path(path);
  assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
  assert_int_equal(sqlite3_exec(handle, "pragma encoding = 'UTF-16le'; create table t(a); insert into t values ('é€')",
                                NULL, NULL, NULL),
                   SQLITE_OK);
  sqlite3_close(handle);
}

static void texts_of_a_utf_16_database_are_utf_8(void **state)
{
  (void)state;
  char path[40];
  make_utf_16(path);
  dryad_heap *heap = load(small);
  dryad_database *d = open_at(path, false);
  assert_int_equal(dryad_database_put_heap(d, "", heap, NULL), DRYAD_OK);
  assert_rows(d, "select a from t", "é€\n");
  assert_rows(d, "select type, value from obj where type = 'str'", "str|abc\n");
  assert_rows(d, "select type, count(*) from obj group by type", "Thread|1\nint|1\nstr|1\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
  unlink(path);
}

/* ---- the guard ---------------------------------------------------------------------------------- */

/* %s: a file that does not exist. */
static const struct {
  const char *sql, *words;
} reaching_out[] = {{"attach '%s' as other", "attach is not allowed"},
                    {"attach '' as other", "attach is not allowed"},
                    {"attach 'x' || 'y' as other", "attach is not allowed"},
                    {"detach main", "detach is not allowed"},
                    {"begin", "transactions are not allowed"},
                    {"savepoint s", "transactions are not allowed"},
                    {"select load_extension('x')", "load_extension() is not allowed"},
                    {"select Load_Extension('x', 'y')", "is not allowed"},
                    {"select fts3_tokenizer('simple')", "fts3_tokenizer() is not allowed"},
                    {"vacuum into '%s'", "vacuum into is not allowed"},
                    {"vacuum into '' || '%s'", "vacuum into is not allowed"},
                    {"pragma journal_mode = off", "cannot be set"},
                    {"pragma journal_mode(wal)", "cannot be set"},
                    {"pragma user_version = 5", "cannot be set"},
                    {"pragma temp_store_directory = '/tmp'", "is not allowed"},
                    {"pragma writable_schema = on", "is not allowed"},
                    {"pragma trusted_schema = on", "is not allowed"},
                    {"pragma main.synchronous = off", "cannot be set"},
                    {"pragma wal_checkpoint", "is not allowed"},
                    {"create virtual table x using fts5(a)", "create virtual table is not allowed"},
                    {"create virtual table temp.obj9 using dryad_obj", "create virtual table is not allowed"},
                    {"update sqlite_schema set sql = ''", "may not be modified"}};

static void statements_reach_nothing_outside(void **state)
{
  (void)state;
  char path[40], other[40], sql[100];
  free_path(path);
  free_path(other);
  dryad_heap *heap = load(small);
  dryad_database *d = open_at(path, true);
  assert_int_equal(dryad_database_put_heap(d, "", heap, NULL), DRYAD_OK);
  for (size_t i = 0; i < sizeof reaching_out / sizeof *reaching_out; i++) {
    snprintf(sql, sizeof sql, reaching_out[i].sql, other);
    assert_refused(d, sql, DRYAD_ARGUMENT, reaching_out[i].words);
  }
  assert_int_equal(access(other, F_OK), -1);
  dryad_database_close(d);
  dryad_heap_free(heap);
  unlink(path);
}

static void what_stays_inside_is_allowed(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  static const char *const allowed[] = {"pragma user_version",
                                        "pragma table_info(obj)",
                                        "pragma table_xinfo('obj')",
                                        "select * from pragma_table_info('obj')",
                                        "pragma database_list",
                                        "pragma function_list",
                                        "pragma compile_options",
                                        "pragma integrity_check",
                                        "create table t as select * from obj",
                                        "create temp view big as select * from obj where size > 30",
                                        "select * from big",
                                        "create temp table u(a)",
                                        "create temp trigger g after insert on u begin delete from t; end",
                                        "insert into u values (1)",
                                        "vacuum",
                                        "explain select * from obj",
                                        "values (1, 2)",
                                        "select upper('x'), json('[1]')",
                                        "drop table t"};
  for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) run(d, allowed[i]);
  assert_rows(d, "select count(*) from obj", "3\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void our_own_statements_and_unguarded_ones_may_do_more(void **state)
{
  (void)state;
  dryad_result *result;
  dryad_database *d = database_of(NULL);
  assert_int_equal(ask(d, "pragma user_version = 5", true, &result, no_progress, NULL), DRYAD_OK);
  dryad_result_free(result);
  assert_rows(d, "pragma user_version", "5\n");
  dryad_database_close(d);
  assert_int_equal(dryad_database_open(&d, NULL, (dryad_database_options){.unguarded = true}, NULL, NULL), DRYAD_OK);
  run(d, "attach '' as other");
  run(d, "pragma user_version = 6");
  dryad_database_close(d);
}

static void tables_of_heaps_stay(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  for (int unguarded = 0; unguarded < 2; unguarded++) {
    dryad_database *d;
    dryad_database_options options = {.unguarded = unguarded};
    assert_int_equal(dryad_database_open(&d, NULL, options, NULL, NULL), DRYAD_OK);
    assert_int_equal(dryad_database_put_heap(d, "3", heap, NULL), DRYAD_OK);
    assert_refused(d, "drop table obj3", DRYAD_ARGUMENT, "cannot be dropped or altered");
    assert_refused(d, "drop table temp.REF3", DRYAD_ARGUMENT, "cannot be dropped or altered");
    assert_refused(d, "alter table obj3 rename to x", DRYAD_ARGUMENT, "cannot be dropped or altered");
    assert_rows(d, "select count(*) from obj3", "3\n");
    dryad_database_close(d);
  }
  dryad_heap_free(heap);
}

/* ---- statements --------------------------------------------------------------------------------- */

static void one_statement_at_a_time(void **state)
{
  (void)state;
  dryad_database *d = database_of(NULL);
  dryad_statement *statement;
  assert_rows(d, "select 1; -- and a comment\n /* another; one */ ;; ", "1\n");
  assert_rows(d, "select 1 /* not ended", "1\n");
  assert_refused(d, "select 1; select 2", DRYAD_ARGUMENT, "more than one statement");
  assert_refused(d, "select 1; /**/ x", DRYAD_ARGUMENT, "more than one statement");
  assert_refused(d, "", DRYAD_ARGUMENT, "no statement");
  assert_refused(d, " -- nothing", DRYAD_ARGUMENT, "no statement");
  assert_refused(d, "selec 1", DRYAD_ARGUMENT, "syntax error");
  assert_refused(d, "select * from nowhere", DRYAD_ARGUMENT, "no such table: nowhere");
  dryad_error error;
  assert_int_equal(dryad_statement_new(&statement, d, "select 1\0, 2", 12, false, &error), DRYAD_ARGUMENT);
  assert_null(statement);
  dryad_database_close(d);
}

static void parameters_are_bound(void **state)
{
  (void)state;
  static const char sql[] = "select typeof(?1), :a, @b, $c, hex(:d)";
  dryad_database *d = database_of(NULL);
  dryad_statement *statement;
  dryad_result *result;
  assert_int_equal(dryad_statement_new(&statement, d, sql, strlen(sql), false, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_parameter_count(statement), 5);
  assert_string_equal(dryad_statement_parameter_name(statement, 1), "?1");
  assert_string_equal(dryad_statement_parameter_name(statement, 2), ":a");
  const dryad_sql_value values[] = {{.kind = DRYAD_SQL_REAL, .real = 1},
                                    {.kind = DRYAD_SQL_INTEGER, .integer = INT64_MIN},
                                    {.kind = DRYAD_SQL_TEXT, .text = {"é", 2}},
                                    {.kind = DRYAD_SQL_TEXT, .text = {"\xe9x", 2}},
                                    {.kind = DRYAD_SQL_BLOB, .text = {"\0\xff", 2}}};
  for (int i = 0; i < 5; i++) assert_int_equal(dryad_statement_bind(statement, i + 1, &values[i], NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_run(statement, &result, no_progress, NULL), DRYAD_OK);
  char *rows = rows_of(result);
  assert_string_equal(rows, "real|-9223372036854775808|é|éx|00FF\n");
  free(rows);
  assert_string_equal(dryad_result_column_name(result, 1), ":a");
  dryad_result_free(result);
  assert_int_equal(dryad_statement_bind(statement, 6, &values[0], NULL), DRYAD_ARGUMENT);
  dryad_statement_free(statement);
  dryad_database_close(d);
}

static void statements_outlive_their_database(void **state)
{
  (void)state;
  dryad_database *d = database_of(NULL);
  dryad_statement *statement;
  dryad_result *result;
  dryad_error error = {0};
  bool more;
  assert_int_equal(dryad_statement_new(&statement, d, "values (1), (2)", 15, false, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_OK);
  dryad_database_close(d);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, &error), DRYAD_ARGUMENT);
  assert_int_equal(dryad_statement_run(statement, &result, no_progress, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "the database is closed");
  dryad_statement_free(statement);
}

static void changed_rows_are_counted(void **state)
{
  (void)state;
  dryad_database *d = database_of(NULL);
  run(d, "create table t(a)");
  assert_number(dryad_database_changes(d), 0);
  run(d, "insert into t values (1), (2), (3)");
  assert_number(dryad_database_changes(d), 3);
  run(d, "create table u(a)");
  assert_number(dryad_database_changes(d), 0);
  run(d, "delete from t where a > 1");
  assert_number(dryad_database_changes(d), 2);
  dryad_database_close(d);
}

/* ---- stopping ----------------------------------------------------------------------------------- */

typedef struct patience {
  uint64_t calls, most;
} patience;

static bool count_calls(void *context, const char *stage, uint64_t done, uint64_t total)
{
  patience *p = context;
  (void)stage, (void)done, (void)total;
  return ++p->calls < p->most;
}

static void statements_that_never_end_are_stopped(void **state)
{
  (void)state;
  static const char *const endless[] = {
      "with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n",
      "with recursive n(x) as (select 1 union all select x + 1 from n) insert into t select x from n",
      "select count(*) from obj a, obj b, obj c, obj d, obj e"};
  dryad_heap *heap = load_many(3000);
  dryad_database *d = database_of(heap);
  run(d, "create table t(a)");
  for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
    for (uint64_t most = 1; most < 5; most++) {
      patience p = {.most = most};
      dryad_result *result;
      dryad_error error = {0};
      assert_int_equal(ask(d, endless[i], false, &result, (dryad_progress){count_calls, &p}, &error), DRYAD_CANCELLED);
      assert_number(p.calls, most);
      assert_int_equal(error.status, DRYAD_CANCELLED);
    }
  }
  assert_rows(d, "select count(*) from t", "0\n");
  assert_rows(d, "select count(*) from obj", "3000\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void what_tables_compute_is_stopped_too(void **state)
{
  (void)state;
  dryad_status status = DRYAD_CANCELLED;
  for (uint64_t most = 1; status; most++) {
    dryad_heap *heap = load_many(2000);
    dryad_database *d = database_of(heap);
    patience p = {.most = most};
    dryad_result *result;
    status = ask(d, "select max(retained) from obj", false, &result, (dryad_progress){count_calls, &p}, NULL);
    if (!status) assert_true(dryad_result_cell(result, 0, 0).integer == 2000);
    dryad_result_free(result);
    dryad_database_close(d);
    dryad_heap_free(heap);
    if (status) assert_int_equal(status, DRYAD_CANCELLED);
    assert_true(most < 1000);
  }
}

static void rows_that_are_passed_over_are_stopped_too(void **state)
{
  (void)state;
  static const char *const passing[] = {"select count(*) from obj where size > 1",
                                        "select count(*) from obj where size > 1 order by type",
                                        "select count(*) from ref where position = 1"};
  dryad_heap *heap = load_many(200000);
  dryad_database *d = database_of(heap);
  for (size_t i = 0; i < sizeof passing / sizeof *passing; i++) {
    patience p = {.most = 3};
    dryad_result *result;
    dryad_error error = {0};
    assert_int_equal(ask(d, passing[i], false, &result, (dryad_progress){count_calls, &p}, &error), DRYAD_CANCELLED);
    assert_number(p.calls, 3);
    assert_int_equal(error.status, DRYAD_CANCELLED);
    assert_rows(d, passing[i], "0\n");
  }
  dryad_database_close(d);
  dryad_heap_free(heap);
}

/* ---- heaps that come and go --------------------------------------------------------------------- */

static void a_heap_may_be_several_tables(void **state)
{
  (void)state;
  dryad_heap *one = load(small), *two = load_many(10);
  dryad_database *d = database_of(one);
  assert_int_equal(dryad_database_put_heap(d, "1", one, NULL), DRYAD_OK);
  assert_int_equal(dryad_database_put_heap(d, "2", two, NULL), DRYAD_OK);
  assert_rows(d, "select (select count(*) from obj), (select count(*) from obj1), (select count(*) from obj2)",
              "3|3|10\n");
  assert_rows(d, "select a.address, b.address from obj1 a left join obj2 b using (address)",
              "16|null\n32|null\n48|null\n");
  assert_int_equal(dryad_database_put_heap(d, "", two, NULL), DRYAD_OK);
  assert_rows(d, "select count(*) from obj", "10\n");
  dryad_database_drop_heap(d, two);
  assert_refused(d, "select * from obj", DRYAD_ARGUMENT, "no such table");
  assert_refused(d, "select * from ref2", DRYAD_ARGUMENT, "no such table");
  assert_rows(d, "select count(*) from obj1", "3\n");
  assert_int_equal(dryad_database_put_heap(d, "1", NULL, NULL), DRYAD_OK);
  assert_refused(d, "select * from obj1", DRYAD_ARGUMENT, "no such table");
  assert_int_equal(dryad_database_put_heap(d, "a", one, NULL), DRYAD_ARGUMENT);
  assert_int_equal(dryad_database_put_heap(d, "1\"; drop table x", one, NULL), DRYAD_ARGUMENT);
  dryad_heap_free(two);
  dryad_database_close(d);
  dryad_heap_free(one);
}

static void rows_of_a_heap_that_changed_are_not_read_on(void **state)
{
  (void)state;
  static const char sql[] = "select address from obj";
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  dryad_statement *statement;
  dryad_error error = {0};
  dryad_change_result result;
  bool more;
  assert_int_equal(dryad_statement_new(&statement, d, sql, strlen(sql), false, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_OK);
  dryad_change *change = dryad_change_new(&dryad_default_allocator, DRYAD_CHANGE_EDIT);
  assert_true(dryad_numbers_add(&change->objects, change->allocator, 32));
  assert_int_equal(dryad_heap_apply(heap, change, NULL, &result, no_progress, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "a heap changed while its rows were being read");
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_OK); /* from the start again */
  assert_true(more);
  dryad_database_drop_heap(d, heap);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_ARGUMENT);
  dryad_statement_free(statement);
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void a_database_is_copied_without_heaps(void **state)
{
  (void)state;
  char path[40];
  free_path(path);
  dryad_heap *heap = load(small);
  dryad_database *from = database_of(heap), *to = open_at(path, true);
  run(from, "create table t as select address from obj");
  run(to, "create table old(a)");
  assert_int_equal(dryad_database_put_heap(to, "", heap, NULL), DRYAD_OK);
  assert_int_equal(dryad_database_copy(to, from, NULL), DRYAD_OK);
  assert_rows(to, "select * from t", "16\n32\n48\n");
  assert_refused(to, "select * from old", DRYAD_ARGUMENT, "no such table");
  assert_rows(to, "select count(*) from obj", "3\n");
  assert_int_equal(dryad_database_copy(to, to, NULL), DRYAD_OK);
  dryad_database_close(to);
  dryad_database_close(from);
  to = open_at(path, false);
  assert_rows(to, "select count(*) from t", "3\n");
  assert_refused(to, "select * from obj", DRYAD_ARGUMENT, "no such table");
  dryad_database_close(to);
  dryad_heap_free(heap);
  unlink(path);
}

static void what_was_computed_for_other_roots_is_not_read_on(void **state)
{
  (void)state;
  static const char sql[] = "select retained from obj";
  dryad_heap *heap = load(small);
  dryad_database *d = database_of(heap);
  dryad_statement *statement;
  bool more;
  assert_int_equal(dryad_statement_new(&statement, d, sql, strlen(sql), false, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_set_roots(heap, &(dryad_id){1}, 1, NULL), DRYAD_OK);
  assert_int_equal(dryad_statement_step(statement, &more, no_progress, NULL), DRYAD_ARGUMENT);
  dryad_statement_free(statement);
  assert_rows(d, sql, "0\n40\n0\n");
  dryad_database_close(d);
  dryad_heap_free(heap);
}

static void a_copy_brings_its_encoding(void **state)
{
  (void)state;
  char path[40];
  make_utf_16(path);
  dryad_heap *heap = load(small);
  dryad_error error = {0};
  dryad_database *from = open_at(path, false), *to = database_of(NULL), *with_heap = database_of(heap);
  assert_int_equal(dryad_database_copy(to, from, NULL), DRYAD_OK);
  assert_int_equal(dryad_database_put_heap(to, "", heap, NULL), DRYAD_OK);
  assert_rows(to, "select a from t", "é€\n");
  assert_rows(to, "select type, value from obj where type = 'str'", "str|abc\n");
  assert_rows(to, "select type, count(*) from obj group by type", "Thread|1\nint|1\nstr|1\n");
  assert_int_equal(dryad_database_copy(from, to, NULL), DRYAD_OK);
  assert_int_equal(dryad_database_copy(with_heap, from, &error), DRYAD_ARGUMENT);
  assert_non_null(strstr(error.text, "its text encoding is UTF-16le"));
  assert_rows(with_heap, "select type from obj where type = 'str'", "str\n");
  dryad_database_close(from);
  dryad_database_close(to);
  dryad_database_close(with_heap);
  dryad_heap_free(heap);
  unlink(path);
}

/* ---- memory that runs out ----------------------------------------------------------------------- */

static dryad_status do_everything(dryad_heap *heap, const dryad_allocator *allocator)
{
  static const char *const all[] = {"select * from obj order by type",
                                    "select * from ref where child = 999",
                                    "select parent, label from ref where child in (select address from obj)",
                                    "select address from unreferenced",
                                    "delete from obj where type = 'int'",
                                    "insert into obj(address, type, value) values (5, 'bytes', 'x')",
                                    "insert into ref(parent, child) values (0, 16), (16, 32)",
                                    "update obj set mark = 5"};
  dryad_database *d;
  dryad_error error = {0};
  dryad_status status = dryad_database_open(&d, NULL, (dryad_database_options){0}, allocator, &error);
  if (!status) status = dryad_database_put_heap(d, "", heap, &error);
  if (!status) status = dryad_database_put_heap(d, "1", heap, &error);
  for (size_t i = 0; i < sizeof all / sizeof *all && !status; i++) {
    dryad_result *result;
    status = ask(d, all[i], false, &result, no_progress, &error);
    dryad_result_free(result);
  }
  if (status) assert_int_equal(error.status, status);
  dryad_database_close(d);
  return status;
}

static void every_failed_allocation_is_told(void **state)
{
  (void)state;
  dryad_heap *heap = load(small);
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    failing f = {.fail_at = n};
    dryad_allocator allocator = {failing_resize, &f};
    status = do_everything(heap, &allocator);
    if (status) assert_int_equal(status, DRYAD_NO_MEMORY);
    assert_number((uint64_t)f.ledger.blocks, 0);
    assert_number((uint64_t)f.ledger.bytes, 0);
    assert_true(n < 10000);
  }
  dryad_heap_free(heap);
}

/* The same for memory that tables take from the heap's own allocator. */
static void every_failed_allocation_of_the_heap_is_told(void **state)
{
  (void)state;
  dryad_status status = DRYAD_NO_MEMORY;
  for (uint64_t n = 1; status; n++) {
    failing f = {0};
    dryad_allocator allocator = {failing_resize, &f};
    dump_text t = text_of(small);
    dryad_heap *heap = load_text(
        &t,
        &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .allocator = &allocator});
    f.fail_at = f.requests + n;
    status = do_everything(heap, NULL);
    if (status) assert_int_equal(status, DRYAD_NO_MEMORY);
    dryad_heap_free(heap);
    assert_number((uint64_t)f.ledger.blocks, 0);
    assert_true(n < 10000);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(a_file_is_made_and_opened_again),
                                     cmocka_unit_test(other_files_are_no_databases),
                                     cmocka_unit_test(damaged_files_do_no_harm),
                                     cmocka_unit_test(a_hostile_schema_runs_nothing),
                                     cmocka_unit_test(texts_of_a_utf_16_database_are_utf_8),
                                     cmocka_unit_test(statements_reach_nothing_outside),
                                     cmocka_unit_test(what_stays_inside_is_allowed),
                                     cmocka_unit_test(our_own_statements_and_unguarded_ones_may_do_more),
                                     cmocka_unit_test(tables_of_heaps_stay),
                                     cmocka_unit_test(one_statement_at_a_time),
                                     cmocka_unit_test(parameters_are_bound),
                                     cmocka_unit_test(statements_outlive_their_database),
                                     cmocka_unit_test(changed_rows_are_counted),
                                     cmocka_unit_test(statements_that_never_end_are_stopped),
                                     cmocka_unit_test(what_tables_compute_is_stopped_too),
                                     cmocka_unit_test(rows_that_are_passed_over_are_stopped_too),
                                     cmocka_unit_test(a_heap_may_be_several_tables),
                                     cmocka_unit_test(rows_of_a_heap_that_changed_are_not_read_on),
                                     cmocka_unit_test(what_was_computed_for_other_roots_is_not_read_on),
                                     cmocka_unit_test(a_database_is_copied_without_heaps),
                                     cmocka_unit_test(a_copy_brings_its_encoding),
                                     cmocka_unit_test(every_failed_allocation_is_told),
                                     cmocka_unit_test(every_failed_allocation_of_the_heap_is_told)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
