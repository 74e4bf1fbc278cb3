/* SPDX-License-Identifier: MIT */
/* How labels are written. */
#include "labels.h"

static void assert_keys(const char *keys, unsigned count, const char *const *expected)
{
  dump_text dump = {0};
  text_add_bytes(&dump, keys, strlen(keys));
  text_add(&dump, OBJECT(1000, "int", NO_REFS));
  for (unsigned i = 1; i <= count; i++)
    text_add(&dump, "{\"address\": %u, \"type\": \"dict\", \"refs\": [%u, 1000]}\n", 1000 + i, i);
  text_add_bytes(&dump, "", 1);
  dump.length--;
  looked_at l = look_at(dump.data, true);
  for (unsigned i = 1; i <= count; i++) assert_label(&l, 1000 + i, 1, expected[i - 1]);
  dryad_heap_free(l.heap);
  text_free(&dump);
}
#define ASSERT_KEYS(keys, ...)                                                                                         \
  assert_keys(keys, sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *), (const char *[]){__VA_ARGS__})

static void text_keys_are_quoted_as_python_does(void **state)
{
  (void)state;
  ASSERT_KEYS(STR(1, "") STR(2, "it's") STR(3, "say \\\"hi\\\"") STR(4, "it's \\\"it\\\"") STR(5, "a\\n\\r\\t\\\\b")
                  STR(6, "\\u0000\\u001b\\u007f") STR(7, "gr\\u00fc\\u00dfe \\ud83d\\ude00") STR(8, "\\u009b[2J\\u0080")
                      STR(9, "\\ud800x"),
              "['']", "[\"it's\"]", "['say \"hi\"']", "['it\\'s \"it\"']", "['a\\n\\r\\t\\\\b']", "['\\x00\\x1b\\x7f']",
              "['gr\xc3\xbc\xc3\x9f"
              "e \xf0\x9f\x98\x80']",
              "['\\x9b[2J\\x80']", "['\\ud800x']");
}

static void bytes_and_text_are_told_apart(void **state)
{
  (void)state;
  ASSERT_KEYS(OBJECT(1, "bytes", VALUE("\"a\\u00ff\\u00c3\\u00bc'\"") NO_REFS), "[b\"a\\xff\\xc3\\xbc'\"]");
  ASSERT_KEYS(STR(1, "a\\u00ff\\u00c3\\u00bc") OBJECT(2, "unicode", VALUE("\"\\u00fc\"") NO_REFS)
                  OBJECT(900, "instancemethod", NO_REFS),
              "['a\\xff\xc3\xbc']", "[u'\xc3\xbc']");
}

static void numbers_are_written_as_python_does(void **state)
{
  (void)state;
#define FLOAT(address, value) OBJECT(address, "float", VALUE(#value) NO_REFS)
  ASSERT_KEYS(INT(1, -7) OBJECT(2, "long", VALUE("123456789012345678901234567890") NO_REFS) FLOAT(3, 0.5)
                  FLOAT(4, 100000.0) FLOAT(5, 1e16) FLOAT(6, -2.5e-7) FLOAT(7, 0.0001) FLOAT(8, 0.00001)
                      FLOAT(9, 1234567890123456.0) FLOAT(10, 5e-324) FLOAT(11, 0.30000000000000004) FLOAT(12, -0.0)
                          FLOAT(13, 1e400) FLOAT(14, 123.25) INT(15, -9223372036854775808) FLOAT(16, 1e15),
              "[-7]", "[123456789012345678901234567890]", "[0.5]", "[100000.0]", "[1e+16]", "[-2.5e-07]", "[0.0001]",
              "[1e-05]", "[1234567890123456.0]", "[5e-324]", "[0.30000000000000004]", "[-0.0]", "[inf]", "[123.25]",
              "[-9223372036854775808]", "[1000000000000000.0]");
}

static void other_keys_are_short(void **state)
{
  (void)state;
  ASSERT_KEYS(OBJECT(1, "bool", VALUE("\"True\"") NO_REFS) OBJECT(2, "bool", VALUE("false") NO_REFS)
                  OBJECT(3, "NoneType", NO_REFS) OBJECT(4, "tuple", LEN(0) NO_REFS)
                      OBJECT(5, "type", NAME("Thing") NO_REFS) OBJECT(6, "function", NAME("run\\u001b") NO_REFS)
                          OBJECT(7, "x\\u001b[0m", NO_REFS) OBJECT(8, "int", VALUE("null") NAME("n") NO_REFS)
                              OBJECT(9, "bool", NO_REFS) OBJECT(10, "str", NO_REFS)
                                  OBJECT(11, "Flag", VALUE("true") NO_REFS),
              "[True]", "[False]", "[None]", "[()]", "[<0x5>]", "[<0x6>]", "[<0x7>]", "[<0x8>]", "[<0x9>]", "[<0xa>]",
              "[True]");
}

static void tuples_of_literals_are_literals(void **state)
{
  (void)state;
  ASSERT_KEYS(OBJECT(1, "tuple", LEN(2) REFS(20, 21)) OBJECT(2, "tuple", LEN(1) REFS(20))
                  OBJECT(3, "tuple", LEN(2) REFS(2, 22)) OBJECT(4, "tuple", LEN(2) REFS(20, 23))
                      OBJECT(5, "tuple", LEN(3) REFS(20, 21)) OBJECT(6, "tuple", LEN(1) REFS(6))
                          OBJECT(7, "tuple", LEN(1) REFS(901)) STR(20, "it's") INT(21, 4)
                              OBJECT(22, "NoneType", NO_REFS) OBJECT(23, "object", NO_REFS),
              "[(\"it's\", 4)]", "[(\"it's\",)]", "[((\"it's\",), None)]", "[<0x4>]", "[<0x5>]", "[<0x6>]", "[<0x7>]");
}

static void names_of_attributes_may_be_any_letters(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(1, "module", REFS(10, 1, 11, 1, 12, 1, 13, 1, 14, 1, 15, 1)) STR(10, "_x1")
                            STR(11, "gr\\u00f6\\u00dfe") STR(12, "1x") STR(13, "") STR(14, "a\\u001b")
                                OBJECT(15, "unicode", VALUE("\"a b\"") NO_REFS),
                        true);
  ASSERT_LABELS(&l, 1, "[ref 1]", "._x1", "[ref 3]", ".gr\xc3\xb6\xc3\x9f\x65", "[ref 5]", ".__dict__['1x']", "[ref 7]",
                ".__dict__['']", "[ref 9]", ".__dict__['a\\x1b']", "[ref 11]", ".__dict__[u'a b']");
  dryad_heap_free(l.heap);
}

static void large_numbers_of_references_and_items(void **state)
{
  (void)state;
  looked_at l = look_at(STR(1, "a"), true);
  char text[40];
  const dryad_edge ref = {.kind = DRYAD_EDGE_REF, .index = UINT64_MAX}, item = {.kind = DRYAD_EDGE_ITEM, .index = 1e18};
  assert_number(dryad_edge_text(text, sizeof text, l.graph, &l.known, &ref), 26);
  assert_string_equal(text, "[ref 18446744073709551615]");
  assert_number(dryad_edge_text(text, sizeof text, l.graph, &l.known, &item), 21);
  assert_string_equal(text, "[1000000000000000000]");
  dryad_heap_free(l.heap);
}

static void what_does_not_fit_is_cut_between_characters(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(1, "dict", REFS(2, 2)) STR(2, "x\\u20acy"), true);
  const dryad_edge edge = dryad_edge_of(l.graph, &l.known, 0, 1);
  static const char *const cut[] = {"",
                                    "",
                                    "[",
                                    "['",
                                    "['x",
                                    "['x",
                                    "['x",
                                    "['x\xe2\x82\xac",
                                    "['x\xe2\x82\xacy",
                                    "['x\xe2\x82\xacy'",
                                    "['x\xe2\x82\xacy']"};
  for (size_t capacity = 0; capacity <= 10; capacity++) {
    char text[12];
    memset(text, '#', sizeof text);
    assert_number(dryad_edge_text(text, capacity, l.graph, &l.known, &edge), 9);
    if (capacity) assert_string_equal(text, cut[capacity]);
    for (size_t i = capacity; i < sizeof text; i++) assert_int_equal(text[i], '#');
  }
  assert_number(dryad_edge_text(NULL, 0, l.graph, &l.known, &edge), 9);
  dryad_heap_free(l.heap);
}

/* Writes `count` times `piece` into `text`. */
static const char *repeated(char *text, const char *piece, size_t count)
{
  size_t length = strlen(piece);
  for (size_t i = 0; i < count; i++) memcpy(text + i * length, piece, length);
  text[count * length] = '\0';
  return text;
}

static void assert_long_key(const char *piece, size_t count, const char *shown, size_t shown_count, const char *end)
{
  char text[8192], label[8192], dump[9000], expected[9000];
  snprintf(dump, sizeof dump, OBJECT(1, "str", VALUE("\"%s\"") NO_REFS) OBJECT(2, "int", NO_REFS),
           repeated(text, piece, count));
  snprintf(expected, sizeof expected, "['%s'%s]", repeated(label, shown, shown_count), end);
  ASSERT_KEYS(dump, expected);
}

static void long_texts_are_cut_between_characters(void **state)
{
  (void)state;
  assert_long_key("x", 1024, "x", 1024, "");
  assert_long_key("x", 1025, "x", 1024, "...");
  assert_long_key("\\u0001", 256, "\\x01", 256, "");
  assert_long_key("\\u0001", 257, "\\x01", 256, "...");
  assert_long_key("\\\\", 513, "\\\\", 512, "...");
  assert_long_key("\xe2\x82\xac", 342, "\xe2\x82\xac", 341, "...");
}

static void tuples_with_long_labels_are_their_addresses(void **state)
{
  (void)state;
  char x[600], y[600], dump[4000], expected[4000];
  repeated(x, "x", 500);
  repeated(y, "y", 518);
  snprintf(dump, sizeof dump,
           STR(20, "%s") STR(21, "%s") OBJECT(1, "tuple", LEN(2) REFS(20, 20)) OBJECT(2, "tuple", LEN(2) REFS(20, 21)),
           x, y);
  snprintf(expected, sizeof expected, "[('%s', '%s')]", x, x);
  ASSERT_KEYS(dump, expected, "[<0x2>]");
}

/* Sixteen times itself on each level: 65,536 names of 600 bytes in all. */
static void labels_of_nested_tuples_are_not_built_to_be_measured(void **state)
{
  (void)state;
#define SIXTEEN(id) REFS(id, id, id, id, id, id, id, id, id, id, id, id, id, id, id, id)
  char x[700], dump[4000];
  snprintf(dump, sizeof dump,
           STR(20, "%s") OBJECT(1, "tuple", LEN(16) SIXTEEN(4)) OBJECT(2, "tuple", LEN(16) SIXTEEN(20))
               OBJECT(3, "tuple", LEN(16) SIXTEEN(2)) OBJECT(4, "tuple", LEN(16) SIXTEEN(3)),
           repeated(x, "x", 600));
  ASSERT_KEYS(dump, "[<0x1>]", "[<0x2>]");
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(text_keys_are_quoted_as_python_does),
      cmocka_unit_test(bytes_and_text_are_told_apart),
      cmocka_unit_test(numbers_are_written_as_python_does),
      cmocka_unit_test(other_keys_are_short),
      cmocka_unit_test(tuples_of_literals_are_literals),
      cmocka_unit_test(names_of_attributes_may_be_any_letters),
      cmocka_unit_test(large_numbers_of_references_and_items),
      cmocka_unit_test(what_does_not_fit_is_cut_between_characters),
      cmocka_unit_test(long_texts_are_cut_between_characters),
      cmocka_unit_test(tuples_with_long_labels_are_their_addresses),
      cmocka_unit_test(labels_of_nested_tuples_are_not_built_to_be_measured),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
