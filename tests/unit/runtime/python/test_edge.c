/* SPDX-License-Identifier: MIT */
/* The names of references. */
#include "runtime/runtime.h"

#include "base/utf8.h"
#include "labels.h"
#include "runtime/python/dict_items.h"

#define CLASSES                                                                                                        \
  STR(1, "a")                                                                                                          \
  STR(2, "b")                                                                                                          \
  INT(3, 7)                                                                                                            \
  OBJECT(4, "type", NAME("Thing") NO_REFS)                                                                             \
  OBJECT(5, "Meta", NAME("Other") NO_REFS)                                                                             \
  OBJECT(7, "classobj", NAME("Old") NO_REFS)                                                                           \
  OBJECT(8, "dict", LEN(1) REFS(1, 3))

/* ---- containers --------------------------------------------------------------------------------- */

static void dicts_name_values_by_their_keys(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(50, "dict", LEN(2) REFS(1, 51, 3, 1)) OBJECT(51, "dict", REFS(2, 50))
                            OBJECT(52, "dict", LEN(1) REFS(1, 901)) OBJECT(53, "dict", LEN(1) REFS(901, 1)),
                        false);
  ASSERT_LABELS(&l, 50, "[ref 1]", "['a']", "[ref 3]", "[7]");
  ASSERT_LABELS(&l, 51, "[ref 1]", "['b']");
  ASSERT_LABELS(&l, 52, "[ref 1]", "['a']");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[<0x385>]");
  dryad_heap_free(l.heap);
}

static void dicts_of_values_only_have_no_names(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(50, "dict", LEN(2) REFS(1, 3)) OBJECT(51, "dict", REFS(1, 3, 60))
                            OBJECT(52, "dict", LEN(-1) REFS(1, 3)) OBJECT(60, "type", NAME("dict") NO_REFS),
                        false);
  ASSERT_LABELS(&l, 50, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]", "[ref 3]");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void subclasses_of_dict_name_their_items_and_class(void **state)
{
  (void)state;
  looked_at l =
      look_at(CLASSES OBJECT(50, "OrderedDict", LEN(1) REFS(1, 3)) OBJECT(51, "Thing", LEN(2) REFS(3, 1, 1, 3, 8, 4, 2))
                  OBJECT(52, "Other", LEN(1) REFS(3, 1, 5)),
              false);
  ASSERT_LABELS(&l, 50, "[ref 1]", "['a']");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[7]", "[ref 3]", "['a']", "[ref 5]", "(class)", "[ref 7]");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[7]", "(class)");
  dryad_heap_free(l.heap);
}

static void lists_and_tuples_count_from_0(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(50, "list", LEN(3) REFS(1, 901, 4)) OBJECT(51, "tuple", REFS(3, 3)), false);
  ASSERT_LABELS(&l, 50, "[0]", "[1]", "[2]");
  ASSERT_LABELS(&l, 51, "[0]", "[1]");
  dryad_heap_free(l.heap);
}

static void lists_that_lost_items_are_not_counted(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(50, "list", LEN(3) REFS(1, 4, 3)) OBJECT(51, "list", LEN(-1) REFS(1)), false);
  ASSERT_LABELS(&l, 50, "[0]", "[1]", "[2]");
  ASSERT_LABELS(&l, 51, "[ref 1]");
  assert_int_equal(dryad_heap_remove_expensive_references(l.heap, NULL, (dryad_progress){0}, NULL), DRYAD_OK);
  l.graph = dryad_heap_graph(l.heap);
  ASSERT_LABELS(&l, 50, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

/* 10 is a subclass of tuple, 20 of set; Thing's bases are not in the dump. */
#define BASES                                                                                                          \
  OBJECT(10, "type", NAME("Point") REFS(8, 13, 13, 12))                                                                \
  OBJECT(12, "type", NAME("tuple") NO_REFS)                                                                            \
  OBJECT(13, "tuple", LEN(1) REFS(12))                                                                                 \
  OBJECT(20, "type", NAME("Bag") REFS(8, 13, 13, 22))                                                                  \
  OBJECT(22, "type", NAME("set") NO_REFS)                                                                              \
  OBJECT(30, "type", NAME("Loop") REFS(8, 13, 13, 30))

static void subclasses_of_tuple_number_len_items(void **state)
{
  (void)state;
  looked_at l =
      look_at(CLASSES BASES OBJECT(50, "Point", LEN(2) REFS(1, 3, 10)) OBJECT(51, "Point", LEN(2) REFS(10, 1, 3))
                  OBJECT(52, "Point", LEN(2) REFS(8, 10, 1, 3)) OBJECT(53, "Bag", LEN(2) REFS(20, 1, 3))
                      OBJECT(54, "Thing", LEN(1) REFS(3, 4)) OBJECT(55, "Loop", LEN(2) REFS(1, 3, 30))
                          OBJECT(56, "Point", LEN(9223372036854775807) REFS(1, 3, 10))
                              OBJECT(57, "Point", LEN(-2) REFS(1, 3, 5)),
              false);
  ASSERT_LABELS(&l, 50, "[0]", "[1]", "(class)");
  ASSERT_LABELS(&l, 51, "(class)", "[0]", "[1]");
  ASSERT_LABELS(&l, 52, "[ref 1]", "(class)", "[0]", "[1]");
  ASSERT_LABELS(&l, 53, "(class)", "[ref 2]", "[ref 3]");
  ASSERT_LABELS(&l, 54, "[0]", "(class)");
  ASSERT_LABELS(&l, 55, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 56, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 57, "[ref 1]", "[ref 2]", "[ref 3]");
  dryad_heap_free(l.heap);
}

/* ---- instances and modules ---------------------------------------------------------------------- */

#define OWNERS                                                                                                         \
  CLASSES                                                                                                              \
  OBJECT(50, "Thing", REFS(8, 4))                                                                                      \
  OBJECT(60, "module", NAME("m") REFS(61))                                                                             \
  OBJECT(61, "dict", LEN(2) REFS(1, 3, 2, 50))                                                                         \
  OBJECT(70, "instance", REFS(7, 71))                                                                                  \
  OBJECT(71, "dict", LEN(1) REFS(1, 3))

static void collapsed_owners_name_their_attributes(void **state)
{
  (void)state;
  looked_at l = look_at(OWNERS, false);
  ASSERT_LABELS(&l, 50, "[ref 1]", ".a", "(class)");
  ASSERT_LABELS(&l, 60, "[ref 1]", ".a", "[ref 3]", ".b");
  ASSERT_LABELS(&l, 70, "[ref 1]", ".a", "(class)");
  dryad_heap_free(l.heap);
}

static void owners_that_are_not_collapsed_have_a_dict(void **state)
{
  (void)state;
  looked_at l = look_at(OWNERS OBJECT(80, "module", REFS(4, 8)) OBJECT(81, "Thing", REFS(8, 901)), true);
  ASSERT_LABELS(&l, 50, ".__dict__", "(class)");
  ASSERT_LABELS(&l, 60, ".__dict__");
  ASSERT_LABELS(&l, 61, "[ref 1]", "['a']", "[ref 3]", "['b']");
  ASSERT_LABELS(&l, 70, "(class)", ".__dict__");
  ASSERT_LABELS(&l, 80, "[ref 1]", ".__dict__");
  ASSERT_LABELS(&l, 81, ".__dict__", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void what_is_no_attribute_is_not_named(void **state)
{
  (void)state;
  looked_at l =
      look_at(CLASSES STR(9, "not a name") OBJECT(50, "Thing", REFS(3, 1, 4)) OBJECT(51, "Thing", REFS(9, 1, 4))
                  OBJECT(52, "Thing", REFS(1, 3, 3, 1, 4)) OBJECT(53, "Thing", REFS(901, 1, 2, 3, 4))
                      OBJECT(54, "Thing", REFS(1, 3, 901)) OBJECT(55, "Thing", REFS(1, 3))
                          OBJECT(56, "module", REFS(1, 3, 3, 1)) OBJECT(57, "Thing", REFS(4, 1))
                              OBJECT(58, "Thing", REFS(901)) OBJECT(59, "str", REFS(3))
                                  OBJECT(60, "Thing", REFS(59, 1, 4)) OBJECT(61, "Thing", REFS(1, 3, 9, 2, 4)),
              false);
  ASSERT_LABELS(&l, 50, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "(class)");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]", "[ref 3]", ".b", "(class)");
  ASSERT_LABELS(&l, 54, "[ref 1]", ".a", "[ref 3]");
  ASSERT_LABELS(&l, 55, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 56, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]");
  ASSERT_LABELS(&l, 57, "(class)", "[ref 2]");
  ASSERT_LABELS(&l, 58, "[ref 1]");
  ASSERT_LABELS(&l, 60, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 61, "[ref 1]", ".a", "[ref 3]", ".__dict__['not a name']", "(class)");
  dryad_heap_free(l.heap);
}

/* ---- built-in types ----------------------------------------------------------------------------- */

#define BUILTINS                                                                                                       \
  CLASSES                                                                                                              \
  OBJECT(10, "code", NO_REFS)                                                                                          \
  OBJECT(11, "cell", REFS(3))                                                                                          \
  OBJECT(12, "tuple", LEN(2) REFS(11, 11))                                                                             \
  OBJECT(13, "tuple", LEN(2) REFS(11, 3))                                                                              \
  OBJECT(14, "tuple", LEN(0) NO_REFS)                                                                                  \
  OBJECT(15, "NoneType", NO_REFS)                                                                                      \
  OBJECT(16, "tuple", LEN(2) REFS(11, 901))

static void functions_name_code_globals_and_closure(void **state)
{
  (void)state;
  looked_at l =
      look_at(BUILTINS OBJECT(50, "function", REFS(10, 8, 1, 13, 15, 2, 12))
                  OBJECT(51, "function", REFS(10, 8, 8, 1, 14, 16, 12)) OBJECT(52, "function", REFS(10, 13, 1, 8))
                      OBJECT(53, "function", REFS(8, 10)) OBJECT(54, "module", REFS(1, 3))
                          OBJECT(55, "function", REFS(10, 54, 54, 1, 8)) OBJECT(56, "function", REFS(901, 902)),
              false);
  ASSERT_LABELS(&l, 50, ".__code__", ".__globals__", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", ".__closure__");
  ASSERT_LABELS(&l, 51, ".__code__", ".__globals__", ".__builtins__", "[ref 4]", "[ref 5]", "[ref 6]", ".__closure__");
  ASSERT_LABELS(&l, 52, ".__code__", "[ref 2]", "[ref 3]", "[ref 4]");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 55, ".__code__", ".__globals__", ".__builtins__", "[ref 4]", "[ref 5]");
  ASSERT_LABELS(&l, 56, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void cells_name_what_they_hold(void **state)
{
  (void)state;
  looked_at l = look_at(BUILTINS OBJECT(50, "cell", REFS(901)) OBJECT(51, "cell", REFS(3, 3)), false);
  ASSERT_LABELS(&l, 11, ".cell_contents");
  ASSERT_LABELS(&l, 50, ".cell_contents");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void methods_name_function_self_and_class(void **state)
{
  (void)state;
  looked_at l = look_at(BUILTINS OBJECT(50, "function", NO_REFS) OBJECT(51, "method", REFS(50, 8))
                            OBJECT(52, "method", REFS(3, 901)) OBJECT(53, "method", REFS(50))
                                OBJECT(54, "instancemethod", REFS(50, 8, 4)) OBJECT(55, "instancemethod", REFS(50, 4))
                                    OBJECT(56, "instancemethod", REFS(8)) OBJECT(57, "method", REFS(50, 3, 3, 3)),
                        false);
  ASSERT_LABELS(&l, 51, ".__func__", ".__self__");
  ASSERT_LABELS(&l, 52, "[ref 1]", ".__self__");
  ASSERT_LABELS(&l, 53, "[ref 1]");
  ASSERT_LABELS(&l, 54, ".__func__", ".__self__", ".im_class");
  ASSERT_LABELS(&l, 55, ".__func__", "[ref 2]");
  ASSERT_LABELS(&l, 56, "[ref 1]");
  ASSERT_LABELS(&l, 57, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]");
  dryad_heap_free(l.heap);
}

static void frames_name_their_caller_and_code(void **state)
{
  (void)state;
  looked_at l = look_at(BUILTINS OBJECT(50, "frame", REFS(10, 8, 8, 51, 10)) OBJECT(51, "frame", REFS(50, 10, 8))
                            OBJECT(52, "frame", REFS(52, 8, 10, 3)) OBJECT(53, "frame", REFS(3, 50)),
                        false);
  ASSERT_LABELS(&l, 50, ".f_code", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]");
  ASSERT_LABELS(&l, 51, ".f_back", ".f_code", "[ref 3]");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", ".f_code", "[ref 4]");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void classes_name_their_dict_and_bases(void **state)
{
  (void)state;
  looked_at l =
      look_at(BUILTINS OBJECT(50, "type", NAME("type") REFS(8, 12, 14, 4, 2)) OBJECT(51, "type", REFS(12, 14, 4))
                  OBJECT(52, "classobj", REFS(14, 8, 1, 3)) OBJECT(53, "type", REFS(8, 12, 14)),
              false);
  ASSERT_LABELS(&l, 50, ".__dict__", ".__mro__", ".__bases__", ".__base__", "[ref 5]");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]", "[ref 3]");
  ASSERT_LABELS(&l, 52, ".__bases__", ".__dict__", ".__name__", "[ref 4]");
  ASSERT_LABELS(&l, 53, ".__dict__", ".__mro__", ".__bases__");
  dryad_heap_free(l.heap);
}

static void classes_of_our_dumps_name_their_names_and_slots(void **state)
{
  (void)state;
  looked_at l = look_at(
      BUILTINS OBJECT(50, "type", NAME("A") REFS(8, 12, 14, 4, 1, 2)) OBJECT(60, "module", REFS(1, 2))
          OBJECT(51, "type", NAME("B") REFS(8, 12, 14, 4, 60, 1, 2, 14)) OBJECT(52, "type", REFS(8, 12, 14, 4, 1, 3))
              OBJECT(53, "type", NAME("C") REFS(8, 12, 14, 4, 1, 2, 3)) OBJECT(54, "type", REFS(8, 12, 14, 4, 3, 1, 2)),
      false);
#define BASIC ".__dict__", ".__mro__", ".__bases__", ".__base__"
  ASSERT_LABELS(&l, 50, BASIC, ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 51, BASIC, "[ref 5]", ".__name__", ".__qualname__", ".__slots__");
  ASSERT_LABELS(&l, 52, BASIC, "[ref 5]", "[ref 6]");
  ASSERT_LABELS(&l, 53, BASIC, ".__name__", ".__qualname__", "[ref 7]");
  ASSERT_LABELS(&l, 54, BASIC, "[ref 5]", "[ref 6]", "[ref 7]");
  dryad_heap_free(l.heap);
}

static void classes_of_metaclasses_are_known_by_their_mro(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(40, "tuple", LEN(2) REFS(50, 4)) OBJECT(41, "tuple", LEN(1) REFS(4))
                            OBJECT(50, "Other", NAME("A") REFS(8, 40, 41, 4, 1, 2, 5))
                                OBJECT(51, "Other", NAME("B") REFS(8, 40, 41, 4, 1, 2, 5))
                                    OBJECT(52, "Other", REFS(8, 53, 41, 4, 1, 2, 5)) OBJECT(53, "tuple", REFS(52, 4)),
                        false);
  ASSERT_LABELS(&l, 50, BASIC, ".__name__", ".__qualname__", "(class)");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", "(class)");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", "(class)");
  dryad_heap_free(l.heap);
}

static void descriptors_name_their_class_and_their_names(void **state)
{
  (void)state;
  looked_at l = look_at(
      CLASSES OBJECT(50, "method_descriptor", REFS(4, 1, 2)) OBJECT(51, "getset_descriptor", REFS(5, 1))
          OBJECT(52, "wrapper_descriptor", REFS(4)) OBJECT(53, "member_descriptor", REFS(1, 4))
              OBJECT(54, "classmethod_descriptor", REFS(4, 1, 3)) OBJECT(55, "member_descriptor", REFS(4, 1, 2, 1))
                  OBJECT(56, "method_descriptor", REFS(57, 1)) OBJECT(57, "type", NAME("method_descriptor") NO_REFS),
      false);
  ASSERT_LABELS(&l, 50, ".__objclass__", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 51, ".__objclass__", ".__name__");
  ASSERT_LABELS(&l, 52, ".__objclass__");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 54, "[ref 1]", "[ref 2]", "[ref 3]");
  ASSERT_LABELS(&l, 55, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]");
  ASSERT_LABELS(&l, 56, ".__objclass__", ".__name__"); /* not its own class */
  dryad_heap_free(l.heap);
}

static void threads_name_frames_by_their_functions(void **state)
{
  (void)state;
  looked_at l =
      look_at(CLASSES OBJECT(50, "<thread>", NAME("t") REFS(51, 52, 53, 1, 54, 901))
                  OBJECT(51, "frame", VALUE("\"run\"") NO_REFS) OBJECT(52, "frame", VALUE("\"<module>\"") NO_REFS)
                      OBJECT(53, "frame", VALUE("\"a b>\"") NO_REFS) OBJECT(54, "frame", NO_REFS)
                          OBJECT(55, "list", LEN(1) REFS(51)),
              false);
  ASSERT_LABELS(&l, 50, ".<frame run>", ".<frame <module>>", ".<frame 'a b>'>", "[ref 4]", "[ref 5]", "[ref 6]");
  ASSERT_LABELS(&l, 55, "[0]");
  dryad_heap_free(l.heap);
}

static void contexts_name_values_by_their_variables(void **state)
{
  (void)state;
  looked_at l = look_at(
      CLASSES OBJECT(60, "_contextvars.ContextVar", NAME("request_id") NO_REFS) OBJECT(61, "ContextVar", NO_REFS)
          OBJECT(50, "hamt_bitmap_node", REFS(1, 60, 51, 3, 61)) OBJECT(51, "hamt_array_node", REFS(52))
              OBJECT(52, "hamt_collision_node", REFS(60, 60, 2, 61)) OBJECT(53, "hamt_bitmap_node", REFS(1, 2, 3))
                  OBJECT(54, "hamt_bitmap_node", REFS(51, 60, 60, 52)),
      false);
  ASSERT_LABELS(&l, 50, "[request_id]", "[ref 2]", "[ref 3]", "[<0x3d>]", "[ref 5]");
  ASSERT_LABELS(&l, 51, "[ref 1]");
  ASSERT_LABELS(&l, 52, "[request_id]", "[ref 2]", "[<0x3d>]", "[ref 4]");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]", "[ref 3]");
  ASSERT_LABELS(&l, 54, "[ref 1]", "[request_id]", "[ref 3]", "[ref 4]");
  dryad_heap_free(l.heap);
}

/* A name of the dump counts more than the order, which is that of the others. */
static void names_of_the_dump_come_first(void **state)
{
  (void)state;
#define NAMES(...) ", \"names\": [" #__VA_ARGS__ "]"
  looked_at l =
      look_at(BUILTINS OBJECT(50, "frame", REFS(3, 4, 3, 3, 3) NAMES("payload", null, "[3]", "odd name", "class"))
                  OBJECT(51, "list", LEN(2) REFS(3, 4) NAMES(null, "extra"))
                      OBJECT(52, "type", NAME("object") REFS(8, 12, 14, 3) NAMES(null, null, null, "__subclasses__")),
              false);
  ASSERT_LABELS(&l, 50, ".payload", "[ref 2]", "[3]", "['odd name']", ".class");
  ASSERT_LABELS(&l, 51, "[0]", ".extra");
  ASSERT_LABELS(&l, 52, ".__dict__", ".__mro__", ".__bases__", ".__subclasses__");
  dryad_heap_free(l.heap);
}

/* ---- between two objects ------------------------------------------------------------------------ */

static void the_first_reference_with_a_name_stands_for_all(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(50, "dict", LEN(3) REFS(1, 1, 2, 3, 3, 2)) OBJECT(51, "set", REFS(1, 2, 2))
                            OBJECT(52, "list", REFS(2, 1, 1)) OBJECT(53, "set", REFS(901, 902)),
                        false);
  static const struct {
    uint64_t parent, child, position;
  } expected[] = {{50, 1, 1}, {50, 2, 5}, {50, 3, 3}, {51, 2, 1}, {52, 1, 1}, {52, 3, DRYAD_NO_POSITION}};
  for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
    dryad_id parent = id_at(&l, expected[i].parent), child = id_at(&l, expected[i].child);
    assert_number(dryad_edge_between(l.graph, &l.known, parent, child), expected[i].position);
  }
  dryad_id missing = dryad_graph_count(l.graph) + 1;
  assert_number(dryad_graph_address(l.graph, missing), 902);
  assert_number(dryad_edge_between(l.graph, &l.known, id_at(&l, 53), missing), 1);
  dryad_heap_free(l.heap);
}

/* ---- any heap ----------------------------------------------------------------------------------- */

static uint64_t seed = 1;

static looked_at random_heap(void)
{
  static const char *const types[] = {
      "list",
      "tuple",
      "dict",
      "module",
      "function",
      "code",
      "cell",
      "type",
      "method",
      "instancemethod",
      "frame",
      "classobj",
      "instance",
      "Thing",
      "str",
      "str",
      "str",
      "Thing",
      "method_descriptor",
      "hamt_bitmap_node",
      "ContextVar",
  };
  dump_text t = {0};
  unsigned count = 20 + random_below(&seed, 30);
  for (unsigned i = 1; i <= count; i++) {
    text_add(&t, "{\"address\": %u, \"type\": \"%s\", ", i, types[random_below(&seed, sizeof types / sizeof *types)]);
    if (chance(&seed, 30)) text_add(&t, "\"name\": \"Thing\", ");
    if (chance(&seed, 50)) text_add(&t, "\"len\": %d, ", (int)random_below(&seed, 8) - 2);
    if (chance(&seed, 80)) text_add(&t, "\"value\": \"%s\", ", chance(&seed, 80) ? "name" : "\\ud800\\u0000'");
    text_add(&t, "\"refs\": [%u", 1 + random_below(&seed, count + 5));
    for (unsigned refs = random_below(&seed, 7); refs > 0; refs--)
      text_add(&t, ", %u", 1 + random_below(&seed, count + 5));
    text_add(&t, "]}\n");
  }
  text_add_bytes(&t, "", 1);
  looked_at l = look_at(t.data, chance(&seed, 50));
  text_free(&t);
  return l;
}

static void assert_printable(const char *text, size_t length)
{
  const unsigned char *p = (const unsigned char *)text, *end = p + length;
  while (p < end) {
    bool is_valid;
    unsigned sequence = dryad_utf8_sequence(p, end, &is_valid);
    assert_true(is_valid && *p >= 0x20 && *p != 0x7f);
    p += sequence;
  }
}

static void any_reference_has_a_label(void **state)
{
  (void)state;
  unsigned kinds[DRYAD_EDGE_NAMED + 1] = {0};
  for (int round = 0; round < 2000; round++) {
    looked_at l = random_heap();
    for (dryad_id id = 0; id < dryad_graph_count(l.graph); id++) {
      dryad_ids refs = dryad_graph_children(l.graph, id);
      for (uint64_t i = 0; i < refs.count; i++) {
        char text[100];
        dryad_edge edge = dryad_edge_of(l.graph, &l.known, id, i);
        size_t length = dryad_edge_text(text, sizeof text, l.graph, &l.known, &edge);
        assert_true(length < sizeof text && strlen(text) == length);
        assert_printable(text, length);
        kinds[edge.kind]++;
        uint64_t best = dryad_edge_between(l.graph, &l.known, id, refs.ids[i]);
        assert_true(best < refs.count && refs.ids[best] == refs.ids[i]);
        bool best_is_named = dryad_edge_of(l.graph, &l.known, id, best).kind != DRYAD_EDGE_REF;
        assert_true(best <= i ? best_is_named || edge.kind == DRYAD_EDGE_REF
                              : best_is_named && edge.kind == DRYAD_EDGE_REF);
      }
    }
    dryad_heap_free(l.heap);
  }
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) assert_true(i == DRYAD_EDGE_FRAME || kinds[i] > 100);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(dicts_name_values_by_their_keys),
      cmocka_unit_test(dicts_of_values_only_have_no_names),
      cmocka_unit_test(subclasses_of_dict_name_their_items_and_class),
      cmocka_unit_test(lists_and_tuples_count_from_0),
      cmocka_unit_test(lists_that_lost_items_are_not_counted),
      cmocka_unit_test(subclasses_of_tuple_number_len_items),
      cmocka_unit_test(collapsed_owners_name_their_attributes),
      cmocka_unit_test(owners_that_are_not_collapsed_have_a_dict),
      cmocka_unit_test(what_is_no_attribute_is_not_named),
      cmocka_unit_test(functions_name_code_globals_and_closure),
      cmocka_unit_test(cells_name_what_they_hold),
      cmocka_unit_test(methods_name_function_self_and_class),
      cmocka_unit_test(frames_name_their_caller_and_code),
      cmocka_unit_test(classes_name_their_dict_and_bases),
      cmocka_unit_test(classes_of_our_dumps_name_their_names_and_slots),
      cmocka_unit_test(classes_of_metaclasses_are_known_by_their_mro),
      cmocka_unit_test(descriptors_name_their_class_and_their_names),
      cmocka_unit_test(threads_name_frames_by_their_functions),
      cmocka_unit_test(contexts_name_values_by_their_variables),
      cmocka_unit_test(names_of_the_dump_come_first),
      cmocka_unit_test(the_first_reference_with_a_name_stands_for_all),
      cmocka_unit_test(any_reference_has_a_label),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
