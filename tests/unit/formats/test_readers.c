/* SPDX-License-Identifier: MIT */
/* Which reader a file gets. */
#include "formats/readers.h"

#include "feed.h"

static const char *of_path(const char *path)
{
  const dryad_reader *reader = dryad_reader_of_path(path);
  return reader ? reader->name : "";
}

static const char *of_content(const char *head, size_t length)
{
  return dryad_reader_of_content((const unsigned char *)head, length)->name;
}

static void the_name_of_an_index_is_enough(void **state)
{
  (void)state;
  assert_string_equal(of_path("/no/such/place/app.dump.dryad"), "index");
  assert_string_equal(of_path("app.dump"), "");
  assert_string_equal(of_path("app.dryad.gz"), "");
  assert_string_equal(of_path("-"), "");
}

/* An index with another name is not opened as one, but the error says what it is. */
static void everything_else_is_read_as_lines(void **state)
{
  (void)state;
  assert_string_equal(of_content("{\"address\": 1", 13), "meliae");
  assert_string_equal(of_content("dryad\r\n\x1a", 8), "meliae");
  assert_string_equal(of_content("", 0), "meliae");
  dryad_heap *heap;
  dryad_error error = {0};
  const dump_text index = text_of("dryad\r\n\x1a....");
  assert_int_equal(load_pieces(&heap, &index, 1, NULL, &error), DRYAD_FORMAT);
  assert_null(heap);
  assert_string_equal(error.text,
                      "text: not a heap dump: starts like an index of Dryad, whose name has to end in .dryad");
}

static void what_is_loaded_from_a_callback_has_no_path(void **state)
{
  (void)state;
  const dump_text dump = text_of("{\"address\": 1, \"type\": \"a\", \"size\": 1, \"refs\": []}\n");
  feed f = {&dump, 0, 0};
  dryad_heap *heap;
  assert_int_equal(dryad_heap_load_source(&heap, (dryad_source){feed_read, &f}, "app.dryad", NULL, NULL), DRYAD_OK);
  assert_int_equal(dryad_graph_count(dryad_heap_graph(heap)), 1);
  dryad_heap_free(heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_name_of_an_index_is_enough),
      cmocka_unit_test(everything_else_is_read_as_lines),
      cmocka_unit_test(what_is_loaded_from_a_callback_has_no_path),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
