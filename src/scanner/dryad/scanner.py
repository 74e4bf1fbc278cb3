# SPDX-License-Identifier: MIT
"""Writes dumps of a PyPy process's objects for dryad to read. Under CPython the extension of the same name does it.

PyPy tells of its objects what gc knows: types, sizes, references. `dryad help dumping` says what is missing.
"""

import sys

if sys.implementation.name != "pypy":
    raise ImportError("dryad.scanner has not been built for this Python")

import datetime  # noqa: E402
import gc  # noqa: E402
import gzip  # noqa: E402
import hashlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import platform  # noqa: E402
import socket  # noqa: E402
import tempfile  # noqa: E402
import threading  # noqa: E402
import types  # noqa: E402

PROCESS, END = 1, 2  # addresses of the records that are no objects
FIRST_OWN = 1 << 63  # addresses for objects whose id is none
INTERNAL = type(gc.get_rpy_referents("text")[0])  # what belongs to the interpreter
DEPTHS = {str: 1, bytes: 1, int: 2, list: 2, dict: 2, set: 2, frozenset: 2, bytearray: 2}  # of internal structures
SCALARS = (str, bytes, int, float, bool, type(None), bytearray)
NAMED = (types.FunctionType, types.BuiltinFunctionType, type)


def get_referents(obj):
    """Returns a list of the objects that obj refers to."""
    return [referent for _, referent in _references(obj)]


def size_of(obj):
    """Returns the shallow size of an object in bytes, as in a dump."""
    return max(gc.get_rpy_memory_usage(obj), 0) + _internal_size(obj, DEPTHS.get(type(obj), 0))


def get_recursive_items(obj):
    """Returns a list of the objects reachable from obj, itself included."""
    return list(_walk([obj], _Addresses()))


def get_recursive_size(obj):
    """Returns the number of objects reachable from obj, itself included, and their total size in bytes."""
    sizes = [size_of(item) for item in _walk([obj], _Addresses())]
    return len(sizes), sum(sizes)


def dump_all_objects(file, *, values="full", max_value=100, overwrite=False):
    """Writes the objects that the garbage collector knows, the modules, and the frames of all threads.

    Returns their number. file is a path (.gz is compressed) or a file object; the options are those of the extension.
    Other threads go on, so what they change at the same time may be missing.
    """
    writer = _Writer(values, max_value)
    threads = writer.threads(sys._current_frames())
    return _write(file, overwrite, writer.dump([sys.modules] + gc.get_objects(), threads))


def dump_all_referenced(file, obj, is_pending=False, *, values="full", max_value=100, overwrite=False):
    """Writes the objects reachable from obj or, with is_pending, from the items of the sequence obj."""
    return _write(file, overwrite, _Writer(values, max_value).dump(list(obj) if is_pending else [obj], []))


def _needs_cpython(name):
    def function(*_, **__):
        raise NotImplementedError("dryad.scanner.%s needs CPython" % name)

    function.__name__ = name
    return function


dump_gc_objects, add_special_size, on_signal = map(_needs_cpython, ("dump_gc_objects", "add_special_size", "on_signal"))

# ---- objects


def _internal_size(obj, depth):
    """Bytes of the structures that implement an object, as deep as they are its own."""
    if depth == 0:
        return 0
    parts = [part for part in gc.get_rpy_referents(obj) if type(part) is INTERNAL]
    return sum(max(gc.get_rpy_memory_usage(part), 0) + _internal_size(part, depth - 1) for part in parts)


def _attributes(obj):
    """The attributes of an instance of a Python class, by name; without running its code."""
    try:
        attributes = object.__getattribute__(obj, "__dict__")
    except AttributeError:
        return {}
    return attributes if type(attributes) is dict else {}


def _frame_references(frame):
    yield "f_back", frame.f_back
    yield "f_code", frame.f_code
    yield "f_globals", frame.f_globals
    if frame.f_locals is not frame.f_globals:
        yield from list(frame.f_locals.items())


def _references(obj):
    """The references of an object, each with a name or None."""
    kind = type(obj)
    if kind in SCALARS:
        return
    if kind in (list, tuple):
        yield from ((None, item) for item in list(obj))
    elif kind is dict:
        for key, value in list(obj.items()):
            yield None, key
            yield None, value
    elif kind is types.ModuleType:
        yield None, vars(obj)
    elif kind is types.FrameType:
        yield from ((name, value) for name, value in _frame_references(obj) if value is not None)
    elif kind.__module__ == "builtins" or issubclass(kind, type):
        yield from ((None, referent) for referent in gc.get_referents(obj))
    else:
        attributes = _attributes(obj)
        named = {id(value) for value in attributes.values()} | {id(attributes), id(kind)}
        yield from ((None, referent) for referent in gc.get_referents(obj) if id(referent) not in named)
        yield from ((str(name), value) for name, value in list(attributes.items()))
        yield None, kind


class _Addresses:
    """An address for every object: its id, unless that is no address (large numbers)."""

    def __init__(self):
        self.others, self.hidden = {}, set()

    def of_key(self, key):
        return self.others.setdefault(key, FIRST_OWN + 16 * len(self.others))

    def __call__(self, obj):
        number = id(obj)
        return number if END < number < FIRST_OWN else self.of_key(number)

    def hide(self, *things):
        """The structures of the dump itself are not part of it."""
        self.hidden.update(map(self, things))


def _walk(starts, address_of):
    """All objects reachable from some, each once."""
    seen, pending = set(), list(starts)
    kept = []  # an object's id stays its own as long as it lives
    address_of.hide(starts, seen, pending, kept, address_of.others, address_of.hidden, address_of)
    while pending:
        obj = pending.pop()
        address = address_of(obj)
        if address in seen or address in address_of.hidden or type(obj) is INTERNAL:
            continue
        seen.add(address)
        kept.append(obj)
        yield obj
        pending.extend(referent for _, referent in _references(obj))


# ---- lines


class _Writer:
    def __init__(self, values, max_value):
        if values not in ("full", "hash", "none"):
            raise ValueError("values must be 'full', 'hash' or 'none', not %r" % (values,))
        if max_value < 0:
            raise ValueError("max_value must not be negative")
        self.values, self.max_value, self.key = values, max_value, os.urandom(16)
        self.address_of = _Addresses()

    def private(self, text):
        if self.values == "full":
            return text
        digest = hashlib.blake2b(repr(text).encode("utf-8", "surrogatepass"), digest_size=8, key=self.key).hexdigest()
        return digest if self.values == "hash" else ""

    def value(self, obj):
        kind = type(obj)
        if kind is types.FrameType:
            return obj.f_code.co_name
        if self.values == "none" or kind not in (str, bytes, bool, int, float):
            return None
        if self.values == "hash":
            return self.private(obj)
        if kind is str:
            return obj[:self.max_value]
        if kind is bytes:
            return obj[:self.max_value].decode("latin-1")
        return str(obj) if kind is bool or obj != obj else obj

    def line(self, obj):
        record = {"address": self.address_of(obj), "type": type(obj).__name__, "size": size_of(obj)}
        if type(obj) in (str, bytes, bytearray, list, tuple, dict, set, frozenset):
            record["len"] = len(obj)
        if isinstance(obj, NAMED + (types.ModuleType,)) and type(getattr(obj, "__name__", None)) is str:
            record["name"] = obj.__name__
        value = self.value(obj)
        if value is not None:
            record["value"] = value
        if isinstance(obj, type):
            record["qualname"] = "%s.%s" % (obj.__module__, obj.__qualname__)
        if obj is sys.modules:
            record["root"] = "modules"
        if type(obj) is types.FrameType:
            record.update(file=obj.f_code.co_filename, line=obj.f_lineno)
        references = [(name, self.address_of(referent)) for name, referent in _references(obj)
                      if type(referent) is not INTERNAL]
        references = [reference for reference in references if reference[1] not in self.address_of.hidden]
        record["refs"] = [address for _, address in references]
        if any(name is not None for name, _ in references):
            record["names"] = [name for name, _ in references]
        return record

    def threads(self, frames):
        """A line for each thread, with its frames."""
        known, records = {thread.ident: thread for thread in threading.enumerate()}, []
        for ident, frame in frames.items():
            stack = []
            while frame is not None:
                if frame.f_code.co_filename != __file__:
                    stack.append(frame)
                frame = frame.f_back
            thread = known.get(ident)
            facts = {"ident": ident, "daemon": bool(thread and thread.daemon)}
            if thread is not None and getattr(thread, "native_id", None):
                facts["native_id"] = thread.native_id
            record = {"address": self.address_of.of_key(("thread", ident)), "type": "<thread>", "size": 0}
            if thread is not None:
                record["name"] = thread.name
            record.update(value=json.dumps(facts), root="thread", refs=[self.address_of(frame) for frame in stack])
            records.append((record, stack))
        return records

    def process(self):
        with open("/proc/self/cmdline", "rb") as file:
            command = file.read().rstrip(b"\0").replace(b"\0", b" ").decode("utf-8", "replace")
        with open("/proc/self/statm") as file:
            size, resident = (int(word) * os.sysconf("SC_PAGE_SIZE") for word in file.read().split()[:2])
        facts = {
            "pid": os.getpid(), "command": self.private(command), "executable": self.private(sys.executable),
            "python": platform.python_version(), "implementation": "PyPy",
            "time": datetime.datetime.utcnow().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "hostname": self.private(socket.gethostname()), "gc": {"enabled": gc.isenabled()}, "rss": resident,
            "vms": size, "threads": threading.active_count(), "tracemalloc": False,
        }
        return {"address": PROCESS, "type": "<process>", "size": 0, "value": json.dumps(facts), "refs": []}

    def dump(self, starts, threads):
        """The records of a dump: the process, threads, everything reachable, and the end."""
        count = 1
        yield self.process()
        self.address_of.hide(self, self.__dict__, threads)
        for record, stack in threads:
            self.address_of.hide(record, record["refs"], stack)
            count += 1
            yield record
            starts.extend(stack)
        for obj in _walk(starts, self.address_of):
            count += 1
            yield self.line(obj)
        yield {"address": END, "type": "<end>", "size": 0, "value": count, "refs": []}


# ---- files


def _write(file, overwrite, records):
    """Writes the lines; returns the number of objects. A path appears when its file is complete."""
    if hasattr(file, "write"):
        return _write_lines(lambda text: _write_text(file, text), records)
    path = os.fspath(file)
    path = os.fsdecode(path)
    if path.endswith(".zst"):
        raise ValueError("PyPy does not write zstd: %r" % path)
    if not overwrite and os.path.lexists(path):
        raise FileExistsError(17, "exists already; overwrite=True replaces it", path)
    descriptor, temporary = tempfile.mkstemp(prefix=".dryad-", dir=os.path.dirname(path) or ".")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with gzip.GzipFile("", "wb", fileobj=raw) if path.endswith(".gz") else _Kept(raw) as output:
                count = _write_lines(output.write, records)
            raw.flush()
            os.fsync(raw.fileno())
        if overwrite:
            os.replace(temporary, path)
        else:
            os.link(temporary, path)  # fails if the name is taken by now
        return count
    finally:
        if os.path.lexists(temporary):
            os.unlink(temporary)


class _Kept:
    """A file that another `with` closes."""

    def __init__(self, file):
        self.write = file.write

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


def _write_text(file, text):
    try:
        file.write(text)
    except TypeError:
        file.write(text.decode())


def _write_lines(write, records):
    objects = -2  # without the process and the end
    for record in records:
        # The separators are those of the extension; an infinity is a number too large.
        write(json.dumps(record).replace("Infinity", "1e999").encode() + b"\n" if _infinite(record)
              else json.dumps(record).encode() + b"\n")
        objects += 1
    return objects


def _infinite(record):
    return type(record.get("value")) is float and record["value"] in (float("inf"), float("-inf"))
