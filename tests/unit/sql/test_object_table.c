/* SPDX-License-Identifier: MIT */
/* The table obj: its cells, look-ups, and the order of rows. */
#include "model.h"
#include "sql.h"

static dryad_heap *load(const char *text, int python)
{
  dump_text t = text_of(text);
  return load_text(
      &t, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .python = python});
}

/* Five objects, one of them beyond 2^63, and a dangling reference. */
static const char small[] =
    "{\"address\": 16, \"type\": \"Thread\", \"size\": 100, \"refs\": [32, 48, 32, 999]}\n"
    "{\"address\": 32, \"type\": \"str\", \"size\": 40, \"len\": 3, \"value\": \"abc\", \"refs\": []}\n"
    "{\"address\": 48, \"type\": \"int\", \"size\": 24, \"value\": 7, \"refs\": []}\n"
    "{\"address\": 64, \"type\": \"module\", \"size\": 56, \"name\": \"os\", \"refs\": [16]}\n"
    "{\"address\": 18446744073709551600, \"type\": \"str\", \"size\": 41, \"len\": 4, \"value\": \"wxyz\", \"refs\": [64]}\n";

typedef struct fixture {
  dryad_heap *heap;
  dryad_database *database;
} fixture;

static fixture open_with(const char *text, int python)
{
  fixture f = {.heap = load(text, python)};
  f.database = database_of(f.heap);
  return f;
}

static void close_all(fixture *f)
{
  dryad_database_close(f->database);
  dryad_heap_free(f->heap);
}

#define WITH(f, text, python) for (fixture f = open_with(text, python); f.heap; close_all(&f), f.heap = NULL)

/* ---- cells -------------------------------------------------------------------------------------- */

static void all_columns_are_as_in_the_dump(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    assert_rows(f.database, "select * from obj where address > 0",
                "16|Thread|null|null|100|null|null|Thread\n"
                "32|str|null|abc|40|3|null|'abc'\n"
                "48|int|null|7|24|null|null|7\n"
                "64|module|os|null|56|null|null|os\n");
    assert_rows(f.database, "select address, num_refs, num_parents, retained, idom from obj",
                "-16|1|0|41|null\n"
                "16|4|1|164|64\n"
                "32|0|1|40|16\n"
                "48|0|1|24|16\n"
                "64|1|1|220|null\n");
  }
}

static void values_have_the_type_of_the_dump(void **state)
{
  (void)state;
  WITH(f,
       "{\"address\": 1, \"type\": \"a\", \"value\": 1.5, \"refs\": []}\n"
       "{\"address\": 2, \"type\": \"a\", \"value\": true, \"refs\": []}\n"
       "{\"address\": 3, \"type\": \"a\", \"value\": null, \"refs\": []}\n"
       "{\"address\": 4, \"type\": \"a\", \"value\": \"True\", \"name\": \"n\", \"refs\": []}\n"
       "{\"address\": 5, \"type\": \"a\", \"value\": 123456789012345678901234567890, \"refs\": []}\n"
       "{\"address\": 6, \"type\": \"a\", \"value\": -9223372036854775808, \"refs\": []}\n"
       "{\"address\": 7, \"type\": \"a\", \"value\": \"5\", \"refs\": []}\n"
       "{\"address\": 8, \"type\": \"a\", \"name\": \"only\", \"refs\": []}\n",
       3)
  assert_rows(f.database, "select typeof(value), value, name from obj",
              "real|1.5|null\ninteger|1|null\nnull|null|null\ntext|True|n\n"
              "text|123456789012345678901234567890|null\ninteger|-9223372036854775808|null\ntext|5|null\n"
              "null|null|only\n");
}

static void bytes_read_as_latin_1(void **state)
{
  (void)state;
  static const char text[] = "{\"address\": 1, \"type\": \"str\", \"value\": \"\\u00e9a\", \"refs\": []}\n"
                             "{\"address\": 2, \"type\": \"bytes\", \"value\": \"\\u00ff\", \"refs\": []}\n"
                             "{\"address\": 3, \"type\": \"unicode\", \"value\": \"\\u20ac\", \"refs\": []}\n";
  WITH(f, text, 2)
  assert_rows(f.database, "select hex(value), length(value) from obj", "C3A961|2\nC3BF|1\nE282AC|1\n");
  WITH(f, text, 3)
  assert_rows(f.database, "select hex(value), length(value) from obj", "C3A961|2\nC3BF|1\nE282AC|1\n");
}

static void texts_keep_nuls_and_quotes(void **state)
{
  (void)state;
  WITH(f,
       "{\"address\": 1, \"type\": \"a'\\\"b;--\", \"value\": \"x\\u0000y\", \"refs\": []}\n"
       "{\"address\": 2, \"type\": \"n\\u0000l\", \"refs\": []}\n",
       3)
  {
    assert_rows(f.database, "select type, hex(value) from obj where type = 'a''\"b;--'", "a'\"b;--|780079\n");
    assert_rows(f.database, "select address from obj where type = 'n' || char(0) || 'l'", "2\n");
    assert_rows(f.database, "select address from obj where type = 'n'", "");
  }
}

static void repr_is_what_memsee_shows(void **state)
{
  (void)state;
  static const char text[] =
      "{\"address\": 1, \"type\": \"function\", \"name\": \"run\", \"value\": \"v\", \"refs\": []}\n"
      "{\"address\": 2, \"type\": \"type\", \"value\": \"v\", \"refs\": []}\n"
      "{\"address\": 3, \"type\": \"module\", \"refs\": []}\n"
      "{\"address\": 4, \"type\": \"int\", \"value\": -12, \"refs\": []}\n"
      "{\"address\": 5, \"type\": \"int\", \"refs\": []}\n"
      "{\"address\": 6, \"type\": \"str\", \"value\": \"it's \\u00e9\\n\", \"refs\": []}\n"
      "{\"address\": 7, \"type\": \"unicode\", \"value\": \"\\u00e9\\u20ac\", \"refs\": []}\n"
      "{\"address\": 8, \"type\": \"dict\", \"value\": \"v\", \"name\": \"n\", \"refs\": []}\n"
      "{\"address\": 9, \"type\": \"str\", \"value\": null, \"refs\": []}\n"
      "{\"address\": 10, \"type\": \"int\", \"value\": 123456789012345678901234567890, \"refs\": []}\n"
      "{\"address\": 11, \"type\": \"int\", \"value\": 1.0, \"refs\": []}\n";
  WITH(f, text, 2)
  assert_rows(f.database, "select repr from obj",
              "run\nv\nmodule\n-12\nint\n\"it's \\xe9\\n\"\nu'\\xe9\\u20ac'\ndict\nNone\n"
              "123456789012345678901234567890\n1.0\n");
  WITH(f, text, 3)
  assert_rows(f.database, "select repr from obj where address between 6 and 7",
              "\"it's \xc3\xa9\\n\"\n'\xc3\xa9\xe2\x82\xac'\n");
}

static void a_long_repr_is_whole(void **state)
{
  (void)state;
  dump_text t = {0};
  text_add(&t, "{\"address\": 1, \"type\": \"str\", \"value\": \"");
  for (int i = 0; i < 5000; i++) text_add(&t, "a\\n");
  text_add(&t, "\", \"refs\": []}\n");
  text_add_bytes(&t, "", 1);
  WITH(f, t.data, 3)
  assert_rows(f.database, "select length(repr), substr(repr, 1, 4), substr(repr, -3) from obj", "15002|'a\\n|\\n'\n");
  text_free(&t);
}

/* ---- finding ------------------------------------------------------------------------------------ */

static void addresses_compare_as_sqlite_compares(void **state)
{
  (void)state;
  static const struct {
    const char *condition, *expected;
  } cases[] = {{"address = 32", "32\n"},
               {"address = '32'", "32\n"},
               {"address = ' 32 '", "32\n"},
               {"address = 32.0", "32\n"},
               {"address = 32.5", ""},
               {"address = null", ""},
               {"address is null", ""},
               {"address = 'x'", ""},
               {"address = x'3332'", ""},
               {"address = 999", ""},
               {"address = -16", "-16\n"},
               {"address = 1e300", ""},
               {"address in (48, 32, 7, 48, null, '16')", "16\n32\n48\n"},
               {"address < 32", "-16\n16\n"},
               {"address <= 32", "-16\n16\n32\n"},
               {"address > 31.5", "32\n48\n64\n"},
               {"address >= 48 and address < 64", "48\n"},
               {"address < 'x'", "-16\n16\n32\n48\n64\n"},
               {"address > 'x'", ""},
               {"address < 1e300", "-16\n16\n32\n48\n64\n"},
               {"address > -1e300", "-16\n16\n32\n48\n64\n"},
               {"address > 1e300", ""},
               {"address > 9223372036854775807", ""},
               {"address >= -9223372036854775808 and address < 0", "-16\n"},
               {"address < -9223372036854775808", ""},
               {"address between 17 and 63", "32\n48\n"},
               {"address != 32", "-16\n16\n48\n64\n"},
               {"address > null", ""}};
  WITH(f, small, 3)
  {
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
      char sql[200];
      snprintf(sql, sizeof sql, "select address from obj where %s order by address", cases[i].condition);
      assert_rows(f.database, sql, cases[i].expected);
    }
  }
}

static void nothing_is_scanned_where_order_helps(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    dryad_database *d = f.database;
    assert_plan(d, "select * from obj where address = 1", "INDEX 0:a=", NULL);
    assert_plan(d, "select * from obj where address in (1, 2)", "INDEX 0:a=", NULL);
    assert_plan(d, "select * from obj where address in (select child from ref where parent = 16)",
                "INDEX 0:a=", "INDEX 0:\n");
    assert_plan(d, "select * from obj where type = 'str'", "INDEX 0:t=", NULL);
    assert_plan(d, "select * from obj where type in ('str', 'int')", "INDEX 0:t=", NULL);
    assert_plan(d, "select * from obj where idom = 16", "INDEX 0:d=", NULL);
    assert_plan(d, "select * from obj where size > 50 and type = 'str'", "t=s>", NULL);
    assert_plan(d, "select * from obj where size > 50", "INDEX 0:s>", NULL);
    assert_plan(d, "select * from obj where address > 5 and address < 9", "a>a<", NULL);
    assert_plan(d, "select * from obj order by address", "SCAN obj", "TEMP B-TREE");
    assert_plan(d, "select * from obj order by address desc limit 2", "SCAN obj", "TEMP B-TREE");
    assert_plan(d, "select * from obj where type = 'str' order by address desc", "t=", "TEMP B-TREE");
    assert_plan(d, "select type, count(*) from obj group by type", "SCAN obj", "TEMP B-TREE");
    assert_plan(d, "select type from obj order by type desc, address", "SCAN obj", "TEMP B-TREE");
    assert_plan(d, "select type from obj order by size", "TEMP B-TREE", NULL);
    assert_plan(d, "select * from obj a join obj b on a.idom = b.address", "INDEX 0:a=", NULL);
    assert_plan(d, "select * from obj o join ref r on o.address = r.child where r.parent = 16",
                "INDEX 0:a=", "INDEX 0:\n");
    assert_plan(d, "select * from obj where type = 'str' collate nocase", "SCAN obj", "t=");
  }
}

static void rows_come_in_the_order_that_is_asked_for(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    assert_rows(f.database, "select address from obj order by address desc", "64\n48\n32\n16\n-16\n");
    assert_rows(f.database, "select address from obj order by address desc limit 2 offset 1", "48\n32\n");
    assert_rows(f.database, "select type, address from obj order by type, address desc",
                "Thread|16\nint|48\nmodule|64\nstr|32\nstr|-16\n");
    assert_rows(f.database, "select type, address from obj order by type desc, address",
                "str|-16\nstr|32\nmodule|64\nint|48\nThread|16\n");
    assert_rows(f.database, "select type, count(*), sum(size) from obj group by type",
                "Thread|1|100\nint|1|24\nmodule|1|56\nstr|2|81\n");
    assert_rows(f.database, "select address from obj where type = 'str' order by address", "-16\n32\n");
    assert_rows(f.database, "select address from obj where type in ('str', 'int') order by address", "-16\n32\n48\n");
    assert_rows(f.database, "select address from obj where type = 5", "");
    assert_rows(f.database, "select address from obj where type = 'STR' collate nocase", "-16\n32\n");
    assert_rows(f.database, "select distinct type from obj where size < 50", "int\nstr\n");
  }
}

static void types_that_equal_a_number_are_ordered(void **state)
{
  (void)state;
  WITH(f,
       "{\"address\": 1, \"type\": \"5\", \"refs\": []}\n"
       "{\"address\": 2, \"type\": \"05\", \"refs\": []}\n"
       "{\"address\": 3, \"type\": \"5.0\", \"refs\": []}\n",
       3)
  {
    run(f.database, "create table t(number int)");
    run(f.database, "insert into t values (5)");
    assert_rows(f.database, "select type from obj where type = (select number from t) order by type", "05\n5\n5.0\n");
    assert_rows(f.database, "select type from obj where type = (select number from t) order by type desc",
                "5.0\n5\n05\n");
  }
}

static void objects_of_a_dominator_are_found(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    assert_rows(f.database, "select address from obj where idom = 16", "32\n48\n");
    assert_rows(f.database, "select address from obj where idom = 16 and type = 'int'", "48\n");
    assert_rows(f.database, "select address from obj where idom = 64 and address < 20", "16\n");
    assert_rows(f.database, "select address from obj where idom = 5", "");
    assert_rows(f.database, "select address from obj where idom is null", "-16\n64\n");
  }
}

static void lists_are_tables(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    static const char sql[] = "select address from obj where address in list(?) order by address";
    uint64_t addresses[] = {48, (uint64_t)-16, 999, 48};
    dryad_statement *statement;
    dryad_result *result;
    dryad_error error = {0};
    assert_int_equal(dryad_statement_new(&statement, f.database, sql, strlen(sql), false, &error), DRYAD_OK);
    assert_int_equal(dryad_statement_bind_list(statement, 1, addresses, 4, &error), DRYAD_OK);
    memset(addresses, 0, sizeof addresses); /* they were copied */
    assert_int_equal(dryad_statement_run(statement, &result, no_progress, &error), DRYAD_OK);
    char *rows = rows_of(result);
    assert_string_equal(rows, "-16\n48\n");
    free(rows);
    dryad_result_free(result);
    assert_int_equal(dryad_statement_bind_list(statement, 1, NULL, 0, &error), DRYAD_OK);
    assert_int_equal(dryad_statement_run(statement, &result, no_progress, &error), DRYAD_OK);
    assert_number(dryad_result_row_count(result), 0);
    dryad_result_free(result);
    dryad_statement_free(statement);
    assert_refused(f.database, "select * from list(5)", DRYAD_ARGUMENT, "a list bound to it");
    assert_refused(f.database, "select * from list(5) where list = 6", DRYAD_ARGUMENT, "a list bound to it");
  }
}

static void unreferenced_are_those_without_a_referrer(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    assert_rows(f.database, "select address from unreferenced", "-16\n");
    assert_rows(f.database, "select type from obj where address in (select address from unreferenced)", "str\n");
  }
}

/* ---- against plain tables ------------------------------------------------------------------------ */

static model random_model(uint64_t *seed)
{
  static const char *const types[] = {"str", "dict", "list", "Thread", "a'b", "Str"};
  model m = {0};
  unsigned count = 1 + random_below(seed, MODEL_OBJECTS - 1);
  for (unsigned i = 0; i < count; i++) {
    uint64_t address = chance(seed, 20) ? UINT64_MAX - random_below(seed, 100) : random_below(seed, 100);
    model_object *o = model_add(&m, address, types[random_below(seed, 6)]);
    o->size = random_below(seed, 60);
    o->has_len = chance(seed, 50);
    o->len = random_below(seed, 5);
    if (chance(seed, 30)) snprintf(o->name, sizeof o->name, "name%u", random_below(seed, 4));
    if (chance(seed, 30)) snprintf(o->value, sizeof o->value, "%d", (int)random_below(seed, 20) - 10);
    if (chance(seed, 20)) snprintf(o->value, sizeof o->value, "\"v%u\"", random_below(seed, 9));
    for (unsigned refs = random_below(seed, 8); refs > 0; refs--)
      model_refer(o, chance(seed, 90) ? m.objects[random_below(seed, m.count)].address : random_below(seed, 200));
  }
  model_settle(&m);
  return m;
}

static void insert_plainly(dryad_database *database, const model_object *o)
{
  dump_text t = {0};
  const char *type = strcmp(o->type, "a'b") == 0 ? "a''b" : o->type;
  text_add(&t, "insert into plain_obj values (%lld, '%s', nullif('%s', ''), %s, %llu, ", (long long)o->address, type,
           o->name, *o->value == 0 ? "null" : o->value, (unsigned long long)o->size);
  text_add(&t, o->has_len ? "%lld)" : "null)", (long long)o->len);
  text_add_bytes(&t, "", 1);
  for (char *c = t.data; *c; c++)
    if (*c == '"') *c = '\'';
  run(database, t.data);
  text_free(&t);
  for (unsigned r = 0; r < o->ref_count; r++) {
    text_add(&t, "insert into plain_ref values (%lld, %lld, %u)", (long long)o->address, (long long)o->refs[r], r);
    text_add_bytes(&t, "", 1);
    run(database, t.data);
    text_free(&t);
  }
}

/* The same query, with each OBJ and REF as a table. */
static char *ask_with(dryad_database *database, const char *sql, const char *prefix)
{
  dump_text t = {0};
  for (const char *p = sql; *p; p++) {
    bool is_table = strncmp(p, "OBJ", 3) == 0 || strncmp(p, "REF", 3) == 0;
    if (is_table)
      text_add(&t, "%s%s", prefix, *p == 'O' ? "obj" : "ref");
    else
      text_add_bytes(&t, p, 1);
    p += is_table ? 2 : 0;
  }
  text_add_bytes(&t, "", 1);
  char *rows = query(database, t.data);
  text_free(&t);
  return rows;
}

static const char *const queries[] = {
    "select address, type, name, value, size, len from OBJ order by address",
    "select address from OBJ order by address desc",
    "select type, count(*), sum(size), max(len) from OBJ group by type",
    "select type, address from OBJ order by type desc, address desc",
    "select type, address, size from OBJ where size >= 20 and size < 40.5 order by type, address",
    "select address from OBJ where size = '7' order by address",
    "select address from OBJ where type = 'str' and size > 10 and address > 30 order by address",
    "select address from OBJ where type in ('str', 'dict', 'none') order by address desc",
    "select address from OBJ where address < 50 or type = 'a''b' order by address",
    "select address from OBJ where address between -50 and 50 order by address",
    "select address from OBJ where type like 's%' order by address",
    "select address from OBJ where type >= 'e' order by address",
    "select parent, child, position from REF order by parent, position",
    "select parent, child from REF order by parent desc, child",
    "select child, count(*) from REF group by child order by child",
    "select parent, child, position from REF where position = 1 order by 1",
    "select parent, position from REF where child in (select address from OBJ where type = 'dict') order by 1, 2",
    "select child from REF where parent in (select address from OBJ where type = 'dict') order by 1",
    "select parent, position from REF where child not in (select address from OBJ) order by 1, 2",
    "select r.position from REF r where parent > 20 and parent <= 70 and position between 1 and 2.5 order by parent, 1",
    "select a.address, b.address from OBJ a join OBJ b on b.size = a.size and b.address > a.address order by 1, 2",
    "select o.type, count(*) from REF r join OBJ o on o.address = r.child group by 1 order by 1",
    "select o.address, (select count(*) from REF where child = o.address) from OBJ o order by 1",
    "select o.address, (select max(child) from REF where parent = o.address) from OBJ o order by 1",
    "select a.parent, b.child from REF a join REF b on b.parent = a.child order by 1, 2",
    "select a.parent, b.child from REF a join REF b on b.parent = a.child and b.child = a.parent order by 1, 2",
    "select a.address, b.address from OBJ a left join REF r on r.parent = a.address left join OBJ b "
    "on b.address = r.child and b.type = 'str' order by 1, 2",
    "select min(address), max(address), count(distinct type) from OBJ",
    "with recursive reach(a) as (select min(address) from OBJ union select child from REF join reach on parent = a) "
    "select a from reach order by a",
    "select address from OBJ except select child from REF order by 1",
    "select count(*) from OBJ where rowid in (select rowid from OBJ where size > 30)",
    "select type, address from OBJ where type > 'a' group by type, address having size > 5 order by type, address",
};

static void queries_answer_as_over_plain_tables(void **state)
{
  (void)state;
  uint64_t seed = 4;
  for (int round = 0; round < 60; round++) {
    model m = random_model(&seed);
    dryad_heap *heap = model_load(
        &m, &(dryad_load_options){.size = sizeof(dryad_load_options), .raw = true, .threads = 1, .python = 3});
    dryad_database *database = database_of(heap);
    run(database, "create table plain_obj(address int primary key, type text, name text, value, size int, len int)");
    run(database, "create table plain_ref(parent int, child int, position int)");
    for (unsigned i = 0; i < m.count; i++) insert_plainly(database, &m.objects[i]);
    for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
      char *actual = ask_with(database, queries[i], ""), *expected = ask_with(database, queries[i], "plain_");
      if (strcmp(actual, expected) != 0)
        fail_msg("round %d: %s\ngives\n%sand not\n%s", round, queries[i], actual, expected);
      free(actual);
      free(expected);
    }
    dryad_database_close(database);
    dryad_heap_free(heap);
  }
}

/* ---- changing ----------------------------------------------------------------------------------- */

static void deleted_objects_are_collected_and_then_gone(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    dryad_change_result result;
    run(f.database, "delete from obj where type = 'str'");
    assert_number(dryad_database_changes(f.database), 2);
    assert_rows(f.database, "select count(*) from obj", "5\n");
    assert_number(take_all(f.database, &result), 0); /* the next statement discarded it */
    run(f.database, "delete from obj where type = 'str'");
    assert_number(take_all(f.database, &result), 1);
    assert_number(result.objects_gone, 2);
    assert_rows(f.database, "select address from obj", "16\n48\n64\n");
    assert_true(dryad_heap_undo(f.heap));
    assert_rows(f.database, "select count(*) from obj", "5\n");
  }
}

static void inserted_objects_come(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    dryad_change_result result;
    run(f.database, "insert into obj(address, type, value) values (20, 'new', 'x'), (-5, 'bytes', 'é')");
    assert_number(take_all(f.database, &result), 1);
    assert_number(result.objects_come, 2);
    assert_rows(f.database, "select address, type, value, size, len from obj where type in ('new', 'bytes') order by 1",
                "-5|bytes|é|0|null\n20|new|x|0|null\n");
    run(f.database, "insert or ignore into obj(address, type) values (20, 'other'), (21, 'new')");
    take_all(f.database, &result);
    assert_number(result.objects_come, 1);
    run(f.database, "insert or replace into obj(address, type, size) values (20, 'other', 5)");
    take_all(f.database, &result);
    assert_rows(f.database, "select type, size from obj where address = 20", "other|5\n");
  }
}

static void objects_that_come_twice_are_settled(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    dryad_change_result result;
    run(f.database, "insert or ignore into obj(address, type) values (20, 'a'), (32, 'b'), (20, 'c'), (21, 'd')");
    take_all(f.database, &result);
    assert_rows(f.database, "select address, type from obj where address between 20 and 32", "20|a\n21|d\n32|str\n");
    run(f.database, "insert or replace into obj(address, type) values (32, 'b'), (22, 'e'), (32, 'c'), (22, 'f')");
    take_all(f.database, &result);
    assert_rows(f.database, "select address, type from obj where address between 22 and 32", "22|f\n32|c\n");
    assert_refused(f.database, "insert into obj(address, type) values (23, 'g'), (23, 'h')", DRYAD_ARGUMENT,
                   "an object at 23 already");
  }
}

static void marks_can_be_updated(void **state)
{
  (void)state;
  WITH(f, small, 3)
  {
    dryad_change_result result;
    run(f.database, "update obj set mark = size where type = 'str'");
    assert_number(take_all(f.database, &result), 1);
    assert_number(result.changed, 2);
    assert_rows(f.database, "select address, mark from obj where mark is not null", "-16|41\n32|40\n");
    run(f.database, "update obj set mark = null where address = 32");
    take_all(f.database, &result);
    assert_rows(f.database, "select address from obj where mark = 41", "-16\n");
    run(f.database, "insert or replace into obj(address, type) values (-16, 'new')");
    take_all(f.database, &result);
    assert_rows(f.database, "select type, mark from obj where address = -16", "new|null\n");
  }
}

static void wrong_changes_are_refused_and_forgotten(void **state)
{
  (void)state;
  static const struct {
    const char *sql, *words;
  } cases[] = {
      {"update obj set size = 1", "only mark can be changed"},
      {"update obj set address = address + 1", "only mark can be changed"},
      {"update obj set rowid = rowid + 100", "only mark can be changed"},
      {"update obj set mark = b.size from obj b where b.address = obj.address", "update ... from is not supported"},
      {"update obj set mark = 'high'", "mark must be a whole number"},
      {"update obj set mark = 1.5", "mark must be a whole number"},
      {"insert into obj(address) values (1)", "needs a type"},
      {"insert into obj(type) values ('a')", "needs an address"},
      {"insert into obj(address, type) values ('x', 'a')", "needs an address"},
      {"insert into obj(address, type) values (1, 2)", "needs a type"},
      {"insert into obj(address, type) values (32, 'a')", "an object at 32 already"},
      {"insert into obj(address, type, size) values (1, 'a', -1)", "size must be a whole number"},
      {"insert into obj(address, type, len) values (1, 'a', 'b')", "len must be a whole number"},
      {"insert into obj(address, type, repr) values (1, 'a', 'b')", "repr cannot be set"},
      {"insert into obj(address, type, mark) values (1, 'a', 2)", "mark cannot be set"},
      {"insert into obj(address, type, retained) values (1, 'a', 2)", "retained cannot be set"},
      {"insert into obj(address, type, value) values (1, 'a', x'00')", "only an object that holds bytes"},
      {"insert into obj(address, type, value) values (1, 'bytes', '€')", "up to U+00FF"}};
  WITH(f, small, 3)
  {
    dryad_change_result result;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
      assert_refused(f.database, cases[i].sql, DRYAD_ARGUMENT, cases[i].words);
    assert_refused(f.database, "insert into obj(address, type) values (20, 'fine'), (1, null)", DRYAD_ARGUMENT, "type");
    assert_number(take_all(f.database, &result), 0);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(all_columns_are_as_in_the_dump),
                                     cmocka_unit_test(values_have_the_type_of_the_dump),
                                     cmocka_unit_test(bytes_read_as_latin_1),
                                     cmocka_unit_test(texts_keep_nuls_and_quotes),
                                     cmocka_unit_test(repr_is_what_memsee_shows),
                                     cmocka_unit_test(a_long_repr_is_whole),
                                     cmocka_unit_test(addresses_compare_as_sqlite_compares),
                                     cmocka_unit_test(nothing_is_scanned_where_order_helps),
                                     cmocka_unit_test(rows_come_in_the_order_that_is_asked_for),
                                     cmocka_unit_test(types_that_equal_a_number_are_ordered),
                                     cmocka_unit_test(objects_of_a_dominator_are_found),
                                     cmocka_unit_test(lists_are_tables),
                                     cmocka_unit_test(unreferenced_are_those_without_a_referrer),
                                     cmocka_unit_test(queries_answer_as_over_plain_tables),
                                     cmocka_unit_test(deleted_objects_are_collected_and_then_gone),
                                     cmocka_unit_test(inserted_objects_come),
                                     cmocka_unit_test(objects_that_come_twice_are_settled),
                                     cmocka_unit_test(marks_can_be_updated),
                                     cmocka_unit_test(wrong_changes_are_refused_and_forgotten)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
