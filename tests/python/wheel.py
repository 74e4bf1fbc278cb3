# SPDX-License-Identifier: MIT
"""The distribution dryad-heap: wheel.py, run by the Python to build for

A source distribution is made and unpacked, a wheel is made from that alone, and what the wheel contains is used.
"""

import ast
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.dont_write_bytecode = True
SCANNER = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", "src", "scanner"))
DESCRIBE = """
import dryad, inspect, json, sys
from dryad import scanner
public = [name for name, value in vars(scanner).items() if callable(value) and not name.startswith("_")]
print(json.dumps({"version": [dryad.__version__, scanner.__version__], "file": scanner.__file__, "public": public,
                  "signatures": {name: getattr(scanner, name).__text_signature__ for name in public}}))
"""


def run_backend(folder, call):
    """What a function of the backend in a folder returns, called as pip calls it: in a process of its own."""
    environment = dict(os.environ, CFLAGS="-O0", PYTHONPATH=folder)
    code = "import backend; print(backend.%s)" % call
    done = subprocess.run([sys.executable, "-B", "-c", code], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    return done.returncode, (done.stdout.splitlines() or [""])[-1], done.stderr


def parameters(text):
    """Name and default of each parameter of a signature: positional ones, and those by keyword only."""
    arguments = ast.parse("def f(%s): ..." % text).body[0].args
    positional = [argument.arg for argument in arguments.posonlyargs + arguments.args]
    only = {argument.arg: default and ast.literal_eval(default)
            for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)}
    return positional, only, arguments.kwarg and arguments.kwarg.arg


class DistributionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        status, cls.sdist, errors = run_backend(SCANNER, "build_sdist(%r)" % cls.folder)
        assert status == 0, errors
        with tarfile.open(os.path.join(cls.folder, cls.sdist)) as archive:
            cls.source_names = sorted(archive.getnames())
            archive.extractall(cls.folder)
        cls.sources = os.path.join(cls.folder, cls.sdist[:-len(".tar.gz")])
        cls.backend = os.path.join(cls.sources, "scanner")
        status, cls.wheel, errors = run_backend(cls.backend, "build_wheel(%r)" % cls.folder)
        assert status == 0, errors
        cls.installed = os.path.join(cls.folder, "installed")
        with zipfile.ZipFile(os.path.join(cls.folder, cls.wheel)) as archive:
            cls.names = archive.namelist()
            archive.extractall(cls.installed)
        cls.described = json.loads(cls.python("-c", DESCRIBE).stdout)
        with open(os.path.join(cls.installed, "dryad", "scanner.pyi")) as stub:
            cls.stubs = {node.name: node for node in ast.parse(stub.read()).body if isinstance(node, ast.FunctionDef)}

    @classmethod
    def python(cls, *words, **environment):
        return subprocess.run([sys.executable, "-B", *words], env=dict(os.environ, PYTHONPATH=cls.installed, **environment),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, cwd=cls.folder)

    def test_the_scanner_of_the_wheel_works(self):
        path = os.path.join(self.folder, "a.dump")
        done = self.python("-c", "import sys; from dryad import scanner; scanner.dump_all_referenced(sys.argv[1], ['text'])", path)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        with open(path) as dump:
            self.assertIn("text", [json.loads(line).get("value") for line in dump])
        self.assertTrue(self.described["file"].startswith(self.installed))

    def test_it_says_its_version(self):
        version = self.sdist[len("dryad_heap-"):-len(".tar.gz")]
        self.assertRegex(version, r"^[0-9]+\.[0-9]+\.[0-9]+$")
        self.assertEqual([version, version], self.described["version"])

    def test_the_wheel_has_licence_types_and_metadata(self):
        info = self.wheel[:self.wheel.index("-cp")] + ".dist-info/"
        for name in ("dryad/__init__.py", "dryad/__main__.py", "dryad/py.typed", "dryad/scanner.pyi", info + "LICENSE",
                     info + "METADATA", info + "WHEEL", info + "RECORD"):
            self.assertIn(name, self.names)
        with open(os.path.join(self.installed, info, "METADATA")) as file:
            metadata = file.read()
        for line in ("Name: dryad-heap", "License: MIT", "Requires-Python: >=3.8"):
            self.assertIn(line + "\n", metadata)
        with open(os.path.join(self.installed, info, "RECORD")) as record:
            self.assertEqual(sorted(self.names), sorted(line.split(",")[0] for line in record))

    def test_a_source_distribution_makes_the_same_again(self):
        with tempfile.TemporaryDirectory() as folder:
            status, name, errors = run_backend(self.backend, "build_sdist(%r)" % folder)
            self.assertEqual((0, self.sdist), (status, name), errors)
            with tarfile.open(os.path.join(folder, name)) as archive:
                self.assertEqual(self.source_names, sorted(archive.getnames()))

    def test_a_copy_of_the_folder_alone_says_what_is_missing(self):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(SCANNER, os.path.join(folder, "scanner"))
            status, _, errors = run_backend(os.path.join(folder, "scanner"), "build_wheel(%r)" % folder)
        self.assertEqual(1, status)
        self.assertIn("not from a copy of src/scanner alone", errors)

    def test_the_stubs_are_those_of_the_functions(self):
        self.assertEqual(sorted(self.described["public"]), sorted(self.stubs))
        options = parameters(self.described["signatures"]["dump_all_objects"].strip("()"))[1]
        for name, stub in self.stubs.items():
            positional, only, rest = parameters(self.described["signatures"][name].strip("()"))
            stubbed = [argument.arg for argument in stub.args.posonlyargs + stub.args.args]
            self.assertEqual(positional, [argument for argument in stubbed if argument != "size_64"], name)
            if rest is not None:
                only = dict(options, fork=True, wait=False) if name == "on_signal" else options
            self.assertEqual(only, {argument.arg: ast.literal_eval(default)
                                    for argument, default in zip(stub.args.kwonlyargs, stub.args.kw_defaults)}, name)

    def test_the_program_is_run_where_there_is_one(self):
        done = self.python("-m", "dryad", "dump", "1234", PATH="")
        self.assertEqual(1, done.returncode)
        self.assertIn("the program dryad is not in PATH", done.stderr)
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "dryad")
            with open(program, "w") as file:
                file.write("#!/bin/sh\necho ran \"$@\"\n")
            os.chmod(program, stat.S_IRWXU)
            done = self.python("-m", "dryad", "dump", "1234", PATH=folder)
            self.assertEqual((0, "ran dump 1234\n"), (done.returncode, done.stdout))


if __name__ == "__main__":
    unittest.main()
