#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Tests that manual.py finds each kind of fault, and nothing else."""
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import manual

CHAPTER = "# Title\n\nA summary.\n\n## Part\n\nText with `code`.\n"


class Chapters(unittest.TestCase):
    def faults(self, text):
        return list(manual.chapter_faults(text))

    def test_a_good_chapter_has_no_fault(self):
        self.assertEqual([], self.faults(CHAPTER))
        self.assertEqual([], self.faults(CHAPTER + "```\n[x](y) `\n```\n| " + "wide " * 30 + " |\n"))

    def test_faults_of_form(self):
        for broken, fault in [
            (CHAPTER.replace("# Title", "Title", 1), "line 1 is not a title"),
            (CHAPTER.replace("A summary.", "A summary"), "line 3 is not a summary"),
            (CHAPTER.replace("\n\nA", "\nA"), "line 3 is not a summary"),
            (CHAPTER + "```\nopen\n", "a code block is not closed"),
            (CHAPTER + "x" * 101 + "\n", "line 8 is longer than 100"),
            (CHAPTER + "See [this](that.md).\n", "line 8 has a link"),
            (CHAPTER + "Open `code\n", "line 8 opens code"),
        ]:
            found = self.faults(broken)
            self.assertTrue(any(fault in line for line in found), (fault, found))


    def test_lines_that_do_not_fit_in_a_terminal(self):
        self.assertEqual([], list(manual.wide_lines("x" * 80 + "\n" + "µ" * 80)))
        self.assertEqual(["`dryad help` shows a line of 81 characters, more than 80: " + "x" * 77],
                         list(manual.wide_lines("short\n    " + "x" * 77 + "\n")))
        self.assertEqual(["`dryad help` does not show it"], list(manual.wide_lines("")))


class Documents(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "src/base").mkdir(parents=True)
        (self.root / "src/base/sort.c").write_text("")
        (self.root / "other.md").write_text("# One\n\n## Two words, and `code`\n")

    def links(self, text):
        return list(manual.link_faults(self.root / "README.md", text))

    def test_references_to_help(self):
        self.assertEqual({"spill", "heap:sql"}, manual.help_references("`dryad help spill`, `dryad help heap:sql` and "
                                                                       "`dryad help NAME`, `dryad help CHAPTER`"))
        self.assertEqual({"Heap2", "#list", "heap[address]", "dumps"},
                         manual.help_references("`dryad help Heap2` `dryad help '#list'` `dryad help heap[address]` "
                                                "`dryad\nhelp dumps`"))

    def test_links_to_files_and_headings(self):
        self.assertEqual([], self.links("[a](other.md) [b](other.md#two-words-and-code) [c](src/base) [d](https://x.y)"))
        self.assertEqual(1, len(self.links("[a](another.md)")))
        self.assertEqual(1, len(self.links("[a](other.md#three)")))

    def test_files_named_in_code(self):
        def faults(text):
            return list(manual.file_faults(text, self.root))
        self.assertEqual([], faults("`src/base/sort.c` `src/base/NAME.c` `src/base/` `src/{base}/sort.c` `x/y`"))
        self.assertEqual(["names src/base/sort.h: no such file"], faults("`src/base/sort.h`"))
        self.assertEqual(["names src/base/sort.{c,h}: no such file"], faults("`src/base/sort.{c,h}`"))

    def test_tests_named(self):
        (self.root / "tests/unit/base").mkdir(parents=True)
        (self.root / "tests/unit/base/test_sort.c").touch()
        self.assertEqual([], list(manual.test_faults("unit.base.sort, tests/attach.h", self.root)))
        self.assertEqual(["there is no test `unit.base.sorts`", "there is no test `fuzz.sort`"],
                         list(manual.test_faults("unit.base.sorts and `fuzz.sort`", self.root)))


class Examples(unittest.TestCase):
    def test_sessions_are_found(self):
        text = "```\n$ a b\none\n$ c\n> type\ntwo\n```\n\n```python\nx\n```\n"
        self.assertEqual([("a b", [], ["one"]), ("c", ["type"], ["two"])], list(manual.examples(text)))

    def test_output_is_compared_in_order(self):
        printed = ["one", "two", "three"]
        self.assertEqual([], manual.missing_lines(["one", "...", "three"], printed))
        self.assertEqual(["four"], manual.missing_lines(["one", "four"], printed))
        self.assertEqual(["one"], manual.missing_lines(["two", "one"], printed))


    def faults_of(self, session, script):
        with tempfile.TemporaryDirectory() as folder:
            program = pathlib.Path(folder, "dryad")
            program.write_text("#!/bin/sh\n" + script)
            program.chmod(0o755)
            return list(manual.example_faults(f"```\n{session}```\n", program))

    def test_an_example_runs_and_prints_what_it_shows(self):
        script = "ls $2\ncat\n"
        self.assertEqual([], self.faults_of("$ dryad a shop.dump.zst\nshop.dump.zst\n", script))
        self.assertEqual([], self.faults_of("$ dryad shop.dump.zst\n> typed\nshop.dump.zst\ntyped\n", script))
        path = "tests/data/shop.dump.zst"
        self.assertEqual([], self.faults_of(f"$ dryad a {path}\n{path}\n", script))
        self.assertEqual(["`dryad a shop.dump.zst` does not print: more"],
                         self.faults_of("$ dryad a shop.dump.zst\nmore\n", script))

    def test_an_example_succeeds_or_shows_its_exit_status(self):
        self.assertEqual(["`dryad a shop.dump.zst` has exit status 3, not 0: no luck"],
                         self.faults_of("$ dryad a shop.dump.zst\n", "echo no luck >&2; exit 3"))
        self.assertEqual([], self.faults_of("$ dryad a shop.dump.zst\n$ echo $?\n3\n", "exit 3"))
        self.assertEqual(["`dryad a shop.dump.zst` has exit status 0, not 3: "],
                         self.faults_of("$ dryad a shop.dump.zst\n$ echo $?\n3\n", "exit 0"))

    def test_an_example_that_is_not_run_is_a_fault(self):
        self.assertEqual(["`dryad a app.dump` is not run: it names no dump of tests/data"],
                         self.faults_of("$ dryad a app.dump\n$ sudo dryad a 1234\n", "exit 0"))

    def test_examples_run_in_a_folder_of_their_own(self):
        self.assertEqual([], self.faults_of("$ dryad w shop.dump.zst\n$ dryad r shop.dump.zst\nshop.dump.zst.dryad\n",
                                            "test $1 = w && touch $2.dryad; ls $2.dryad"))
        self.assertFalse((manual.ROOT / "tests/data/shop.dump.zst.dryad").exists())


class Pages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.directory = pathlib.Path(folder.name)
        (self.directory / "a").mkdir()
        (self.directory / "b.html").write_text('<h2 id="here">x</h2><a name="heap:get"></a>')

    def faults(self, html):
        (self.directory / "a/page.html").write_text(html)
        return list(manual.page_faults(self.directory))

    def test_links_between_pages(self):
        self.assertEqual([], self.faults('<a href="../b.html#here"></a><a href="#me"></a><i id="me"></i>'
                                         '<a href="https://x.y/z"></a>'))
        self.assertEqual(1, len(self.faults('<a href="b.html"></a>')))
        self.assertEqual(1, len(self.faults('<a href="../b.html#there"></a>')))
        self.assertEqual(1, len(self.faults('<a href="#nobody"></a>')))
        self.assertEqual(1, len(self.faults('<link href="ldoc.css"/>')))

    def test_markup_that_was_not_rendered(self):
        self.assertEqual(1, len(self.faults("<p>| a | |---|</p>")))

    def test_names_without_an_entry(self):
        names = ["heap:get"] * 100
        self.assertEqual([], list(manual.interface_faults(self.directory, names)))
        self.assertEqual(1, len(list(manual.interface_faults(self.directory, [*names, "heap:put"]))))
        self.assertEqual(1, len(list(manual.interface_faults(self.directory, ["heap:get"]))))


if __name__ == "__main__":
    unittest.main()
