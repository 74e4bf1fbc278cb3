# SPDX-License-Identifier: MIT
"""What a dump calls the references of frames, generators and built-in objects, and the lines where they stand."""

import asyncio
import builtins
import contextvars
import functools
import gc
import json
import random
import subprocess
import sys
import types
import unittest
import weakref

import program
from dryad import scanner
from support import DRYAD, Case


class NamesCase(Case):
    def names(self, thing, records=None):
        """The address of each named reference, by name; and the record."""
        record = (records or self.dump_of(thing))[id(thing)]
        names = record.get("names", [])
        self.assertIn(len(names), (0, len(record["refs"])))
        pairs = [(name, ref) for name, ref in zip(names, record["refs"]) if name is not None]
        return dict(pairs), record

    def check_names(self, thing, **expected):
        """These references, and no others, have names, except for text that lives anywhere."""
        names, record = self.names(thing)
        self.assertEqual({name: id(value) for name, value in expected.items()}, {name: names.get(name) for name in expected})
        return record


def fails(given, depth=0):
    own, cell = [given], [depth]

    def inner(argument):
        local = [argument]
        assert local is cell, given

    if depth > 0:
        return fails(given, depth - 1)
    return inner(own)


def traceback_of(function, *arguments):
    try:
        function(*arguments)
    except AssertionError as error:
        return error.__traceback__


def frames_of(traceback):
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


class Waits:
    def __await__(self):
        waiting = ["waiting"]
        yield waiting


async def coroutine(argument):
    local = [argument]
    await Waits()
    return local


async def outer(argument):
    inner = coroutine(argument)
    return await inner


async def asynchronous(argument):
    for number in [1, 2]:
        yield argument, number


def generator(argument):
    held = [argument]
    for number in [1, 2]:
        yield held, number


def delegating(argument):
    inner = generator(argument)
    yield from inner


class VariablesTest(NamesCase):
    def setUp(self):
        super().setUp()
        self.given = ["given"]

    def test_variables_of_finished_frames_have_their_names(self):
        frames = list(frames_of(traceback_of(fails, self.given, 3)))[1:]
        self.assertEqual(5, len(frames))
        records = self.dump_of(frames)
        cells = {id(cell): cell for cell in gc.get_objects() if isinstance(cell, types.CellType)}
        for frame in frames:
            names, record = self.names(frame, records)
            self.assertEqual(frame.f_code.co_name, record["value"])
            behind = frame.f_code.co_cellvars + frame.f_code.co_freevars
            for name, value in frame.f_locals.items():
                expected = cells[names[name]].cell_contents if name in behind else value
                self.assertIs(expected, value)
                self.assertTrue(name in behind or names[name] == id(value), name)

    def test_the_frame_that_runs_has_names(self):
        local = ["local"]
        frame = sys._getframe()
        self.check_names(frame, local=local, f_back=frame.f_back, f_code=frame.f_code)

    def test_a_frame_leads_to_its_caller_and_code(self):
        frame = list(frames_of(traceback_of(fails, self.given)))[-1]
        self.check_names(frame, f_back=frame.f_back, f_code=frame.f_code)

    def test_a_value_on_the_stack_has_no_name(self):
        made = generator(self.given)
        next(made)
        names, record = self.names(made)
        if sys.version_info < (3, 11):
            names, record = self.names(made.gi_frame)
        self.assertIn(None, record["names"])
        self.assertEqual({"argument", "held", "number"},
                         {name for name in names if not name.startswith(("gi_", "f_", "__"))})

    def test_a_generator_has_its_variables_and_its_code(self):
        made = generator(self.given)
        next(made)
        record = self.check_names(made, gi_code=made.gi_code)
        self.assertEqual("generator", record["name"])
        held = made if sys.version_info >= (3, 11) else made.gi_frame
        self.check_names(held, argument=self.given, held=made.gi_frame.f_locals["held"])

    @unittest.skipIf(sys.version_info < (3, 11), "its frame is an object, whose stack has no names")
    def test_a_generator_or_coroutine_leads_to_what_it_waits_for(self):
        waits, delegates, started = outer(self.given), delegating(self.given), generator(self.given)
        self.addCleanup(waits.close)
        waits.send(None)
        next(delegates)
        next(started)
        self.check_names(waits, cr_await=waits.cr_await, cr_code=waits.cr_code, argument=self.given)
        self.check_names(waits.cr_await, cr_await=waits.cr_await.cr_await)
        self.check_names(delegates, gi_yieldfrom=delegates.gi_yieldfrom)
        self.assertNotIn("gi_yieldfrom", self.names(started)[0])

    def test_an_asynchronous_generator_has_names(self):
        made = asynchronous(self.given)
        with self.assertRaises(StopIteration):
            made.__anext__().send(None)
        record = self.check_names(made, ag_code=made.ag_code)
        self.assertEqual("asynchronous", record["name"])
        self.check_names(made if sys.version_info >= (3, 11) else made.ag_frame, argument=self.given)

    def test_the_name_of_a_generator_is_its_qualified_one(self):
        made = (number for number in [1])
        self.assertEqual(made.__qualname__, self.names(made)[1]["name"])

    def test_each_reference_of_a_generator_is_there_once(self):
        async def later():
            await Waits()

        made, ended, waits = generator(self.given), generator(self.given), later()
        self.addCleanup(waits.close)
        waits.send(None)
        next(made)
        list(ended)
        for thing in (made, ended, waits):
            thing.__name__, thing.__qualname__ = "name of %d" % id(thing), "qualified name of %d" % id(thing)
            names, record = self.names(thing)
            self.assertEqual(sorted(map(id, gc.get_referents(thing))), sorted(record["refs"]), record)
            own = {"__name__": id(thing.__name__), "__qualname__": id(thing.__qualname__)}
            self.assertEqual(own, {name: names[name] for name in own})

    def test_a_generator_that_ended_has_neither_variables_nor_a_line(self):
        made = generator(self.given)
        list(made)
        names, record = self.names(made)
        self.assertNotIn("argument", names)
        self.assertNotIn("line", record)


class LinesTest(NamesCase):
    def check_line(self, thing, frame):
        record = self.names(thing)[1]
        self.assertEqual((frame.f_code.co_filename, frame.f_lineno), (record.get("file"), record.get("line")))

    def source(self, chosen):
        """A function that calls `up` at one of its lines, which jump about."""
        kinds = ("  x = [1,\n\n  2, {},\n\n\n 3]", "  for i in (1, 2):\n    x = (i,\n   {} if i == 2\n else 4)",
                 "  if True: {}\n  else:\n\n    x = 5", "  try:\n    y = {}\n  finally:\n    x = 5",
                 "  with up.manager:\n\n    x = (1,\n\n   2,\n {},\n 3)", "  x = max(1, 2, key=lambda _: 3)\n  {}")
        lines, steps = ["def function(up):"], chosen.randrange(3, 12)
        stop = chosen.randrange(steps)
        for step in range(steps):
            lines += [""] * chosen.choice((0, 0, 1, 2, 130, 300))
            lines.append(chosen.choice(kinds).format("up()" if step == stop else "str(%d)" % step))
        return "\n" * chosen.randrange(400) + "\n".join(lines) + "\n"

    def test_lines_of_running_frames_are_those_of_python(self):
        chosen, seen, path = random.Random(1), [], self.path()

        class Up:
            """Called by each function at the line where it stops; calls the next one."""
            manager = type("Manager", (), {"__enter__": lambda self: self, "__exit__": lambda self, *_: None})()

            def __init__(self, functions):
                self.functions = functions

            def __call__(self, *_):
                seen.append(sys._getframe(1))
                if self.functions:
                    self.functions.pop()(self)
                else:
                    scanner.dump_all_referenced(path, list(seen), overwrite=True)
                    expected.update({id(frame): (frame.f_code.co_filename, frame.f_lineno) for frame in seen})

        for batch in range(3):
            functions, expected = [], {}
            for number in range(120):
                space = {}
                exec(compile(self.source(chosen), "file %d of %d" % (number, batch), "exec"), space)
                functions.append(space["function"])
            del seen[:]
            functions.pop()(Up(functions))
            self.assertGreaterEqual(len(expected), 120)
            lines = self.lines_of(path)
            self.assertEqual(expected, {address: lines.get(address) for address in expected})

    def lines_of(self, path):
        with open(path) as dump:
            parsed = [json.loads(line) for line in dump if '"type": "frame"' in line]
        return {record["address"]: (record.get("file"), record.get("line")) for record in parsed}

    def test_lines_of_finished_frames_are_those_where_they_ended(self):
        for frame in frames_of(traceback_of(fails, 1, 3)):
            if frame is not sys._getframe():
                self.check_line(frame, frame)

    def test_a_generator_has_the_line_where_it_stands(self):
        made, unstarted = generator(1), generator(2)
        next(made)
        self.check_line(made, made.gi_frame)
        self.check_line(unstarted, unstarted.gi_frame)

    def test_a_coroutine_has_the_line_where_it_waits(self):
        made = outer(1)
        self.addCleanup(made.close)
        made.send(None)
        self.check_line(made, made.cr_frame)
        self.check_line(made.cr_await, made.cr_await.cr_frame)


class BuiltinsTest(NamesCase):
    def test_what_a_function_may_lack_has_its_name(self):
        held = ["held"]

        def full(first: held = (1,), *, second={}):
            return held, first, second

        full.attribute = held
        self.check_names(full, __defaults__=full.__defaults__, __kwdefaults__=full.__kwdefaults__,
                         __closure__=full.__closure__, __dict__=full.__dict__, __annotations__=full.__annotations__)

    def test_a_traceback_leads_to_its_frame_and_the_next_one(self):
        first = traceback_of(fails, 1)
        self.check_names(first, tb_next=first.tb_next, tb_frame=first.tb_frame)
        last = first.tb_next.tb_next
        self.assertIsNone(last.tb_next)
        self.check_names(last, tb_frame=last.tb_frame)

    def test_a_partial_has_its_function_and_arguments(self):
        made = functools.partial(print, ["argument"], keyword=2)
        self.check_names(made, func=made.func, args=made.args, keywords=made.keywords)

    def test_a_weak_reference_has_its_callback(self):
        target = program.Plain(1)
        called = lambda _: None
        self.check_names(weakref.ref(target, called), __callback__=called)
        self.check_names(weakref.proxy(target, called), __callback__=called)

    def test_a_property_has_its_functions(self):
        get, remove = lambda self: 1, lambda self: 2
        self.check_names(property(get, None, remove), fget=get, fdel=remove)

    def test_a_built_in_function_is_told_by_order(self):
        held = []
        append = held.append
        for thing, expected in ((append, [held]), (len, [builtins, len.__module__])):
            names, record = self.names(thing)
            self.assertEqual({}, names)
            self.assertEqual(list(map(id, expected)), record["refs"])

    def test_methods_have_their_object(self):
        method = program.Plain(1).__init__
        self.check_names(method, __func__=method.__func__, __self__=method.__self__)


    def test_an_lru_cache_has_its_function_and_entries(self):
        function = lambda argument: ["result of", argument]
        cached = functools.lru_cache(maxsize=10)(function)
        results = [cached(argument) for argument in ("first", "second")]
        names, record = self.names(cached)
        self.check_names(cached, __wrapped__=function, __dict__=cached.__dict__)
        pairs = list(zip(record["names"], record["refs"]))
        self.assertEqual([("result", id(result)) for result in results], [pair for pair in pairs if pair[0] == "result"])
        self.assertEqual([("key", id("first")), ("key", id("second"))], [pair for pair in pairs if pair[0] == "key"])

    def test_context_variables_have_what_they_hold(self):
        variable = contextvars.ContextVar("variable", default=["default"])
        token = contextvars.copy_context().run(variable.set, 5)
        self.check_names(token, var=variable)
        context = contextvars.copy_context()
        self.assertEqual({"ctx_vars"}, set(self.names(context)[0]))


class LabelsTest(NamesCase):
    """What only the order of references tells: dryad knows it."""

    def labels(self, things):
        """For each of them, what dryad calls its references: the address of each, and the text."""
        scanner.dump_all_objects(self.path(), overwrite=True)
        with open(self.path("labels.lua"), "w") as script:
            script.write("""
local heap = require "dryad".load(%s, { progress = false })
for _, address in ipairs { %s } do
  local o = heap[address]
  for i = 1, #o do
    if not o:label(i):find "^%%[ref" then
      print(("%%d %%s %%d"):format(address, o:label(i), o.children[i]))
    end
  end
end""" % (json.dumps(self.path()), ", ".join(str(id(thing)) for thing in things)))
        output = subprocess.check_output(DRYAD + [self.path("labels.lua")], universal_newlines=True)
        found = {}
        for line in output.splitlines():
            address, label, referent = line.split(" ")
            found.setdefault(int(address), {})[label] = int(referent)
        return found

    def classes(self):
        class Meta(type):
            pass

        class Slotted(metaclass=Meta):
            __slots__ = "first", "second"

        return [thing for thing in gc.get_objects() if isinstance(thing, type)] + [object, Slotted]

    def test_classes_have_labels_for_what_they_hold(self):
        classes = self.classes()
        self.assertGreater(len(classes), 100)
        labels = self.labels(classes)
        for made in classes:
            expected = {".__mro__": id(made.__mro__), ".__bases__": id(made.__bases__)}
            if made.__base__ is not None:
                expected[".__base__"] = id(made.__base__)
            told = labels[id(made)]
            self.assertEqual(expected, {label: told.get(label) for label in expected}, made)

    def test_descriptors_have_labels_for_what_they_hold(self):
        kinds = (types.MethodDescriptorType, types.ClassMethodDescriptorType, types.MemberDescriptorType,
                 types.GetSetDescriptorType, types.WrapperDescriptorType)
        found = [thing for made in self.classes() for thing in list(made.__dict__.values()) if type(thing) in kinds]
        self.assertEqual(set(kinds), {type(thing) for thing in found})
        labels = self.labels(found)
        for thing in found:
            expected = {".__objclass__": id(thing.__objclass__), ".__name__": id(thing.__name__)}
            told = labels[id(thing)]
            self.assertEqual(expected, {label: told.get(label) for label in expected}, thing)
            self.assertIn(told.get(".__qualname__"), (None, id(thing.__qualname__)))

    def test_a_context_has_the_values_of_its_variables_by_name(self):
        variables = [contextvars.ContextVar("variable_%d" % number) for number in range(100)]
        values = [["value", number] for number in range(100)]
        context = contextvars.Context()
        for variable, value in zip(variables, values):
            context.run(variable.set, value)
        nodes = [context]
        for node in nodes:  # and those found meanwhile
            nodes += [inner for inner in gc.get_referents(node) if type(inner).__name__.startswith("hamt")]
        found = [item for labels in self.labels(nodes).values() for item in labels.items()]
        expected = [("[%s]" % variable.name, id(value)) for variable, value in zip(variables, values)]
        self.assertEqual(sorted(expected), sorted(item for item in found if item[0].startswith("[")))


class AsyncioTest(NamesCase):
    def setUp(self):
        super().setUp()
        self.loop = asyncio.new_event_loop()
        self.addCleanup(self.loop.close)

    def test_tasks_and_futures_have_names_for_what_they_hold(self):
        future = self.loop.create_future()

        async def wait():
            await future

        async def named():
            task, other = self.loop.create_task(wait()), self.loop.create_task(wait())
            if sys.version_info >= (3, 8):
                task.set_name("named")
            await asyncio.sleep(0)
            record = self.check_names(task, _coro=task._coro, _loop=self.loop, _fut_waiter=task._fut_waiter)
            self.assertEqual("named", record["name"])
            frame = task._coro.cr_frame
            self.assertEqual((__file__, frame.f_lineno), (record["file"], record["line"]))
            self.assertEqual(other.get_name(), self.names(other)[1]["name"])
            self.assertIs(future, task._fut_waiter)
            future.set_result(["result"])
            await asyncio.gather(task, other)
            self.check_names(future, _result=future._result, _loop=self.loop)
            self.assertNotIn("line", self.names(task)[1])

        self.loop.run_until_complete(named())

    def test_a_future_that_failed_has_its_exception(self):
        future = self.loop.create_future()
        future.set_exception(ValueError("failed"))
        self.check_names(future, _exception=future._exception)
        future.exception()


if __name__ == "__main__":
    unittest.main()
