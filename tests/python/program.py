# SPDX-License-Identifier: MIT
"""A program with one of everything, for the tests of dryad.scanner: build() returns the objects to keep."""

import abc
import array
import asyncio
import builtins
import collections
import contextvars
import dataclasses
import decimal
import enum
import functools
import itertools
import threading
import types
import weakref


class Plain:
    def __init__(self, number):
        self.number = number
        self.text = "plain %d" % number


class Slots:
    __slots__ = ("left", "right", "unset")

    def __init__(self):
        self.left = "on the left"
        self.right = ["on the right"]


class SlotsAndDict(Slots):
    def __init__(self):
        super().__init__()
        self.more = "in the dict"


class Private:
    __slots__ = ("__hidden", "__weakref__")

    def __init__(self):
        self.__hidden = "mangled"


class Meta(type):
    def __new__(cls, name, bases, namespace):
        made = super().__new__(cls, name, bases, namespace)
        made.registered = [name]
        return made


class WithMeta(metaclass=Meta):
    pass


class Abstract(abc.ABC):
    @abc.abstractmethod
    def work(self):
        """Nothing."""


class Concrete(Abstract):
    def work(self):
        return 1

    @property
    def value(self):
        return 2

    @staticmethod
    def fixed():
        return 3

    @classmethod
    def made(cls):
        return cls()


@dataclasses.dataclass
class Point:
    x: int
    y: float
    label: str = "origin"


class Colour(enum.Enum):
    RED = "red"
    GREEN = "green"


class Level(enum.IntEnum):
    LOW = 10
    HIGH = 20


class ListWithAttributes(list):
    pass


class DictWithAttributes(dict):
    pass


class IntWithAttributes(int):
    pass


class TupleWithAttributes(tuple):
    pass


class StrWithAttributes(str):
    pass


class Failure(Exception):
    pass


class Sized:
    """Knows more than its own size."""

    def __sizeof__(self):
        return 123456


Pair = collections.namedtuple("Pair", "first second")


def generate(count):
    held = ["held by a generator"]
    for number in range(count):
        yield held, number


async def coroutine(future):
    held = ["held by a coroutine"]
    await future
    return held


async def asynchronous():
    held = ["held by an asynchronous generator"]
    yield held


def closure():
    captured = ["captured"]

    def inner():
        return captured

    return inner


def failure():
    held = ["held by a traceback"]
    try:
        raise Failure("message", held)
    except Failure as error:
        return error


class Blocked:
    """A thread that waits, deep in a recursion, with a local in each frame."""

    def __init__(self):
        self.ready, self.done = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.recurse, args=(50,), daemon=True)
        self.thread.start()
        self.ready.wait()

    def recurse(self, depth):
        held = ["held by a frame", depth]
        if depth > 0:
            self.recurse(depth - 1)
        else:
            self.ready.set()
            self.done.wait()
        return held


def deep(depth):
    nested = None
    for _ in range(depth):
        nested = [nested]
    return nested


def attributes(thing, **values):
    for name, value in values.items():
        setattr(thing, name, value)
    return thing


def tasks():
    loop = asyncio.new_event_loop()
    future = loop.create_future()
    made = [loop.create_task(coroutine(future)) for _ in range(3)]
    agen = asynchronous()
    loop.run_until_complete(asyncio.sleep(0))
    started = agen.__anext__()
    try:
        started.send(None)
    except StopIteration:
        pass
    return {"loop": loop, "future": future, "tasks": made, "agen": agen}


def build(depth=100000):
    kept = {}
    kept["plain"] = [Plain(number) for number in range(20)]
    kept["materialized"] = Plain(99)
    kept["materialized dict"] = kept["materialized"].__dict__
    kept["slots"] = [Slots(), SlotsAndDict(), Private()]
    kept["classes"] = [WithMeta(), Concrete(), Concrete.made, Colour.RED, Level.HIGH, Point(1, 2.5)]
    kept["subclasses"] = [
        attributes(ListWithAttributes([1, "two"]), extra="list"),
        attributes(DictWithAttributes(one=1), extra="dict"),
        attributes(IntWithAttributes(2**100), extra="int"),
        attributes(TupleWithAttributes((1, 2)), extra="tuple"),
        attributes(StrWithAttributes("text"), extra="str"),
    ]
    kept["collections"] = [
        collections.OrderedDict(a=1, b=[2]),
        collections.defaultdict(list, a=[1]),
        collections.Counter("abcab"),
        collections.deque([1, [2], 3]),
        collections.ChainMap({"a": 1}, {"b": 2}),
        Pair(1, "second"),
        {1, "two", (3,)},
        frozenset(["x", "y"]),
        array.array("d", [1.0, 2.0]),
        bytearray(b"bytes"),
        memoryview(b"viewed"),
        range(10, 10**20, 3),
        slice(1, "two", None),
        decimal.Decimal("1.5"),
        types.SimpleNamespace(a=1, b="two"),
        types.MappingProxyType({"mapped": 1}),
    ]
    if hasattr(builtins, "frozendict"):  # 3.15
        kept["collections"].append(builtins.frozendict(a=1, b=["two"]))
    kept["calls"] = [
        closure(),
        lambda: kept,
        functools.partial(closure, 1, key="word"),
        functools.lru_cache(maxsize=4)(closure),
        kept["plain"][0].__init__,
        [].append,
        itertools.chain([1], [2]),
        map(str, [1, 2]),
        zip([1], "a"),
        iter([1, 2]),
    ]
    kept["generator"] = generate(3)
    next(kept["generator"])
    kept["fresh generator"] = generate(2)
    kept["async"] = tasks()
    kept["failure"] = failure()
    kept["blocked"] = [Blocked() for _ in range(2)]
    kept["deep"] = deep(depth)
    cycle = Plain(7)
    cycle.itself = [cycle, kept]
    kept["cycle"] = cycle
    kept["weak"] = [weakref.ref(cycle), weakref.WeakValueDictionary(cycle=cycle), weakref.proxy(cycle)]
    kept["context"] = contextvars.ContextVar("variable")
    kept["context"].set(["in a context"])
    kept["sized"] = Sized()
    kept["local"] = threading.local()
    kept["local"].held = "by this thread"
    return kept


def main():
    """program.py DUMP [frames]: writes a dump of itself, and prints the addresses that a test needs.

    With `frames`, after the frames of all threads got objects.
    """
    marker = ["held by the frame that dumps"]
    kept = build(1000)
    frames = sys._current_frames() if sys.argv[2:] == ["frames"] else None
    count = scanner.dump_all_objects(sys.argv[1])
    addresses = {"count": count, "module": id(sys.modules["types"]), "dict": id(vars(types)), "cycle": id(kept["cycle"]),
                 "weak": id(kept["weak"][0]), "marker": id(marker)}
    print(json.dumps(addresses), flush=True)
    del frames
    os._exit(0)  # without messages about unfinished tasks


if __name__ == "__main__":
    import json
    import os
    import sys

    from dryad import scanner

    main()
