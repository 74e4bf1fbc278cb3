/* Whatever the lines of a block are, the parser makes of them what the tolerant reader makes of each. */
#include "formats/parser.h"

#include "feed.h"
#include "padded.h"
#include "same_graph.h"

/* ---- the oracle --------------------------------------------------------------------------------- */

static dryad_record_scratch scratch;

typedef struct expectation {
  dryad_parser parser;
  uint64_t records, refs, noted, ambiguous, bad_lines, mended;
  bool is_cut;
} expectation;

static dryad_text value_text(const dryad_record *r)
{
  bool is_bytes = r->value_kind == DRYAD_VALUE_TEXT && same_text(r->type, (dryad_text){"bytes", 5});
  return is_bytes ? r->value.bytes : r->value.text;
}

static void assert_record(expectation *e, const dryad_record *r)
{
  const dryad_part *part = &e->parser.part;
  uint64_t n = e->records++;
  assert_true(n < part->count);
  assert_number(((const uint64_t *)part->addresses.data)[n], r->address);
  assert_true(same_text(dryad_store_type_name(part->store, ((const uint32_t *)part->types.data)[n]), r->type));
  assert_number(dryad_store_widen(part->store, ((const uint32_t *)part->sizes.data)[n]), r->size);
  uint32_t len = ((const uint32_t *)part->lens.data)[n], label = ((const uint32_t *)part->labels.data)[n];
  assert_int_equal(len != DRYAD_NONE, r->has_len);
  if (r->has_len) assert_number(dryad_store_widen(part->store, len), (uint64_t)r->len);
  dryad_value value = dryad_store_value(part->store, label);
  dryad_value expected = {r->value_kind, r->boolean, r->integer, r->real, value_text(r)};
  assert_true(same_value(&value, &expected));
  assert_true(same_text(dryad_store_name(part->store, label), r->name));
  assert_number(((const uint32_t *)part->ref_counts.data)[n], r->ref_count);
  for (uint64_t i = 0; i < r->ref_count; i++) assert_number(((const uint64_t *)part->refs.data)[e->refs++], r->refs[i]);
  if (r->value_kind != DRYAD_VALUE_TEXT || !r->value.differ || !same_text(r->type, (dryad_text){"str", 3})) return;
  assert_true(e->ambiguous < e->parser.ambiguous_count);
  const dryad_ambiguous *entry = (const dryad_ambiguous *)e->parser.ambiguous.data + e->ambiguous++;
  assert_number(entry->record, n);
  value = dryad_store_value(part->store, entry->bytes_label);
  expected.text = r->value.bytes;
  assert_true(same_value(&value, &expected));
  assert_true(same_text(dryad_store_name(part->store, entry->bytes_label), r->name));
}

static void assert_noted(expectation *e, const dryad_block *block, uint64_t line, uint64_t at, const char *reason)
{
  if (e->noted == DRYAD_MAX_PROBLEMS) return;
  assert_true(e->noted < e->parser.noted_count);
  const dryad_noted *noted = (const dryad_noted *)e->parser.noted.data + e->noted++;
  assert_number(noted->block, block->number);
  assert_number(noted->line, line);
  assert_number(noted->offset, block->offset + at);
  assert_string_equal(noted->reason, reason);
}

static void assert_line(expectation *e, const dryad_block *block, uint64_t line, size_t start, size_t end)
{
  dryad_record r;
  dryad_line what;
  dryad_status status = dryad_record_read(&r, &what, block->data + start, end - start, &scratch, NULL);
  assert_int_equal(status, DRYAD_OK);
  switch (what) {
  case DRYAD_LINE_RECORD:
    assert_record(e, &r);
    e->mended += r.problem != NULL;
    if (r.problem) assert_noted(e, block, line, start, r.problem);
    break;
  case DRYAD_LINE_BLANK: break;
  case DRYAD_LINE_CUT:
    if (end == block->length && block->is_last) {
      e->is_cut = true;
      assert_noted(e, block, line, start, "truncated last line");
      break;
    }
    /* fall through */
  case DRYAD_LINE_BAD: e->bad_lines++; assert_noted(e, block, line, start, r.problem);
  }
}

/* Parses these bytes as a block and compares with the tolerant reader line by line. */
static void check(const text *t)
{
  static expectation e;
  dryad_segment segment;
  uint64_t lines, line = 0;
  dryad_block block = padded_block(t->data, t->length);
  block.number = 5;
  block.offset = 123456789;
  block.is_last = t->length > 0 && t->data[t->length - 1] != '\n';
  e = (expectation){.records = 0};
  assert_true(dryad_parser_init(&e.parser, NULL));
  assert_int_equal(dryad_parser_read(&e.parser, &block, &segment, &lines, NULL), DRYAD_OK);
  for (size_t start = 0; start < block.length; line++) {
    const char *newline = memchr(block.data + start, '\n', block.length - start);
    size_t end = newline ? (size_t)(newline - block.data) : block.length;
    assert_line(&e, &block, line, start, end);
    start = end + 1;
  }
  assert_number(lines, line);
  assert_number(segment.first + segment.first_ref, 0);
  assert_number(segment.count, e.records);
  assert_number(e.parser.part.count, e.records);
  assert_number(e.parser.part.ref_count, e.refs);
  assert_number(e.parser.noted_count, e.noted);
  assert_number(e.parser.ambiguous_count, e.ambiguous);
  assert_number(e.parser.bad_lines, e.bad_lines);
  assert_number(e.parser.mended, e.mended);
  assert_int_equal(e.parser.is_cut, e.is_cut);
  dryad_parser_deinit(&e.parser);
  free(block.data);
}

/* ---- canonical lines, damaged ------------------------------------------------------------------- */

static const char *const canonical[] = {
    "{\"address\": 140203054152592, \"type\": \"dict\", \"size\": 280, \"len\": 2, \"refs\": [14020306, 1402030762421]}",
    "{\"address\": 1, \"type\": \"str\", \"size\": 40, \"len\": 5, \"value\": \"a value\", \"refs\": []}",
    "{\"address\": 2, \"type\": \"int\", \"size\": 24, \"value\": -123456789, \"refs\": [1]}",
    "{\"address\": 3, \"type\": \"module\", \"size\": 56, \"name\": \"sys\", \"refs\": [1234567890123456]}",
    "{\"address\": 4, \"type\": \"bool\", \"size\": 24, \"value\": \"True\", \"refs\": [1, 22, 333, 4444]}",
};
enum { CANONICAL = sizeof canonical / sizeof *canonical };

static void add_line(text *t, const char *line)
{
  text_add_bytes(t, line, strlen(line));
  text_add_bytes(t, "\n", 1);
}

static void a_canonical_line_cut_at_every_byte(void **state)
{
  (void)state;
  for (unsigned c = 0; c < CANONICAL; c++) {
    for (size_t length = 0; length <= strlen(canonical[c]); length++) {
      for (int has_newline = 0; has_newline < 2; has_newline++) {
        text t = {0};
        add_line(&t, canonical[0]);
        text_add_bytes(&t, canonical[c], length);
        if (has_newline) text_add_bytes(&t, "\n", 1);
        check(&t);
        if (has_newline) add_line(&t, canonical[1]), check(&t);
        text_free(&t);
      }
    }
  }
}

static const char odd_bytes[] = "\0\t\n\r \"\\,:;[]{}'0159-+.eEaut\x1f\x7f\x80\xc3\xff";

static void every_byte_of_a_canonical_line_replaced_removed_or_doubled(void **state)
{
  (void)state;
  for (unsigned c = 0; c < CANONICAL; c++) {
    const char *line = canonical[c];
    size_t length = strlen(line);
    for (size_t at = 0; at < length; at++) {
      for (int inserted = 0; inserted < 2; inserted++) {
        text t = {0};
        text_add_bytes(&t, line, at);
        add_line(&t, line + at + 1);
        for (size_t k = 0; k < sizeof odd_bytes - 1; k++) {
          text_add_bytes(&t, line, at);
          text_add_bytes(&t, &odd_bytes[k], 1);
          add_line(&t, line + at + (inserted ? 0 : 1));
        }
        text_add_bytes(&t, line, at);
        add_line(&t, line + at - (at > 0));
        check(&t);
        text_free(&t);
      }
    }
  }
}

/* ---- lines that are nearly canonical ------------------------------------------------------------ */

static const char *const numbers[] = {"0",
                                      "1",
                                      "00",
                                      "01",
                                      "-0",
                                      "-1",
                                      "--1",
                                      "+1",
                                      "1.0",
                                      "1e3",
                                      "",
                                      "-",
                                      "12345678",
                                      "123456789",
                                      "1234567890123456",
                                      "12345678901234567",
                                      "000000000000000000",
                                      "999999999999999999",
                                      "1000000000000000000",
                                      "9223372036854775807",
                                      "9223372036854775808",
                                      "-9223372036854775808",
                                      "-9223372036854775809",
                                      "18446744073709551615",
                                      "18446744073709551616",
                                      "123456789012345678901234567890",
                                      "0x10",
                                      "1 ",
                                      " 1",
                                      "1_000",
                                      "\xd9\xa1",
                                      "true",
                                      "null",
                                      "\"1\"",
                                      "[]",
                                      "NaN"};
enum { NUMBERS = sizeof numbers / sizeof *numbers };

static void numbers_of_every_kind_in_every_field(void **state)
{
  (void)state;
  for (unsigned n = 0; n < NUMBERS; n++) {
    const char *x = numbers[n];
    text t = {0};
    text_add(&t, "{\"address\": %s, \"type\": \"a\", \"size\": 1, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": %s, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"len\": %s, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": %s, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"name\": %s, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": %s, \"size\": 1, \"refs\": []}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [%s]}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [7, %s]}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [%s, 7]}\n", x);
    text_add(&t, "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": %s}\n", x);
    check(&t);
    text_free(&t);
  }
}

static void numbers_of_every_length_keep_their_digits(void **state)
{
  (void)state;
  uint64_t seed = 22;
  text t = {0};
  for (unsigned digits = 1; digits <= 21; digits++) {
    for (int round = 0; round < 50; round++) {
      char number[24];
      for (unsigned d = 0; d < digits; d++) number[d] = (char)('0' + random_below(&seed, 10));
      if (*number == '0') *number = '1';
      number[digits] = 0;
      text_add(&t, "{\"address\": %s, \"type\": \"t\", \"size\": %s, \"len\": %s, ", number, number, number);
      text_add(&t, "\"value\": %s%s, \"refs\": [%s, %s]}\n", round % 2 ? "-" : "", number, number, number);
    }
  }
  check(&t);
  text_free(&t);
}

static void shapes_that_are_nearly_canonical(void **state)
{
  (void)state;
  static const char *const lines[] = {
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, ]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [, 1]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1,2]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1 2]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [ ]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2]",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2]}}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2]}\r",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2]},",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [1, 2]},\r",
      "[{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []}]",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []} x",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []} {\"address\": 2}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [], \"refs\": [3]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1}",
      "{\"address\": 1, \"type\": \"a\", \"refs\": []}",
      "{\"address\": 1, \"size\": 1, \"refs\": []}",
      "{\"type\": \"a\", \"size\": 1, \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"name\": \"n\", \"value\": \"v\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"name\": \"n\", \"len\": 2, \"value\": 7, \"refs\": [4]}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"v\", \"name\": \"n\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"name\": \"\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"\", \"size\": 1, \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"a\\\"b\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"\\\\\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": \"\\\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"\\u00e9\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"name\": \"n\", \"value\": \"\\u00e9\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"bytes\", \"size\": 1, \"value\": \"\\u00e9\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"unicode\", \"size\": 1, \"value\": \"\\u00e9\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"\xc3\xa9\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"\xff\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"\x7f\", \"refs\": []}",
      "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"tab\there\", \"refs\": []}",
      "{\"address\":1,\"type\":\"a\",\"size\":1,\"refs\":[]}",
      "{ \"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": [] }",
      " {\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []}",
      "{\"Address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": null, \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": true, \"refs\": []}",
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": 1.5, \"refs\": []}",
      "\xef\xbb\xbf{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []}",
      "",
      "[",
      "]",
      "\r",
      "   ",
      "no object",
      "{",
      "{}"};
  enum { LINES = sizeof lines / sizeof *lines };
  text all = {0};
  for (unsigned i = 0; i < LINES; i++) {
    text t = {0};
    text_add_bytes(&t, lines[i], strlen(lines[i]));
    check(&t);
    text_add_bytes(&t, "\n", 1);
    check(&t);
    add_line(&t, canonical[0]);
    check(&t);
    text_free(&t);
    add_line(&all, lines[i]);
  }
  check(&all);
  text_free(&all);
}

/* Names that are equal at both ends, of every length: the parser knows types by parts of their names. */
static void type_names_that_are_nearly_the_same(void **state)
{
  (void)state;
  uint64_t seed = 23;
  text t = {0};
  for (int i = 0; i < 20000; i++) {
    char name[80];
    unsigned length = random_below(&seed, chance(&seed, 70) ? 20 : 70);
    memset(name, 'x', length);
    name[length] = 0;
    for (unsigned changes = random_below(&seed, 3); changes > 0 && length; changes--)
      name[random_below(&seed, length)] = (char)('a' + random_below(&seed, 2));
    text_add(&t, "{\"address\": %d, \"type\": \"%s\", \"size\": 1, \"refs\": []}\n", i, name);
  }
  check(&t);
  text_free(&t);
}

static void strings_of_every_length_and_a_special_byte_at_every_place(void **state)
{
  (void)state;
  static const char special[] = "\"\\\x1f\x80\x7f\n";
  for (unsigned length = 0; length < 70; length++) {
    text t = {0};
    char value[80];
    memset(value, 'v', sizeof value);
    for (unsigned at = 0; at <= length; at++) {
      value[at ? at - 1 : 0] = 'v';
      if (at < length) value[at] = special[(at + length) % 6];
      text_add(&t, "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"%.*s\", \"refs\": [2]}\n",
               (int)length, value);
    }
    check(&t);
    text_free(&t);
  }
}

static void of_a_block_the_first_hundred_problems_are_noted(void **state)
{
  (void)state;
  text t = {0};
  for (unsigned i = 0; i < 250; i++) add_line(&t, i % 2 ? "bad" : canonical[i % CANONICAL]);
  check(&t);
  text_free(&t);
}

static int setup(void **state)
{
  (void)state;
  dryad_record_scratch_init(&scratch, NULL);
  return 0;
}

static int teardown(void **state)
{
  (void)state;
  dryad_record_scratch_deinit(&scratch);
  return 0;
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_canonical_line_cut_at_every_byte),
      cmocka_unit_test(every_byte_of_a_canonical_line_replaced_removed_or_doubled),
      cmocka_unit_test(numbers_of_every_kind_in_every_field),
      cmocka_unit_test(numbers_of_every_length_keep_their_digits),
      cmocka_unit_test(shapes_that_are_nearly_canonical),
      cmocka_unit_test(type_names_that_are_nearly_the_same),
      cmocka_unit_test(strings_of_every_length_and_a_special_byte_at_every_place),
      cmocka_unit_test(of_a_block_the_first_hundred_problems_are_noted),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
