# SPDX-License-Identifier: MIT
"""Objects that know the lines of code that allocated them, without asking tracemalloc."""

import ctypes
import sys
import threading
import tracemalloc

MOST = 8


class Instance:
    def __init__(self):
        self.text = "an attribute"


class Slots:
    __slots__ = ("one",)


class Derived(dict):
    pass


def site():
    """The lines of code that run now, innermost first."""
    lines, frame = [], sys._getframe(1)
    while frame is not None and len(lines) < MOST:
        lines.append("%s:%d" % (frame.f_code.co_filename, frame.f_lineno))
        frame = frame.f_back
    return lines


def allocate(number):
    """Objects of several kinds, each with its site: with and without the collector's header, and with one for a dict."""
    made = []
    made.append((Instance(), site()))
    made.append((Slots(), site()))
    made.append((Derived(), site()))
    made.append(([number], site()))
    made.append(({number: number}, site()))
    made.append(("text %d" % number, site()))
    made.append((number + 0.5, site()))
    made.append((1 << 100 + number, site()))
    made.append((bytes(number + 50), site()))
    return made


def deeper(number, depth):
    return allocate(number) if depth == 0 else deeper(number, depth - 1)


def is_traced(thing):
    """Memory from a free list may be from before tracemalloc began, which then does not know it."""
    return type(thing) not in (int, float, list, dict) or tracemalloc.get_object_traceback(thing) is not None


def build(count=50):
    made = [pair for i in range(count) for pair in (allocate(i) if i % 2 == 0 else deeper(i, i % 12))]
    return [(thing, lines) for thing, lines in made if is_traced(thing)]


def keep_allocating(stop):
    """Starts threads that allocate and free until `stop` is set: objects, and memory without the GIL."""
    library = ctypes.CDLL(None)  # releases the GIL during a call
    library.PyMem_RawMalloc.restype = ctypes.c_void_p
    library.PyMem_RawMalloc.argtypes = [ctypes.c_size_t]
    library.PyMem_RawFree.argtypes = [ctypes.c_void_p]

    def objects():
        kept = [None] * 100
        while not stop.is_set():
            for i in range(1000):
                kept[i % 100] = {"a": [i], "b": "b%d" % i}

    def memory():
        blocks = [None] * 500
        while not stop.is_set():
            for i in range(len(blocks)):
                blocks[i] = library.PyMem_RawMalloc(100)
            for block in blocks:
                library.PyMem_RawFree(block)

    threads = [threading.Thread(target=function, daemon=True) for function in (objects, memory, memory)]
    for thread in threads:
        thread.start()
    return threads
