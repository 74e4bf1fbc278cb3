/* SPDX-License-Identifier: MIT */
/* Heaps written as dumps: the records that frame them, roots, and counts. */
#include "formats/meliae/write_dump.h"

#include "feed.h"
#include "heap/heap.h"
#include "io/stream.h"
#include "same_graph.h"

#define PROCESS(facts)                                                                                                 \
  "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"" facts "\", \"refs\": []}\n"
#define END(count) "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": " #count ", \"refs\": []}\n"

static dump_text read_back(const char *path)
{
  char buffer[4096];
  dump_text t = {0};
  FILE *file = fopen(path, "rb");
  assert_non_null(file);
  for (size_t got; (got = fread(buffer, 1, sizeof buffer, file)) > 0;) text_add_bytes(&t, buffer, got);
  fclose(file);
  return t;
}

static dump_text written(dryad_heap *heap, const uint8_t *key)
{
  temporary file = write_temporary("", 0);
  const dryad_sink_options force = {.output.force = true};
  dryad_sink *sink;
  assert_int_equal(dryad_sink_open(&sink, file.path, &force, NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_meliae_write_dump(heap, sink, key, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_sink_finish(sink, NULL, NULL), DRYAD_OK);
  dump_text t = read_back(file.path);
  text_add_bytes(&t, "", 1); /* a NUL after the text */
  t.length--;
  remove_temporary(&file);
  return t;
}

static void assert_written(dryad_heap *heap, const char *expected)
{
  dump_text t = written(heap, NULL);
  assert_string_equal(t.data, expected);
  text_free(&t);
}

static void assert_rewritten(const char *dump, const char *expected)
{
  dump_text t = text_of(dump);
  dryad_heap *heap = load_raw(&t);
  assert_written(heap, expected);
  dryad_heap_free(heap);
}

/* A module that holds a list, to which a tuple refers as well, and which is counted three times. */
#define MODULE(more) "{\"address\": 16, \"type\": \"module\", \"size\": 8, \"name\": \"m\", " more "\"refs\": [32]}\n"
#define LIST(more) "{\"address\": 32, \"type\": \"list\", \"size\": 8, \"len\": 0, " more "\"refs\": []}\n"
#define TUPLE(more) "{\"address\": 48, \"type\": \"tuple\", \"size\": 8, \"len\": 1, " more "\"refs\": [32]}\n"

static void a_whole_dump_of_ours_is_framed_again(void **state)
{
  (void)state;
  static const char dump[] = PROCESS("{\\\"pid\\\": 7}") MODULE("\"refcount\": 9, \"root\": \"modules\", ")
      LIST("\"refcount\": 2, ") TUPLE("\"refcount\": 0, ") END(4);
  assert_rewritten(dump, dump);
}

static void settled_roots_are_written(void **state)
{
  (void)state;
  assert_rewritten(PROCESS("{}") TUPLE("") LIST("\"refcount\": 3, ") MODULE("\"refcount\": 1, ") END(4),
                   PROCESS("{}") MODULE("\"refcount\": 1, \"root\": \"native\", ")
                       LIST("\"refcount\": 3, \"root\": \"native\", ") TUPLE("\"root\": \"uncounted\", ") END(4));
}

static void an_incomplete_dump_stays_incomplete(void **state)
{
  (void)state;
  static const char dump[] = PROCESS("{}") MODULE("\"refcount\": 1, ") LIST("");
  assert_rewritten(dump, dump);
}

static void an_incomplete_dump_without_facts_is_marked(void **state)
{
  (void)state;
  assert_rewritten(MODULE("") "{\"address\": 32, \"type\": \"li", MODULE("") END(null));
  assert_rewritten(MODULE("") "no object\n" LIST(""), MODULE("") LIST("") END(null));
  assert_rewritten(MODULE("") END(null), MODULE("") END(null));
}

static void a_dump_without_facts_is_not_framed(void **state)
{
  (void)state;
  assert_rewritten(MODULE("\"root\": \"modules\", ") LIST("\"refcount\": 7, ") END(2),
                   MODULE("") LIST("\"refcount\": 7, "));
}

static void a_count_that_no_longer_fits_is_left_out(void **state)
{
  (void)state;
  dump_text t = text_of(PROCESS("{}") MODULE("\"root\": \"modules\", ") LIST("\"refcount\": 2, ")
                            TUPLE("\"refcount\": 1, \"root\": \"thread\", ") END(4));
  dryad_heap *heap = load_raw(&t);
  const dryad_id list[] = {1}, tuple[] = {2};
  assert_int_equal(
      dryad_heap_remove_references(heap, (dryad_ids){tuple, 1}, (dryad_ids){list, 1}, NULL, (dryad_progress){0}, NULL),
      DRYAD_OK);
  dump_text cut = written(heap, NULL);
  assert_non_null(strstr(cut.data, LIST("")));
  dryad_heap *again = load_raw(&cut);
  const dryad_roots *roots, *roots_again;
  assert_int_equal(dryad_heap_roots(heap, &roots, (dryad_progress){0}, NULL), DRYAD_OK);
  assert_int_equal(dryad_heap_roots(again, &roots_again, (dryad_progress){0}, NULL), DRYAD_OK);
  for (dryad_id id = 0; id < 3; id++)
    assert_int_equal(dryad_roots_reason(roots, id), dryad_roots_reason(roots_again, id));
  text_free(&cut);
  dryad_heap_free(again);
  dryad_heap_free(heap);
}

static void redacting_hashes_values_and_facts_but_keeps_where_things_are(void **state)
{
  (void)state;
  static const uint8_t key[DRYAD_SIPHASH_KEY] = {1, 2, 3};
  dump_text t = text_of(PROCESS(
      "{\\\"pid\\\": 7, \\\"rss\\\": 9007199254740993, \\\"ratio\\\": 1e999, \\\"command\\\": \\\"secret\\\", \\\"python\\\": \\\"3.12.1\\\", \\\"gc\\\": "
      "{\\\"python\\\": \\\"secret\\\"}, \\\"time\\\": [[\\\"secret\\\"], 5]}") "{\"address\": 16, \"type\": \"frame\", \"size\": 8, \"value\": \"main\", \"refcount\": 3, \"file\": \"a.py\", "
                                                                                "\"line\": 7, \"allocated\": [\"a.py:1\"], \"refs\": [32], \"names\": [\"local\"]}\n"
                                                                                "{\"address\": 32, \"type\": \"str\", \"size\": 8, \"value\": \"secret\", \"refs\": []}\n"
                                                                                "{\"address\": 48, \"type\": \"numpy.ndarray\", \"size\": 8, \"value\": \"int8 (3,)\", \"refs\": []}\n" END(
                                                                                    4));
  dryad_heap *heap = load_raw(&t);
  dump_text redacted = written(heap, key);
  assert_null(strstr(redacted.data, "secret"));
  static const char *const kept[] = {"\\\"pid\\\": 7, \\\"rss\\\": 9007199254740993, \\\"ratio\\\": 1e999,",
                                     "\\\"python\\\": \\\"3.12.1\\\"",
                                     "\"main\"",
                                     "\"a.py\"",
                                     "\"line\": 7",
                                     "\"refcount\": 3",
                                     "[\"a.py:1\"]",
                                     "[\"local\"]",
                                     "\"int8 (3,)\""};
  for (unsigned i = 0; i < sizeof kept / sizeof *kept; i++)
    if (!strstr(redacted.data, kept[i])) fail_msg("no %s in %s", kept[i], redacted.data);
  dryad_heap *again = load_raw(&redacted);
  assert_int_equal(dryad_heap_report(again)->problem_count, 0);
  assert_int_equal(dryad_heap_report(again)->complete, DRYAD_COMPLETE);
  char hash[20];
  snprintf(hash, sizeof hash, "%016llx", (unsigned long long)dryad_siphash(key, 's', "secret", 6));
  dryad_text facts = dryad_heap_facts(again), value = dryad_graph_value(dryad_heap_graph(again), 1).text;
  char expected[300];
  snprintf(expected, sizeof expected,
           "{\"pid\": 7, \"rss\": 9007199254740993, \"ratio\": 1e999, \"command\": \"%s\", \"python\": \"3.12.1\", "
           "\"gc\": {\"python\": \"%s\"}, \"time\": [[\"%s\"], 5]}",
           hash, hash, hash);
  assert_true(same_text(facts, (dryad_text){expected, strlen(expected)}));
  assert_true(same_text(value, (dryad_text){hash, 16}));
  text_free(&redacted);
  dryad_heap_free(again);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_dump_of_ours_is_framed_again),
      cmocka_unit_test(settled_roots_are_written),
      cmocka_unit_test(an_incomplete_dump_stays_incomplete),
      cmocka_unit_test(an_incomplete_dump_without_facts_is_marked),
      cmocka_unit_test(a_dump_without_facts_is_not_framed),
      cmocka_unit_test(a_count_that_no_longer_fits_is_left_out),
      cmocka_unit_test(redacting_hashes_values_and_facts_but_keeps_where_things_are),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
