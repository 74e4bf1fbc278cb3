#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compares the exported symbols of the libraries with the list of allowed ones and with the public header.

usage: symbols.py [--accept] HEADER LIBDRYAD MODULE

The list, symbols.txt beside this script, has a symbol a line, sorted; `libdryad` behind it: the Lua module lacks it.
With --accept the list is written anew. A symbol that was released may go only with another soname.
"""

import os
import re
import subprocess
import sys

LEAST = 40  # symbols of each; fewer were not read right
LIST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "symbols.txt")


def exported(library):
    if not os.path.isfile(library):
        sys.exit("%s is missing: build all targets first" % library)
    done = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True)
    if done.returncode:
        sys.exit("nm cannot read %s: %s" % (library, done.stderr.strip()))
    return {line.split()[-1] for line in done.stdout.splitlines()}


def declared(header):
    with open(header) as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.DOTALL)
    return set(re.findall(r"\bDRYAD_API\b(?!\s+__attribute__)[^;#]*?\b(\w+)\s*\(", text))


def as_text(library, module):
    return "".join(name + ("" if name in module else " libdryad") + "\n" for name in sorted(library | module))


def faults(listed, library, module, header, least=LEAST):
    """The faults, a sentence each."""
    lines = listed.splitlines()
    for name, symbols in ("the list", lines), ("libdryad", library), ("the Lua module", module), ("the header", header):
        if len(symbols) < least:
            yield "%s has only %d symbols, expected at least %d" % (name, len(symbols), least)
    if lines != sorted(lines):
        yield "the list is not sorted"
    allowed = {line.split()[0] for line in lines}
    alone = {line.split()[0] for line in lines if line.endswith(" libdryad")}
    for name, found, wanted in ("libdryad", library, allowed), ("the Lua module", module, allowed - alone):
        for symbol in sorted(found - wanted):
            yield "%s exports %s, which is not in the list" % (name, symbol)
        for symbol in sorted(wanted - found):
            yield "%s no longer exports %s" % (name, symbol)
    for symbol in sorted(allowed - header):
        yield "%s is in the list, but not declared as DRYAD_API" % symbol
    for symbol in sorted(header - allowed):
        yield "%s is declared as DRYAD_API, but not in the list" % symbol


def main(words):
    accept = words[:1] == ["--accept"]
    header, library, module = words[accept:]
    library, module = exported(library), exported(module)
    if accept:
        with open(LIST, "w") as file:
            file.write(as_text(library, module))
        return 0
    with open(LIST) as file:
        found = list(faults(file.read(), library, module, declared(header)))
    for fault in found:
        print(fault)
    if found:
        print("If this is intended, accept it: tests/conventions/symbols.py --accept " + " ".join(words))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
