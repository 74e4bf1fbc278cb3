/* SPDX-License-Identifier: MIT */
/* The records that frame a dump, the facts of its process, and whether it is whole. */
#include "formats/meliae/completeness.h"

#include "feed.h"
#include "graph/graph.h"

#define PROCESS                                                                                                        \
  "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{\\\"pid\\\": 7}\", \"refs\": []}\n"
#define LIST(address, more) "{\"address\": " #address ", \"type\": \"list\", \"size\": 8, " more "\"refs\": []}\n"
#define END(count) "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": " #count ", \"refs\": []}\n"

typedef struct expected {
  uint64_t objects, bad_lines, mended;
  dryad_completeness complete;
  const char *incomplete, *problem; /* problem NULL: none */
} expected;

static dryad_heap *assert_loaded(const char *dump, expected e)
{
  dump_text t = text_of(dump);
  dryad_heap *heap = load_raw(&t);
  const dryad_report *report = dryad_heap_report(heap);
  assert_number(report->objects, e.objects);
  assert_number(dryad_graph_count(dryad_heap_graph(heap)), e.objects);
  assert_number(report->bad_lines, e.bad_lines);
  assert_number(report->mended, e.mended);
  assert_int_equal(report->complete, e.complete);
  assert_string_equal(report->incomplete, e.incomplete ? e.incomplete : "");
  assert_int_equal(report->problem_count > 0, e.problem != NULL);
  if (e.problem) assert_string_equal(report->problems[0].reason, e.problem);
  return heap;
}

static void check(const char *dump, expected e) { dryad_heap_free(assert_loaded(dump, e)); }

/* ---- complete or not ----------------------------------------------------------------------------- */

static void an_end_that_counts_the_records_before_it_makes_a_dump_complete(void **state)
{
  (void)state;
  check(PROCESS LIST(16, "") LIST(32, "") END(3), (expected){.objects = 2, .complete = DRYAD_COMPLETE});
  check(LIST(16, "") END(1), (expected){.objects = 1, .complete = DRYAD_COMPLETE});
  check(LIST(16, "") PROCESS END(2), (expected){.objects = 1, .complete = DRYAD_COMPLETE});
}

static void without_end_a_dump_of_ours_is_incomplete(void **state)
{
  (void)state;
  check(PROCESS LIST(16, ""), (expected){.objects = 1,
                                         .complete = DRYAD_INCOMPLETE,
                                         .incomplete = "it has no end record",
                                         .problem = "the dump is incomplete: it has no end record"});
  check(PROCESS LIST(16, "") "{\"address\": 2, \"ty", (expected){.objects = 1,
                                                                 .complete = DRYAD_INCOMPLETE,
                                                                 .incomplete = "it has no end record",
                                                                 .problem = "truncated last line"});
}

static void without_process_and_end_nothing_is_known_unless_the_dump_is_cut(void **state)
{
  (void)state;
  check(LIST(16, ""), (expected){.objects = 1});
  check(LIST(16, "") "{\"a", (expected){.objects = 1,
                                        .complete = DRYAD_INCOMPLETE,
                                        .incomplete = "it is truncated",
                                        .problem = "truncated last line"});
}

static void an_end_that_counts_other_records_makes_a_dump_incomplete(void **state)
{
  (void)state;
  check(PROCESS LIST(16, "") END(3),
        (expected){.objects = 1,
                   .complete = DRYAD_INCOMPLETE,
                   .incomplete = "its end record counts 3 records before it, but there are 2",
                   .problem = "the dump is incomplete: its end record counts 3 records before it, but there are 2"});
  check(PROCESS LIST(16, "") "{\"address\": 3, bad}\n" END(3),
        (expected){.objects = 1,
                   .bad_lines = 1,
                   .complete = DRYAD_INCOMPLETE,
                   .incomplete = "its end record counts 3 records before it, but there are 2",
                   .problem = "a key is not a string"});
  check(LIST(16, "") PROCESS END(1),
        (expected){.objects = 1,
                   .complete = DRYAD_INCOMPLETE,
                   .incomplete = "its end record counts 1 records before it, but there are 2",
                   .problem = "the dump is incomplete: its end record counts 1 records before it, but there are 2"});
}

static void an_end_without_a_count_makes_a_dump_incomplete(void **state)
{
  (void)state;
  static const char *const values[] = {"-1", "\"2\"", "2.0", "null", "18446744073709551616", "[2]"};
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    char dump[512];
    snprintf(dump, sizeof dump,
             PROCESS LIST(16, "") "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": %s, \"refs\": []}\n",
             values[i]);
    check(dump, (expected){.objects = 1,
                           .mended = 1,
                           .complete = DRYAD_INCOMPLETE,
                           .incomplete = "its end record does not say how many records precede it",
                           .problem = "the value of <end> is not a number of records"});
  }
}

static void records_after_the_end_make_a_dump_incomplete(void **state)
{
  (void)state;
  check(PROCESS LIST(16, "") END(2) LIST(32, ""),
        (expected){.objects = 2,
                   .complete = DRYAD_INCOMPLETE,
                   .incomplete = "1 records follow its end record",
                   .problem = "the dump is incomplete: 1 records follow its end record"});
}

static void of_several_the_first_counts(void **state)
{
  (void)state;
  check(PROCESS LIST(16, "") END(2) END(2), (expected){.objects = 1,
                                                       .mended = 1,
                                                       .complete = DRYAD_COMPLETE,
                                                       .problem = "another <end> record, which is ignored"});
  check(PROCESS PROCESS LIST(16, "") END(2), (expected){.objects = 1,
                                                        .mended = 1,
                                                        .complete = DRYAD_COMPLETE,
                                                        .problem = "another <process> record, which is ignored"});
}

static void ends_that_differ_make_a_dump_incomplete(void **state)
{
  (void)state;
  static const char *const others[] = {END(99), END(null), END(1)};
  for (unsigned i = 0; i < sizeof others / sizeof *others; i++) {
    char dump[512];
    snprintf(dump, sizeof dump, PROCESS LIST(16, "") END(2) "%s", others[i]);
    check(dump, (expected){.objects = 1,
                           .mended = 1,
                           .complete = DRYAD_INCOMPLETE,
                           .incomplete = "it has end records that differ",
                           .problem = "another <end> record, which is ignored"});
  }
}

/* Which may be in blocks of different threads. */
static void ends_that_differ_are_found_across_blocks(void **state)
{
  (void)state;
  dump_text t = {0};
  text_add(&t, PROCESS LIST(16, "") END(2));
  while (t.length < 5 * DRYAD_BLOCK_SIZE) text_add(&t, "%900s\n", "");
  text_add(&t, END(3));
  temporary file = write_temporary(t.data, t.length);
  for (unsigned threads = 1; threads <= 4; threads++) {
    dryad_heap *heap;
    const dryad_load_options options = {.size = sizeof options, .threads = threads};
    assert_int_equal(dryad_heap_load(&heap, file.path, &options, NULL), DRYAD_OK);
    assert_string_equal(dryad_heap_report(heap)->incomplete, "it has end records that differ");
    dryad_heap_free(heap);
  }
  remove_temporary(&file);
  text_free(&t);
}

/* One may stand for another record that is missing. */
static void a_repeated_address_makes_a_dump_with_an_end_incomplete(void **state)
{
  (void)state;
  static const char reason[] = "1 of the records that its end record counts repeats an address";
  char problem[104];
  snprintf(problem, sizeof problem, "the dump is incomplete: %s", reason);
  dryad_heap *heap =
      assert_loaded(PROCESS LIST(16, "") LIST(16, "") LIST(32, "") END(4),
                    (expected){.objects = 2, .complete = DRYAD_INCOMPLETE, .incomplete = reason, .problem = problem});
  assert_number(dryad_heap_report(heap)->duplicates, 1);
  assert_number(dryad_heap_report(heap)->conflicts, 0);
  dryad_heap_free(heap);
  check(LIST(16, "") LIST(16, ""), (expected){.objects = 1}); /* Meliae repeats objects */
}

static void records_of_one_address_that_differ_are_conflicts(void **state)
{
  (void)state;
#define REPEAT(type, size, refs) "{\"address\": 16, \"type\": \"" type "\", \"size\": " size ", \"refs\": [" refs "]}\n"
  static const char *const same = REPEAT("list", "8", "16"), *const large = REPEAT("list", "90000000000", "16");
  const struct {
    const char *first, *second;
    uint64_t conflicts;
  } cases[] = {{same, same, 0},
               {large, large, 0},
               {same, large, 1},
               {large, same, 1},
               {same, REPEAT("tuple", "8", "16"), 1},
               {same, REPEAT("list", "8", ""), 1},
               {same, REPEAT("tuple", "9", ""), 1}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    char dump[512];
    snprintf(dump, sizeof dump, LIST(8, "") "%s%s" LIST(32, ""), cases[i].first, cases[i].second);
    dryad_heap *heap = assert_loaded(
        dump,
        (expected){.objects = 3,
                   .problem = cases[i].conflicts ? "1 line contradicts an earlier one of the same address" : NULL});
    assert_number(dryad_heap_report(heap)->duplicates, 1);
    assert_number(dryad_heap_report(heap)->conflicts, cases[i].conflicts);
    dryad_heap_free(heap);
  }
}

static void objects_of_other_types_and_addresses_are_objects(void **state)
{
  (void)state;
  check(LIST(1, "") LIST(2, ""), (expected){.objects = 2});
  check("{\"address\": 3, \"type\": \"<process>\", \"size\": 0, \"value\": \"{}\", \"refs\": []}\n"
        "{\"address\": 1, \"type\": \"<end>\", \"size\": 0, \"value\": 1, \"refs\": []}\n"
        "{\"address\": 2, \"type\": \"<process>\", \"size\": 0, \"value\": \"{}\", \"refs\": []}\n",
        (expected){.objects = 3});
}

static void strict_loading_refuses_an_incomplete_dump(void **state)
{
  (void)state;
  dump_text whole = text_of(PROCESS LIST(16, "") END(2)), cut = text_of(PROCESS LIST(16, ""));
  const dryad_load_options options = {.size = sizeof options, .strict = true};
  dryad_error error;
  dryad_heap *heap;
  assert_int_equal(load_pieces(&heap, &whole, 0, &options, &error), DRYAD_OK);
  dryad_heap_free(heap);
  assert_int_equal(load_pieces(&heap, &cut, 0, &options, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, "the dump is incomplete: it has no end record"));
}

/* Blocks go to several threads; the end may be in any. */
static void records_are_counted_across_blocks(void **state)
{
  (void)state;
  enum { LISTS = 60000 };
  for (int follow = 0; follow < 2; follow++) {
    dump_text t = {0};
    text_add(&t, PROCESS);
    for (unsigned i = 0; i < LISTS; i++)
      text_add(&t, "{\"address\": %u, \"type\": \"list\", \"size\": 8, \"refs\": []}\n", 16 * (i + 1));
    text_add(&t, "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": %u, \"refs\": []}\n", LISTS + 1);
    for (unsigned i = 0; i < (follow ? LISTS : 0); i++)
      text_add(&t, "{\"address\": %u, \"type\": \"list\", \"size\": 8, \"refs\": []}\n", 8 + 16 * (i + 1));
    temporary file = write_temporary(t.data, t.length);
    for (unsigned threads = 1; threads <= 4; threads++) {
      dryad_heap *heap;
      const dryad_load_options options = {.size = sizeof options, .threads = threads};
      assert_int_equal(dryad_heap_load(&heap, file.path, &options, NULL), DRYAD_OK);
      assert_int_equal(dryad_heap_report(heap)->complete, follow ? DRYAD_INCOMPLETE : DRYAD_COMPLETE);
      assert_string_equal(dryad_heap_report(heap)->incomplete, follow ? "60000 records follow its end record" : "");
      dryad_heap_free(heap);
    }
    remove_temporary(&file);
    text_free(&t);
  }
}

/* ---- facts --------------------------------------------------------------------------------------- */

static void facts_stay_with_the_heap(void **state)
{
  (void)state;
  dryad_heap *heap = assert_loaded(PROCESS LIST(16, "") END(2), (expected){.objects = 1, .complete = DRYAD_COMPLETE});
  dryad_text facts = dryad_heap_facts(heap);
  assert_number(facts.length, strlen("{\"pid\": 7}"));
  assert_memory_equal(facts.data, "{\"pid\": 7}", facts.length);
  dryad_heap_free(heap);
  heap = assert_loaded(LIST(16, ""), (expected){.objects = 1});
  assert_null(dryad_heap_facts(heap).data);
  dryad_heap_free(heap);
}

static void facts_that_are_no_json_object_are_dropped(void **state)
{
  (void)state;
  static const char *const values[] = {"[]", "", "{", "{} {}", "{\\\"a\\\": 1", "null", "{a: 1}", "{}\\u0000"};
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    char dump[512];
    snprintf(dump, sizeof dump,
             "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"%s\", \"refs\": []}\n" LIST(16, "")
                 END(2),
             values[i]);
    dryad_heap *heap = assert_loaded(dump, (expected){.objects = 1,
                                                      .mended = 1,
                                                      .complete = DRYAD_COMPLETE,
                                                      .problem = "the facts of the process are not a JSON object"});
    assert_null(dryad_heap_facts(heap).data);
    dryad_heap_free(heap);
  }
  check("{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": 5, \"refs\": []}\n" LIST(16, "") END(2),
        (expected){
            .objects = 1, .mended = 1, .complete = DRYAD_COMPLETE, .problem = "the value of <process> is not text"});
}

/* Python writes bytes of a command line that are no UTF-8 as lone surrogates. */
static void escapes_of_lone_surrogates_in_facts_become_replacement_characters(void **state)
{
  (void)state;
  static const char *const values[][2] = {
      {"\\udcff\\uDBFF", "\\ufffd\\ufffd"},
      {"\\ud83d\\ude00", "\\ud83d\\ude00"},
      {"\\ud83d\\ud83d\\ude00", "\\ufffd\\ud83d\\ude00"},
      {"\\ud83dx\\ude00\\ue000", "\\ufffdx\\ufffd\\ue000"},
      {"\\\\ud83d\\\\\\ud83d", "\\\\ud83d\\\\\\ufffd"},
  };
  for (unsigned i = 0; i < sizeof values / sizeof *values; i++) {
    dump_text t = {0};
    text_add(&t, "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{\\\"command\\\": \\\"");
    for (const char *c = values[i][0]; *c; c++) text_add(&t, *c == '\\' ? "\\\\" : "%c", *c);
    text_add(&t, "\\\"}\", \"refs\": []}\n" LIST(16, "") END(2));
    text_add_bytes(&t, "", 1);
    dryad_heap *heap = assert_loaded(t.data, (expected){.objects = 1, .complete = DRYAD_COMPLETE});
    char facts[128];
    snprintf(facts, sizeof facts, "{\"command\": \"%s\"}", values[i][1]);
    assert_number(dryad_heap_facts(heap).length, strlen(facts));
    assert_memory_equal(dryad_heap_facts(heap).data, facts, strlen(facts));
    dryad_heap_free(heap);
    text_free(&t);
  }
}

static void facts_have_a_mebibyte_at_most(void **state)
{
  (void)state;
  for (size_t over = 0; over < 2; over++) {
    dump_text t = {0};
    text_add(&t, "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{");
    size_t start = t.length;
    while (t.length - start < DRYAD_MAX_FACTS - 2 + over) text_add_bytes(&t, " ", 1);
    text_add(&t, "}\", \"refs\": []}\n" LIST(16, "") END(2));
    dryad_heap *heap = load_raw(&t);
    assert_number(dryad_heap_facts(heap).length, over ? 0 : DRYAD_MAX_FACTS);
    assert_number(dryad_heap_report(heap)->problem_count, over);
    if (over)
      assert_string_equal(dryad_heap_report(heap)->problems[0].reason,
                          "the facts of the process are longer than 1 MiB");
    dryad_heap_free(heap);
    text_free(&t);
  }
}

/* ---- roots --------------------------------------------------------------------------------------- */

static dryad_root_reason stated(const dryad_heap *heap, uint64_t address)
{
  const dryad_graph *g = dryad_heap_graph(heap);
  return dryad_annotations_root(g->annotations, dryad_graph_find(g, address));
}

#define ROOTS LIST(16, "\"root\": \"atexit\", ") LIST(32, "\"root\": \"something new\", ") LIST(48, "\"refcount\": 1, ")

static void roots_count_only_with_facts_and_an_end(void **state)
{
  (void)state;
  dryad_heap *heap = assert_loaded(PROCESS ROOTS END(4), (expected){.objects = 3, .complete = DRYAD_COMPLETE});
  assert_true(dryad_heap_graph(heap)->annotations->has_roots);
  assert_int_equal(stated(heap, 16), DRYAD_ROOT_ATEXIT);
  assert_int_equal(stated(heap, 32), DRYAD_ROOT_INTERPRETER); /* a reason of a later version */
  assert_int_equal(stated(heap, 48), DRYAD_ROOT_NATIVE);
  dryad_heap_free(heap);
  static const char *const without[] = {PROCESS ROOTS, ROOTS END(3), ROOTS};
  for (unsigned i = 0; i < 3; i++) {
    dump_text t = text_of(without[i]);
    heap = load_raw(&t);
    assert_null(dryad_heap_graph(heap)->annotations);
    dryad_heap_free(heap);
  }
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(an_end_that_counts_the_records_before_it_makes_a_dump_complete),
      cmocka_unit_test(without_end_a_dump_of_ours_is_incomplete),
      cmocka_unit_test(without_process_and_end_nothing_is_known_unless_the_dump_is_cut),
      cmocka_unit_test(an_end_that_counts_other_records_makes_a_dump_incomplete),
      cmocka_unit_test(an_end_without_a_count_makes_a_dump_incomplete),
      cmocka_unit_test(records_after_the_end_make_a_dump_incomplete),
      cmocka_unit_test(of_several_the_first_counts),
      cmocka_unit_test(ends_that_differ_make_a_dump_incomplete),
      cmocka_unit_test(ends_that_differ_are_found_across_blocks),
      cmocka_unit_test(a_repeated_address_makes_a_dump_with_an_end_incomplete),
      cmocka_unit_test(records_of_one_address_that_differ_are_conflicts),
      cmocka_unit_test(objects_of_other_types_and_addresses_are_objects),
      cmocka_unit_test(strict_loading_refuses_an_incomplete_dump),
      cmocka_unit_test(records_are_counted_across_blocks),
      cmocka_unit_test(facts_stay_with_the_heap),
      cmocka_unit_test(facts_that_are_no_json_object_are_dropped),
      cmocka_unit_test(escapes_of_lone_surrogates_in_facts_become_replacement_characters),
      cmocka_unit_test(facts_have_a_mebibyte_at_most),
      cmocka_unit_test(roots_count_only_with_facts_and_an_end),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
