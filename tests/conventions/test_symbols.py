# SPDX-License-Identifier: MIT
"""Tests that symbols.py finds each kind of fault."""

import os
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import symbols  # noqa: E402

HEADER = """
#define DRYAD_API __attribute__((visibility("default")))
/* DRYAD_API int dryad_in_comment(void); */
DRYAD_API void dryad_free(void *heap);
DRYAD_API uint32_t
dryad_count(const dryad_graph *graph); /* objects */
DRYAD_API const dryad_report *dryad_main(int argc, char **argv);
"""
LIST = "dryad_count\ndryad_free\ndryad_main libdryad\n"
ALL = {"dryad_count", "dryad_free", "dryad_main"}


class Symbols(unittest.TestCase):
    def found(self, listed=LIST, library=ALL, module=ALL - {"dryad_main"}, header=ALL):
        return list(symbols.faults(listed, library, module, header, least=1))

    def test_nothing_is_wrong_with_what_is_listed(self):
        self.assertEqual(self.found(), [])
        self.assertEqual(symbols.as_text(ALL, ALL - {"dryad_main"}), LIST)

    def test_a_new_symbol(self):
        self.assertEqual(self.found(library=ALL | {"dryad_extra"}),
                         ["libdryad exports dryad_extra, which is not in the list"])

    def test_a_symbol_that_went(self):
        self.assertEqual(self.found(library=ALL - {"dryad_count"}), ["libdryad no longer exports dryad_count"])
        self.assertEqual(self.found(module={"dryad_count"}), ["the Lua module no longer exports dryad_free"])

    def test_a_symbol_of_the_library_in_the_module(self):
        self.assertEqual(self.found(module=ALL), ["the Lua module exports dryad_main, which is not in the list"])

    def test_the_header(self):
        self.assertEqual(self.found(header=ALL - {"dryad_free"}),
                         ["dryad_free is in the list, but not declared as DRYAD_API"])
        self.assertEqual(self.found(header=ALL | {"dryad_new"}),
                         ["dryad_new is declared as DRYAD_API, but not in the list"])

    def test_the_order(self):
        self.assertEqual(self.found(listed="dryad_free\ndryad_count\ndryad_main libdryad\n"),
                         ["the list is not sorted"])

    def test_too_few_symbols(self):
        self.assertEqual(self.found(listed="", library=set(), module=set(), header=set()),
                         ["%s has only 0 symbols, expected at least 1" % name
                          for name in ("the list", "libdryad", "the Lua module", "the header")])
        self.assertEqual(len(list(symbols.faults(LIST, ALL, ALL - {"dryad_main"}, ALL))), 4)

    def test_a_library_that_is_not_built_is_named(self):
        with tempfile.TemporaryDirectory() as folder:
            library = os.path.join(folder, "libdryad.so")
            command = [sys.executable, symbols.__file__, os.devnull, library, library]
            done = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (1, library + " is missing: build all targets first\n"))
            open(library, "w").close()
            done = subprocess.run(command, capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr.partition(":")[0]), (1, "nm cannot read " + library))

    def test_declarations_are_found(self):
        with tempfile.NamedTemporaryFile("w", suffix=".h") as header:
            header.write(HEADER)
            header.flush()
            self.assertEqual(symbols.declared(header.name), ALL)


if __name__ == "__main__":
    unittest.main()
