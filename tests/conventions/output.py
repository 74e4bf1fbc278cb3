#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that nothing but a few files writes to the standard streams, so that no text reaches a terminal unescaped.

    output.py [ROOT]  reports each fault as file:line: what it uses; exits with 1 if there is any

ROOT is the source directory; this one by default.
"""
import pathlib
import re
import sys

# What writes, or could: each use is a fault outside of the files listed after it, which say why they may.
LUA = re.compile(r"(?<![\w.:])(?:print\b|io\s*\.\s*(?:write|stdout|stderr|output|flush|popen)\b|os\s*\.\s*execute\b"
                 r"|io\s*\[|(?:_G|_ENV)\s*\.\s*(?:print|io)\b)")
LUA_WRITERS = {
    "lua/dryad/text/output.lua": r".*",  # the one way
    "lua/dryad/text/pager.lua": r"io\.popen",  # writes to it what `output.shown` returns
    "lua/dryad/program/cli.lua": r"_G\.print|_ENV\.print",  # replaces it
}
C = re.compile(r"\b(?:stdout|stderr|STDOUT_FILENO|STDERR_FILENO|v?printf|v?dprintf|puts|putchar|putchar_unlocked|perror"
               r"|psignal|psiginfo|err|errx|warnx|error_at_line|lua_writestring|lua_writestringerror)\b(?!\s*\*)")
C_WRITERS = {
    "src/host/terminal.c": r".*",  # the one way
    "src/host/line_input.c": r"stdout|stderr",  # for libedit, for host/terminal, and to flush
    "src/host/program.c": r"stdout|stderr",  # for host/terminal, and to flush
    "src/host/signals.c": r"STDERR_FILENO",  # fixed text, from a handler
    "src/host/curses.c": r"stdout",  # flushes it
    "src/host/full_screen.c": r"STDOUT_FILENO",  # asks whether it is a terminal, and of which kind
    "src/host/held_output.c": r"STD(?:OUT|ERR)_FILENO",  # lets out what was written to them
    "src/host/trace.c": r"stderr",  # for io/trace_log, which writes ASCII only
    "src/base/assert.c": r"stderr",  # fixed text: the condition
    "src/script/base/work.c": r"STDERR_FILENO",  # asks whether it is a terminal
    "src/sandbox/child.c": r"STDERR_FILENO",  # to stay above it
    "src/scanner/shared/output.c": r"STD(?:OUT|ERR)_FILENO",  # files by these names; io/sink refuses terminals
    "src/scanner/destination.c": r"dprintf|STDERR_FILENO",  # in the program that dumps itself: the path that it gave
}

LUA_SKIPPED = re.compile(r"--\[(=*)\[.*?\]\1\]|--[^\n]*|\[(=*)\[.*?\]\2\]|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'",
                         re.DOTALL)
C_SKIPPED = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|__attribute__\(\(.*?\)\)\)|"
                       r"^\s*#\s*include[^\n]*", re.DOTALL | re.MULTILINE)


def without(text, skipped):
    """The text with comments and strings blanked; lines stay."""
    return skipped.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def faults_in(root, paths, skipped, writes, writers):
    for path in paths:
        name = path.relative_to(root).as_posix()
        text = without(path.read_text(encoding="utf-8"), skipped)
        for match in writes.finditer(text):
            if not re.fullmatch(writers.get(name, r"(?!)"), match.group()):
                yield "%s:%d: %s" % (name, text.count("\n", 0, match.start()) + 1, match.group())


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    lua = sorted([*root.glob("lua/**/*.lua"), *root.glob("scripts/**/*.lua")])
    c = sorted([*root.glob("src/**/*.c"), *root.glob("src/**/*.h")])
    if not lua or not c:
        sys.exit("%s has no sources" % root)
    faults = [*faults_in(root, lua, LUA_SKIPPED, LUA, LUA_WRITERS), *faults_in(root, c, C_SKIPPED, C, C_WRITERS)]
    for fault in faults:
        print("%s: only dryad.text.output and host/terminal write; see output.py" % fault)
    sys.exit(1 if faults else 0)


main()
