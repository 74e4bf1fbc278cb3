# SPDX-License-Identifier: MIT
"""Objects whose fate is known, for the tests of garbage: each function returns the addresses of what nobody holds any
more, of what only C code holds, and of what is alive. The collector must be off."""

import atexit
import collections
import ctypes
import functools
import gc
import importlib.util
import os
import shutil
import subprocess
import sys
import types
import weakref

import program


class Node:
    """Can be part of a cycle; holds one of each kind of container, and a text of its own."""

    def __init__(self, name):
        self.text = "".join(["text of ", name])
        self.list, self.dict, self.tuple, self.set = [self], {"node": self, ("key", name): 1}, (self, name), {self}

    def held(self):
        return [self, self.text, self.list, self.dict, self.tuple, self.set]


class Finalized(Node):
    def __del__(self):
        pass


class Slots:
    __slots__ = ("itself", "node", "__weakref__")

    def __init__(self):
        self.itself, self.node = self, Node("in a slot")


class SlotsAndDict(Slots):
    def __init__(self):
        super().__init__()
        self.extra = Node("beside slots")


class Mapping(dict):
    pass


def addresses(things):
    return [id(thing) for thing in things]


def hold(thing):
    """As C code that keeps a reference in a variable."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    return thing


# ---- what nobody holds


def dead_cycles():
    nodes = [Node("first"), Finalized("with a finalizer"), Node("with a dict")]
    nodes[2].__dict__["more"] = ["in a dict"]
    found = [nodes[2].__dict__, nodes[2].more]
    for node in nodes:
        found += node.held()
    return addresses(found)


def dead_slots():
    first, second = Slots(), SlotsAndDict()
    return addresses([first, second] + first.node.held() + second.node.held() + second.extra.held())


def dead_mappings():
    found = []
    for kind in (collections.OrderedDict, Mapping, functools.partial(collections.defaultdict, list)):
        mapping, node = kind(), Node("in a mapping")
        key = ("a key", node.text)
        mapping[key], mapping["itself"] = node, mapping
        found += [mapping, key] + node.held()
    return addresses(found)


def generate(box):
    node = Node("in a generator")
    box.append(node)
    yield box
    yield node


def dead_generators():
    found = []
    for with_frame in (False, True):
        box = []
        generator = generate(box)
        next(generator)
        box.append(generator)
        if with_frame:
            box.append(generator.gi_frame)
            found.append(box[-1])
        found += [box, generator] + box[0].held()
    return addresses(found)


def dead_coroutines():
    async def wait(box):
        node = Node("in a coroutine")
        box.append(node)
        await pause()

    @types.coroutine
    def pause():
        yield 1

    box = []
    coroutine = wait(box)
    coroutine.send(None)
    box.append(coroutine)
    return addresses([box, coroutine] + box[0].held())


def fail(node):
    try:
        raise ValueError(node)
    except ValueError as error:
        kept = error  # which leads to this frame by its traceback
        return id(kept), id(kept.__traceback__)


def dead_frames():
    node = Node("in a frame")
    return list(fail(node)) + addresses(node.held())


def dead_caches():
    node = Node("in a cache")

    @functools.lru_cache(maxsize=4)
    def cached(key):
        return [key, cached]

    result = cached(node)
    return addresses([result] + node.held())


def dead_classes():
    class Local:
        node = Node("in a class")

        def method(self):
            return Local

    class Derived(Local):
        pass

    return addresses([Local, Derived] + Local.node.held())


def dead_weak_references():
    node = Node("referred to weakly")
    node.weak = weakref.ref(node)
    return addresses(node.held() + [node.weak])


# ---- what C code holds


def held_by_c():
    node, alone = Node("held by C code"), hold(["held by C code alone"])
    hold(node.list)
    return addresses(node.held() + [alone])


def held_in_garbage():
    """Parts of garbage that C code holds: they and what they lead to are none."""
    node = Node("holder of what C code holds")
    mapping = collections.OrderedDict({("a key", node.text): hold(Node("in an ordered dict of garbage"))})
    mapping["itself"] = mapping
    instance = hold(Node("in an instance of garbage"))
    node.kept = instance
    generator_box = []
    generator = generate(generator_box)
    next(generator)
    generator_box.append(generator)
    generator_box.append(generator.gi_frame)
    hold(generator_box[0])
    held = [mapping[("a key", node.text)], instance, generator_box[0]]
    return addresses(part for each in held for part in each.held())


CALLBACK = ctypes.CFUNCTYPE(None)


def held_by_callback():
    node = Node("held by a function for C code")
    callback = hold(CALLBACK(lambda: node))
    return addresses(node.held() + [callback])


def held_by_atexit():
    node = Node("held by atexit")
    atexit.register(node.list.append, node)
    return addresses(node.held())


def held_by_module(module):
    """By the test's extension module: in a static variable, and in its state."""
    first, second = Node("in a static variable"), Node("in the state of a module")
    module.keep_static(first)
    module.keep_in_state(second)
    return addresses(first.held() + second.held())


def compile_holder(folder, *includes):
    """Compiles the test's extension module, where there is a compiler and a Python.h in the first of the folders."""
    compiler = shutil.which("cc")
    if compiler is None or not os.path.exists(os.path.join(includes[0], "Python.h")):
        return
    source = os.path.join(os.path.dirname(os.path.abspath(__file__)), "holder.c")
    options = [word for include in includes for word in ("-idirafter", include)]
    subprocess.check_call([compiler, "-shared", "-fPIC", source, "-o", os.path.join(folder, "holder.so")] + options,
                          env={key: value for key, value in os.environ.items() if key != "LD_PRELOAD"})


def load_holder(folder):
    """The extension module, or None if it could not be compiled."""
    path = os.path.join(folder, "holder.so")
    if not os.path.exists(path):
        return None
    spec = importlib.util.spec_from_file_location("holder", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- what the program holds


def reached_from(kept):
    """The addresses of what an object leads to, but for code."""
    code = (type, type(sys), types.FunctionType, types.CodeType, types.FrameType)
    found, pending = set(), [kept]
    while pending:
        thing = pending.pop()
        # Threads that wait for a call have arguments on stacks that only C code knows.
        if id(thing) in found or isinstance(thing, code + (program.Blocked,)):
            continue
        found.add(id(thing))
        pending.extend(gc.get_referents(thing))
    return sorted(found)


# ---- all of it


def build(module=None):
    functions = {"dead": [], "held": []}
    for name, function in list(globals().items()):
        kind = name.split("_")[0]
        if kind in functions and function is not held_by_module:
            functions[kind].append(function)
    found = {kind: {function.__name__: function() for function in functions[kind]} for kind in functions}
    if module is not None:
        found["held"]["held_by_module"] = held_by_module(module)
    return found
