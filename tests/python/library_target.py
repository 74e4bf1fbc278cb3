# SPDX-License-Identifier: MIT
"""A program into which the library is loaded: library_target.py KIND LOADER SOCKET

It does what its kind says, writes what it knows of itself as JSON to the socket, and lets the loader serve there, while
the main thread stands in that one call. At the end it checks that it is as it was.
"""

import ctypes
import gc
import json
import os
import platform
import socket
import sys
import sysconfig
import threading
import time
import tracemalloc
import zlib

import garbage
import kinds
import program
import traced
from live_heap import live_heap, size_bounds

STARTED = time.time()


def known():
    """Objects that do not change, by address: type, least and most bytes according to Python, referents."""
    before = live_heap(gc.get_objects() + [sys.modules])
    facts = {}
    for address, (thing, referents) in before.items():
        if [id(referent) for referent in gc.get_referents(thing)] != referents:
            continue
        # A __sizeof__ in Python is not called, nor one that needs its defining class.
        asked = isinstance(thing, program.Sized) or any(base.__module__ == "_ctypes" for base in type(thing).__mro__)
        facts[address] = [type(thing).__name__, None if asked else size_bounds(thing), referents]
    return before, facts


def idle():
    return []


def blocked():
    """Threads that wait, deep in recursions, and others that wait for a lock."""
    lock = threading.Lock()
    lock.acquire()
    return [program.Blocked() for _ in range(3)] + [threading.Thread(target=lock.acquire, daemon=True).start()]


def busy():
    """Threads that constantly create and drop objects; and some in malloc without the GIL."""
    data = os.urandom(50000)

    def work():
        kept = []
        while True:
            kept.append({"a": [len(kept)], "b": "b%d" % len(kept)})
            if len(kept) > 1000:
                del kept[:]

    def allocate():
        while True:
            zlib.compress(data, 1)

    for function in (work, work, allocate, allocate):
        threading.Thread(target=function, daemon=True).start()
    return []


def allocating():
    """Objects with known sites, and threads that allocate and free."""
    tracemalloc.start(8)
    things = traced.build()
    traced.keep_allocating(threading.Event())
    return things


def suspended():
    """Greenlets in every state."""
    import greenlets

    return greenlets.build()


def arrays():
    import numpy_arrays

    return numpy_arrays.build() if numpy_arrays.numpy is not None else ([], [])


def interpreters():
    try:
        import _interpreters as module
    except ImportError:
        try:
            import _xxsubinterpreters as module
        except ImportError:
            import _testcapi as module
    made = module.create()
    module.run_string(made, "mark = ['made in' + ' another' * len('1')]")
    return [module, made]


def busy_interpreter():
    module, made = interpreters()
    threading.Thread(target=module.run_string, args=(made, "while True: pass"), daemon=True).start()
    time.sleep(0.2)
    return [module, made]


def sizes():
    return kinds.measure(only_by_collector=True)


def garbage_and_held():
    """Objects whose fate is known."""
    return garbage.build(garbage.load_holder(os.path.dirname(os.path.abspath(__file__))))


def write(symbol, offset, text):
    """Overwrites read-only memory."""
    api = ctypes.pythonapi
    place = ctypes.addressof(ctypes.c_char.in_dll(api, symbol)) + offset
    page = place // 4096 * 4096
    assert ctypes.CDLL(None).mprotect(ctypes.c_void_p(page), ctypes.c_size_t(8192), 7) == 0
    ctypes.memmove(place, text, len(text))


def resized():
    """A Python with lists larger than they should be."""
    head = object.__basicsize__ + 8 + 8  # a type's own, and its name
    assert ctypes.c_size_t.from_address(id(list) + head).value == list.__basicsize__
    write("PyList_Type", head, (list.__basicsize__ + 8).to_bytes(8, "little"))
    return []


def newer():
    """A Python whose version differs from what its functions say."""
    write("Py_Version", 0, b"\xf0\0\x10\3")
    return []


def renumbered():
    """A Python that publishes another offset for its threads."""
    head = ctypes.string_at(ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, "_PyRuntime")), 200)
    if head[:8] == b"xdebugpy":
        place = 24 + 8 * 3 + 8 * 3  # after the head, the runtime's three, and three of the interpreter's
        write("_PyRuntime", place, (77777).to_bytes(8, "little"))
    return []


def process():
    """What a dump should say of this process."""
    with open("/proc/self/cmdline") as command:
        text = command.read()[:-1].replace("\0", " ")
    return {"command": text, "executable": os.readlink("/proc/self/exe"), "python": platform.python_version(),
            "implementation": platform.python_implementation(), "hostname": socket.gethostname(),
            "threads": threading.active_count()}


def described_threads():
    return {thread.ident: [thread.name, thread.native_id, thread.daemon, 0] for thread in threading.enumerate()}


def state():
    """The state that must not change."""
    return {"threads": len(os.listdir("/proc/self/task")), "objects": len(gc.get_objects()),
            "files": sorted(os.listdir("/proc/self/fd"))[:-1], "modules": sorted(sys.modules)}


def main():
    kind, loader, number = sys.argv[1], ctypes.CDLL(sys.argv[2]), int(sys.argv[3])
    channel = socket.socket(fileno=number)
    gc.collect()
    gc.disable()
    kept = [program.build(1000), globals()[kind]()]
    marker = ["held by the frame that waits"]
    gc.set_threshold(71234, 11, 12)
    gc.garbage.extend(["not", "really"])
    before, facts = known() if kind == "blocked" else ({}, {})
    described = process()  # later: a variable that main then deletes is no reference of its frame
    measured = kept[1][1] if kind == "sizes" else []
    interpreter = int(kept[1][1]) if kind == "interpreters" else 0
    told = {"interpreter": interpreter, "facts": facts, "measured": measured, "marker": id(marker), "kept": id(kept), "version": sys.version_info[:2], "gil": getattr(sys, "_is_gil_enabled", lambda: True)(),
            "process": described, "threads": described_threads(), "started": STARTED, "thresholds": [71234, 11],
            "free_threaded": sysconfig.get_config_var("Py_GIL_DISABLED") == 1}
    if kind == "suspended":
        told["greenlets"] = [(id(made), id(session)) for made, session in kept[1][0]]
    if kind == "garbage_and_held":
        told["fates"] = dict(kept[1], kept=garbage.reached_from(kept[0]))
    if kind == "arrays":
        told["arrays"] = kept[1][1]
    if kind == "allocating":
        told["traced"] = tracemalloc.get_traced_memory()[0]
        told["sites"] = [(id(thing), lines) for thing, lines in kept[1]]
    text = json.dumps(told).encode() + b"\n"
    del told, facts, measured
    serve = loader.serve
    first = state()
    first = state()  # while there is one, as at the end
    channel.sendall(text)  # from here on, this process opens no files: the test looks at them
    serve(number)
    deadline = time.monotonic() + 60  # the library's thread leaves by itself
    while state()["threads"] > first["threads"] and time.monotonic() < deadline:
        time.sleep(0.01)
    last = state()
    if kind not in ("busy", "allocating"):
        assert first == last, [(first[what], last[what]) for what in first if first[what] != last[what]]
    try:
        os.waitpid(-1, os.WNOHANG)
    except ChildProcessError:
        os._exit(7)
    raise AssertionError("a child is left")


main()
