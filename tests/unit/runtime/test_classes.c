/* SPDX-License-Identifier: MIT */
/* Which classes the objects of a dump have, what they are called, and whose code defines them. */
#include "runtime/classes.h"

#include "labels.h"

#define QUALNAME(name) "\"qualname\": \"" name "\", "
/* A class, which begins its own __mro__. */
#define CLASS(address, dict, mro, type, name, rest)                                                                    \
  OBJECT(address, type, NAME(name) rest REFS(dict, mro, 990, 900))                                                     \
  OBJECT(mro, "tuple", LEN(2) REFS(address, 900))
#define BASES OBJECT(990, "tuple", LEN(1) REFS(900)) OBJECT(900, "type", NAME("object") NO_REFS)
#define EMPTY_DICT(address) OBJECT(address, "dict", LEN(0) NO_REFS)

typedef struct classified {
  looked_at l;
  dryad_classes *classes;
} classified;

static classified classify(const char *dump)
{
  classified c = {.l = look_at(dump, false)};
  dryad_error error = {0};
  if (dryad_classes_new(&c.classes, c.l.graph, &error)) fail_msg("%s", error.text);
  return c;
}

static void forget(classified *c)
{
  dryad_classes_free(c->classes);
  dryad_heap_free(c->l.heap);
}

static uint32_t number_at(const classified *c, uint64_t address)
{
  return dryad_class_number(c->classes, id_at(&c->l, address));
}

static void assert_name(const classified *c, uint32_t number, const char *expected)
{
  dryad_text name = dryad_class_name(c->classes, number);
  if (!dryad_text_equal(name, (dryad_text){expected, strlen(expected)}))
    fail_msg("%.*s, not %s", (int)name.length, name.data, expected);
}

static void assert_class(const classified *c, uint64_t address, const char *expected)
{
  assert_true(dryad_class_is_known(c->classes, number_at(c, address)));
  assert_name(c, number_at(c, address), expected);
}

static void the_dump_names_classes(void **state)
{
  (void)state;
  classified c = classify(CLASS(10, 11, 12, "type", "Entry", QUALNAME("shop.cache.Entry")) EMPTY_DICT(11)
                              BASES OBJECT(20, "Entry", REFS(21, 22, 10)) STR(21, "key") INT(22, 5)
                                  OBJECT(30, "type", NAME("dict") QUALNAME("builtins.dict") NO_REFS));
  assert_class(&c, 20, "shop.cache.Entry");
  assert_class(&c, 11, "dict");
  assert_class(&c, 10, "type");
  assert_class(&c, 22, "int");
  assert_int_equal(dryad_class_versions(c.classes, number_at(&c, 20)), 1);
  assert_int_equal(dryad_class_versions(c.classes, number_at(&c, 22)), 0);
  assert_int_equal(dryad_class_number_of_class(c.classes, id_at(&c.l, 10)), number_at(&c, 20));
  assert_int_equal(dryad_class_number_of_class(c.classes, id_at(&c.l, 20)), DRYAD_NONE);
  forget(&c);
}

static void without_names_the_dict_of_a_class_has_its_module(void **state)
{
  (void)state;
  classified c = classify(
      CLASS(10, 11, 12, "type", "Entry", "") OBJECT(11, "dict", LEN(2) REFS(40, 41, 42, 43)) BASES STR(40, "__doc__")
          STR(41, "shop") STR(42, "__module__") STR(43, "shop.cache") OBJECT(20, "Entry", REFS(21, 22, 10))
              STR(21, "key") INT(22, 5) OBJECT(30, "Sealed", REFS(31, 32, 50)) STR(31, "key") INT(32, 6)
                  CLASS(50, 51, 52, "ABCMeta", "Sealed", "") OBJECT(51, "dict", LEN(1) REFS(42, 53)) STR(53, "vault")
                      OBJECT(60, "type", NAME("collections.deque") NO_REFS) OBJECT(61, "collections.deque", NO_REFS)
                          CLASS(70, 71, 72, "type", "KeyError", "") OBJECT(71, "dict", LEN(1) REFS(42, 73))
                              STR(73, "exceptions") OBJECT(74, "KeyError", REFS(70)));
  assert_class(&c, 20, "shop.cache.Entry");
  assert_class(&c, 30, "vault.Sealed");
  assert_class(&c, 50, "ABCMeta");
  assert_class(&c, 61, "collections.deque");
  assert_class(&c, 74, "KeyError");
  forget(&c);
}

static void a_class_of_a_metaclass_may_refer_to_that_first(void **state)
{
  (void)state;
  classified c =
      classify(OBJECT(10, "ABCMeta", NAME("Sealed") REFS(13, 11, 12, 990, 900)) OBJECT(11, "dict", LEN(1) REFS(40, 41))
                   OBJECT(12, "tuple", LEN(2) REFS(900, 10)) BASES STR(40, "__module__") STR(41, "vault")
                       OBJECT(13, "type", NAME("ABCMeta") QUALNAME("abc.ABCMeta") NO_REFS)
                           OBJECT(20, "Sealed", REFS(40, 41, 10)));
  assert_class(&c, 20, "vault.Sealed");
  assert_class(&c, 10, "abc.ABCMeta");
  forget(&c);
}

static void classes_of_one_bare_name_are_told_apart(void **state)
{
  (void)state;
  /* In the order of the addresses from 100: an instance; one with an attribute that is the other class; a subclass of
     list with its items; one of tuple, whose dict comes first; an instance without its class. */
  classified c = classify(
      CLASS(10, 11, 12, "type", "Entry", QUALNAME("shop.Entry")) EMPTY_DICT(11)
          BASES CLASS(20, 21, 22, "type", "Entry", QUALNAME("audit.Entry")) EMPTY_DICT(21) STR(40, "key")
              OBJECT(100, "Entry", REFS(40, 40, 10)) OBJECT(101, "Entry", REFS(40, 10, 20))
                  OBJECT(102, "Entry", LEN(3) REFS(20, 40, 40, 40)) OBJECT(103, "Entry", LEN(2) REFS(104, 10, 40, 40))
                      EMPTY_DICT(104) OBJECT(105, "Entry", REFS(40)));
  assert_class(&c, 100, "shop.Entry");
  assert_class(&c, 101, "audit.Entry");
  assert_class(&c, 102, "audit.Entry");
  assert_class(&c, 103, "shop.Entry");
  uint32_t unknown = number_at(&c, 105);
  assert_false(dryad_class_is_known(c.classes, unknown));
  assert_name(&c, unknown, "Entry");
  assert_true(unknown < c.classes->count);
  assert_int_equal(dryad_class_versions(c.classes, unknown), 0);
  assert_int_equal(dryad_class_origin_of(c.classes, unknown), DRYAD_CLASS_OF_PROGRAM);
  forget(&c);
}

static void an_object_that_names_no_class_is_of_the_one_without_a_module(void **state)
{
  (void)state;
  classified c = classify(OBJECT(10, "type", NAME("property") QUALNAME("builtins.property") NO_REFS)
                              OBJECT(11, "type", NAME("property") QUALNAME("enum.property") NO_REFS)
                                  OBJECT(20, "property", NO_REFS) OBJECT(21, "property", REFS(11)));
  assert_class(&c, 20, "property");
  assert_class(&c, 21, "enum.property");
  forget(&c);
}

static void a_class_defined_again_is_one_with_versions(void **state)
{
  (void)state;
  classified c =
      classify(CLASS(10, 11, 12, "type", "Row", QUALNAME("db.row.<locals>.Row")) EMPTY_DICT(11)
                   BASES CLASS(20, 21, 22, "type", "Row", QUALNAME("db.row.<locals>.Row")) EMPTY_DICT(21)
                       OBJECT(100, "Row", REFS(10)) OBJECT(101, "Row", REFS(20)) OBJECT(102, "Row", NO_REFS));
  assert_class(&c, 100, "db.row.<locals>.Row");
  assert_int_equal(number_at(&c, 101), number_at(&c, 100));
  assert_int_equal(number_at(&c, 102), number_at(&c, 100));
  assert_int_equal(dryad_class_versions(c.classes, number_at(&c, 100)), 2);
  forget(&c);
}

static void modules_and_functions_of_the_name_of_a_type_are_no_classes(void **state)
{
  (void)state;
  classified c = classify(OBJECT(10, "module", NAME("queue") NO_REFS) OBJECT(11, "function", NAME("queue") NO_REFS)
                              OBJECT(12, "queue", REFS(10)));
  assert_class(&c, 12, "queue");
  assert_int_equal(dryad_class_versions(c.classes, number_at(&c, 12)), 0);
  forget(&c);
}

/* ---- origins ------------------------------------------------------------------------------------- */

#define FILE_NAME STR(1, "__file__") STR(2, "__spec__") OBJECT(3, "NoneType", NO_REFS) OBJECT(4, "ModuleSpec", NO_REFS)
#define MODULE(address, name, text, path) OBJECT(address, "module", NAME(name) REFS(1, text)) STR(text, path)
#define MODULE_WITHOUT_FILE(address, name, spec) OBJECT(address, "module", NAME(name) REFS(2, spec))
#define INSTANCE(address, class, name, qualname)                                                                       \
  OBJECT(class, "type", NAME(name) QUALNAME(qualname) NO_REFS) OBJECT(address, name, REFS(class))

static void assert_origin(const classified *c, uint64_t address, dryad_class_origin expected)
{
  dryad_class_origin origin = dryad_class_origin_of(c->classes, number_at(c, address));
  if (origin != expected) fail_msg("%d: %d, not %d", (int)address, (int)origin, (int)expected);
}

static void files_of_modules_tell_whose_a_class_is(void **state)
{
  (void)state;
  classified c = classify(
      FILE_NAME MODULE(10, "os", 11, "/usr/lib/python3.11/os.py")
          MODULE(12, "queue", 13, "/usr/lib/python3.11/queue.py") MODULE(14, "shop", 15, "/srv/shop/__init__.py")
              MODULE(16, "__main__", 17, "/usr/lib/python3.11/timeit.py")
                  MODULE(18, "requests", 19, "/srv/venv/lib/python3.11/site-packages/requests/__init__.py")
                      MODULE(20, "apt", 21, "/usr/lib/python3/dist-packages/apt/__init__.py")
                          MODULE(22, "shop.vendored", 23, "/srv/venv/lib/python3.11/site-packages/vendored.py")
                              INSTANCE(100, 200, "Queue", "queue.Queue") INSTANCE(101, 201, "Entry", "shop.cache.Entry")
                                  INSTANCE(102, 202, "Timer", "__main__.Timer")
                                      INSTANCE(103, 203, "Session", "requests.sessions.Session")
                                          INSTANCE(104, 204, "Cache", "apt.cache.Cache")
                                              INSTANCE(105, 205, "Thing", "shop.vendored.Thing")
                                                  INSTANCE(106, 206, "Gone", "gone.Gone"));
  assert_origin(&c, 100, DRYAD_CLASS_OF_STANDARD_LIBRARY);
  assert_origin(&c, 101, DRYAD_CLASS_OF_PROGRAM);
  assert_origin(&c, 102, DRYAD_CLASS_OF_PROGRAM);
  assert_origin(&c, 103, DRYAD_CLASS_OF_PACKAGE);
  assert_origin(&c, 104, DRYAD_CLASS_OF_PACKAGE);
  assert_origin(&c, 105, DRYAD_CLASS_OF_PACKAGE);
  assert_origin(&c, 106, DRYAD_CLASS_OF_PROGRAM);
  forget(&c);
}

static void modules_without_files_are_the_interpreters_unless_made_by_hand(void **state)
{
  (void)state;
  classified c =
      classify(FILE_NAME MODULE_WITHOUT_FILE(10, "_io", 4) MODULE_WITHOUT_FILE(12, "plugin_7", 3)
                   MODULE(14, "six", 15, "/srv/site-packages/six.py") MODULE_WITHOUT_FILE(16, "six.moves", 3)
                       INSTANCE(100, 200, "Reader", "_io.Reader") INSTANCE(101, 201, "Plugin", "plugin_7.Plugin")
                           INSTANCE(102, 202, "Lazy", "six.moves.Lazy") OBJECT(203, "type", NAME("_gone.Thing") NO_REFS)
                               OBJECT(103, "_gone.Thing", REFS(203)) OBJECT(104, "_absent.Thing", NO_REFS)
                                   OBJECT(105, "dict_keys", NO_REFS)
                                       OBJECT(207, "type", NAME("Lazy") QUALNAME("_io.Lazy") NO_REFS)
                                           OBJECT(107, "Lazy", NO_REFS) INSTANCE(106, 206, "Add", "_ast.Add"));
  assert_origin(&c, 100, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 101, DRYAD_CLASS_OF_PROGRAM);
  assert_origin(&c, 102, DRYAD_CLASS_OF_PACKAGE);
  assert_origin(&c, 103, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 104, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 105, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 106, DRYAD_CLASS_OF_INTERPRETER);
  assert_false(dryad_class_is_known(c.classes, number_at(&c, 107)));
  assert_origin(&c, 107, DRYAD_CLASS_OF_PACKAGE);
  forget(&c);
}

static void assert_module(const classified *c, uint64_t address, const char *expected)
{
  const dryad_text module = dryad_class_module(c->classes, number_at(c, address));
  assert_number(module.length, expected ? strlen(expected) : 0);
  if (!expected) assert_null(module.data);
  if (expected) assert_memory_equal(module.data, expected, module.length);
}

static void the_longest_module_of_a_name_is_the_module_of_the_class(void **state)
{
  (void)state;
  classified c = classify(
      FILE_NAME MODULE(10, "shop", 11, "/srv/shop/__init__.py") MODULE(12, "shop.cache", 13, "/srv/shop/cache.py")
          INSTANCE(100, 200, "Entry", "shop.cache.Entry") INSTANCE(101, 201, "Key", "shop.cache.Entry.Key")
              INSTANCE(102, 202, "Local", "shop.make.<locals>.Local") INSTANCE(103, 203, "Gone", "gone.away.Gone")
                  OBJECT(104, "numpy.ndarray", NO_REFS) OBJECT(105, "dict", NO_REFS) OBJECT(106, ".odd", NO_REFS)
                      OBJECT(207, "type", NAME("Key") QUALNAME("gone.Key") NO_REFS) OBJECT(107, "Key", NO_REFS));
  assert_module(&c, 100, "shop.cache");
  assert_module(&c, 101, "shop.cache");
  assert_module(&c, 102, "shop");
  assert_module(&c, 103, "gone.away");
  assert_module(&c, 104, "numpy");
  assert_module(&c, 105, NULL);
  assert_module(&c, 106, NULL);
  assert_false(dryad_class_is_known(c.classes, number_at(&c, 107)));
  assert_module(&c, 107, NULL);
  forget(&c);
}

static void a_class_without_a_module_is_the_programs_if_instances_refer_to_it(void **state)
{
  (void)state;
  classified c = classify(OBJECT(10, "type", NAME("Entry") NO_REFS) OBJECT(11, "Entry", REFS(10))
                              OBJECT(12, "type", NAME("list") NO_REFS) OBJECT(13, "list", LEN(1) REFS(12))
                                  OBJECT(14, "list", LEN(0) NO_REFS) OBJECT(15, "type", NAME("set") NO_REFS)
                                      OBJECT(16, "set", LEN(1) REFS(15)));
  assert_origin(&c, 11, DRYAD_CLASS_OF_PROGRAM);
  assert_origin(&c, 14, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 16, DRYAD_CLASS_OF_INTERPRETER);
  forget(&c);
}

static void sys_names_the_modules_of_the_standard_library(void **state)
{
  (void)state;
  classified c =
      classify(FILE_NAME OBJECT(10, "module", NAME("sys") REFS(11, 12)) STR(11, "stdlib_module_names")
                   OBJECT(12, "frozenset", LEN(2) REFS(13, 14)) STR(13, "queue") STR(14, "xml")
                       MODULE(15, "xml.dom", 16, "app.zip/xml/dom.py") MODULE(17, "shop", 18, "app.zip/shop.py")
                           INSTANCE(100, 200, "Node", "xml.dom.Node") INSTANCE(101, 201, "Queue", "queue.Queue")
                               INSTANCE(102, 202, "Entry", "shop.Entry"));
  assert_origin(&c, 100, DRYAD_CLASS_OF_STANDARD_LIBRARY);
  assert_origin(&c, 101, DRYAD_CLASS_OF_INTERPRETER);
  assert_origin(&c, 102, DRYAD_CLASS_OF_PROGRAM);
  forget(&c);
}

static void two_types_of_one_name_are_damage(void **state)
{
  (void)state;
  looked_at l = look_at(OBJECT(10, "dict", NO_REFS) OBJECT(11, "list", NO_REFS), false);
  l.graph->store->types[1] = l.graph->store->types[0];
  dryad_classes *classes = NULL;
  dryad_error error = {0};
  assert_int_equal(dryad_classes_new(&classes, l.graph, &error), DRYAD_FORMAT);
  assert_string_equal(error.text, "the index is damaged: two of its types have one name");
  assert_null(classes);
  dryad_heap_free(l.heap);
}

int main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_dump_names_classes),
      cmocka_unit_test(without_names_the_dict_of_a_class_has_its_module),
      cmocka_unit_test(a_class_of_a_metaclass_may_refer_to_that_first),
      cmocka_unit_test(classes_of_one_bare_name_are_told_apart),
      cmocka_unit_test(an_object_that_names_no_class_is_of_the_one_without_a_module),
      cmocka_unit_test(a_class_defined_again_is_one_with_versions),
      cmocka_unit_test(modules_and_functions_of_the_name_of_a_type_are_no_classes),
      cmocka_unit_test(files_of_modules_tell_whose_a_class_is),
      cmocka_unit_test(modules_without_files_are_the_interpreters_unless_made_by_hand),
      cmocka_unit_test(the_longest_module_of_a_name_is_the_module_of_the_class),
      cmocka_unit_test(a_class_without_a_module_is_the_programs_if_instances_refer_to_it),
      cmocka_unit_test(sys_names_the_modules_of_the_standard_library),
      cmocka_unit_test(two_types_of_one_name_are_damage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
