# SPDX-License-Identifier: MIT
"""Programs that claim to be Python, in a folder with their own headers: hostile.pretender [PYTHON]

Nothing of theirs is run or compiled by root: the program tells as whom it runs each time, compilers and shells on the
PATH tell that they were started, and the headers would take /etc/shadow into what is compiled.
"""

import glob
import os
import re
import shutil
import signal
import subprocess

from hostile.ground import Ground, check_hostile
from program import Interpreter, as_nobody
from support import (DRYAD, HERE, SANITIZED, check, compile_c, mapped_files, need_root, status_field, tell, tracer,
                     try_dump, wait_until)

LIMIT, SLACK = 2, 3.0
DEFINED = {"Py_GetVersion", "Py_Version", "Py_IsInitialized", "_PyRuntime"}
OF_OTHER_BUILDS = {"_Py_PrintReferences", "_Py_NegativeRefcount"}
TOOLS = [
    "cc", "gcc", "clang", "gdb", "ld", "as", "sh", "bash", "mkdir", "rm", "python3", "nm", "readelf", "objdump", "zstd",
]

VERSIONS = {  # text and number: what it says it is
    "3.14.0 (main)": 0x030E00F0, "3.8.1": 0x030801F0, "3.11.2 (main)": 0x030B02F0, "3.15.0a1+": 0x030F00A1,
    "9.9.9": 0x090909F0, "2.7.18": 0x02071200, "": 0, "3": 3, "3.99999999999999999999": 0xFFFFFFFF, "-3.-14": 0,
    "\\33]0;PWNED\\7\\r\\n\\2333.14.0\\377": 0x030E00F0, "3.14.0" + "9" * 70000: 0x030E00F0,
}
WAYS = ["spin", "exit", "crash", "leave", "flood", "heirs", "run"]
ENDING = {"exit", "crash", "flood", "heirs", "run"}

HEADER = '__asm__(".section .rodata\\nstolen: .incbin \\"/etc/shadow\\"\\n.text");\n'


def names_in_library():
    """All names that the library may look up in a Python."""
    names = set()
    for path in glob.glob(os.path.join(os.path.dirname(os.path.abspath(DRYAD)), "share/dryad/python/*.so")):
        with open(path, "rb") as file:
            names |= {name.decode() for name in re.findall(rb"(?<=\0)_?Py\w+(?=\0)", file.read())}
    check(names, "no library is found beside", DRYAD)
    return names - DEFINED - OF_OTHER_BUILDS


def make_pretender(ground, prefix, version, number):
    """Creates a prefix of nobody's with a program and headers; returns the program's path."""
    minor = re.match(r"3\.(\d+)", version)
    name = "python3.%s" % (minor.group(1)[:3] if minor else "14")
    include = os.path.join(prefix, "include", name)
    for folder in (os.path.join(prefix, "bin"), os.path.join(include, "internal")):
        os.makedirs(folder)
    for header in ("Python.h", "patchlevel.h", "pyconfig.h", "internal/pycore_object.h", "internal/pycore_gc.h"):
        with open(os.path.join(include, header), "w") as file:
            file.write(HEADER)
    stubs = "".join("long %s(void) { return pretend(); }\n" % name for name in sorted(names_in_library()))
    source = '#include "hostile/pretender.c"\n' + stubs
    definitions = ["-DVERSION=\"%s\"" % version, "-DVERSION_NUMBER=%#x" % number, "-DRAN=\"%s\"" % ground.path("ran")]
    return compile_c(source, os.path.join(prefix, "bin", name), "-rdynamic", "-pthread", "-I" + HERE, *definitions)


class Traps:
    """An environment that reveals everything that root starts or caches."""

    def __init__(self, ground):
        self.started, self.home = ground.own_path("started"), ground.own_path("home")
        folder = ground.own_path("bin")
        for path in (folder, self.home):
            os.mkdir(path)
        for tool in TOOLS:
            path = os.path.join(folder, tool)
            with open(path, "w") as file:
                file.write("#!/bin/sh\necho '%s' >> '%s'\nPATH=%s exec %s \"$@\"\n" % (
                    tool, self.started, os.environ["PATH"], shutil.which(tool) or "/bin/false"))
            os.chmod(path, 0o755)
        own = {"PATH": folder, "HOME": self.home, "XDG_CACHE_HOME": self.home, "TMPDIR": self.home}
        self.environment = {**os.environ, **own}
        self.environment.pop("CC", None)

    def check(self):
        check(not os.path.exists(self.started), "was started by root:", open(self.started).read()
              if os.path.exists(self.started) else "")
        check(os.listdir(self.home) == [], "was cached:", os.listdir(self.home))


def dump(ground, traps, pid, what):
    """Root dumps it, and nothing is started or cached for that."""
    path = ground.output()
    done = try_dump(pid, "-o", path, "--timeout", str(LIMIT), "--max-size", "64M", env=traps.environment)
    done.check_time(2 * LIMIT + SLACK, what)
    check_hostile(done, path)
    traps.check()
    wait_until(lambda: tracer(pid) == 0, "still held")
    return done


def dump_pretender(ground, traps, program):
    process = subprocess.Popen([program], preexec_fn=as_nobody, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: status_field(process.pid, "State").startswith("S"), "does not wait")
        done = dump(ground, traps, process.pid, program)
        if process.poll() is not None:  # it lied about itself, and the library believed it
            check(SANITIZED or "ended" in done.text, "does not mention its end:", done)
    finally:
        process.kill()
        process.wait()
    return done


PATCH = """
import ctypes
ctypes.CDLL(%r).hostile_patch(ctypes.pythonapi.%s)
"""


def dump_patched(ground, traps, library, function, way):
    """A real Python with one function replaced."""
    environment = {"PRETEND": way}
    with ground.program("sleep", code=PATCH % (library, function), environment=environment) as program:
        try:
            done = dump(ground, traps, program.pid, way)
            if function == "PyGILState_Ensure" and way not in ENDING:
                program.goes_on()
        finally:
            for heir in heirs(library):
                os.kill(heir, signal.SIGKILL)
    return done


def heirs(library):
    """The children that it left behind."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and status_field(int(name), "PPid") == "1":
            try:
                found += [int(name)] if library in mapped_files(int(name)) else []
            except OSError:
                pass
    return found


def main(python="/usr/bin/python3"):
    need_root()
    with Ground(Interpreter(python)) as ground:
        traps = Traps(ground)
        for i, (version, number) in enumerate(VERSIONS.items()):
            program = make_pretender(ground, ground.path(str(i)), version, number)
            done = dump_pretender(ground, traps, program)
            tell(version[:30], done)
        if os.uname().machine == "x86_64":
            library = compile_c("hostile/patched.c", ground.path("patched.so"), "-shared", "-fPIC", "-pthread")
            for function, way in [("PyGILState_Ensure", way) for way in WAYS] + [("PyGILState_Release", "spin")]:
                done = dump_patched(ground, traps, library, function, way)
                tell("%s, %s" % (function, way), done)
        with open(ground.path("ran")) as ran:
            users = ran.read().split()
        check(len(users) >= len(VERSIONS) and set(users) == {"65534"}, "it was run by", users)
