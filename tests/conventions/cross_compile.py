# SPDX-License-Identifier: MIT
"""Machine-dependent code compiles for another machine: cross_compile.py BUILD COMPILER

This covers the tracer (src/attach) and the library that is loaded into processes, which is linked too. The options come
from the build folder's compile_commands.json; warnings are errors.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
SOURCES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "src")
sys.path.insert(0, os.path.join(SOURCES, "scanner"))

from backend import read_recipe  # noqa: E402


def options_of(command):
    """The options of a compiler's command line, from the first one to the output."""
    words = shlex.split(command["command"])
    first = next(i for i, word in enumerate(words) if word.startswith("-"))
    return words[first:words.index("-o")]


def main(build, compiler):
    with open(os.path.join(build, "compile_commands.json")) as file:
        commands = json.load(file)
    tracer = [command for command in commands if "/src/attach/" in command["file"]]
    library = [command for command in commands if "CMakeFiles/attach.dir/" in command["command"]]
    expected = len(read_recipe("library", "sources"))
    assert tracer and len(library) == expected, (len(tracer), len(library), expected)
    with tempfile.TemporaryDirectory() as folder:

        def compile_one(number, command):
            output = os.path.join(folder, "%d.o" % number)
            words = [compiler, *options_of(command), "-Werror", "-o", output, "-c", command["file"]]
            subprocess.run(words, check=True, cwd=command["directory"])
            return output

        objects = [compile_one(i, command) for i, command in enumerate(library + tracer)]
        words = [compiler, "-shared", *read_recipe("library", "link_options"), *objects[:len(library)]]
        subprocess.run([*words, "-o", os.path.join(folder, "library.so")], check=True)
    print("%s: %d units of the tracer, %d of the library, linked" % (compiler, len(tracer), len(library)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
