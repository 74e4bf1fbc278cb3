/* SPDX-License-Identifier: MIT */
/* Objects by part of their class, name or value. */
#include "analysis/text_search.h"

#include "generated.h"
#include "graph/graph.h"
#include "heap/heap.h"

static const dryad_progress none = {0};

static const char few[] =
    "{\"address\": 0, \"type\": \"Session\", \"size\": 1, \"refs\": []}\n"
    "{\"address\": 1, \"type\": \"str\", \"size\": 1, \"value\": \"a SESSION\", \"refs\": []}\n"
    "{\"address\": 2, \"type\": \"module\", \"size\": 1, \"name\": \"session_store\", \"refs\": []}\n"
    "{\"address\": 3, \"type\": \"int\", \"size\": 1, \"value\": 17, \"refs\": []}\n"
    "{\"address\": 4, \"type\": \"int\", \"size\": 1, \"value\": 117, \"refs\": []}\n"
    "{\"address\": 5, \"type\": \"float\", \"size\": 1, \"value\": 17.0, \"refs\": []}\n"
    "{\"address\": 6, \"type\": \"float\", \"size\": 1, \"value\": 0.5, \"refs\": []}\n"
    "{\"address\": 7, \"type\": \"str\", \"size\": 1, \"value\": \"117 items\", \"refs\": []}\n"
    "{\"address\": 8, \"type\": \"int\", \"size\": 1, \"value\": 99999999999999999999, \"refs\": []}\n"
    "{\"address\": 9, \"type\": \"bool\", \"size\": 1, \"value\": true, \"refs\": []}\n"
    "{\"address\": 10, \"type\": \"list\", \"size\": 1, \"refs\": [12345]}\n";

static const dryad_classes *load_few(dryad_heap **heap)
{
  const dryad_classes *classes;
  const dump_text t = text_of(few);
  *heap = load_raw(&t);
  assert_int_equal(dryad_heap_classes(*heap, &classes, NULL), DRYAD_OK);
  return classes;
}

static dryad_text whole(const char *text) { return (dryad_text){text, strlen(text)}; }

/* The addresses found, which are the ids here. */
static void assert_found(const dryad_classes *classes, dryad_ids from, dryad_sought_text sought, const char *expected)
{
  dryad_id *ids;
  uint64_t count;
  dump_text t = {0};
  assert_int_equal(dryad_ids_with_text(classes, from, &sought, &ids, &count, none, NULL), DRYAD_OK);
  for (uint64_t i = 0; i < count; i++) text_add(&t, "%s%u", i ? " " : "", ids[i]);
  text_add(&t, "%c", '\0');
  assert_string_equal(t.data, expected);
  text_free(&t);
  dryad_free(classes->graph->allocator, ids, count, sizeof *ids);
}

static void classes_names_and_values(void **state)
{
  (void)state;
  static const struct {
    const char *text, *found;
  } cases[] = {{"session", "0 1 2"},          {"SESSION_", "2"}, {"items", "7"}, {"nothing", ""},           {"17", "7"},
               {"99999999999999999999", "8"}, {"9999", ""},      {"list", "10"}, {"a session and more", ""}};
  dryad_heap *heap;
  const dryad_classes *classes = load_few(&heap);
  const dryad_ids all = {NULL, dryad_graph_count(classes->graph)};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_found(classes, all, (dryad_sought_text){.text = whole(cases[i].text)}, cases[i].found);
  dryad_heap_free(heap);
}

static void numbers_are_found_as_a_whole(void **state)
{
  (void)state;
  dryad_heap *heap;
  const dryad_classes *classes = load_few(&heap);
  const dryad_ids all = {NULL, dryad_graph_count(classes->graph)};
  const dryad_sought_text sought = {
      .text = whole("17"), .is_integer = true, .integer = 17, .is_real = true, .real = 17};
  assert_found(classes, all, sought, "3 5 7");
  assert_found(classes, all, (dryad_sought_text){.text = whole("0.5"), .is_real = true, .real = 0.5}, "6");
  dryad_heap_free(heap);
}

static void only_what_is_given_is_searched_in_its_order(void **state)
{
  (void)state;
  dryad_heap *heap;
  const dryad_classes *classes = load_few(&heap);
  const dryad_id some[] = {7, 2, 11, 1, 2, 0}; /* 11 dangles */
  assert_number(dryad_graph_count(classes->graph), 11);
  assert_found(classes, (dryad_ids){some, 6}, (dryad_sought_text){.text = whole("session")}, "2 1 2 0");
  assert_found(classes, (dryad_ids){some, 1}, (dryad_sought_text){.text = whole("session")}, "");
  dryad_heap_free(heap);
}

static void texts_in_texts(void **state)
{
  (void)state;
  assert_true(dryad_text_contains(whole("abc"), whole("")));
  assert_true(dryad_text_contains(whole(""), whole("")));
  assert_false(dryad_text_contains(whole(""), whole("a")));
  assert_true(dryad_text_contains(whole("aab"), whole("AB")));
  assert_false(dryad_text_contains(whole("ab"), whole("abc")));
  assert_true(dryad_text_contains((dryad_text){"a\0b", 3}, (dryad_text){"\0B", 2}));
  assert_false(dryad_text_contains(whole("\xc3\xa4"), whole("\xc3\x84"))); /* only letters of ASCII */
}

static dryad_status search_nodes(const dryad_heap *heap, dryad_progress progress, dryad_error *error)
{
  dryad_classes *classes;
  dryad_id *ids = NULL;
  uint64_t count = 0;
  assert_int_equal(dryad_classes_new(&classes, dryad_heap_graph(heap), NULL), DRYAD_OK);
  const dryad_ids all = {NULL, dryad_graph_count(classes->graph)};
  const dryad_sought_text sought = {.text = whole("node")};
  dryad_status status = dryad_ids_with_text(classes, all, &sought, &ids, &count, progress, error);
  dryad_free(classes->graph->allocator, ids, count, sizeof *ids);
  dryad_classes_free(classes);
  return status;
}

static void searching_can_be_cancelled(void **state)
{
  (void)state;
  assert_cancellable(write_chain, search_nodes);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(classes_names_and_values),
      cmocka_unit_test(numbers_are_found_as_a_whole),
      cmocka_unit_test(only_what_is_given_is_searched_in_its_order),
      cmocka_unit_test(texts_in_texts),
      cmocka_unit_test(searching_can_be_cancelled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
