# SPDX-License-Identifier: MIT
"""What the record of an object says."""

import collections
import datetime
import io
import math
import mmap
import random
import struct
import sys
import sysconfig
import unittest

import program
from dryad import scanner
from support import Case, read

INLINE = sys.version_info >= (3, 11)


class RecordsTest(Case):
    def record(self, thing, **options):
        return self.dump_of(thing, **options)[id(thing)]

    def value(self, thing, **options):
        return self.record(thing, **options).get("value")

    def attributes(self, thing):
        """What dryad shows as the attributes of an instance."""
        scanner.dump_all_referenced(self.path(), thing, overwrite=True)
        code = "for k, v in pairs(heap[%d].refs_as_dict) do print(k, v) end" % id(thing)
        lines = self.dryad(self.path(), code).splitlines()
        return dict(line.split("\t") for line in lines)

    # ---- attributes

    def test_dryad_shows_attributes_by_name(self):
        self.assertEqual({"number": "5", "text": "plain 5"}, self.attributes(program.Plain(5)))

    def test_dryad_shows_attributes_by_name_when_there_is_a_dict(self):
        plain = program.Plain(5)
        plain.__dict__["more"] = 6
        shown = self.attributes(plain)
        shown.pop("__dict__", None)
        self.assertEqual({"number": "5", "text": "plain 5", "more": "6"}, shown)

    def test_dryad_shows_slots_by_name(self):
        shown = self.attributes(program.Slots())
        self.assertEqual({"left", "right"}, set(shown))
        self.assertEqual("on the left", shown["left"])

    def test_dryad_shows_mangled_slots_by_name(self):
        self.assertEqual({"_Private__hidden": "mangled"}, self.attributes(program.Private()))

    def test_dryad_shows_slots_of_bases_beside_a_dict(self):
        thing = program.SlotsAndDict()
        shown = self.attributes(thing)
        shown.pop("__dict__", None)
        self.assertEqual({"left", "right", "more"}, set(shown))
        self.assertEqual("in the dict", shown["more"])

    def test_a_slot_keeps_its_name_when_the_class_loses_it(self):
        class Careless:
            __slots__ = ("first", "second")

        thing = program.attributes(Careless(), first="1st", second="2nd")
        del Careless.first
        self.assertEqual({"first": "1st", "second": "2nd"}, self.attributes(thing))

    def test_an_exception_shows_its_fields_and_attributes_by_name(self):
        class Coded(OSError):
            __slots__ = ("slot",)

        thing = program.attributes(Coded(5, "text"), code="its code", slot="its slot")
        thing.__cause__ = program.Failure("its cause")
        shown = self.attributes(thing)
        self.assertEqual({"args", "errno", "strerror", "code", "slot", "__cause__", "__dict__"}, set(shown))
        self.assertEqual(("5", "text", "its code", "its slot"),
                         tuple(shown[name] for name in ("errno", "strerror", "code", "slot")))
        self.assertEqual({"args", "__traceback__"}, set(self.attributes(self.raised())))

    def raised(self):
        try:
            raise ValueError("message")
        except ValueError as error:
            return error

    def test_attributes_that_are_inline_come_as_pairs_with_the_class_last(self):
        plain = program.Plain(5)
        expected = ["number", 5, "text", "plain 5"] if INLINE else [plain.__dict__]
        self.assertEqual(expected + [program.Plain], scanner.get_referents(plain))

    def test_a_dict_that_was_made_comes_before_the_class(self):
        plain = program.Plain(5)
        attributes = plain.__dict__
        self.assertEqual([id(attributes), id(program.Plain)], self.record(plain)["refs"])

    def test_a_deleted_attribute_is_gone(self):
        plain = program.Plain(5)
        del plain.number
        self.assertEqual({"text": "plain 5"}, self.attributes(plain))

    def test_an_instance_with_more_attributes_than_fit_inline_shows_all(self):
        plain = program.Plain(0)
        for number in range(100):
            setattr(plain, "a%d" % number, number)
        shown = self.attributes(plain)
        shown.pop("__dict__", None)
        self.assertEqual(102, len(shown))

    # ---- floats

    def test_floats_are_written_as_python_writes_them(self):
        chosen = random.Random(1)
        bits = [chosen.getrandbits(64) for _ in range(20000)]
        bits += [exponent << 52 | mantissa for exponent in range(2047) for mantissa in (0, 1, 2**52 - 1)]
        bits += list(range(1, 50)) + [2**63 | 1, 2**63]
        floats = [struct.unpack("<d", struct.pack("<Q", number))[0] for number in bits]
        floats += [number / 100 for number in range(-1000, 1000)] + [chosen.random() for _ in range(5000)]
        floats += [10.0**power for power in range(-320, 309)] + [0.1 + 0.2, 1e22, 9007199254740993.0, 123456789012345680.0]
        floats = [number for number in floats if math.isfinite(number)]
        path = self.path()
        scanner.dump_all_referenced(path, floats, is_pending=True)
        with open(path) as lines:
            texts = {int(line.split()[1][:-1]): line.split('"value": ')[1].split(",")[0] for line in lines if '"type": "float"' in line}
        wrong = [(texts[id(number)], repr(number)) for number in floats if texts[id(number)] != repr(number)]
        self.assertEqual([], wrong[:5])

    # ---- containers

    def test_a_dict_has_keys_and_values_in_turn_and_its_length(self):
        key, value = ("key",), ["value"]
        record = self.record({key: value, "other": None})
        self.assertEqual(2, record["len"])
        self.assertEqual([id(key), id(value)], record["refs"][:2])

    def test_kinds_of_dicts_have_their_items_first(self):
        value = ["value"]
        for thing in (collections.OrderedDict(key=value), collections.defaultdict(list, key=value),
                      program.attributes(program.DictWithAttributes(key=value), extra=1)):
            referents = scanner.get_referents(thing)
            self.assertEqual(["key", value], referents[:2])
            others = referents[2:]
            self.assertEqual(len(others), len({id(referent) for referent in others}))

    def test_sequences_are_in_order(self):
        first, last = ["first"], ["last"]
        for thing in ([first, None, last], (first, None, last), program.TupleWithAttributes((first, None, last)),
                      collections.deque([first, None, last])):
            self.assertEqual([first, None, last], scanner.get_referents(thing)[:3])

    def test_sets_have_a_length(self):
        self.assertEqual(2, self.record({1, 2})["len"])

    def test_a_time_leads_to_its_zone(self):
        zone = datetime.timezone(datetime.timedelta(hours=1), "name")
        for thing in (datetime.datetime(2000, 1, 1, tzinfo=zone), datetime.time(1, tzinfo=zone)):
            self.assertTrue(any(referent is zone for referent in scanner.get_referents(thing)))
            self.assertEqual([], scanner.get_referents(thing.replace(tzinfo=None)))
        self.assertEqual([datetime.timedelta(hours=1), "name"], scanner.get_referents(zone)[:2])

    @unittest.skipIf(sys.version_info >= (3, 12), "it joins what is written at once")
    def test_a_stringio_leads_to_what_it_has_yet_to_join(self):
        written = "".join(["written", "text"])
        made = io.StringIO()
        made.write(written)
        records = self.dump_of(made)
        self.assertIn(id(written), records)

    def test_a_range_leads_to_its_numbers(self):
        self.assertIn(10**20, scanner.get_referents(range(0, 10**20)))

    # ---- names and types

    def test_types_are_named_as_their_objects_say(self):
        thing = program.WithMeta()
        records = self.dump_of(thing)
        self.assertEqual("WithMeta", records[id(thing)]["type"])
        self.assertEqual(("Meta", "WithMeta"), (records[id(program.WithMeta)]["type"], records[id(program.WithMeta)]["name"]))

    def test_a_class_with_a_name_beyond_ascii_keeps_it(self):
        thing = type("Größe", (), {})()
        self.assertEqual("Größe", self.record(thing)["type"])

    def qualified_name(self, thing):
        return self.record(thing).get("qualname")

    def test_classes_tell_their_module_and_qualified_name(self):
        class Inner:
            pass

        def made(module):
            return type("Made", (), {"__module__": module})

        self.assertEqual("program.Plain", self.qualified_name(program.Plain))
        self.assertEqual("%s.RecordsTest.test_classes_tell_their_module_and_qualified_name.<locals>.Inner" % __name__,
                         self.qualified_name(Inner))
        self.assertEqual("gr\u00f6\u00dfe.Made", self.qualified_name(made("gr\u00f6\u00dfe")))
        self.assertIsNone(self.qualified_name(made(5)))

    def test_types_whose_names_tell_their_module_say_no_more(self):
        self.assertEqual("builtins.int", self.qualified_name(int))
        for thing in (collections.deque, io.BytesIO, mmap.mmap):
            record = self.record(thing)
            self.assertNotIn("qualname", record)
            self.assertEqual(thing.__name__, record["name"].split(".")[-1])

    def test_functions_have_names(self):
        self.assertEqual("closure", self.record(program.closure)["name"])
        self.assertEqual("len", self.record(len)["name"])
        self.assertEqual("closure", self.record(program.closure.__code__)["name"])

    # ---- values

    def test_strings_have_their_length_and_the_first_hundred_characters(self):
        record = self.record("é" * 150)
        self.assertEqual((150, "é" * 100), (record["len"], record["value"]))

    def test_max_value_says_how_many_characters(self):
        self.assertEqual("abc", self.value("abcdef", max_value=3))
        self.assertEqual(b"abc", self.value(b"abcdef", max_value=3).encode("latin-1"))
        self.assertEqual("", self.value("abcdef", max_value=0))

    def test_every_kind_of_character_survives(self):
        for text in ("", "plain", "quo\"te\\", "\0\n\t\x1f\x7f", "é", "\u0100\u20ac\uffff", "\U0001f600\U0010ffff", "a\ud800b", "\udc00\ud800"):
            self.assertEqual(text, self.value(text))

    def test_a_dump_is_ascii(self):
        scanner.dump_all_referenced(self.path(), ["é", "\U0001f600", type("Größe", (), {})])
        with open(self.path(), "rb") as dump:
            self.assertTrue(all(byte < 0x80 for byte in dump.read()))

    def test_bytes_are_one_character_each(self):
        self.assertEqual("".join(map(chr, range(50, 120))), self.value(bytes(range(50, 120))))
        self.assertEqual("\x00\x80\xff", self.value(b"\x00\x80\xff"))

    def test_ints_are_exact(self):
        for number in (0, 1, -1, 2**30 - 1, 2**30, -(2**30), 2**60 - 1, 2**60, 2**63, 2**64, -(2**64), 10**30, 10**18, 10**27, -(7**300),
                       3**700):
            self.assertEqual(number, self.value(number))

    def test_ints_of_each_number_of_digits_are_whole(self):
        for digits in range(1, 19):
            least = 10 ** (digits - 1)
            for number in (least, least + 1, least * 10 - 1, least * 10 // 3):
                self.assertEqual(number, self.value(number))

    def test_an_int_beyond_the_limit_has_no_value(self):
        self.assertIsNone(self.value(1 << 5000))

    def test_bools_are_as_in_meliae(self):
        self.assertEqual(["True", "False"], [self.value(True), self.value(False)])

    def test_floats_are_exact(self):
        for number in (0.0, -0.0, 0.1, 1.0, 1e300, 5e-324, 1 / 3, 2.0**53 + 2, 123456789012345680.0):
            self.assertEqual(repr(number), repr(self.value(number)))

    def test_infinities_are_numbers_and_what_is_none_is_text(self):
        self.assertEqual([float("inf"), float("-inf"), "nan"], [self.value(float(text)) for text in ("inf", "-inf", "nan")])

    def test_values_of_subclasses_are_there(self):
        self.assertEqual(2**100, self.value(program.IntWithAttributes(2**100)))
        self.assertEqual(20, self.value(program.Level.HIGH))
        self.assertEqual("text", self.value(program.StrWithAttributes("text")))

    # ---- sizes

    def test_static_types_have_the_size_that_python_says(self):
        for thing in (int, type, object):
            self.assertEqual(sys.getsizeof(thing), scanner.size_of(thing))

    def test_classes_count_their_slots_and_documentation_too(self):
        slot = struct.calcsize("PiniP")
        for thing, slots in ((program.Plain, 0), (program.Slots, 3), (program.Sized, 0)):
            documentation = len(thing.__doc__) + 1 if thing.__doc__ else 0
            self.assertEqual(sys.getsizeof(thing) + (slots + 1) * slot + documentation, scanner.size_of(thing))

    def test_a_mapping_is_told_and_not_counted(self):
        made = mmap.mmap(-1, 1 << 20)
        record = self.record(made)
        self.assertEqual(1 << 20, record["mapped"])
        self.assertLess(record["size"], 200)
        made.close()
        self.assertNotIn("mapped", self.record(made))

    def test_a_buffer_counts_once(self):
        made = io.BytesIO()
        made.write(b"0123456789" * 1000)
        records = self.dump_of(made)
        self.assertEqual([("bytes", True)], [(records[ref]["type"], records[ref]["size"] > 10000)
                                             for ref in records[id(made)]["refs"] if records[ref]["type"] == "bytes"])
        self.assertLess(records[id(made)]["size"], 200)

    def test_a_view_leads_to_what_it_views(self):
        viewed = bytearray(1000)
        records = self.dump_of(memoryview(viewed)[10:20])
        view, = records.of_type("memoryview")
        buffer, = [records[ref] for ref in view["refs"] if records[ref]["type"] == "managedbuffer"]
        self.assertIn(id(viewed), buffer["refs"])
        self.assertLess(view["size"] + buffer["size"], 500)
        self.assertGreater(records[id(viewed)]["size"], 1000)

    def test_a_size_by_python_code_counts_unless_switched_off(self):
        sized = program.Sized()
        size = self.record(sized)["size"]
        self.assertEqual(sys.getsizeof(sized), size)
        self.assertLess(self.record(sized, sizeof=False)["size"], 1000)

    def test_a_size_by_python_code_that_fails_is_that_by_type(self):
        class Broken:
            def __sizeof__(self):
                raise ValueError("broken")

        self.assertLess(self.record(Broken())["size"], 1000)

    def test_code_that_sizes_may_change_the_heap(self):
        held = []

        class Eager:
            def __sizeof__(self):
                held.append([[] for _ in range(1000)])
                del things[:]
                return 10

        things = [Eager() for _ in range(100)]
        records = self.dump()
        self.assertEqual(100, len(records.of_type("Eager")))

    def test_a_special_size_may_be_a_number_or_a_function(self):
        class Numbered:
            pass

        class Asked:
            pass

        scanner.add_special_size(Numbered, 10000)
        scanner.add_special_size("Asked", lambda asked: 20000 + asked.extra)
        asked = Asked()
        asked.extra = 5
        header = sys.getsizeof(Numbered()) - object.__sizeof__(Numbered())
        numbered = Numbered()
        self.assertEqual(10000 + header, scanner.size_of(numbered))
        self.assertEqual(10000 + header, self.record(numbered)["size"])
        self.assertLess(20005 + header - 1, self.record(asked)["size"])

    # ---- single objects

    def test_recursive_size_and_items_count_each_object_once(self):
        shared = ["shared"]
        thing = [shared, shared, "text"]
        items = scanner.get_recursive_items(thing)
        self.assertEqual({id(thing), id(shared), id("shared"), id("text")}, {id(item) for item in items} - {id(str), id(list)})
        # Free-threaded, a list's capacity lies before its items, and sys.getsizeof does not count it.
        capacities = 8 * 2 if sysconfig.get_config_var("Py_GIL_DISABLED") else 0
        self.assertEqual((4, sum(map(sys.getsizeof, items)) + capacities), scanner.get_recursive_size(thing))

    def test_pending_objects_are_starts_of_their_own(self):
        first, second = ["first"], ["second"]
        pending = [first, second]
        records = self.dump_of(pending, is_pending=True)
        self.assertTrue({id(first), id(second)} <= set(records))
        self.assertNotIn(id(pending), records)

    def test_pending_objects_may_come_from_an_iterator_that_alone_holds_them(self):
        records = self.dump_of((["made %d" % number] for number in range(1000)), is_pending=True)
        self.assertEqual({"made %d" % number for number in range(1000)},
                         {record["value"] for record in records.with_text('"value": "made ')})

    def test_gc_objects_and_what_they_refer_to(self):
        text = "".join(["held ", "by a list"])
        held = [text]
        scanner.dump_gc_objects(self.path())
        records = read(self.path())
        self.assertIn(id(held), records)
        self.assertIn(id(text), records)


class NumpyTest(Case):
    def setUp(self):
        super().setUp()
        try:
            import numpy
        except ImportError:
            self.skipTest("no numpy")
        self.numpy = numpy

    def test_the_size_of_an_array_includes_its_buffer(self):
        self.assertGreater(scanner.size_of(self.numpy.zeros(1000)), 8000)

    def test_an_array_of_objects_leads_to_them(self):
        held = ["held"]
        array = self.numpy.array([None, held, None], dtype=object)
        self.assertTrue(any(referent is held for referent in scanner.get_referents(array)))

    def test_a_view_leads_to_its_base(self):
        base = self.numpy.zeros(10)
        self.assertTrue(any(referent is base for referent in scanner.get_referents(base[2:])))


if __name__ == "__main__":
    unittest.main()
