/* SPDX-License-Identifier: MIT */
/* Reports of loading a dump that is truncated, changes while it is read, or is not a dump. */
#include "formats/meliae/report.h"

#include <zlib.h>

#include "feed.h"

#define LINE(address) "{\"address\": " #address ", \"type\": \"list\", \"size\": 1, \"refs\": []}\n"

static const dryad_report *report_of(const char *dump, size_t length, dryad_heap **heap)
{
  dump_text t = {(char *)(uintptr_t)dump, length, 0};
  *heap = load_raw(&t);
  return dryad_heap_report(*heap);
}

static void assert_problem(const dryad_report *report, unsigned i, uint64_t line, uint64_t offset, const char *reason)
{
  assert_true(i < report->problem_count);
  assert_number(report->problems[i].line, line);
  assert_number(report->problems[i].offset, offset);
  assert_string_equal(report->problems[i].reason, reason);
}

/* ---- the end ------------------------------------------------------------------------------------ */

static void a_last_line_cut_at_every_byte(void **state)
{
  (void)state;
  static const char dump[] = LINE(1) LINE(2) "{\"address\": 3, \"type\": \"list\", \"size\": 1, \"refs\": [1]}";
  size_t start = 2 * (sizeof LINE(1) - 1), whole = sizeof dump - 1;
  for (size_t length = start; length <= whole; length++) {
    dryad_heap *heap;
    const dryad_report *report = report_of(dump, length, &heap);
    bool is_cut = length > start && length < whole;
    assert_number(report->lines, length > start ? 3 : 2);
    assert_number(report->bytes, length);
    assert_number(report->objects, length == whole ? 3 : 2);
    assert_int_equal(report->truncated, is_cut);
    assert_number(report->bad_lines + report->mended, 0);
    assert_number(report->problem_count, is_cut);
    if (is_cut) assert_problem(report, 0, 3, start, "truncated last line");
    dryad_heap_free(heap);
  }
}

static void a_line_that_is_cut_in_the_middle_of_the_dump_is_bad(void **state)
{
  (void)state;
  static const char dump[] = LINE(1) "{\"address\": 2, \"ty\n" LINE(3);
  dryad_heap *heap;
  const dryad_report *report = report_of(dump, sizeof dump - 1, &heap);
  assert_number(report->bad_lines, 1);
  assert_false(report->truncated);
  assert_number(report->problem_count, 1);
  assert_problem(report, 0, 2, sizeof LINE(1) - 1, "the line ends too early");
  dryad_heap_free(heap);
}

/* ---- a file that changes while it is read ------------------------------------------------------- */

typedef struct change {
  const temporary *file;
  size_t length;
  bool is_done;
} change;

static bool change_file(void *context, const char *stage, uint64_t done, uint64_t total)
{
  change *c = context;
  (void)stage, (void)done, (void)total;
  if (!c->is_done) assert_int_equal(ftruncate(c->file->file, (off_t)c->length), 0);
  c->is_done = true;
  return true;
}

/* Lines of 64 bytes. */
static dump_text long_dump(size_t lines)
{
  dump_text t = {0};
  for (size_t i = 0; i < lines; i++)
    text_add(&t, "{\"address\": %10zu, \"type\": \"list\", \"size\": 1, \"refs\": []} \n", i);
  assert_number(t.length, 64 * lines);
  return t;
}

static dryad_status load_changing(dryad_heap **heap, const dump_text *t, size_t length, bool strict, dryad_error *error)
{
  temporary file = write_temporary(t->data, t->length);
  change c = {&file, length, false};
  dryad_load_options options = {.size = sizeof options, .threads = 1, .strict = strict, .progress = {change_file, &c}};
  dryad_status status = dryad_heap_load(heap, file.path, &options, error);
  remove_temporary(&file);
  return status;
}

static void a_file_that_shrinks_ends_there(void **state)
{
  (void)state;
  enum { LINES = 4 * DRYAD_BLOCK_SIZE / 64 };
  dump_text t = long_dump(LINES);
  dryad_heap *heap;
  size_t length = 2 * DRYAD_BLOCK_SIZE + 30, kept = length / 64;
  char shrank[100];
  snprintf(shrank, sizeof shrank, "the file shrank from %zu to %zu bytes while it was read", t.length, length);
  assert_int_equal(load_changing(&heap, &t, length, false, NULL), DRYAD_OK);
  const dryad_report *report = dryad_heap_report(heap);
  assert_true(report->truncated);
  assert_number(report->objects, kept);
  assert_number(report->lines, kept + 1);
  assert_number(report->bytes, length);
  assert_number(report->problem_count, 2);
  assert_problem(report, 0, kept + 1, kept * 64, "truncated last line");
  assert_problem(report, 1, kept + 1, length, shrank);
  dryad_heap_free(heap);

  /* Cuts it at the end of a line. */
  length = 2 * DRYAD_BLOCK_SIZE + 640;
  snprintf(shrank, sizeof shrank, "the file shrank from %zu to %zu bytes while it was read", t.length, length);
  assert_int_equal(load_changing(&heap, &t, length, false, NULL), DRYAD_OK);
  report = dryad_heap_report(heap);
  assert_true(report->truncated);
  assert_number(report->objects, length / 64);
  assert_number(report->problem_count, 1);
  assert_problem(report, 0, length / 64, length, shrank);
  dryad_heap_free(heap);

  dryad_error error;
  assert_int_equal(load_changing(&heap, &t, length, true, &error), DRYAD_FORMAT);
  assert_non_null(strstr(error.text, shrank));
  text_free(&t);
}

/* How much each thread has read by then is random, and the kernel may return zeros for the missing part. */
static void a_file_that_shrinks_under_several_threads(void **state)
{
  (void)state;
  dump_text t = long_dump(6 * DRYAD_BLOCK_SIZE / 64);
  for (unsigned round = 0; round < 30; round++) {
    temporary file = write_temporary(t.data, t.length);
    change c = {&file, (round % 6) * DRYAD_BLOCK_SIZE + round, false};
    dryad_load_options options = {.size = sizeof options, .threads = 2 + round % 3, .progress = {change_file, &c}};
    dryad_heap *heap;
    assert_int_equal(dryad_heap_load(&heap, file.path, &options, NULL), DRYAD_OK);
    const dryad_report *report = dryad_heap_report(heap);
    assert_in_range(report->objects, 1, t.length / 64);
    assert_in_range(report->lines, report->objects, t.length / 64 + 1);
    assert_number(report->duplicates, 0);
    if (report->bytes < t.length) assert_true(report->truncated && report->problem_count > 0);
    dryad_heap_free(heap);
    remove_temporary(&file);
  }
  text_free(&t);
}

static void a_file_that_grows_is_taken_as_it_was(void **state)
{
  (void)state;
  enum { LINES = 3 * DRYAD_BLOCK_SIZE / 64 };
  dump_text t = long_dump(LINES);
  dryad_heap *heap;
  char grew[100];
  snprintf(grew, sizeof grew, "the file grew while it was read; only its first %zu bytes count", t.length);
  assert_int_equal(load_changing(&heap, &t, t.length + 5000, false, NULL), DRYAD_OK);
  const dryad_report *report = dryad_heap_report(heap);
  assert_false(report->truncated);
  assert_number(report->objects, LINES);
  assert_number(report->bytes, t.length);
  assert_number(report->problem_count, 1);
  assert_problem(report, 0, LINES, t.length, grew);
  assert_int_equal(report->complete, DRYAD_INCOMPLETE);
  assert_string_equal(report->incomplete, "it grew while it was read");
  dryad_heap_free(heap);
  text_free(&t);
}

static void problems_of_the_end_do_not_exceed_what_is_told(void **state)
{
  (void)state;
  dump_text t = {0};
  dryad_heap *heap;
  text_add(&t, LINE(1));
  for (int i = 0; i < 150; i++) text_add(&t, "bad\n");
  assert_int_equal(load_changing(&heap, &t, t.length + 5000, false, NULL), DRYAD_OK);
  const dryad_report *report = dryad_heap_report(heap);
  assert_number(report->bad_lines, 150);
  assert_number(report->problem_count, DRYAD_MAX_PROBLEMS);
  assert_problem(report, 99, 101, sizeof LINE(1) - 1 + 99 * 4, "not a JSON object");
  dryad_heap_free(heap);
  text_free(&t);
}

static void a_compressed_dump_that_is_cut_is_told(void **state)
{
  (void)state;
  dump_text t = long_dump(2000);
  unsigned char *packed = malloc(t.length);
  z_stream z = {
      .next_in = (Bytef *)t.data, .avail_in = (unsigned)t.length, .next_out = packed, .avail_out = (unsigned)t.length};
  assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  deflateEnd(&z);
  dump_text cut = {(char *)packed, z.total_out / 2, 0};
  dryad_heap *heap = load_raw(&cut);
  const dryad_report *report = dryad_heap_report(heap);
  assert_true(report->truncated);
  assert_in_range(report->objects, 500, 1999);
  assert_number(report->bytes / 64, report->objects);
  bool has_part = report->bytes % 64 > 0;
  assert_number(report->problem_count, 1 + has_part);
  if (has_part) assert_problem(report, 0, report->lines, report->objects * 64, "truncated last line");
  assert_problem(report, has_part, report->lines, report->bytes, "gzip stream ends too early");
  dryad_heap_free(heap);
  dryad_error error;
  assert_int_equal(
      load_pieces(&heap, &cut, 0, &(dryad_load_options){.size = sizeof(dryad_load_options), .strict = true}, &error),
      DRYAD_FORMAT);
  free(packed);
  text_free(&t);
}

/* ---- not a dump --------------------------------------------------------------------------------- */

static void assert_no_dump(const char *data, size_t length, uint64_t line, const char *expected)
{
  dump_text t = {(char *)(uintptr_t)data, length, 0};
  for (unsigned strict = 0; strict < 2; strict++) {
    dryad_heap *heap;
    dryad_error error = {0};
    assert_int_equal(
        load_pieces(&heap, &t, 0, &(dryad_load_options){.size = sizeof(dryad_load_options), .strict = strict}, &error),
        DRYAD_FORMAT);
    assert_null(heap);
    if (strict && line) continue;
    assert_string_equal(error.text, expected);
    assert_number(error.line, line);
  }
}
#define ASSERT_NO_DUMP(data, line, expected) assert_no_dump(data, sizeof data - 1, line, expected)

static void what_is_no_dump_is_told(void **state)
{
  (void)state;
  ASSERT_NO_DUMP("", 0, "text: empty file");
  ASSERT_NO_DUMP("\n", 0, "text: no object in 1 line: all are blank");
  ASSERT_NO_DUMP("[\n\n]\r\n", 0, "text: no object in 3 lines: all are blank");
  ASSERT_NO_DUMP("\nhello\nworld\n", 2, "text: no object in 3 lines: line 2: not a JSON object");
  ASSERT_NO_DUMP("{\"address\": 1}\n", 1, "text: no object in 1 line: line 1: no type");
  ASSERT_NO_DUMP("{\"address\": 1", 1, "text: no object in 1 line: line 1: truncated last line");
}

static void files_of_other_kinds_are_named(void **state)
{
  (void)state;
  static const struct {
    const char *data;
    size_t length;
    const char *kind;
  } files[] = {{"\177ELF\2\1\1", 7, "an ELF program or core dump"},
               {"SQLite format 3", 16, "an SQLite database"},
               {"\xfd"
                "7zXZ\0",
                6, "an xz stream"},
               {"BZh91AY", 7, "a bzip2 stream"},
               {"\x89PNG\r\n", 6, "a PNG image"},
               {"%PDF-1.4\n", 9, "a PDF document"},
               {"JAVA PROFILE 1.0.2", 19, "a heap dump of a Java process"},
               {"\x80\x04\x95\x10", 4, "a Python pickle"},
               {"some\1thing", 10, "binary data"}};
  for (unsigned i = 0; i < sizeof files / sizeof *files; i++) {
    dump_text t = {(char *)(uintptr_t)files[i].data, files[i].length, 0};
    dryad_heap *heap;
    dryad_error error = {0};
    char expected[100];
    snprintf(expected, sizeof expected, "text: not a heap dump: starts like %s", files[i].kind);
    assert_int_equal(load_pieces(&heap, &t, 0, NULL, &error), DRYAD_FORMAT);
    assert_string_equal(error.text, expected);
  }
}

/* ---- the version of Python ---------------------------------------------------------------------- */

static void assert_python(const char *type, int given, int expected, const char *value)
{
  dump_text t = {0};
  text_add(&t, "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"\\u00e9\", \"refs\": []}\n");
  text_add(&t, "{\"address\": 2, \"type\": \"%s\", \"size\": 1, \"refs\": []}\n", type);
  dryad_heap *heap = load_text(&t, &(dryad_load_options){.size = sizeof(dryad_load_options), .python = given});
  assert_int_equal(dryad_heap_report(heap)->python, expected);
  dryad_text actual = dryad_graph_value(dryad_heap_graph(heap), 0).text;
  assert_number(actual.length, strlen(value));
  assert_memory_equal(actual.data, value, actual.length);
  dryad_heap_free(heap);
  text_free(&t);
}

static void strings_are_bytes_in_python_2(void **state)
{
  (void)state;
  assert_python("list", 0, 3, "\xc3\xa9");
  assert_python("classobj", 0, 2, "\xe9");
  assert_python("instancemethod", 0, 2, "\xe9");
  assert_python("instance", 0, 3, "\xc3\xa9");
  assert_python("list", 2, 2, "\xe9");
  assert_python("classobj", 3, 3, "\xc3\xa9");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_last_line_cut_at_every_byte),
      cmocka_unit_test(a_line_that_is_cut_in_the_middle_of_the_dump_is_bad),
      cmocka_unit_test(a_file_that_shrinks_ends_there),
      cmocka_unit_test(a_file_that_shrinks_under_several_threads),
      cmocka_unit_test(a_file_that_grows_is_taken_as_it_was),
      cmocka_unit_test(problems_of_the_end_do_not_exceed_what_is_told),
      cmocka_unit_test(a_compressed_dump_that_is_cut_is_told),
      cmocka_unit_test(what_is_no_dump_is_told),
      cmocka_unit_test(files_of_other_kinds_are_named),
      cmocka_unit_test(strings_are_bytes_in_python_2),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
