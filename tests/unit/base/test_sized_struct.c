/* SPDX-License-Identifier: MIT */
/* Programs built against another version of dryad.h. */
#include "base/sized_struct.h"

#include "feed.h"

/* An instance and its dict, which loading folds into it unless `raw`. */
static const char dump[] = "{\"address\": 1, \"type\": \"Point\", \"size\": 10, \"refs\": [2, 3]}\n"
                           "{\"address\": 2, \"type\": \"dict\", \"size\": 10, \"refs\": []}\n"
                           "{\"address\": 3, \"type\": \"type\", \"size\": 10, \"name\": \"Point\", \"refs\": []}\n";

static dryad_status load(const void *options, uint32_t *count, dryad_error *error)
{
  const dump_text text = text_of(dump);
  dryad_heap *heap;
  dryad_status status = load_pieces(&heap, &text, 0, options, error);
  if (status) {
    assert_null(heap);
    return status;
  }
  *count = dryad_graph_count(dryad_heap_graph(heap));
  dryad_heap_free(heap);
  return status;
}

/* Options of a possible later version. */
typedef struct later_options {
  dryad_load_options known;
  uint64_t unknown[3];
} later_options;

static void options_of_an_older_program_are_read_no_further_than_they_go(void **state)
{
  (void)state;
  dryad_load_options options;
  uint32_t count;
  memset(&options, 0xee, sizeof options);
  options.size = offsetof(dryad_load_options, threads);
  options.raw = true;
  options.strict = false;
  options.python = 0;
  assert_int_equal(load(&options, &count, NULL), DRYAD_OK);
  assert_int_equal(count, 3);
  options.raw = false;
  assert_int_equal(load(&options, &count, NULL), DRYAD_OK);
  assert_int_equal(count, 2);
}

static void options_of_a_newer_program_are_taken_if_they_ask_for_nothing_new(void **state)
{
  (void)state;
  dryad_error error;
  uint32_t count;
  later_options options = {.known = {.size = sizeof options, .raw = true}};
  assert_int_equal(load(&options, &count, &error), DRYAD_OK);
  assert_int_equal(count, 3);
  options.unknown[2] = 1;
  assert_int_equal(load(&options, &count, &error), DRYAD_ARGUMENT);
  assert_string_equal(error.text, "dryad_load_options: sets members that Dryad " DRYAD_VERSION " does not have");
}

static void a_size_that_no_version_has_is_an_error(void **state)
{
  (void)state;
  static const size_t sizes[] = {0, 1, sizeof(size_t), sizeof(dryad_load_options) - 1, 4096 + sizeof(size_t), SIZE_MAX};
  dryad_error error;
  uint32_t count;
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    dryad_load_options options = {.size = sizes[i]};
    assert_int_equal(load(&options, &count, &error), DRYAD_ARGUMENT);
    assert_non_null(strstr(error.text, "set it to sizeof(dryad_load_options)"));
    dryad_heap *heap;
    assert_int_equal(dryad_heap_load(&heap, "no such file.dryad", &options, &error), DRYAD_ARGUMENT);
    assert_null(heap);
  }
}

static void the_report_says_its_size(void **state)
{
  (void)state;
  const dump_text text = text_of(dump);
  dryad_heap *heap = load_text(&text, NULL);
  assert_int_equal(dryad_heap_report(heap)->size, sizeof(dryad_report));
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(options_of_an_older_program_are_read_no_further_than_they_go),
      cmocka_unit_test(options_of_a_newer_program_are_taken_if_they_ask_for_nothing_new),
      cmocka_unit_test(a_size_that_no_version_has_is_an_error),
      cmocka_unit_test(the_report_says_its_size),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
