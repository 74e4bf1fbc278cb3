# SPDX-License-Identifier: MIT
"""output.py finds each kind of fault: every test creates a small source tree with one fault, or with none."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("output.py")
SOUND = {
    "lua/dryad/text/output.lua": "io.stdout:write(text)\n",
    "lua/dryad/text/pager.lua": 'local process = io.popen(command, "w")\n',
    "lua/dryad/prompt/repl.lua": 'function Repl:print() end -- print()\nrepl:print(x, findings.print, "print(1)")\n'
                                 "local file = io.open(path)\nlocal text = [[\nio.write(1)]] --[[ io.write\n(1) ]]\n",
    "scripts/holders.lua": 'return { summary = "print" }\n',
    "src/host/terminal.c": "fwrite(bytes, 1, length, stderr);\n",
    "src/base/text.c": '/* printf("%s") */\nsnprintf(text, 3, "stdout"); // stderr\nstrerror(errno);\n',
    "src/base/text.h": "void f(char *format, ...) __attribute__((format(printf, 1, 2)));\n",
}


def run(changes):
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**SOUND, **changes}.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)
        return done.stdout + done.stderr, done.returncode


class Faults(unittest.TestCase):
    def assert_fault(self, name, text, place):
        output, status = run({name: text})
        self.assertEqual(status, 1, text)
        self.assertIn("%s:%s" % (name, place), output)
        self.assertEqual(output.count("\n"), 1, output)

    def test_none(self):
        self.assertEqual(run({}), ("", 0))

    def test_lua_that_writes(self):
        for text, what in (("print(1)", "print"), ("io.write(1)", "io.write"), ("io . stderr:write(1)", "io . stderr"),
                           ("local say = print", "print"), ('os.execute "ls"', "os.execute"),
                           ('io["write"](1)', "io["), ("_G.print(1)", "_G.print"), ("io.popen(x)", "io.popen")):
            self.assert_fault("lua/dryad/heap/heap.lua", "\n-- a\n" + text + "\n", "3: " + what)
            self.assert_fault("scripts/new.lua", text + "\n", "1: " + what)

    def test_lua_that_may_do_something_else(self):
        self.assert_fault("lua/dryad/text/pager.lua", "io.popen(x)\nio.write(1)\n", "2: io.write")

    def test_c_that_writes(self):
        for text, what in (('fprintf(stderr, "%s", x);', "stderr"), ("puts(x);", "puts"), ("perror(x);", "perror"),
                           ('printf("%s", x);', "printf"), ("write(STDOUT_FILENO, x, 1);", "STDOUT_FILENO"),
                           ("FILE *out = stdout;", "stdout")):
            self.assert_fault("src/graph/graph.c", "\n/* a */\n" + text + "\n", "3: " + what)

    def test_c_that_may_do_something_else(self):
        self.assert_fault("src/host/program.c", 'fflush(stdout);\nprintf("a");\n', "2: printf")

    def test_no_sources(self):
        with tempfile.TemporaryDirectory() as root:
            done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)


unittest.main()
