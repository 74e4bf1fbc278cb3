# SPDX-License-Identifier: MIT
"""Kinds of objects whose bytes are counted: measure() makes many of each while tracemalloc traces."""

import _tracemalloc
import array
import asyncio
import builtins
import codecs
import collections
import contextlib
import contextvars
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import gc
import io
import itertools
import mmap
import pathlib
import queue
import random
import re
import struct
import sys
import sysconfig
import threading
import types
import uuid
import weakref

MADE = 200
BEFORE = 100 if sys.version_info >= (3, 11) else 1100  # settle what is shared, and caches of code that runs often


def class_with(count):
    """A class whose instances have that many attributes, set in __init__."""
    names = ["a%d" % i for i in range(count)]
    body = "".join("    self.%s = None\n" % name for name in names) or "    pass\n"
    namespace = {}
    exec("class Instance%d:\n  def __init__(self):\n%s" % (count, body), namespace)
    return namespace["Instance%d" % count]


def slots_with(count):
    return type("Slots%d" % count, (), {"__slots__": ["a%d" % i for i in range(count)]})


def with_attributes(thing, **values):
    vars(thing).update(values)
    return thing


def set_attributes(thing, names):
    for name in names:
        setattr(thing, name, None)
    return thing


NAMES = ["name%d" % i for i in range(60)]
Few, Empty = class_with(3), class_with(0)


class Dynamic:
    pass


class Finalized:
    def __init__(self):
        self.a = None

    def __del__(self):
        pass


class WithSlotsAndDict(slots_with(2)):
    def __init__(self):
        self.a = None


class List(list):
    pass


class Dict(dict):
    pass


class Tuple(tuple):
    pass


class Int(int):
    pass


class Str(str):
    pass


class Bytes(bytes):
    pass


class Set(set):
    pass


class SlottedList(list):
    __slots__ = ("a",)


class Failure(Exception):
    pass


class Colour(enum.Enum):
    RED = 1


Pair = collections.namedtuple("Pair", "first second")


@dataclasses.dataclass
class Point:
    x: int
    y: int


def materialized(made):
    made.__dict__
    return made


def outgrown():
    made = Few()
    for name in NAMES:
        setattr(made, name, None)
    return made


def replaced():
    made = Few()
    made.__dict__ = {"a": 1}
    return made


def without_one():
    made = Few()
    del made.a1
    return made


def split_dict():
    return Few().__dict__


def grown_bytearray():
    made = bytearray()
    for _ in range(100):
        made += b"0123456789"
    return made


def shrunk_bytearray():
    made = bytearray(1000)
    del made[20:]
    return made


def bytearray_without_start():
    made = bytearray(1000)
    del made[:10]
    return made


def grown_list():
    made = []
    for _ in range(100):
        made.append(None)
    return made


def shrunk_list():
    made = [None] * 1000
    del made[10:]
    return made


def dict_after_deletion():
    made = dict.fromkeys(NAMES)
    for name in NAMES[10:]:
        del made[name]
    return made


def dict_after_insertion():
    made = {}
    for name in NAMES:
        made[name] = None
    return made


def set_after_deletion():
    made = set(range(200))
    for number in range(10, 200):
        made.discard(number)
    return made


def text_with_utf8(text="\u00e9"):
    made = "".join([text] * 10)
    try:
        codecs.lookup_error(made)  # keeps its UTF-8
    except LookupError:
        return made


def closure(captured=None):
    captured = [captured]

    def inner():
        return captured

    return inner


def with_defaults():
    def inner(a=None, *, b=None):
        return a, b

    inner.attribute = None
    return inner


def generate():
    held = [None]
    yield held


async def asynchronous():
    held = [None]
    yield held


def started():
    made = generate()
    next(made)
    return made


def finished():
    made = generate()
    list(made)
    return made


async def coroutine():
    held = [None]
    await coroutine_by_decorator()
    return held


@types.coroutine
def coroutine_by_decorator():
    yield


def started_coroutine():
    made = coroutine()
    made.send(None)
    return made


def raised():
    held = [None]
    try:
        raise Failure(held)
    except Failure as error:
        return error


def system_error():
    return OSError(2, "text", "file")


def frame():
    held = [None]
    return sys._getframe(), held


def finished_frame():
    return frame()[0]


def written_bytes():
    made = io.BytesIO()
    made.write(b"0123456789" * 50)
    return made


def bytes_once_read():
    made = io.BytesIO(b"0123456789" * 50)
    made.read()
    return made


def got_bytes():
    made = written_bytes()
    return made, made.getvalue()


def shared_bytes(content=b"0123456789" * 50):
    return io.BytesIO(content)


def written_text():
    made = io.StringIO()
    made.write("0123456789" * 50)
    return made


def rewritten_text():
    made = io.StringIO("0123456789" * 50)
    made.seek(3)
    made.write("\U0001f600")
    return made


def local():
    made = threading.local()
    made.a = None
    return made


def context():
    made = contextvars.copy_context()
    for variable in VARIABLES:
        made.run(variable.set, None)
    return made


VARIABLES = [contextvars.ContextVar("variable%d" % i) for i in range(40)]


def lru_cache():
    made = functools.lru_cache(maxsize=64)(len)
    for text in NAMES:
        made(text)
    return made


def deque_rotated():
    made = collections.deque(range(200))
    made.rotate(70)
    return made


def deque_emptied():
    made = collections.deque(range(200))
    made.clear()
    return made


def array_grown():
    made = array.array("d")
    for _ in range(100):
        made.append(1.0)
    return made


def mapping():
    return mmap.mmap(-1, 65536)


def ordered():
    return collections.OrderedDict.fromkeys(NAMES[:20])


def ordered_after_deletion():
    made = collections.OrderedDict.fromkeys(NAMES)
    for name in NAMES[:50]:
        del made[name]
    return made


def weak_reference():
    made = Empty()
    return made, weakref.ref(made), weakref.ref(made, len)


def weak_dictionary():
    made = Empty()
    return made, weakref.WeakValueDictionary({"key": made}), weakref.WeakKeyDictionary({made: "key"})


def exit_stack():
    made = contextlib.ExitStack()
    made.callback(len)
    return made


def class_maker(**namespace):
    """A function that makes a class, and a list of the references that its base keeps to it."""
    base = type("Base", (), {"__slots__": ()})
    base.kept = [type("Kept", (base,), {}) for _ in range(700)]  # room for more in its dict of subclasses

    def make():
        made = type("Made", (base,), dict(namespace))
        return made, weakref.getweakrefs(made)

    return make


new_class = class_maker()


def class_with_instances(make=class_maker()):
    made = make()
    return made, with_attributes(made[0](), a=None)


def future():
    return LOOP.create_future()


LOOP = asyncio.new_event_loop()

text = "0123456789"

KINDS = [
    ("int", lambda: int(1e6)),
    ("int of two digits", lambda: int(1e12)),
    ("large int", lambda: int.from_bytes(b"\xff" * 150, "little")),
    ("negative int", lambda: -int(1e12)),
    ("float", lambda: float(text)),
    ("complex", lambda: complex(text)),
    ("str ASCII", lambda: "".join([text, text])),
    ("str Latin-1", lambda: "".join([text, "\u00e9"])),
    ("str of two bytes", lambda: "".join([text, "\u20ac"])),
    ("str of four bytes", lambda: "".join([text, "\U0001f600"])),
    ("str with its UTF-8", text_with_utf8),
    ("str of two bytes with its UTF-8", lambda: text_with_utf8("\u0416")),
    ("str decoded", lambda: b"0123456789".decode("utf-16-le", "replace")),
    ("bytes", lambda: b"".join([b"0123456789", b"0123456789"])),
    ("bytearray", lambda: bytearray(100)),
    ("empty bytearray", bytearray),
    ("bytearray grown", grown_bytearray),
    ("bytearray shrunk", shrunk_bytearray),
    ("bytearray without its start", bytearray_without_start),
    ("empty list", list),
    ("list of given length", lambda: [None] * 10),
    ("list displayed", lambda: [None, None, None]),
    ("list from an iterator", lambda: list(iter(text))),
    ("list grown", grown_list),
    ("list shrunk", shrunk_list),
    ("tuple", lambda: tuple(text)),
    ("empty dict", dict),
    ("dict", lambda: dict.fromkeys(NAMES)),
    ("dict displayed", lambda: {"a": None, "b": None}),
    ("dict of ints", lambda: dict.fromkeys(range(100))),
    ("dict grown", dict_after_insertion),
    ("dict after deletion", dict_after_deletion),
    ("dict after clear", lambda: [made for made in [dict.fromkeys(NAMES)] if made.clear() is None]),
    ("dict of an instance", split_dict),
    ("dict copied", lambda: dict(dict.fromkeys(NAMES))),
    ("dict of an instance copied", lambda: dict(vars(Few()))),
    ("empty set", set),
    ("set", lambda: set(range(5))),
    ("large set", lambda: set(range(200))),
    ("set after deletion", set_after_deletion),
    ("frozenset", lambda: frozenset(range(50))),
    ("deque", lambda: collections.deque([None])),
    ("large deque", lambda: collections.deque(range(200))),
    ("deque rotated", deque_rotated),
    ("deque emptied", deque_emptied),
    ("array", lambda: array.array("d", [1.0] * 100)),
    ("array grown", array_grown),
    ("range", lambda: range(3)),
    ("slice", lambda: slice(1, 2)),
    ("function", lambda: lambda: None),
    ("closure", closure),
    ("function with defaults and attributes", with_defaults),
    ("method", lambda: closure.__get__(Empty)),
    ("built-in method", lambda: [].append),
    ("partial", lambda: functools.partial(len, text, key=None)),
    ("partial without words", lambda: functools.partial(len, text)),
    ("property", lambda: property(len)),
    ("staticmethod", lambda: staticmethod(len)),
    ("classmethod", lambda: classmethod(len)),
    ("generator", generate),
    ("started generator", started),
    ("finished generator", finished),
    ("asynchronous generator", asynchronous),
    ("coroutine", started_coroutine),
    ("generator as a coroutine", coroutine_by_decorator),
    ("exception", lambda: Failure(text)),
    ("exception raised", raised),
    ("OSError", system_error),
    ("frame", frame),
    ("frame that finished", finished_frame),
    ("weakref", weak_reference),
    ("weak dictionaries", weak_dictionary),
    ("namedtuple", lambda: Pair(1, 2)),
    ("dataclass", lambda: Point(1, 2)),
    ("memoryview", lambda: memoryview(b"0123456789")),
    ("memoryview of a part", lambda: memoryview(b"0123456789")[2:5]),
    ("memoryview cast", lambda: memoryview(bytearray(24)).cast("B", [2, 3, 4])),
    ("mmap", mapping),
    ("BytesIO", io.BytesIO),
    ("BytesIO written", written_bytes),
    ("BytesIO read", bytes_once_read),
    ("BytesIO with its value", got_bytes),
    ("BytesIO of bytes that exist", shared_bytes),
    ("StringIO", io.StringIO),
    ("StringIO written", written_text),
    ("StringIO rewritten", rewritten_text),
    ("Decimal", lambda: decimal.Decimal("1.5")),
    ("large Decimal", lambda: decimal.Decimal(text * 50)),
    ("Fraction", lambda: fractions.Fraction(1, 3)),
    ("datetime", lambda: datetime.datetime(2000, 1, 1)),
    ("datetime with a zone", lambda: datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)),
    ("date", lambda: datetime.date(2000, 1, 1)),
    ("time", lambda: datetime.time(1, 2)),
    ("timedelta", lambda: datetime.timedelta(1)),
    ("timezone", lambda: datetime.timezone(datetime.timedelta(0, 3600))),
    ("UUID", lambda: uuid.UUID(int=1)),
    ("match", lambda: re.match("(0)(1)", text)),
    ("OrderedDict", ordered),
    ("OrderedDict after deletion", ordered_after_deletion),
    ("empty OrderedDict", collections.OrderedDict),
    ("defaultdict", lambda: collections.defaultdict(list, a=None)),
    ("Counter", lambda: collections.Counter(text)),
    ("ChainMap", lambda: collections.ChainMap({}, {})),
    ("lru_cache", lru_cache),
    ("threading.local", local),
    ("context", context),
    ("context variable", lambda: contextvars.ContextVar("name")),
    ("context token", lambda: VARIABLES[0].set(None)),
    ("SimpleNamespace", lambda: types.SimpleNamespace(a=1)),
    ("MappingProxy", lambda: types.MappingProxyType({})),
    ("module", lambda: types.ModuleType("name")),
    ("class", new_class),
    ("class with slots", class_maker(__slots__=("first", "second"), __doc__="Documentation" * 10)),
    ("class with instances", class_with_instances),
    ("iterator of a list", lambda: iter([])),
    ("map", lambda: map(len, ())),
    ("zip", lambda: zip((), ())),
    ("enumerate", lambda: enumerate(())),
    ("chain", lambda: itertools.chain([], [])),
    ("islice", lambda: itertools.islice((), 3)),
    ("product", lambda: itertools.product(text, text)),
    ("tee", lambda: itertools.tee(iter(text))),
    ("combinations", lambda: itertools.combinations(text, 3)),
    ("Struct", lambda: struct.Struct("4i")),
    ("Random", lambda: random.Random(1)),
    ("lock", threading.Lock),
    ("RLock", threading.RLock),
    ("Event", threading.Event),
    ("Queue", queue.Queue),
    ("SimpleQueue", queue.SimpleQueue),
    ("path", lambda: pathlib.PurePosixPath("a/b")),
    ("ExitStack", exit_stack),
    ("Future", future),
    ("code", lambda: compile("a = 1", "file", "exec")),
    ("list with an attribute", lambda: with_attributes(List([None]), a=None)),
    ("dict with an attribute", lambda: with_attributes(Dict(a=None), a=None)),
    ("tuple with an attribute", lambda: with_attributes(Tuple((1, 2)), a=None)),
    ("int with an attribute", lambda: with_attributes(Int(10**20), a=None)),
    ("zero of a subclass", lambda: Int(0)),
    ("str with an attribute", lambda: with_attributes(Str(text), a=None)),
    ("bytes with an attribute", lambda: with_attributes(Bytes(b"text"), a=None)),
    ("set with an attribute", lambda: with_attributes(Set((1, 2)), a=None)),
    ("subclass without an attribute", lambda: List()),
    ("list with a slot", lambda: SlottedList([None])),
    ("slots and attributes", WithSlotsAndDict),
    ("instance with a finalizer", Finalized),
    ("instance with its dict", lambda: materialized(Few())),
    ("instance and its dict", lambda: (lambda made: (made, made.__dict__))(Few())),
    ("instance with more attributes than its class expects", outgrown),
    ("instance with another dict", replaced),
    ("instance without an attribute it had", without_one),
    ("instance that got its attributes later", lambda: set_attributes(Dynamic(), NAMES[:7])),
]
KINDS += [("%d attributes" % count, class_with(count)) for count in range(41)]
KINDS += [("%d slots" % count, slots_with(count)) for count in (0, 1, 5, 40)]
if hasattr(builtins, "frozendict"):
    KINDS.append(("frozendict", lambda: builtins.frozendict(a=1)))

try:
    import numpy
except ImportError:
    pass
else:
    KINDS += [
        ("numpy array", lambda: numpy.zeros(1000)),
        ("numpy array of two dimensions", lambda: numpy.zeros((10, 20))),
        ("numpy view", lambda: numpy.zeros(1000)[10:20]),
        ("numpy array of bytes that exist", lambda: numpy.frombuffer(b"0123456789", dtype="u1")),
    ]


# The most bytes for one of a kind that none of the objects made leads to, or that Python itself does not know of.
COUNTS = 16 if sysconfig.get_config_var("Py_GIL_DISABLED") else 0  # of a class, in tables that each thread has
UNSEEN = {
    "int": 4,  # padding
    "Struct": 36,  # a private bytes object, up to 3.9
    "threading.local": 200,  # an entry in a dict of the thread
    "class": 33 + COUNTS,  # a key in the dict of subclasses
    "class with slots": 33 + COUNTS,
    "class with instances": 41 + COUNTS,  # and an attribute for which there was room when the instance was made
}


def is_right(name, counted, allocated):
    """Whether the bytes counted for MADE objects of a kind are those allocated: not even one byte an object is missing."""
    return -MADE < allocated - counted < MADE + MADE * UNSEEN.get(name, 0)


class Old:
    """Distinguishes what was allocated since tracemalloc has been tracing."""

    def __init__(self):
        # 3.11's tracemalloc does not find instances with a managed dict, which the collector always tracks.
        self.managed = 1 << 4 if sys.version_info[:2] == (3, 11) else 0
        gc.unfreeze()
        self.known = {id(thing) for thing in gc.get_objects()} if self.managed else ()
        gc.freeze()

    def __contains__(self, thing):
        if type(thing).__flags__ & self.managed:
            return id(thing) in self.known
        return _tracemalloc._get_object_traceback(thing) is None


def new_objects(things, old, referents):
    """Those of the things, and of all that they hold, that are not old, by address."""
    found = {}
    level = things
    while level:
        new = {id(thing): thing for thing in level if id(thing) not in found and thing not in old}
        found.update(new)
        level = referents(list(new.values()))
    return found


def make_many(make, referents):
    """Objects to keep, the bytes allocated for the last of them, and the objects in these bytes, by address."""
    before = [make() for _ in range(BEFORE)]
    made, numbers = [None] * MADE, range(MADE)
    old = Old()
    gc.collect()  # also empties free lists
    _tracemalloc.start(1)
    for i in numbers:
        made[i] = make()
    gc.collect()
    allocated = _tracemalloc.get_traced_memory()[0]
    found = new_objects(made, old, referents)
    _tracemalloc.stop()
    del before
    return made, allocated, found


# With contents that the collector does not know.
HIDING = {"code", "timezone", "class", "class with slots", "class with instances", "instance with its dict", "BytesIO written",
          "BytesIO with its value", "StringIO", "StringIO written", "numpy view"}


def measure(referents=lambda things: gc.get_referents(*things), only_by_collector=False):
    """What must be kept for the rest to stay valid; and for each kind its name, the bytes allocated for MADE of them, and
    the addresses of all objects in these bytes."""
    gc.collect()
    gc.disable()
    kept, measured = [], []
    make_many(lambda: None, referents)
    itself = make_many(lambda: None, referents)[1]
    for name, make in KINDS:
        if only_by_collector and name in HIDING:
            continue
        things, allocated, found = make_many(make, referents)
        kept.append((things, found))
        measured.append((name, allocated - itself, list(found)))
        gc.freeze()
    gc.unfreeze()
    return kept, measured
