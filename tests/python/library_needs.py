# SPDX-License-Identifier: MIT
"""The library for other processes needs little of them, and nothing keeps it from being unloaded: library_needs.py"""

import os
import re
import subprocess

LIBRARY = os.path.join(os.environ.get("DRYAD_BUILD", "build"), "share", "dryad", "python", "dryad-attach.so")
NEWEST = (2, 17)


def run(*words):
    return subprocess.run(words, check=True, stdout=subprocess.PIPE, universal_newlines=True).stdout


symbols = run("objdump", "-T", LIBRARY).splitlines()
dynamic = run("readelf", "-dW", LIBRARY)
headers = run("readelf", "-lW", LIBRARY)

versions = {line: tuple(map(int, re.search(r"GLIBC_([0-9.]+)", line).group(1).split("."))) for line in symbols if "GLIBC_" in line}
assert len(versions) > 20, "no versions are read"
newer = [line for line, version in versions.items() if version > NEWEST]
assert not newer, newer

needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
assert needed == ["libc.so.6"], needed
assert "TLS" not in headers, "thread-local variables"
assert "NOW" in dynamic and "NODELETE" not in dynamic and "TEXTREL" not in dynamic, dynamic
assert not [line for line in symbols if " u " in line], "unique symbols keep a library loaded"

# All other undefined symbols are Python's, may be missing, and have unambiguous names.
undefined = [line.split() for line in symbols if "*UND*" in line and "GLIBC_" not in line]
strong = [words for words in undefined if words[1] != "w"]
assert not strong, strong
foreign = [words[-1] for words in undefined if not re.match(r"_?Py|_ITM_|__gmon_start__", words[-1])]
assert not foreign, foreign

defined = [line.split()[-1] for line in symbols if "*UND*" not in line and "GLIBC_" not in line and re.match(r"[0-9a-f]{16} ", line)]
assert defined == ["dryad_attach_order"], defined
