/* SPDX-License-Identifier: MIT */
/* Which references are keys and which their values. */
#include "runtime/python/dict_items.h"

#include "labels.h"

#define KEYS                                                                                                           \
  STR(1, "a")                                                                                                          \
  STR(2, "b")                                                                                                          \
  INT(3, 7)                                                                                                            \
  OBJECT(4, "type", NAME("Thing") NO_REFS)                                                                             \
  OBJECT(5, "Meta", NAME("Other") NO_REFS)                                                                             \
  OBJECT(6, "unicode", VALUE("\"c\"") NO_REFS)                                                                         \
  OBJECT(7, "classobj", NAME("Old") NO_REFS)                                                                           \
  OBJECT(8, "dict", LEN(1) REFS(1, 3))                                                                                 \
  OBJECT(9, "dict", LEN(0) NO_REFS)

enum { NO_PAIRS = -1, NO_DICT = -1 };

typedef struct expectation {
  uint64_t address;
  int pairs, checked; /* the number, or NO_PAIRS */
  int own_dict;       /* position, or NO_DICT */
} expectation;

static void check(const char *dump, const expectation *expected, size_t count)
{
  looked_at l = look_at(dump, true);
  for (size_t i = 0; i < count; i++) {
    dryad_id id = id_at(&l, expected[i].address);
    dryad_dict_items pairs, checked;
    const char *wrong = dryad_dict_items_of(&pairs, l.graph, &l.known, id);
    const char *wrong_checked = dryad_dict_items_checked(&checked, l.graph, &l.known, id);
    uint64_t own = dryad_own_dict(l.graph, &l.known, id);
    int found = wrong ? NO_PAIRS : (int)pairs.count, found_checked = wrong_checked ? NO_PAIRS : (int)checked.count;
    if (found != expected[i].pairs || found_checked != expected[i].checked ||
        own != (uint64_t)(int64_t)expected[i].own_dict)
      fail_msg("%d: %d pairs, %d checked, dict at %d", (int)expected[i].address, found, found_checked, (int)own);
  }
  dryad_heap_free(l.heap);
}
#define CHECK(dump, ...)                                                                                               \
  check(KEYS dump, (const expectation[]){__VA_ARGS__}, sizeof((expectation[]){__VA_ARGS__}) / sizeof(expectation))

static void dicts_have_keys_and_values(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "dict", LEN(2) REFS(1, 3, 3, 1)) OBJECT(51, "dict", REFS(1, 3)), {8, 1, 1, NO_DICT},
        {9, 0, 0, NO_DICT}, {50, 2, 2, NO_DICT}, {51, 1, 1, NO_DICT});
}

static void dicts_without_their_keys_are_refused(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "dict", LEN(2) REFS(1, 3)) OBJECT(51, "dict", REFS(1, 3, 2)) OBJECT(52, "dict", LEN(-1) REFS(1, 3))
            OBJECT(53, "dict", LEN(0) REFS(1, 3)),
        {50, NO_PAIRS, NO_PAIRS, NO_DICT}, {51, NO_PAIRS, NO_PAIRS, NO_DICT}, {52, NO_PAIRS, NO_PAIRS, NO_DICT},
        {53, NO_PAIRS, NO_PAIRS, NO_DICT});
}

static void subclasses_of_dict_have_their_items_first(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "Thing", LEN(1) REFS(3, 1)) OBJECT(51, "Thing", LEN(1) REFS(3, 1, 4))
            OBJECT(52, "Thing", LEN(1) REFS(3, 1, 8, 4)) OBJECT(53, "MyDict", LEN(0) NO_REFS)
                OBJECT(54, "Thing", LEN(0) NO_REFS) OBJECT(55, "Thing", LEN(1) REFS(3, 4))
                    OBJECT(56, "Thing", LEN(2) REFS(3, 1, 4)) OBJECT(57, "Thing", LEN(-1) REFS(3, 1))
                        OBJECT(58, "Thing", LEN(9223372036854775807) REFS(3, 1))
                            OBJECT(59, "Thing", LEN(2) REFS(8, 4, 3, 3)) OBJECT(60, "Thing", LEN(1) REFS(4, 3)),
        {50, 1, 1, NO_DICT}, {51, 1, 1, NO_DICT}, {52, 1, 1, NO_DICT}, {53, 0, 0, NO_DICT},
        {54, NO_PAIRS, NO_PAIRS, NO_DICT}, {55, NO_PAIRS, NO_PAIRS, NO_DICT}, {56, NO_PAIRS, NO_PAIRS, NO_DICT},
        {57, NO_PAIRS, NO_PAIRS, NO_DICT}, {58, NO_PAIRS, NO_PAIRS, NO_DICT}, {59, NO_PAIRS, NO_PAIRS, NO_DICT},
        {60, NO_PAIRS, NO_PAIRS, NO_DICT});
}

static void instances_have_names_values_and_a_class(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "Thing", REFS(1, 3, 6, 3, 4)) OBJECT(51, "Thing", REFS(3, 1, 4)) OBJECT(52, "Other", REFS(1, 3, 5))
            OBJECT(53, "Thing", REFS(1, 3, 5)) OBJECT(54, "Thing", REFS(4)) OBJECT(55, "Other", REFS(4))
                OBJECT(56, "Thing", REFS(1, 3)) OBJECT(57, "Thing", NO_REFS) OBJECT(58, "Thing", LEN(0) REFS(1, 3, 4)),
        {50, 2, 2, NO_DICT}, {51, 1, NO_PAIRS, NO_DICT}, {52, 1, 1, NO_DICT}, {53, NO_PAIRS, NO_PAIRS, NO_DICT},
        {54, 0, 0, NO_DICT}, {55, NO_PAIRS, NO_PAIRS, NO_DICT}, {56, NO_PAIRS, NO_PAIRS, NO_DICT},
        {57, NO_PAIRS, NO_PAIRS, NO_DICT}, {58, 1, 1, NO_DICT});
}

static void what_was_not_collapsed_is_read_through_its_dict(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "Thing", REFS(8, 4)) OBJECT(51, "instance", REFS(7, 8)) OBJECT(52, "module", REFS(8))
            OBJECT(53, "module", REFS(4, 8)) OBJECT(54, "Thing", LEN(1) REFS(8, 4)) OBJECT(55, "Thing", REFS(8, 5))
                OBJECT(56, "Thing", REFS(9, 4)),
        {50, 1, 1, 0}, {51, 1, 1, 1}, {52, 1, 1, 0}, {53, 1, 1, 1}, {54, NO_PAIRS, NO_PAIRS, NO_DICT},
        {55, NO_PAIRS, NO_PAIRS, NO_DICT}, {56, 0, 0, 0});
}

static void modules_have_names_and_values(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "module", REFS(1, 3, 2, 8)) OBJECT(51, "module", REFS(1, 3, 2)) OBJECT(52, "module", NO_REFS),
        {50, 2, 2, NO_DICT}, {51, NO_PAIRS, NO_PAIRS, NO_DICT}, {52, 0, 0, NO_DICT});
}

static void dangling_references_may_be_keys_or_a_class(void **state)
{
  (void)state;
  CHECK(OBJECT(50, "dict", LEN(1) REFS(901, 902)) OBJECT(51, "Thing", REFS(901, 902, 903))
            OBJECT(52, "Thing", REFS(903)) OBJECT(53, "Thing", REFS(8, 903)) OBJECT(54, "module", REFS(903)),
        {50, 1, 1, NO_DICT}, {51, 1, 1, NO_DICT}, {52, 0, 0, NO_DICT}, {53, 1, 1, 0},
        {54, NO_PAIRS, NO_PAIRS, NO_DICT});
}

static void what_is_not_in_the_dump_is_refused(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(50, "dict", LEN(1) REFS(901, 902)), true);
  dryad_dict_items pairs;
  assert_non_null(dryad_dict_items_of(&pairs, l.graph, &l.known, 1));
  assert_non_null(dryad_dict_items_checked(&pairs, l.graph, &l.known, DRYAD_NONE));
  dryad_heap_free(l.heap);
}

static void pairs_say_what_they_are_and_where(void **state)
{
  (void)state;
  looked_at l = look_at(
      KEYS OBJECT(50, "Thing", REFS(1, 3, 4)) OBJECT(51, "module", REFS(1, 3)) OBJECT(52, "Thing", REFS(8, 4)), true);
  static const struct {
    uint64_t address, of;
    dryad_dict_items_kind kind;
  } expected[] = {{8, 8, DRYAD_DICT_ITEMS_ITEMS},
                  {50, 50, DRYAD_DICT_ITEMS_INSTANCE},
                  {51, 51, DRYAD_DICT_ITEMS_MODULE},
                  {52, 8, DRYAD_DICT_ITEMS_ITEMS}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    dryad_dict_items pairs;
    assert_null(dryad_dict_items_of(&pairs, l.graph, &l.known, id_at(&l, expected[i].address)));
    assert_int_equal(pairs.kind, expected[i].kind);
    assert_ptr_equal(pairs.refs, dryad_graph_children(l.graph, id_at(&l, expected[i].of)).ids);
  }
  dryad_heap_free(l.heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dicts_have_keys_and_values),
      cmocka_unit_test(dicts_without_their_keys_are_refused),
      cmocka_unit_test(subclasses_of_dict_have_their_items_first),
      cmocka_unit_test(instances_have_names_values_and_a_class),
      cmocka_unit_test(what_was_not_collapsed_is_read_through_its_dict),
      cmocka_unit_test(modules_have_names_and_values),
      cmocka_unit_test(dangling_references_may_be_keys_or_a_class),
      cmocka_unit_test(what_is_not_in_the_dump_is_refused),
      cmocka_unit_test(pairs_say_what_they_are_and_where),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
