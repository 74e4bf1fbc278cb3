/* SPDX-License-Identifier: MIT */
/* Narrow numbers and labels: what goes in comes out, at every edge of the 32 bits. */
#include "graph/store.h"

#include "same_graph.h"
#include "testing.h"

static dryad_store *store;

static int setup(void **state)
{
  (void)state;
  store = dryad_store_new(NULL);
  return store ? 0 : -1;
}

static int teardown(void **state)
{
  (void)state;
  dryad_store_release(store);
  return 0;
}

static dryad_text literal(const char *text) { return (dryad_text){text, strlen(text)}; }

static dryad_text_ref add_text(const char *text)
{
  dryad_text_ref ref;
  assert_int_equal(dryad_string_pool_add(&store->texts, text, strlen(text), &ref, NULL), DRYAD_OK);
  return ref;
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static void numbers_of_every_size_come_back(void **state)
{
  (void)state;
  const uint64_t numbers[] = {0,          1,          0x7ffffffe, 0x7fffffff, 0x80000000,     0x80000001, 0xfffffffe,
                              0xffffffff, 1ull << 32, INT64_MAX,  1ull << 63, UINT64_MAX - 1, UINT64_MAX};
  enum { NUMBERS = sizeof numbers / sizeof *numbers };
  uint32_t narrow[NUMBERS];
  for (unsigned i = 0; i < NUMBERS; i++)
    assert_int_equal(dryad_store_narrow(store, numbers[i], &narrow[i], NULL), DRYAD_OK);
  for (unsigned i = 0; i < NUMBERS; i++) {
    assert_int_not_equal(narrow[i], DRYAD_NONE);
    assert_number(dryad_store_widen(store, narrow[i]), numbers[i]);
  }
  assert_int_equal(store->wide_count, 9);
}

static void many_wide_numbers_come_back(void **state)
{
  (void)state;
  enum { COUNT = 5000 };
  static uint32_t narrow[COUNT];
  for (uint64_t i = 0; i < COUNT; i++)
    assert_int_equal(dryad_store_narrow(store, ~(i * i), &narrow[i], NULL), DRYAD_OK);
  for (uint64_t i = 0; i < COUNT; i++) assert_number(dryad_store_widen(store, narrow[i]), ~(i * i));
}

/* ---- labels ------------------------------------------------------------------------------------ */

static void integers_come_back_at_the_edges_of_thirty_bits(void **state)
{
  (void)state;
  const struct {
    int64_t integer;
    bool is_small;
  } cases[] = {{0, true},
               {1, true},
               {-1, true},
               {(1 << 29) - 2, true},
               {(1 << 29) - 1, true},
               {1 << 29, false},
               {(1 << 29) + 1, false},
               {-(1 << 29) + 1, true},
               {-(1 << 29), true},
               {-(1 << 29) - 1, false},
               {INT32_MIN, false},
               {INT32_MAX, false},
               {INT64_MIN, false},
               {INT64_MAX, false}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    uint32_t label, extras = store->extra_count;
    assert_int_equal(dryad_store_integer(store, cases[i].integer, &label, NULL), DRYAD_OK);
    assert_int_not_equal(label, DRYAD_NO_LABEL);
    assert_int_equal(store->extra_count == extras, cases[i].is_small);
    dryad_value value = dryad_store_value(store, label);
    assert_int_equal(value.kind, DRYAD_VALUE_INTEGER);
    assert_true(value.integer == cases[i].integer);
    assert_null(dryad_store_name(store, label).data);
    assert_null(dryad_store_label_text(store, label).data);
  }
}

static void text_is_a_value_or_a_name(void **state)
{
  (void)state;
  add_text("something before");
  uint32_t label = dryad_label_make(DRYAD_LABEL_VALUE, add_text("text"));
  dryad_value value = dryad_store_value(store, label);
  assert_int_equal(value.kind, DRYAD_VALUE_TEXT);
  assert_true(same_text(value.text, literal("text")));
  assert_null(dryad_store_name(store, label).data);
  assert_true(same_text(dryad_store_label_text(store, label), literal("text")));

  label = dryad_label_make(DRYAD_LABEL_NAME, add_text("name"));
  assert_int_equal(dryad_store_value(store, label).kind, DRYAD_VALUE_NONE);
  assert_true(same_text(dryad_store_name(store, label), literal("name")));
  assert_true(same_text(dryad_store_label_text(store, label), literal("name")));
}

static void no_label_is_neither(void **state)
{
  (void)state;
  assert_int_equal(dryad_store_value(store, DRYAD_NO_LABEL).kind, DRYAD_VALUE_NONE);
  assert_null(dryad_store_name(store, DRYAD_NO_LABEL).data);
  assert_null(dryad_store_label_text(store, DRYAD_NO_LABEL).data);
}

static uint64_t bits_of(double real)
{
  uint64_t bits;
  memcpy(&bits, &real, sizeof bits);
  return bits;
}

static void values_of_every_kind_go_with_and_without_a_name(void **state)
{
  (void)state;
  dryad_text_ref text = add_text("123456789012345678901234567890"), name = add_text("a name");
  const struct {
    dryad_extra extra;
    dryad_value value;
  } cases[] = {
      {{DRYAD_VALUE_NULL, DRYAD_NO_TEXT, 0, DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_NULL}},
      {{DRYAD_VALUE_BOOLEAN, DRYAD_NO_TEXT, 1, DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_BOOLEAN, .boolean = true}},
      {{DRYAD_VALUE_BOOLEAN, DRYAD_NO_TEXT, 0, DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_BOOLEAN, .boolean = false}},
      {{DRYAD_VALUE_INTEGER, DRYAD_NO_TEXT, (uint64_t)-5, DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_INTEGER, .integer = -5}},
      {{DRYAD_VALUE_FLOAT, DRYAD_NO_TEXT, bits_of(-0.0), DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_FLOAT, .real = -0.0}},
      {{DRYAD_VALUE_FLOAT, DRYAD_NO_TEXT, bits_of(1e300), DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_FLOAT, .real = 1e300}},
      {{DRYAD_VALUE_TEXT, text, 0, DRYAD_NO_TEXT},
       {.kind = DRYAD_VALUE_TEXT, .text = literal("123456789012345678901234567890")}},
      {{DRYAD_VALUE_BIG_INTEGER, text, 0, DRYAD_NO_TEXT},
       {.kind = DRYAD_VALUE_BIG_INTEGER, .text = literal("123456789012345678901234567890")}},
      {{DRYAD_VALUE_NONE, DRYAD_NO_TEXT, 0, DRYAD_NO_TEXT}, {.kind = DRYAD_VALUE_NONE}},
  };
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    for (int with_name = 0; with_name < 2; with_name++) {
      dryad_extra extra = cases[i].extra;
      uint32_t label;
      if (with_name) extra.name = name;
      assert_int_equal(dryad_store_extra(store, extra, &label, NULL), DRYAD_OK);
      dryad_value value = dryad_store_value(store, label);
      assert_true(same_value(&value, &cases[i].value));
      assert_true(same_text(dryad_store_name(store, label), with_name ? literal("a name") : (dryad_text){NULL, 0}));
      dryad_text shown = value.kind == DRYAD_VALUE_TEXT ? value.text : dryad_store_name(store, label);
      assert_true(same_text(dryad_store_label_text(store, label), shown));
    }
  }
}

/* ---- types ------------------------------------------------------------------------------------- */

static void types_are_numbered_as_they_come(void **state)
{
  (void)state;
  enum { COUNT = 3000 };
  char name[16];
  for (int round = 0; round < 2; round++) {
    for (uint32_t i = 0; i < COUNT; i++) {
      uint32_t type;
      size_t length = (size_t)sprintf(name, "type %u", i);
      assert_int_equal(dryad_store_type(store, name, length, &type, NULL), DRYAD_OK);
      assert_int_equal(type, i);
    }
  }
  assert_int_equal(store->type_count, COUNT);
  for (uint32_t i = 0; i < COUNT; i += 97) {
    size_t length = (size_t)sprintf(name, "type %u", i);
    assert_int_equal(dryad_store_find_type(store, name, length), i);
    assert_true(same_text(dryad_store_type_name(store, i), (dryad_text){name, length}));
  }
  assert_int_equal(dryad_store_find_type(store, "type", 4), DRYAD_NONE);
  assert_int_equal(dryad_store_find_type(store, "type 1x", 7), DRYAD_NONE);
}

static void types_beyond_the_limit_are_refused(void **state)
{
  (void)state;
  uint32_t type;
  dryad_error error = {0};
  assert_int_equal(dryad_store_type(store, "first", 5, &type, NULL), DRYAD_OK);
  dryad_free(NULL, store->types, store->type_capacity, sizeof *store->types);
  store->types = dryad_calloc(NULL, 2 * (uint64_t)DRYAD_MAX_TYPES, sizeof *store->types); /* all are "first" */
  store->type_capacity = 2 * DRYAD_MAX_TYPES;
  store->type_count = DRYAD_MAX_TYPES - 1;
  assert_int_equal(dryad_store_type(store, "last", 4, &type, NULL), DRYAD_OK);
  assert_int_equal(dryad_store_type(store, "one more", 8, &type, &error), DRYAD_LIMIT);
  assert_string_equal(error.text, "more than 16777216 types");
  assert_int_equal(dryad_store_type(store, "last", 4, &type, NULL), DRYAD_OK);
  assert_int_equal(type, DRYAD_MAX_TYPES - 1);
}

static void a_shared_store_outlives_its_first_owner(void **state)
{
  (void)state;
  dryad_store *shared = dryad_store_retain(store);
  uint32_t type;
  dryad_store_release(store);
  assert_int_equal(dryad_store_type(shared, "", 0, &type, NULL), DRYAD_OK);
  assert_int_equal(dryad_store_find_type(shared, "", 0), type);
}

int main(void)
{
#define WITH_STORE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
  const struct CMUnitTest tests[] = {
      WITH_STORE(numbers_of_every_size_come_back),
      WITH_STORE(many_wide_numbers_come_back),
      WITH_STORE(integers_come_back_at_the_edges_of_thirty_bits),
      WITH_STORE(text_is_a_value_or_a_name),
      WITH_STORE(no_label_is_neither),
      WITH_STORE(values_of_every_kind_go_with_and_without_a_name),
      WITH_STORE(types_are_numbered_as_they_come),
      WITH_STORE(types_beyond_the_limit_are_refused),
      WITH_STORE(a_shared_store_outlives_its_first_owner),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
