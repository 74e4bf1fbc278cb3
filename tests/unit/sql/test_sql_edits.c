/* SPDX-License-Identifier: MIT */
/* Random edits in SQL have the same effect as on plain tables, and undo reverts them. */
#include "random_sql.h"

static const char obj_rows[] = "select address, type, name, value, size, len, mark from obj";
static const char ref_rows[] = "select parent, child, position from ref";
static const char counts[] = "select address, num_refs, num_parents from obj";

/* ---- statements --------------------------------------------------------------------------------- */

static void alias(maker *m, const char *name)
{
  strcpy(m->scope[m->scope_count++], name);
  m->next_name = 1;
}

static void make_update(maker *m)
{
  static const char *const marks[] = {
      "o1.size % 7", "o1.address % 99", "o1.num_parents", "null", "coalesce(o1.mark, 0) + 1", "5.0", "'6'", NULL};
  alias(m, "o1");
  text_add(m->t, "update obj as o1 set mark = %s", one_of(m->seed, marks));
  make_where(m);
}

static void make_delete(maker *m, const char *table, const char *name)
{
  alias(m, name);
  text_add(m->t, "delete from %s as %s where ", table, name);
  make_condition(m);
  if (random_below(m->seed, 2))
    text_add(m->t, " and %s.%s > %u", name, *name == 'o' ? "size" : "child", random_below(m->seed, 60));
}

/* Inserts objects at dangling addresses, or at others that may be in use. */
static void make_insert(maker *m, const char *verb)
{
  alias(m, "r1");
  text_add(m->t, "%s into obj(address, type, name, value, size, len) ", verb);
  if (random_below(m->seed, 2)) {
    text_add(m->t, "select r1.child, o2.type, 'new', r1.position, o2.size, r1.position from ref r1, obj o2 where (");
    make_condition(m);
    text_add(m->t, ")%s order by r1.parent, r1.position, o2.address limit %u",
             random_below(m->seed, 3) ? " and r1.child not in (select address from obj)" : "",
             random_below(m->seed, 20));
  } else {
    static const char *const values[] = {"null", "'dict'", "5", "-9223372036854775808", "24.5", "''", NULL};
    text_add(m->t, "values (%lld + 0, 'x', null, %s, '24', 3.0)", (long long)(odd_address(m->seed) / 2),
             one_of(m->seed, values));
  }
}

static void make_references(maker *m)
{
  alias(m, "o1");
  text_add(m->t,
           "insert into ref(parent, child) select o1.address, r2.child from obj o1, ref r2 where o1.address <> 0 and "
           "o1.address + r2.position = %u and (",
           random_below(m->seed, 60));
  strcpy(m->scope[m->scope_count++], "r2");
  m->next_name = 2;
  make_condition(m);
  text_add(m->t, ") order by 1, 2");
}

static void make_edit(uint64_t *seed, dump_text *t)
{
  static const char *const verbs[] = {"insert", "insert or replace", "insert or ignore", NULL};
  maker m = {.seed = seed, .t = t};
  switch (random_below(seed, 10)) {
  case 0:
  case 1:
  case 2: make_update(&m); break;
  case 3: make_delete(&m, "obj", "o1"); break;
  case 4: make_delete(&m, "ref", "r1"); break;
  case 5:
  case 6:
  case 7: make_insert(&m, one_of(seed, verbs)); break;
  default: make_references(&m);
  }
  text_add_bytes(t, "", 1);
}

/* ---- both sides --------------------------------------------------------------------------------- */

/* Does what the tables of a heap do by themselves: removes an object's references with it, and renumbers references. */
static void settle(sqlite3 *plain)
{
  plain_run(plain,
            "delete from ref where parent not in (select address from obj);"
            "create temp table numbered as select parent, child, row_number() over (partition by parent "
            "order by coalesce(position, 1000000), rowid) - 1 as position, label from ref where parent not in come;"
            "insert into numbered select parent, child, row_number() over (partition by parent order by rowid) - 1, "
            "label from ref where parent in come and position is null;"
            "delete from ref; insert into ref select * from numbered; drop table numbered; delete from come;"
            "update obj set num_refs = (select count(*) from ref where parent = address), "
            "num_parents = (select count(distinct parent) from ref where child = address)");
}

/* The rows are found before any is changed, which SQLite does not always do: "update obj as o1 set .. where C" becomes
   "update obj as o1 set .. where rowid in (select o1.rowid from obj o1 where C)". */
static bool plain_edit(sqlite3 *plain, const char *sql)
{
  dump_text t = {0};
  const char *condition = strstr(sql, " where ");
  if (*sql != 'i' && condition) {
    bool is_ref = strstr(sql, "ref as r1");
    text_add_bytes(&t, sql, (size_t)(condition - sql));
    text_add(&t,
             is_ref ? " where rowid in (select r1.rowid from ref r1" : " where rowid in (select o1.rowid from obj o1");
    text_add(&t, "%s)", condition);
  } else {
    text_add(&t, "%s", sql);
  }
  text_add_bytes(&t, "", 1);
  char *rows = plain_rows(plain, t.data);
  bool done = rows != NULL;
  free(rows);
  text_free(&t);
  return done;
}

static bool edit(dryad_database *database, const char *sql, unsigned *changes)
{
  dryad_result *result;
  dryad_error error = {0};
  dryad_heap *heap;
  dryad_change *change;
  dryad_status status = ask(database, sql, false, &result, no_progress, &error);
  dryad_result_free(result);
  while (!status && (change = dryad_database_take_change(database, &heap))) {
    uint64_t version = dryad_heap_revision(heap);
    status = dryad_heap_apply(heap, change, NULL, NULL, no_progress, &error);
    *changes += dryad_heap_revision(heap) != version;
  }
  return status == DRYAD_OK;
}

static char *all_rows(dryad_database *database)
{
  dump_text t = {0};
  const char *const queries[] = {obj_rows, ref_rows, counts};
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
    char *rows = query(database, queries[i]);
    text_add_bytes(&t, rows, strlen(rows));
    free(rows);
  }
  text_add_bytes(&t, "", 1);
  return t.data;
}

enum { EDITS = 20 };

static void edit_and_undo(unsigned number)
{
  uint64_t seed = number;
  dryad_heap *heap = odd_heap(&seed);
  dryad_database *database = database_of(heap);
  sqlite3 *plain = plain_open(database);
  char *before[EDITS];
  unsigned changes = 0, change_at[EDITS];
  plain_run(plain, "create unique index by_address on obj(address); create temp table come(address);"
                   "create temp trigger replaced after insert on obj begin insert into come values (new.address); end");
  for (unsigned i = 0; i < EDITS; i++) {
    dump_text t = {0};
    char about[60];
    make_edit(&seed, &t);
    snprintf(about, sizeof about, "heap %u, edit %u: ", number, i);
    before[i] = all_rows(database);
    change_at[i] = changes;
    bool done = edit(database, t.data, &changes), plainly = plain_edit(plain, t.data);
    if (done != plainly) fail_msg("%s%s: %s", about, t.data, done ? "done" : "refused");
    settle(plain);
    assert_same_rows(database, plain, obj_rows, false, t.data);
    assert_same_rows(database, plain, ref_rows, false, t.data);
    assert_same_rows(database, plain, counts, false, t.data);
    plain_refill(plain, database); /* computed columns too */
    plain_run(plain, "delete from come");
    text_free(&t);
  }
  for (unsigned i = EDITS; i-- > 0;) {
    for (; changes > change_at[i]; changes--) assert_true(dryad_heap_undo(heap));
    char *now = all_rows(database);
    assert_string_equal(now, before[i]);
    free(now);
    free(before[i]);
  }
  sqlite3_close(plain);
  dryad_database_close(database);
  dryad_heap_free(heap);
}

static void random_edits_leave_what_they_leave_in_plain_tables(void **state)
{
  (void)state;
  const unsigned heaps = from_environment("DRYAD_TEST_HEAPS", 30), first = from_environment("DRYAD_TEST_FIRST", 1);
  for (unsigned number = first; number < first + heaps; number++) edit_and_undo(number);
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(random_edits_leave_what_they_leave_in_plain_tables)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
