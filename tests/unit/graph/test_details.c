/* SPDX-License-Identifier: MIT */
/* Details of objects: what they cost, and what they answer. Their way through a heap is in
 * unit/heap/test_annotations.c.
 */
#include "graph/details.h"
#include "testing.h"

enum { OBJECTS = 100 };

static dryad_details *made_of(dryad_details_builder *builder)
{
  dryad_details *details;
  assert_int_equal(dryad_details_finish(&details, builder, NULL), DRYAD_OK);
  dryad_details_builder_deinit(builder);
  return details;
}

/* Every `each`-th object has its id as its line. */
static dryad_details *lines_of(dryad_id each)
{
  dryad_details_builder builder;
  dryad_details_builder_init(&builder, NULL, OBJECTS);
  assert_true(dryad_details_expect(&builder, DRYAD_DETAIL_LINE, (OBJECTS + each - 1) / each));
  for (dryad_id id = 0; id < OBJECTS; id += each) dryad_details_add(&builder, DRYAD_DETAIL_LINE, id, id);
  return made_of(&builder);
}

static void a_kind_costs_eight_bytes_a_value_or_four_an_object(void **state)
{
  (void)state;
  static const struct {
    dryad_id each;
    uint64_t bytes;
  } cases[] = {{1, 400}, {2, 8 * 50}, {3, 8 * 34}, {50, 8 * 2}};
  for (unsigned i = 0; i < sizeof cases / sizeof *cases; i++) {
    dryad_details *details = lines_of(cases[i].each);
    assert_number(dryad_details_bytes(details), cases[i].bytes);
    for (dryad_id id = 0; id < OBJECTS; id++)
      assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_LINE, id), id % cases[i].each ? DRYAD_NONE : id);
    assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_FILE, 0), DRYAD_NONE);
    dryad_details_release(details);
  }
}

static void without_values_there_is_nothing(void **state)
{
  (void)state;
  dryad_details_builder builder;
  dryad_details_builder_init(&builder, NULL, OBJECTS);
  assert_true(dryad_details_expect(&builder, DRYAD_DETAIL_LINE, OBJECTS));
  assert_true(dryad_details_expect(&builder, DRYAD_DETAIL_FILE, 3));
  assert_true(dryad_details_expect(&builder, DRYAD_DETAIL_MAPPED, 0));
  assert_null(made_of(&builder));
  assert_number(dryad_details_bytes(NULL), 0);
  assert_int_equal(dryad_details_get(NULL, DRYAD_DETAIL_LINE, 0), DRYAD_NONE);
}

static void the_first_of_several_values_counts(void **state)
{
  (void)state;
  for (unsigned expected = 5; expected <= OBJECTS; expected += OBJECTS - 5) {
    dryad_details_builder builder;
    dryad_details_builder_init(&builder, NULL, OBJECTS);
    assert_true(dryad_details_expect(&builder, DRYAD_DETAIL_LINE, expected));
    static const uint32_t ids[] = {7, 3, 7, 3, 9}, values[] = {40, 50, 60, 70, 80};
    for (unsigned i = 0; i < 5; i++) dryad_details_add(&builder, DRYAD_DETAIL_LINE, ids[i], values[i]);
    dryad_details *details = made_of(&builder);
    assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_LINE, 3), 50);
    assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_LINE, 7), 40);
    assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_LINE, 9), 80);
    assert_int_equal(dryad_details_get(details, DRYAD_DETAIL_LINE, 8), DRYAD_NONE);
    dryad_details_release(details);
  }
}

static void sites_are_taken_off_one_by_one(void **state)
{
  (void)state;
  dryad_text rest = {"a.py:1\0b.py:22", 14}, site;
  assert_true(dryad_next_site(&rest, &site));
  assert_number(site.length, 6);
  assert_memory_equal(site.data, "a.py:1", 6);
  assert_true(dryad_next_site(&rest, &site));
  assert_number(site.length, 7);
  assert_memory_equal(site.data, "b.py:22", 7);
  assert_false(dryad_next_site(&rest, &site));
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_kind_costs_eight_bytes_a_value_or_four_an_object),
      cmocka_unit_test(without_values_there_is_nothing),
      cmocka_unit_test(the_first_of_several_values_counts),
      cmocka_unit_test(sites_are_taken_off_one_by_one),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
