# SPDX-License-Identifier: MIT
"""The distribution dryad-heap: wheel.py, run by the Python to build for

A source distribution is made and unpacked, a wheel is made from that alone, and what the wheel contains is used. The same
wheel comes from the folder in the tree and from a copy of it.
"""

import ast
import email
import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

sys.dont_write_bytecode = True
TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SCANNER = os.path.join(TOP, "src", "scanner")
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


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def read_wheel(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


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
        cls.copy = os.path.join(cls.folder, "copy")
        shutil.copytree(SCANNER, cls.copy)
        status, cls.wheel, errors = run_backend(cls.sources, "build_wheel(%r)" % cls.folder)
        assert status == 0, errors
        cls.installed = os.path.join(cls.folder, "installed")
        cls.info = cls.wheel[:cls.wheel.index("-cp")] + ".dist-info/"
        cls.files = read_wheel(os.path.join(cls.folder, cls.wheel))
        with zipfile.ZipFile(os.path.join(cls.folder, cls.wheel)) as archive:
            archive.extractall(cls.installed)
        cls.described = json.loads(cls.python("-c", DESCRIBE).stdout)
        with open(os.path.join(cls.installed, "dryad", "scanner.pyi")) as stub:
            cls.stubs = {node.name: node for node in ast.parse(stub.read()).body if isinstance(node, ast.FunctionDef)}

    @classmethod
    def python(cls, *words, **environment):
        environment = {**os.environ, "PYTHONPATH": cls.installed, **environment}
        return subprocess.run([sys.executable, "-B", *words], env=environment, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, universal_newlines=True, cwd=cls.folder)

    def test_the_scanner_of_the_wheel_works(self):
        path = os.path.join(self.folder, "a.dump")
        done = self.python("-c", "import sys; from dryad import scanner; scanner.dump_all_referenced(sys.argv[1], ['text'])", path)
        self.assertEqual((0, ""), (done.returncode, done.stderr))
        with open(path) as dump:
            self.assertIn("text", [json.loads(line).get("value") for line in dump])
        self.assertTrue(self.described["file"].startswith(self.installed))

    def assert_same_wheel(self, path):
        """All is equal but the extension, into which a compiler may write where it was."""
        files = read_wheel(path)
        self.assertEqual(sorted(self.files), sorted(files))
        for name in files:
            if not name.endswith((".so", "/RECORD")):
                self.assertEqual(self.files[name], files[name], name)

    def test_the_tree_and_a_copy_of_the_folder_alone_make_the_same_wheel(self):
        for source in (SCANNER, self.copy):
            with tempfile.TemporaryDirectory() as folder:
                status, name, errors = run_backend(source, "build_wheel(%r)" % folder)
                self.assertEqual((0, self.wheel), (status, name), errors)
                self.assert_same_wheel(os.path.join(folder, name))

    @unittest.skipUnless(importlib.util.find_spec("pip"), "this Python has no pip")
    def test_pip_makes_the_same_wheel_without_network(self):
        with tempfile.TemporaryDirectory() as folder:
            done = self.python("-m", "pip", "wheel", "--no-index", "--no-deps", "--wheel-dir", folder, self.copy,
                               CFLAGS="-O0", PYTHONPATH="")
            self.assertEqual(0, done.returncode, done.stderr)
            self.assert_same_wheel(os.path.join(folder, self.wheel))

    def test_the_metadata_is_known_before_the_wheel_is_built(self):
        with tempfile.TemporaryDirectory() as folder:
            status, info, errors = run_backend(self.copy, "prepare_metadata_for_build_wheel(%r)" % folder)
            self.assertEqual((0, self.info), (status, info + "/"), errors)
            for name in ("METADATA", "WHEEL", "licenses/LICENSE"):
                self.assertEqual(self.files[self.info + name], read(folder, info, name))

    def test_its_version_is_that_of_dryad(self):
        version = re.search(rb'#define DRYAD_VERSION "(.+)"', read(TOP, "src", "dryad.h")).group(1).decode()
        self.assertEqual("dryad_heap-%s.tar.gz" % version, self.sdist)
        self.assertEqual([version, version], self.described["version"])

    def test_its_licence_is_that_of_dryad(self):
        self.assertEqual(read(TOP, "LICENSE"), read(SCANNER, "LICENSE"))
        self.assertEqual(read(TOP, "LICENSE"), self.files[self.info + "licenses/LICENSE"])

    def test_the_wheel_has_types_and_metadata(self):
        for name in ("dryad/__init__.py", "dryad/__main__.py", "dryad/py.typed", "dryad/scanner.pyi"):
            self.assertEqual(read(SCANNER, name), self.files[name])
        record = self.files[self.info + "RECORD"].decode().splitlines()
        self.assertEqual(sorted(self.files), sorted(line.split(",")[0] for line in record))
        metadata = email.message_from_bytes(self.files[self.info + "METADATA"])
        for key, value in (("Name", "dryad-heap"), ("License-Expression", "MIT"), ("License-File", "LICENSE"),
                           ("Requires-Python", ">=3.8")):
            self.assertEqual([value], metadata.get_all(key))
        self.assertIn("memory", metadata["Keywords"].split(","))
        self.assertIn("Typing :: Typed", metadata.get_all("Classifier"))
        self.assertEqual(read(SCANNER, "README.md").decode(), metadata.get_payload())

    @unittest.skipUnless(importlib.util.find_spec("tomllib"), "tomllib came with Python 3.11")
    def test_the_project_file_means_what_the_backend_reads(self):
        import tomllib

        status, found, errors = run_backend(SCANNER, "PROJECT")
        self.assertEqual(0, status, errors)
        self.assertEqual(tomllib.loads(read(SCANNER, "pyproject.toml").decode())["project"], ast.literal_eval(found))

    def test_a_source_distribution_is_the_folder(self):
        names = [os.path.relpath(os.path.join(folder, name), SCANNER) for folder, _, names in os.walk(SCANNER)
                 for name in names if not name.startswith(".") and not name.endswith(".pyc")]
        base = self.sdist[:-len(".tar.gz")]
        self.assertEqual(sorted("%s/%s" % (base, name) for name in names + ["PKG-INFO"]), self.source_names)
        self.assertEqual(self.files[self.info + "METADATA"], read(self.sources, "PKG-INFO"))

    def assert_same_source_distribution(self, source):
        with tempfile.TemporaryDirectory() as folder:
            status, name, errors = run_backend(source, "build_sdist(%r)" % folder)
            self.assertEqual((0, self.sdist), (status, name), errors)
            with tarfile.open(os.path.join(folder, name)) as archive:
                self.assertEqual(self.source_names, sorted(archive.getnames()))

    def test_a_source_distribution_makes_the_same_again(self):
        self.assert_same_source_distribution(self.sources)

    def test_what_builds_and_editors_leave_is_not_distributed(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = shutil.copytree(SCANNER, os.path.join(folder, "copy"))
            for name in (".git/config", ".walk.c.swp", "__pycache__/backend.cpython-38.pyc", "dist/" + self.sdist, self.wheel):
                path = os.path.join(copy, name)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w"):
                    pass
            self.assert_same_source_distribution(copy)

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
