# SPDX-License-Identifier: MIT
"""numpy's arrays of all kinds, for the tests of dryad.scanner: what their records must say, and what is wrong in them."""

import mmap

try:
    import numpy
except ImportError:
    numpy = None

KINDS = "? b B h H i I l L q Q e f d g F D G U5 S7 V9 O M8[ns] M8[D] m8[s] >f8 >U3".split()
SHAPES = (), (0,), (3,), (1000, 20), (2, 3, 4), (1,) * 32


def dtype_name(dtype):
    if dtype.kind == "T":
        return type(dtype).__name__
    return dtype.name.split("[")[0]


def described(array, items=()):
    """Its address, value, size, base, dtype and items."""
    size = array.__class__.__basicsize__ + 2 * 8 * array.ndim + (array.nbytes if array.flags.owndata else 0)
    base = None if array.base is None else id(array.base)
    return [id(array), "%s %r" % (dtype_name(array.dtype), array.shape), size, base, id(array.dtype),
            [id(item) for item in items]]


def build():
    """Arrays, and their descriptions."""
    made = [numpy.zeros(shape, kind) for kind in KINDS for shape in SHAPES if kind != "O"]
    made.append(numpy.zeros(5, [("id", "i4"), ("thing", "O")]))
    made.append(numpy.zeros(5, numpy.dtype([("x", "f4", (3, 3)), ("name", "U10")], align=True)))
    if hasattr(numpy, "dtypes") and hasattr(numpy.dtypes, "StringDType"):
        made.append(numpy.zeros(3, numpy.dtypes.StringDType()))
    try:
        from numpy.core._rational_tests import rational
    except ImportError:
        pass
    else:
        made.append(numpy.zeros(3, rational))
    whole = numpy.arange(10000.0).reshape(100, 100)
    mapping = mmap.mmap(-1, 8192)
    views = [whole, whole[10:20], whole[::2, ::3], whole.T, numpy.frombuffer(b"12345678", "i4"),
             numpy.frombuffer(mapping, "u1"), numpy.asarray(memoryview(bytearray(100)))]
    things = [["thing %d" % number] for number in range(6)]
    rows, columns = numpy.empty((2, 3), object), numpy.empty((2, 3), object, order="F")
    for number, thing in enumerate(things):
        rows[divmod(number, 3)] = columns[divmod(number, 3)] = thing
    views.append(rows[1])
    facts = [described(array) for array in made + views]
    facts += [described(rows, things), described(columns, [things[i] for i in (0, 3, 1, 4, 2, 5)])]
    return [made, views, things, rows, columns], facts


def wrong(records, facts):
    """What the records of a dump say that is not so."""
    found = []
    for address, value, size, base, dtype, items in facts:
        record = records[address]
        names = ["base", "dtype"] if base is not None else ["dtype"]
        refs = ([base] if base is not None else []) + [dtype]
        expected = {"value": value, "size": size, "refs": refs + items, "names": names + [None] * len(items)}
        told = {key: record.get(key) for key in expected}
        if told != expected:
            found.append((expected, told))
    return found

