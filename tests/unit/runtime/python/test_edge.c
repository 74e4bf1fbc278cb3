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

/* 9 and 6 are no identifiers. Without another name, they may be what a class with __slots__ keeps. */
static void an_odd_first_name_does_not_take_the_names_of_others(void **state)
{
  (void)state;
#define ODD CLASSES STR(9, "not ident") STR(6, "\\ud83cfs")
  looked_at l = look_at(ODD OBJECT(50, "Thing", REFS(9, 1, 1, 3, 4)) OBJECT(51, "Thing", REFS(6, 3, 9, 3, 2, 1, 4))
                            OBJECT(52, "Thing", REFS(9, 3, 4)) OBJECT(53, "Thing", REFS(9, 3, 3, 3, 1, 3, 4))
                                OBJECT(54, "module", REFS(9, 3, 1, 3)),
                        false);
  ASSERT_LABELS(&l, 50, "[ref 1]", ".__dict__['not ident']", "[ref 3]", ".a", "(class)");
  ASSERT_LABELS(&l, 51, "[ref 1]", ".__dict__['\\ud83cfs']", "[ref 3]", ".__dict__['not ident']", "[ref 5]", ".b",
                "(class)");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", "(class)");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", "(class)");
  ASSERT_LABELS(&l, 54, "[ref 1]", ".__dict__['not ident']", "[ref 3]", ".a");
  dryad_heap_free(l.heap);
  l = look_at(OBJECT(1, "<process>", VALUE("\"{}\"") NO_REFS) OBJECT(4, "type", NAME("Thing") NO_REFS)
                  STR(9, "not ident") OBJECT(52, "Thing", REFS(9, 4, 4)) OBJECT(2, "<end>", VALUE("4") NO_REFS),
              false);
  ASSERT_LABELS(&l, 52, "[ref 1]", ".__dict__['not ident']", "(class)"); /* the process's own dump names slots */
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
      look_at(BUILTINS OBJECT(50, "function", REFS(10, 8, 1, 13, 15, 3, 12))
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

/* As CPython 2.7, 3.8, 3.10 and 3.12 visit them: 17 annotates, 18 is the parameters of types. */
static void functions_name_their_parts_in_order(void **state)
{
  (void)state;
#define PARTS                                                                                                          \
  BUILTINS                                                                                                             \
  STR(20, "mod")                                                                                                       \
  STR(21, "f")                                                                                                         \
  STR(22, "A.f")                                                                                                       \
  OBJECT(17, "tuple", LEN(2) REFS(1, 4))                                                                               \
  OBJECT(18, "tuple", LEN(1) REFS(4))                                                                                  \
  OBJECT(19, "dict", LEN(0) NO_REFS)
#define BODY ".__code__", ".__globals__"
  looked_at l =
      look_at(PARTS OBJECT(50, "function", REFS(10, 8, 20, 13, 15, 21, 19, 12))
                  OBJECT(51, "function", NAME("f") REFS(10, 8, 20, 15, 21, 22))
                      OBJECT(52, "function", NAME("f") REFS(10, 8, 8, 20, 13, 19, 1, 21, 17, 22))
                          OBJECT(53, "function", NAME("f") REFS(10, 8, 8, 20, 15, 21, 19, 12, 19, 18, 22))
                              OBJECT(54, "function", NAME("f") REFS(10, 8, 8, 15, 21, 22))
                                  OBJECT(55, "function", NAME("f") REFS(10, 8, 8, 15, 21, 21))
                                      OBJECT(56, "function", NAME("f") REFS(10, 13, 15, 21, 22))
                                          OBJECT(57, "function", NAME("f") REFS(10, 8, 8, 20, 15, 21, 19, 22)),
              false);
  ASSERT_LABELS(&l, 50, BODY, ".__module__", ".__defaults__", ".__doc__", ".__name__", ".__dict__", ".__closure__");
  ASSERT_LABELS(&l, 51, BODY, ".__module__", ".__doc__", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 52, BODY, ".__builtins__", ".__module__", ".__defaults__", ".__kwdefaults__", ".__doc__",
                ".__name__", ".__annotations__", ".__qualname__");
  ASSERT_LABELS(&l, 53, BODY, ".__builtins__", ".__module__", ".__doc__", ".__name__", ".__dict__", ".__closure__",
                ".__annotations__", "[ref 10]", ".__qualname__");
  ASSERT_LABELS(&l, 54, BODY, ".__builtins__", ".__doc__", ".__name__", ".__qualname__"); /* its module has no name */
  ASSERT_LABELS(&l, 55, BODY, ".__builtins__", ".__doc__", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 56, ".__code__", ".__defaults__", ".__doc__", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 57, BODY, ".__builtins__", ".__module__", ".__doc__", ".__name__", "[ref 7]", ".__qualname__");
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
  looked_at l = look_at(BUILTINS OBJECT(50, "frame", REFS(10, 3, 8, 51, 10)) OBJECT(51, "frame", REFS(50, 10, 8))
                            OBJECT(52, "frame", REFS(52, 8, 10, 3)) OBJECT(53, "frame", REFS(3, 50)),
                        false);
  ASSERT_LABELS(&l, 50, ".f_code", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]");
  ASSERT_LABELS(&l, 51, ".f_back", ".f_code", "[ref 3]");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", ".f_code", "[ref 4]");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

/* The code 40 has two locals and a free variable, 41 (from 3.11 on) the same; 42 is dumped without references. */
#define CODES                                                                                                          \
  BUILTINS                                                                                                             \
  STR(20, "x")                                                                                                         \
  STR(21, "y")                                                                                                         \
  STR(22, "free")                                                                                                      \
  OBJECT(23, "bytes", NO_REFS)                                                                                         \
  OBJECT(24, "tuple", LEN(2) REFS(20, 21))                                                                             \
  OBJECT(25, "tuple", LEN(1) REFS(22))                                                                                 \
  OBJECT(26, "tuple", LEN(3) REFS(20, 21, 22))                                                                         \
  OBJECT(27, "function", NO_REFS)                                                                                      \
  OBJECT(40, "code", REFS(14, 14, 1, 1, 23, 23, 24, 25, 14))                                                           \
  OBJECT(41, "code", REFS(14, 14, 1, 1, 23, 1, 23, 26, 23))                                                            \
  OBJECT(42, "code", NO_REFS)                                                                                          \
  OBJECT(30, "frame", NO_REFS)

static void frames_name_their_variables_if_all_are_set(void **state)
{
  (void)state;
  looked_at l =
      look_at(CODES OBJECT(50, "frame", REFS(30, 40, 8, 8, 3, 4, 11)) OBJECT(51, "frame", REFS(40, 8, 8, 3, 4))
                  OBJECT(52, "frame", REFS(30, 27, 41, 3, 4, 11)) OBJECT(53, "frame", REFS(30, 27, 41, 3, 4, 11, 3))
                      OBJECT(54, "frame", REFS(40, 8, 8, 3, 4, 11, 3)) OBJECT(55, "frame", REFS(30, 42, 8, 8, 3)),
              false);
  ASSERT_LABELS(&l, 50, ".f_back", ".f_code", ".f_builtins", ".f_globals", ".x", ".y", ".free");
  ASSERT_LABELS(&l, 51, ".f_code", ".f_builtins", ".f_globals", "[ref 4]", "[ref 5]");
  ASSERT_LABELS(&l, 52, ".f_back", ".f_func", ".f_code", ".x", ".y", ".free");
  ASSERT_LABELS(&l, 53, ".f_back", ".f_func", ".f_code", "[ref 4]", "[ref 5]", "[ref 6]", "[ref 7]");
  ASSERT_LABELS(&l, 54, ".f_code", ".f_builtins", ".f_globals", ".x", ".y", ".free", "[ref 7]"); /* suspended */
  ASSERT_LABELS(&l, 55, ".f_back", ".f_code", ".f_builtins", ".f_globals", "[ref 5]");
  dryad_heap_free(l.heap);
}

static void generators_name_their_frame_or_their_variables(void **state)
{
  (void)state;
  looked_at l = look_at(CODES OBJECT(50, "generator", REFS(30, 40, 1, 2)) OBJECT(51, "coroutine", REFS(40, 1, 2))
                            OBJECT(52, "coroutine", REFS(41, 1, 2, 27, 41, 3, 4, 11, 30))
                                OBJECT(53, "async_generator", REFS(1, 2, 27, 41, 3, 4, 11))
                                    OBJECT(54, "generator", REFS(1, 2)) OBJECT(55, "generator", REFS(1, 2, 27, 41, 3))
                                        OBJECT(56, "generator", REFS(1, 2, 27, 41, 3, 4, 11, 3, 3)),
                        false);
  ASSERT_LABELS(&l, 50, ".gi_frame", ".gi_code", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 51, ".cr_code", ".__name__", ".__qualname__");
  ASSERT_LABELS(&l, 52, ".cr_code", ".__name__", ".__qualname__", ".f_func", ".cr_code", ".x", ".y", ".free",
                "[ref 9]");
  ASSERT_LABELS(&l, 53, ".__name__", ".__qualname__", ".f_func", ".ag_code", ".x", ".y", ".free");
  ASSERT_LABELS(&l, 54, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 55, ".__name__", ".__qualname__", ".f_func", ".gi_code", "[ref 5]");
  ASSERT_LABELS(&l, 56, ".__name__", ".__qualname__", ".f_func", ".gi_code", "[ref 5]", "[ref 6]", "[ref 7]", "[ref 8]",
                "[ref 9]");
  dryad_heap_free(l.heap);
}

static void built_in_objects_name_their_fields(void **state)
{
  (void)state;
  looked_at l = look_at(
      BUILTINS OBJECT(20, "function", NO_REFS) OBJECT(21, "frame", NO_REFS) OBJECT(22, "traceback", REFS(21))
          OBJECT(23, "type", NAME("functools.partial") NO_REFS) OBJECT(24, "type", NAME("staticmethod") NO_REFS)
              OBJECT(50, "traceback", REFS(22, 21)) OBJECT(51, "weakref", REFS(20))
                  OBJECT(52, "staticmethod", REFS(20, 8)) OBJECT(53, "property", REFS(20, 20, 15, 1))
                      OBJECT(54, "property", REFS(20, 1)) OBJECT(55, "functools.partial", REFS(20, 14, 8))
                          OBJECT(56, "functools.partial", REFS(23, 20, 14, 8, 8))
                              OBJECT(57, "functools.partial", REFS(20, 14, 8, 23))
                                  OBJECT(58, "functools.partial", REFS(20, 14))
                                      OBJECT(59, "weakref.ReferenceType", REFS(3)) OBJECT(60, "weakref", REFS(3, 3)),
      false);
  ASSERT_LABELS(&l, 22, ".tb_frame");
  ASSERT_LABELS(&l, 50, ".tb_next", ".tb_frame");
  ASSERT_LABELS(&l, 51, ".__callback__");
  ASSERT_LABELS(&l, 52, ".__func__", ".__dict__");
  ASSERT_LABELS(&l, 53, ".fget", ".fset", ".__doc__", ".__name__");
  ASSERT_LABELS(&l, 54, ".fget", ".__doc__");
  ASSERT_LABELS(&l, 55, ".func", ".args", ".keywords");
  ASSERT_LABELS(&l, 56, "(class)", ".func", ".args", ".keywords", ".__dict__");
  ASSERT_LABELS(&l, 57, ".func", ".args", ".keywords", "(class)");
  ASSERT_LABELS(&l, 58, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 59, ".__callback__");
  ASSERT_LABELS(&l, 60, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

/* 31 is the loop, 32 a context. An instance of a class that is also called Task has attributes. */
static void tasks_and_futures_name_their_fields(void **state)
{
  (void)state;
  looked_at l = look_at(
      BUILTINS OBJECT(31, "_UnixSelectorEventLoop", NO_REFS) OBJECT(33, "hamt", REFS(34))
          OBJECT(34, "hamt_bitmap_node", NO_REFS) OBJECT(32, "_contextvars.Context",
                                                         REFS(33)) OBJECT(35, "_contextvars.Context", REFS(32, 33))
              OBJECT(36, "coroutine", NO_REFS) OBJECT(40, "_asyncio.Future", REFS(31, 3, 32))
                  OBJECT(41, "_asyncio.Future", REFS(31, 3)) OBJECT(50, "_asyncio.Task", REFS(32, 36, 1, 40, 31))
                      OBJECT(51, "_asyncio.Task", REFS(32, 36, 3, 31, 3, 32)) OBJECT(52, "_asyncio.Task", REFS(36, 1))
                          OBJECT(53, "_asyncio.FutureIter", REFS(40)) OBJECT(54, "_asyncio.FutureIter", REFS(3)),
      false);
  ASSERT_LABELS(&l, 32, ".ctx_vars");
  ASSERT_LABELS(&l, 33, ".h_root");
  ASSERT_LABELS(&l, 35, ".ctx_prev", ".ctx_vars");
  ASSERT_LABELS(&l, 40, "._loop", "._callback0", "._context0");
  ASSERT_LABELS(&l, 41, "._loop", "[ref 2]");
  ASSERT_LABELS(&l, 50, "._context", "._coro", "._name", "._fut_waiter", "._loop");
  ASSERT_LABELS(&l, 51, "._context", "._coro", "._name", "._loop", "._callback0", "._context0");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]");
  ASSERT_LABELS(&l, 53, ".future");
  ASSERT_LABELS(&l, 54, "[ref 1]");
  dryad_heap_free(l.heap);
  l = look_at(CLASSES OBJECT(9, "type", NAME("Task") NO_REFS) OBJECT(50, "Task", REFS(1, 3, 2, 3, 9)), false);
  ASSERT_LABELS(&l, 50, "[ref 1]", ".a", "[ref 3]", ".b", "(class)");
  dryad_heap_free(l.heap);
}

/* As CPython 3.8, 3.10 and Meliae write them. */
static void caches_name_their_dict_and_function(void **state)
{
  (void)state;
  looked_at l =
      look_at(BUILTINS OBJECT(20, "function", NO_REFS) OBJECT(21, "type", NAME("CacheInfo") NO_REFS)
                  OBJECT(22, "type", NAME("functools._lru_list_elem") NO_REFS) OBJECT(23, "object", NO_REFS)
                      OBJECT(24, "functools._lru_list_elem", NO_REFS)
                          OBJECT(25, "type", NAME("functools._lru_cache_wrapper") NO_REFS)
                              OBJECT(50, "functools._lru_cache_wrapper", REFS(14, 3, 14, 4, 20, 8, 21, 8, 24))
                                  OBJECT(51, "functools._lru_cache_wrapper", REFS(14, 3, 22, 8, 20, 23, 22, 21, 24, 25))
                                      OBJECT(52, "functools._lru_cache_wrapper", REFS(25, 8, 20, 23, 22, 21, 8))
                                          OBJECT(53, "functools._lru_cache_wrapper", REFS(8, 20)),
              false);
  ASSERT_LABELS(&l, 50, ".key", ".result", ".key", ".result", ".__wrapped__", ".cache", "[ref 7]", ".__dict__",
                "[ref 9]");
  ASSERT_LABELS(&l, 51, ".key", ".result", "[ref 3]", ".cache", ".__wrapped__", "[ref 6]", "[ref 7]", "[ref 8]",
                "[ref 9]", "(class)");
  ASSERT_LABELS(&l, 52, "(class)", ".cache", ".__wrapped__", "[ref 4]", "[ref 5]", "[ref 6]", ".__dict__");
  ASSERT_LABELS(&l, 53, "[ref 1]", "[ref 2]");
  dryad_heap_free(l.heap);
}

static void a_deque_counts_its_items_without_its_class(void **state)
{
  (void)state;
  looked_at l = look_at(CLASSES OBJECT(9, "type", NAME("deque") NO_REFS) OBJECT(50, "deque", REFS(9, 1, 3))
                            OBJECT(51, "deque", REFS(1, 3, 9)) OBJECT(52, "deque", REFS(1)),
                        false);
  ASSERT_LABELS(&l, 50, "(class)", "[0]", "[1]");
  ASSERT_LABELS(&l, 51, "[0]", "[1]", "(class)");
  ASSERT_LABELS(&l, 52, "[0]");
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
                                    OBJECT(52, "Other", REFS(8, 53, 41, 4, 1, 2, 5)) OBJECT(53, "tuple", REFS(52, 4))
                                        OBJECT(54, "Other", NAME("C") REFS(56, 8, 55, 41, 4))
                                            OBJECT(56, "type", NAME("Other") NO_REFS) OBJECT(55, "tuple", REFS(4, 54)),
                        false);
  ASSERT_LABELS(&l, 50, BASIC, ".__name__", ".__qualname__", "(class)");
  ASSERT_LABELS(&l, 51, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", "(class)");
  ASSERT_LABELS(&l, 52, "[ref 1]", "[ref 2]", "[ref 3]", "[ref 4]", "[ref 5]", "[ref 6]", "(class)");
  ASSERT_LABELS(&l, 54, "(class)", BASIC); /* in the order of CPython's visits */
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
      "generator",
      "coroutine",
      "traceback",
      "functools.partial",
      "functools._lru_cache_wrapper",
      "_asyncio.Task",
      "property",
      "NoneType",
      "str",
      "str",
      "Thing",
      "module",
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
      cmocka_unit_test(an_odd_first_name_does_not_take_the_names_of_others),
      cmocka_unit_test(functions_name_code_globals_and_closure),
      cmocka_unit_test(functions_name_their_parts_in_order),
      cmocka_unit_test(cells_name_what_they_hold),
      cmocka_unit_test(methods_name_function_self_and_class),
      cmocka_unit_test(frames_name_their_caller_and_code),
      cmocka_unit_test(frames_name_their_variables_if_all_are_set),
      cmocka_unit_test(generators_name_their_frame_or_their_variables),
      cmocka_unit_test(built_in_objects_name_their_fields),
      cmocka_unit_test(tasks_and_futures_name_their_fields),
      cmocka_unit_test(caches_name_their_dict_and_function),
      cmocka_unit_test(classes_name_their_dict_and_bases),
      cmocka_unit_test(classes_of_our_dumps_name_their_names_and_slots),
      cmocka_unit_test(classes_of_metaclasses_are_known_by_their_mro),
      cmocka_unit_test(descriptors_name_their_class_and_their_names),
      cmocka_unit_test(threads_name_frames_by_their_functions),
      cmocka_unit_test(contexts_name_values_by_their_variables),
      cmocka_unit_test(a_deque_counts_its_items_without_its_class),
      cmocka_unit_test(names_of_the_dump_come_first),
      cmocka_unit_test(the_first_reference_with_a_name_stands_for_all),
      cmocka_unit_test(any_reference_has_a_label),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
