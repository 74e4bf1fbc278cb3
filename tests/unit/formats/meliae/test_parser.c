/* SPDX-License-Identifier: MIT */
/* For any lines of a block, the parser gives the same results as the tolerant reader. */
#include "check_lines.h"

/* ---- canonical lines, damaged ------------------------------------------------------------------- */

static const char *const canonical[] = {
    "{\"address\": 140203054152592, \"type\": \"dict\", \"size\": 280, \"len\": 2, \"refs\": [14020306, 1402030762421]}",
    "{\"address\": 1, \"type\": \"str\", \"size\": 40, \"len\": 5, \"value\": \"a value\", \"refs\": []}",
    "{\"address\": 2, \"type\": \"int\", \"size\": 24, \"value\": -123456789, \"refs\": [1]}",
    "{\"address\": 3, \"type\": \"module\", \"size\": 56, \"name\": \"sys\", \"refs\": [1234567890123456]}",
    "{\"address\": 4, \"type\": \"bool\", \"size\": 24, \"value\": \"True\", \"refs\": [1, 22, 333, 4444]}",
    "{\"address\": 5, \"type\": \"frame\", \"size\": 48, \"value\": \"f\", \"refcount\": 3, \"root\": \"thread\", \"interpreter\": "
    "1, \"file\": \"a.py\", \"line\": 7, \"refs\": [1, 2, 3], \"names\": [\"x\", null, \"y\"]}",
    "{\"address\": 6, \"type\": \"type\", \"size\": 9, \"name\": \"T\", \"qualname\": \"m.T\", \"refcount\": 4294967296, "
    "\"mapped\": 4096, \"allocated\": [\"a.py:1\", \"b.py:22\"], \"refs\": []}",
    "{\"address\": 1, \"type\": \"<process>\", \"size\": 0, \"value\": \"{}\", \"refs\": []}",
    "{\"address\": 2, \"type\": \"<end>\", \"size\": 0, \"value\": 17, \"refs\": []}",
};
enum { CANONICAL = sizeof canonical / sizeof *canonical };

static void add_line(dump_text *t, const char *line)
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
        dump_text t = {0};
        add_line(&t, canonical[0]);
        text_add_bytes(&t, canonical[c], length);
        if (has_newline) text_add_bytes(&t, "\n", 1);
        check_lines(&t);
        if (has_newline) add_line(&t, canonical[1]), check_lines(&t);
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
        dump_text t = {0};
        text_add_bytes(&t, line, at);
        add_line(&t, line + at + 1);
        for (size_t k = 0; k < sizeof odd_bytes - 1; k++) {
          text_add_bytes(&t, line, at);
          text_add_bytes(&t, &odd_bytes[k], 1);
          add_line(&t, line + at + (inserted ? 0 : 1));
        }
        text_add_bytes(&t, line, at);
        add_line(&t, line + at - (at > 0));
        check_lines(&t);
        text_free(&t);
      }
    }
  }
}

/* A line with so many references and names, and so many sites of so many bytes. */
static void add_lists(dump_text *t, unsigned refs, unsigned names, unsigned sites, unsigned bytes)
{
  text_add(t, "{\"address\": 9, \"type\": \"frame\", \"size\": 1, \"allocated\": [");
  for (unsigned i = 0; i < sites; i++) {
    text_add(t, i ? ", \"" : "\"");
    for (unsigned k = 0; k < bytes; k++) text_add_bytes(t, &"0123456789"[(i + k) % 10], 1);
    text_add(t, "\"");
  }
  text_add(t, "], \"refs\": [");
  for (unsigned i = 0; i < refs; i++) text_add(t, "%s%u", i ? ", " : "", i);
  text_add(t, "], \"names\": [");
  for (unsigned i = 0; i < names; i++) text_add(t, "%s\"n%u\"", i ? ", " : "", i);
  text_add(t, "]}\n");
}

static void lists_of_any_length(void **state)
{
  (void)state;
  static const unsigned cases[][3] = {{256, 1, 4},  {257, 1, 4},  {1, 64, 4}, {1, 65, 4}, {1, 1, 8191},   {1, 1, 8192},
                                      {1, 64, 127}, {1, 64, 128}, {1, 0, 0},  {0, 1, 1},  {5000, 64, 99}, {3, 1, 0}};
  dump_text t = {0};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    add_lists(&t, cases[i][0], cases[i][0], cases[i][1], cases[i][2]);
    check_lines(&t);
  }
  for (unsigned names = 1; names < 4; names++) {
    add_lists(&t, 2, names, 1, 4);
    check_lines(&t);
  }
  text_free(&t);
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
    dump_text t = {0};
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
    check_lines(&t);
    text_free(&t);
  }
}

static void numbers_of_every_length_keep_their_digits(void **state)
{
  (void)state;
  uint64_t seed = 22;
  dump_text t = {0};
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
  check_lines(&t);
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
      "{\"address\": 1, \"type\": \"a\", \"size\": 1, \"value\": false, \"refs\": []}",
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
  dump_text all = {0};
  for (unsigned i = 0; i < LINES; i++) {
    dump_text t = {0};
    text_add_bytes(&t, lines[i], strlen(lines[i]));
    check_lines(&t);
    text_add_bytes(&t, "\n", 1);
    check_lines(&t);
    add_line(&t, canonical[0]);
    check_lines(&t);
    text_free(&t);
    add_line(&all, lines[i]);
  }
  check_lines(&all);
  text_free(&all);
}

/* Names of every length that are equal at both ends: the parser identifies types by parts of their names. */
static void type_names_that_are_nearly_the_same(void **state)
{
  (void)state;
  uint64_t seed = 23;
  dump_text t = {0};
  for (int i = 0; i < 20000; i++) {
    char name[80];
    unsigned length = random_below(&seed, chance(&seed, 70) ? 20 : 70);
    memset(name, 'x', length);
    name[length] = 0;
    for (unsigned changes = random_below(&seed, 3); changes > 0 && length; changes--)
      name[random_below(&seed, length)] = (char)('a' + random_below(&seed, 2));
    text_add(&t, "{\"address\": %d, \"type\": \"%s\", \"size\": 1, \"refs\": []}\n", i, name);
  }
  check_lines(&t);
  text_free(&t);
}

static void strings_of_every_length_and_a_special_byte_at_every_place(void **state)
{
  (void)state;
  static const char special[] = "\"\\\x1f\x80\x7f\n";
  for (unsigned length = 0; length < 70; length++) {
    dump_text t = {0};
    char value[80];
    memset(value, 'v', sizeof value);
    for (unsigned at = 0; at <= length; at++) {
      value[at ? at - 1 : 0] = 'v';
      if (at < length) value[at] = special[(at + length) % 6];
      text_add(&t, "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"%.*s\", \"refs\": [2]}\n",
               (int)length, value);
    }
    check_lines(&t);
    text_free(&t);
  }
}

static void as_many_references_as_a_line_can_hold(void **state)
{
  (void)state;
  for (unsigned count = 1; count < 100000; count = count * 5 + 1) {
    dump_text t = {0};
    text_add(&t, "{\"address\": 1, \"type\": \"\", \"size\": 1, \"refs\": [1");
    for (unsigned i = 1; i < count; i++) text_add_bytes(&t, ", 2", 3);
    text_add(&t, "]}\n");
    check_lines(&t);
    text_free(&t);
  }
}

static void of_a_block_the_first_hundred_problems_are_noted(void **state)
{
  (void)state;
  dump_text t = {0};
  for (unsigned i = 0; i < 250; i++) add_line(&t, i % 2 ? "bad" : canonical[i % CANONICAL]);
  check_lines(&t);
  text_free(&t);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_canonical_line_cut_at_every_byte),
      cmocka_unit_test(every_byte_of_a_canonical_line_replaced_removed_or_doubled),
      cmocka_unit_test(lists_of_any_length),
      cmocka_unit_test(numbers_of_every_kind_in_every_field),
      cmocka_unit_test(numbers_of_every_length_keep_their_digits),
      cmocka_unit_test(shapes_that_are_nearly_canonical),
      cmocka_unit_test(type_names_that_are_nearly_the_same),
      cmocka_unit_test(strings_of_every_length_and_a_special_byte_at_every_place),
      cmocka_unit_test(as_many_references_as_a_line_can_hold),
      cmocka_unit_test(of_a_block_the_first_hundred_problems_are_noted),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
