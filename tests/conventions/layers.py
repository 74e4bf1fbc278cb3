#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each folder (room) of the sources uses only those below it.

    layers.py [ROOT]         reports each fault as file:line: what it may not know; exits with 1 if there is any
    layers.py --draw [ROOT]  prints the rooms and their arrows for Graphviz' dot

ROOT is the source directory; this one by default.
"""
import collections
import pathlib
import posixpath
import re
import sys

# The rooms from the lowest to the highest, with equal ones in one group. A room may use itself and the groups below its
# own. A room is the files directly in a folder, or a file, named without its ending, and what belongs to it.
C_ROOMS = [
    ["dryad", "scanner/shared"],
    ["base"],
    ["io", "sandbox"],
    ["scanner", "scanner/layouts"],
    ["graph"],
    ["runtime/runtime"],
    ["runtime/classes"],
    ["runtime/python"],
    ["runtime/runtimes"],
    ["runtime/attributes"],
    ["intake", "analysis"],
    ["heap"],
    ["formats/json"],
    ["formats/csv"],
    ["formats/reader"],
    ["formats/meliae", "formats/index"],
    ["formats"],
    ["sql", "attach"],
    ["script/base"],
    ["script/heap"],
    ["script/analysis"],
    ["script/files", "script/sql"],
    ["script/sandbox"],
    ["script/module"],
    ["host"],
]
# A room that may use only itself and these.
KNOWS_ONLY = {"scanner": ["scanner/shared", "scanner/layouts"], "scanner/layouts": ["scanner"]}
# A room that only these and itself may use.
KNOWN_ONLY_TO = {"runtime/python": ["runtime/runtimes"]}
# Headers from elsewhere: CPython's, and generated ones.
FOREIGN = re.compile(r"pycore_\w+\.h|internal/.*|Python\.h|host/commit\.h")

LUA_ROOMS = [
    ["text"],
    ["sql"],
    ["heap"],
    ["analysis/naming"],
    ["analysis/kept"],
    ["analysis/mechanisms"],
    ["analysis"],
    ["recipes"],
    ["workspace"],
    ["init"],  # require "dryad": it loads nothing above
    ["report"],
    ["dump"],
    ["prompt"],
    ["prompt/help", "prompt/commands"],  # loaded by name at run time, as program/commands
    ["browse/registry"],
    ["browse/matches", "browse/object_words"],
    ["browse/view"],
    ["browse/views"],
    ["browse"],
    ["program"],
    ["program/watch"],
    ["program/commands"],
]
# Modules written in C.
LUA_FROM_C = {"dryad." + name for name in ("attach", "build", "core", "curses", "input", "signals", "terminal", "trace")}

# Lua that loads code, or looks at what is loaded, in a way that shows no arrow: the file, the word, and why it may.
LOADS_UNSEEN = {
    ("recipes/environment.lua", "dofile"): "names what recipes do not get",
    ("recipes/environment.lua", "loadfile"): "names what recipes do not get",
    ("recipes/environment.lua", "package"): "gives recipes the module dryad, but must not load it",
    ("recipes/environment.lua", "require"): "gives recipes a function of that name",
    ("recipes/files.lua", "package"): "looks where LuaRocks installs modules",
    ("recipes/traceback.lua", "package"): "looks for dryad.core, but must not load it",
    ("prompt/complete_lua.lua", "dofile"): "lists Lua's functions that take a path",
    ("prompt/complete_lua.lua", "loadfile"): "lists Lua's functions that take a path",
    ("prompt/declarations.lua", "require"): "loads from a folder that its caller names",
    ("program/script.lua", "loadfile"): "runs a script, whose path the user gives",
}

# Strings and comments are found together, since each may contain what looks like the other.
C_TOKEN = re.compile(r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?\*/""", re.S)
INCLUDE = re.compile(r"\s*(?:#|%:|\?\?=)\s*(?:include|import|embed)")
PLAIN_INCLUDE = re.compile(r'\s*#\s*include\s*(["<])([^">]+)[">]\s*')
LUA_TOKEN = re.compile(r"""
    (?P<comment> --\[(?P<c>=*)\[.*?\](?P=c)\] | --[^\n]*)
    | (?P<string> "(?:\\.|[^"\\])*" | '(?:\\.|[^'\\])*' | \[(?P<s>=*)\[.*?\](?P=s)\])
    | (?P<word> \w+) | \.\. | \S""", re.S | re.X)
LOADERS = {"require", "dofile", "loadfile", "package"}
# The tokens of a `require` that shows an arrow. A name that ends in a dot is completed at run time.
PLAIN_REQUIRE = re.compile(r"""require (?P<mark>[(,] )?(["'])(?P<name>dryad(?:\.\w+)*(?P<dot>\.)?)\2(?P<more> \.\.)?""")
REQUIRE_IN_STRING = re.compile(r"""\brequire\s*\(?\s*\\?["'](dryad[\w.]*)""")


Arrow = collections.namedtuple("Arrow", "file line to")  # paths in the folder of the rooms


def folder_of(file):
    return str(pathlib.PurePosixPath(file).parent)


def unit_of(file):
    """A header and its source file are one unit."""
    return str(pathlib.PurePosixPath(file).with_suffix(""))


class House:
    """The rooms of one language: `files` of the folder `top`, and the arrows among them."""

    def __init__(self, top, rooms, files, arrows, faults):
        self.top, self.files, self.arrows, self.faults = top, files, arrows, faults
        self.floor = {room: i for i, group in enumerate(rooms) for room in group}
        self.folders = {folder_of(file) for file in files}

    def room_of(self, file):
        """A file beside a folder of the same name belongs to their parent folder."""
        unit = unit_of(file)
        room = unit if unit in self.floor and unit not in self.folders else folder_of(file)
        return room if room in self.floor else None

    def fault(self, file, line, text):
        self.faults.append(f"{self.top}/{file}:{line}: {text}")

    def check(self):
        for file in self.files:
            if self.room_of(file) is None:
                self.fault(file, 1, "is in no room that tests/conventions/layers.py lists")
        for arrow in self.arrows:
            self.check_arrow(arrow)
        self.check_circles()

    def check_arrow(self, arrow):
        here, there = self.room_of(arrow.file), self.room_of(arrow.to)
        if there is None or arrow.to not in self.files:
            self.fault(arrow.file, arrow.line, f"knows {arrow.to}, which is in no room")
            return
        if here is None or here == there:
            return
        if here in KNOWS_ONLY and self.top == "src":
            allowed = there in KNOWS_ONLY[here]
        elif there in KNOWN_ONLY_TO and self.top == "src":
            allowed = here in KNOWN_ONLY_TO[there]
        else:
            allowed = self.floor[there] < self.floor[here]
        if not allowed:
            self.fault(arrow.file, arrow.line, f"{here} may not know {arrow.to}")

    def check_circles(self):
        """Reports one circle for each set of units that all lead to each other."""
        edges = collections.defaultdict(dict)
        for arrow in self.arrows:
            if unit_of(arrow.file) != unit_of(arrow.to):
                edges[unit_of(arrow.file)].setdefault(unit_of(arrow.to), arrow)
        told = set()
        for unit in sorted(edges):
            circle = [] if unit in told else way_back(edges, unit)
            if circle:
                told.update(unit_of(arrow.file) for arrow in circle)
                way = " -> ".join([unit] + [unit_of(arrow.to) for arrow in circle])
                self.fault(circle[0].file, circle[0].line, f"is part of a circle: {way}")

    def draw(self):
        count = collections.Counter((self.room_of(a.file), self.room_of(a.to)) for a in self.arrows)
        print(f'digraph "{self.top}" {{\n  rankdir = BT;\n  node [shape = box];')
        for room in self.floor:
            print(f'  "{room}";')
        for (here, there), arrows in sorted(count.items(), key=str):
            if here and there and here != there:
                print(f'  "{here}" -> "{there}" [label = {arrows}];')
        print("}")


def way_back(edges, start):
    """The arrows of a shortest cycle through a unit, or []."""
    came, queue = {}, collections.deque([start])
    while queue:
        unit = queue.popleft()
        for to, arrow in edges.get(unit, {}).items():
            if to == start:
                way = [arrow]
                while unit != start:
                    way.insert(0, came[unit])
                    unit = unit_of(came[unit].file)
                return way
            if to not in came:
                came[to] = arrow
                queue.append(to)
    return []


def files_below(folder, endings):
    return sorted(str(p.relative_to(folder).as_posix()) for p in folder.rglob("*") if p.suffix in endings)


def c_lines(text):
    """The lines as the compiler sees them, with their numbers: continued lines joined, comments blanked."""
    joined = "\v"  # stands for an end of line within a line
    text = text.replace("\\\n", joined)
    text = C_TOKEN.sub(lambda found: found[0] if found[0][0] in "\"'" else " " + joined * found[0].count("\n"), text)
    number = 1
    for line in text.split("\n"):
        yield number, line.replace(joined, "")
        number += 1 + line.count(joined)


def included(folder, file, line):
    """The file of ours that a line includes; None: it includes none. Raises ValueError with the fault."""
    plain = PLAIN_INCLUDE.fullmatch(line)
    if not plain:
        raise ValueError(f"does not name what it includes: {line.strip()}")
    quote, name = plain.groups()
    beside, from_top = (posixpath.normpath(posixpath.join(place, name)) for place in (folder_of(file), "."))
    if quote == "<":
        if (folder / from_top).is_file() or ".." in name:
            raise ValueError(f"includes <{name}>, which belongs in quotes")
        return None
    to = next((path for path in (beside, from_top) if (folder / path).is_file()), None)
    if to is None and not FOREIGN.fullmatch(name):
        raise ValueError(f"includes {name}, which is not there")
    return to


def read_c(root, faults):
    folder = root / "src"
    files = files_below(folder, {".c", ".h"})
    arrows = []
    for file in files:
        for number, line in c_lines((folder / file).read_text()):
            if INCLUDE.match(line):
                try:
                    to = included(folder, file, line)
                    arrows += [Arrow(file, number, to)] if to else []
                except ValueError as fault:
                    faults.append(f"src/{file}:{number}: {fault}")
    return House("src", C_ROOMS, files, arrows, faults)


def module_required(tokens, i):
    """The name of the module that the `require` at a place requires; None if the tokens do not show it."""
    plain = PLAIN_REQUIRE.match(" ".join(tokens[i:i + 4]))
    if not plain or bool(plain["dot"]) != bool(plain["more"]):
        return None
    if plain["mark"] == ", " and tokens[max(i - 2, 0):i] != ["pcall", "("]:
        return None
    return plain["name"]


def loads(text):
    """For each use of what loads code: its line, the word, and the module that it loads; None: it does not show that."""
    found = [token for token in LUA_TOKEN.finditer(text) if not token["comment"]]
    tokens = [token[0] for token in found]
    for i, token in enumerate(found):
        line = text.count("\n", 0, token.start()) + 1
        word = token[0].strip("\"'[]=")  # _G["require"] is a use too
        if word in LOADERS:
            yield line, word, module_required(tokens, i)
        elif token["string"]:
            for name in REQUIRE_IN_STRING.findall(token[0]):
                yield line, "require", name


def modules_named(files, name):
    """The files that a name may mean: all files of a folder if the name is completed at run time."""
    path = "/".join(name.split(".")[1:])
    if name.endswith("."):
        return [file for file in files if folder_of(file) == path.rstrip("/")]
    candidates = ["init.lua"] if not path else [f"{path}.lua", f"{path}/init.lua"]
    return [file for file in candidates if file in files][:1]


def read_lua(root, faults):
    folder = root / "lua/dryad"
    files = files_below(folder, {".lua"})
    arrows = []
    for file in files:
        for number, word, name in loads((folder / file).read_text()):
            if name is None:
                if (file, word) not in LOADS_UNSEEN:
                    faults.append(f"lua/dryad/{file}:{number}: uses {word} without the name of a module")
                continue
            modules = modules_named(files, name)
            if not modules and name not in LUA_FROM_C:
                faults.append(f"lua/dryad/{file}:{number}: requires {name}, which is not there")
            arrows += [Arrow(file, number, module) for module in modules if module != file]
    return House("lua/dryad", LUA_ROOMS, files, arrows, faults)


def main(arguments):
    draw = "--draw" in arguments
    roots = [argument for argument in arguments if argument != "--draw"]
    root = pathlib.Path(roots[0]) if roots else pathlib.Path(__file__).resolve().parents[2]
    faults = []
    houses = [read_c(root, faults), read_lua(root, faults)]
    for house in houses:
        if draw:
            house.draw()
        else:
            house.check()
    if draw:
        return 0
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
