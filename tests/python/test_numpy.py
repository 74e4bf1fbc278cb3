# SPDX-License-Identifier: MIT
"""numpy's arrays: what their value, size and references say."""

import contextlib
import ctypes
import sys
import unittest

import numpy_arrays
from support import Case


@contextlib.contextmanager
def resized(kind, size):
    """A type written in C whose structure has another size."""
    place = ctypes.c_ssize_t.from_address(id(kind) + object.__basicsize__ + 2 * 8)  # after its items and its name
    assert place.value == kind.__basicsize__
    before, place.value = place.value, size
    try:
        yield
    finally:
        place.value = before


class NumpyTest(Case):
    def test_arrays_are_told_as_numpy_has_them(self):
        kept, facts = numpy_arrays.build()
        self.assertGreater(len(facts), 150)
        for options in ({}, {"fork": True}):
            self.assertEqual([], numpy_arrays.wrong(self.dump(**options), facts))

    def test_dtype_and_shape_are_no_content(self):
        """They stay where values are left out or hashed, and are never cut."""
        kept, facts = numpy_arrays.build()
        for options in ({"values": "none"}, {"values": "hash"}, {"max_value": 1}):
            self.assertEqual([], numpy_arrays.wrong(self.dump_of(kept, **options), facts))

    def test_structures_that_are_not_as_known_are_not_read(self):
        numpy = numpy_arrays.numpy
        array, thing = numpy.empty(1, object), ["only the array holds it"]
        array[0] = thing
        self.assertIn(id(thing), self.dump_of([array]))
        with resized(numpy.dtype, numpy.dtype.__basicsize__ + 16):
            records = self.dump_of([array])
        self.assertEqual([id(array.dtype)], records[id(array)]["refs"])
        self.assertNotIn("value", records[id(array)])
        with resized(numpy.ndarray, 64):
            records = self.dump_of([array])
        self.assertNotIn("value", records[id(array)])
        self.assertNotIn("names", records[id(array)])

    def test_an_instance_of_a_subclass_is_an_array_too(self):
        class Named(numpy_arrays.numpy.ndarray):
            pass

        array = numpy_arrays.numpy.zeros((2, 3), "f4").view(Named)
        array.label = "the label"
        record = self.dump_of([array])[id(array)]
        self.assertEqual("float32 (2, 3)", record["value"])
        named = dict(zip(record["names"], record["refs"]))
        self.assertEqual((id(array.base), id(array.dtype)), (named["base"], named["dtype"]))

    def test_dryad_names_the_steps_of_a_view(self):
        whole = numpy_arrays.numpy.zeros(1000)
        kept = {"view": whole[1:]}
        self.dump_of(kept)
        code = "local v = heap[%d] print(v.value, v.size < 200, heap:path(v, heap[%d]):label(1), v.d.base.size)"
        told = self.dryad(self.path(), code % (id(kept["view"]), id(whole))).split("\t")
        self.assertEqual(["float64 (999,)", "true", ".base", str(sys.getsizeof(whole))], told)


if __name__ == "__main__":
    if numpy_arrays.numpy is None:
        sys.exit(77)  # skipped
    unittest.main()
