/* SPDX-License-Identifier: MIT */
/* Records one by one: numbers, offsets, ends of every kind. */
#include "feed.h"

#include <zlib.h>

#include "formats/meliae/records.h"

typedef struct chunk {
  const char *data;
  size_t length, piece;
} chunk;

static ptrdiff_t give(void *context, void *buffer, size_t capacity)
{
  chunk *c = context;
  size_t count = c->length < c->piece ? c->length : c->piece;
  if (count > capacity) count = capacity;
  memcpy(buffer, c->data, count);
  c->data += count;
  c->length -= count;
  return (ptrdiff_t)count;
}

static dryad_records *open_lines(chunk *c)
{
  dryad_stream *stream;
  dryad_records *lines;
  assert_int_equal(dryad_stream_open_source(&stream, (dryad_source){give, c}, "dump", NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_records_new(&lines, stream, NULL, NULL), DRYAD_OK);
  return lines;
}

static void assert_end(dryad_records *lines)
{
  dryad_record record;
  dryad_line what;
  uint64_t line, offset;
  bool more = true;
  for (int i = 0; i < 2; i++) {
    assert_int_equal(dryad_records_next(lines, &record, &what, &line, &offset, &more, NULL), DRYAD_OK);
    assert_false(more);
  }
}

static void assert_line(dryad_records *lines, dryad_record *record, dryad_line expected, uint64_t number, uint64_t at)
{
  dryad_line what;
  uint64_t line, offset;
  bool more;
  assert_int_equal(dryad_records_next(lines, record, &what, &line, &offset, &more, NULL), DRYAD_OK);
  assert_true(more);
  assert_int_equal(what, expected);
  assert_int_equal(line, number);
  assert_int_equal(offset, at);
}

static void lines_of_every_kind(void **state)
{
  (void)state;
  static const char dump[] = "[\r\n"
                             "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []},\r\n"
                             "\n"
                             "bad\n"
                             "{\"address\": 2, \"type\": \"b\", \"size\": 1, \"refs\": []}\n"
                             "{\"address\": 3, \"type\"";
  for (size_t piece = 1; piece < 1000; piece += 17) {
    chunk c = {dump, sizeof dump - 1, piece};
    dryad_records *lines = open_lines(&c);
    dryad_record record;
    assert_line(lines, &record, DRYAD_LINE_BLANK, 1, 0);
    assert_line(lines, &record, DRYAD_LINE_RECORD, 2, 3);
    assert_int_equal(record.address, 1);
    assert_line(lines, &record, DRYAD_LINE_BLANK, 3, 56);
    assert_line(lines, &record, DRYAD_LINE_BAD, 4, 57);
    assert_string_equal(record.problems[0], "not a JSON object");
    assert_line(lines, &record, DRYAD_LINE_RECORD, 5, 61);
    assert_memory_equal(record.type.data, "b", 1);
    assert_line(lines, &record, DRYAD_LINE_CUT, 6, 112);
    assert_end(lines);
    dryad_records_free(lines);
  }
}

static void a_last_line_needs_no_newline(void **state)
{
  (void)state;
  chunk c = {"{\"address\": 1, \"type\": \"a\"}", 27, 5};
  dryad_records *lines = open_lines(&c);
  dryad_record record;
  assert_line(lines, &record, DRYAD_LINE_RECORD, 1, 0);
  assert_end(lines);
  dryad_records_free(lines);
}

static void an_empty_stream_has_no_lines(void **state)
{
  (void)state;
  chunk c = {"", 0, 1};
  dryad_records *lines = open_lines(&c);
  assert_end(lines);
  dryad_records_free(lines);
}

static bool refuse(void *context, const char *stage, uint64_t done, uint64_t total)
{
  (void)context, (void)stage, (void)done, (void)total;
  return false;
}

static void a_long_line_can_be_stopped(void **state)
{
  (void)state;
  enum { LENGTH = 4 << 20 };
  const dryad_progress progress = {refuse, NULL};
  char *blanks = malloc(LENGTH);
  memset(blanks, ' ', LENGTH);
  temporary file = write_temporary(blanks, LENGTH);
  dryad_stream *stream;
  dryad_records *lines;
  dryad_record record;
  dryad_line what;
  uint64_t line, offset;
  bool more;
  assert_int_equal(dryad_stream_open(&stream, file.path, &progress, NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_records_new(&lines, stream, NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_records_next(lines, &record, &what, &line, &offset, &more, NULL), DRYAD_CANCELLED);
  dryad_records_free(lines);
  remove_temporary(&file);
  free(blanks);
}

static void a_line_longer_than_the_buffer(void **state)
{
  (void)state;
  enum { REFS = 500000 };
  char *dump = malloc(REFS * 4 + 200), *p = dump;
  for (int copy = 0; copy < 2; copy++) {
    p += sprintf(p, "{\"address\": %d, \"type\": \"list\", \"refs\": [", copy);
    for (int i = 0; i < REFS; i++, p += 2) memcpy(p, "7,", 2);
    p += sprintf(p, "8]}\n");
  }
  chunk c = {dump, (size_t)(p - dump), 100000};
  dryad_records *lines = open_lines(&c);
  dryad_record record;
  for (unsigned copy = 0; copy < 2; copy++) {
    assert_line(lines, &record, DRYAD_LINE_RECORD, copy + 1, copy * (uint64_t)(p - dump) / 2);
    assert_int_equal(record.address, copy);
    assert_int_equal(record.ref_count, REFS + 1);
    assert_int_equal(record.refs[REFS], 8);
  }
  assert_end(lines);
  dryad_records_free(lines);
  free(dump);
}

static void a_cut_stream_ends_with_its_problem(void **state)
{
  (void)state;
  static const char dump[] = "{\"address\": 1, \"type\": \"a\"}\n";
  unsigned char packed[200];
  z_stream z = {
      .next_in = (unsigned char *)(uintptr_t)dump, .avail_in = sizeof dump - 1, .next_out = packed, .avail_out = 200};
  assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
  assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
  chunk c = {(const char *)packed, z.total_out - 3, 10};
  deflateEnd(&z);
  dryad_records *lines = open_lines(&c);
  dryad_record record;
  assert_line(lines, &record, DRYAD_LINE_RECORD, 1, 0);
  assert_line(lines, &record, DRYAD_LINE_CUT, 2, sizeof dump - 1);
  assert_string_equal(record.problems[0], "gzip stream ends too early");
  assert_end(lines);
  dryad_records_free(lines);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(lines_of_every_kind),           cmocka_unit_test(a_last_line_needs_no_newline),
      cmocka_unit_test(an_empty_stream_has_no_lines),  cmocka_unit_test(a_long_line_can_be_stopped),
      cmocka_unit_test(a_line_longer_than_the_buffer), cmocka_unit_test(a_cut_stream_ends_with_its_problem),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
