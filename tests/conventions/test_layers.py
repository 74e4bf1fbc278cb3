# SPDX-License-Identifier: MIT
"""layers.py finds each kind of fault: every test creates a small source tree with one fault, or with none."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("layers.py")
SOUND = {
    "src/dryad.h": "",
    "src/base/error.h": '#include "dryad.h"\n',
    "src/graph/ids.h": "",
    "src/graph/graph.c": '/* Graphs. */\n#include "graph/graph.h"\n\n#include "base/error.h"\n',
    "src/graph/graph.h": '#include "dryad.h"\n',
    "src/intake/build.c": '#include "graph/graph.h"\n',
    "src/analysis/roots.h": '#include "graph/graph.h"\n',
    "src/scanner/module.c": '#include "Python.h"\n#include "text.h"\n#include "shared/siphash.h"\n',
    "src/scanner/shared/siphash.h": "",
    "src/scanner/text.h": "",
    "src/runtime/runtime.h": '#include "graph/graph.h"\n',
    "src/runtime/python/edge.c": '#include "runtime/runtime.h"\n',
    "src/runtime/python/types.h": "",
    "src/runtime/python/python.h": '#include "runtime/runtime.h"\n',
    "src/runtime/runtimes.c": '#include "runtime/python/python.h"\n',
    "lua/dryad/init.lua": 'local core = require "dryad.core"\nrequire("dryad.heap.list")\n',
    "lua/dryad/heap/list.lua": "local render = require('dryad.text.render')\n",
    "lua/dryad/text/render.lua": 'local has, terminal = pcall(require, "dryad.terminal")\n',
    "lua/dryad/prompt/repl.lua": 'local dryad = require "dryad"\n-- require "dryad.program.cli"\n',
    "lua/dryad/prompt/commands/pins.lua": "",
    "lua/dryad/program/cli.lua": 'require("dryad.prompt.repl")\nrequire("dryad.prompt.commands." .. name)\n',
}


def run(changes, *options):
    """The output and the exit status of the script for the sound house with these files beside or in place of its own."""
    with tempfile.TemporaryDirectory() as root:
        for name, text in {**SOUND, **changes}.items():
            path = pathlib.Path(root, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        done = subprocess.run([sys.executable, SCRIPT, *options, root], capture_output=True, text=True, timeout=60)
        return done.stdout, done.returncode


class Layers(unittest.TestCase):
    def assert_faults(self, changes, *faults):
        self.assertEqual(run(changes), ("".join(fault + "\n" for fault in faults), 1))

    def test_a_sound_house_has_no_fault(self):
        self.assertEqual(run({}), ("", 0))

    def test_an_include_upwards_is_a_fault(self):
        self.assert_faults({"src/base/error.c": '#include "base/error.h"\n#include "graph/ids.h"\n'},
                           "src/base/error.c:2: base may not know graph/ids.h")

    def test_rooms_beside_each_other_do_not_know_each_other(self):
        self.assert_faults({"src/intake/batch.h": '#include "analysis/roots.h"\n'},
                           "src/intake/batch.h:1: intake may not know analysis/roots.h")

    def test_the_scanner_knows_its_own_folder_alone(self):
        self.assert_faults({"src/scanner/walk.c": '#include "base/error.h"\n'},
                           "src/scanner/walk.c:1: scanner may not know base/error.h")

    def test_what_the_scanner_shares_knows_nothing_and_is_known_to_all(self):
        self.assert_faults({"src/base/error.c": '#include "scanner/shared/siphash.h"\n',
                            "src/scanner/shared/siphash.c": '#include "dryad.h"\n'},
                           "src/scanner/shared/siphash.c:1: scanner/shared may not know dryad.h")

    def test_a_runtime_is_known_to_the_list_of_runtimes_alone(self):
        self.assert_faults({"src/intake/batch.h": '#include "runtime/python/python.h"\n'},
                           "src/intake/batch.h:1: intake may not know runtime/python/python.h")

    def test_the_interface_of_runtimes_does_not_know_a_runtime(self):
        self.assert_faults({"src/runtime/runtime.c": '#include "runtime/python/types.h"\n'},
                           "src/runtime/runtime.c:1: runtime/runtime may not know runtime/python/types.h")

    def test_a_circle_of_files_is_a_fault_and_a_header_is_one_with_its_unit(self):
        self.assert_faults({"src/heap/a.h": '#include "heap/b.h"\n', "src/heap/b.h": "",
                            "src/heap/b.c": '#include "heap/b.h"\n#include "heap/c.h"\n',
                            "src/heap/c.h": '\n#include "heap/a.h"\n'},
                           "src/heap/a.h:1: is part of a circle: heap/a -> heap/b -> heap/c -> heap/a")

    def test_a_room_that_is_not_listed_is_a_fault(self):
        self.assert_faults({"src/garden/shed.c": ""},
                           "src/garden/shed.c:1: is in no room that tests/conventions/layers.py lists")

    def test_a_folder_in_a_room_is_not_part_of_it(self):
        self.assert_faults({"src/base/cellar/wine.h": ""},
                           "src/base/cellar/wine.h:1: is in no room that tests/conventions/layers.py lists")

    def test_an_include_of_nothing_is_a_fault(self):
        self.assert_faults({"src/base/error.c": '#include "base/eror.h"\n'},
                           "src/base/error.c:1: includes base/eror.h, which is not there")

    def test_a_path_from_the_including_file_leads_to_a_room_too(self):
        self.assert_faults({"src/scanner/walk.c": '#include "shared/siphash.h"\n#include "../graph/graph.h"\n'},
                           "src/scanner/walk.c:2: scanner may not know graph/graph.h")
        self.assert_faults({"src/base/error.c": '#include "internal/../heap/heap.h"\n', "src/heap/heap.h": ""},
                           "src/base/error.c:1: base may not know heap/heap.h")

    def test_a_header_beside_the_file_is_meant_before_one_at_the_top(self):
        self.assertEqual(run({"src/graph/ids.c": '#include "base/sort.h"\n', "src/graph/base/sort.h": ""}),
                         ("src/graph/base/sort.h:1: is in no room that tests/conventions/layers.py lists\n"
                          "src/graph/ids.c:1: knows graph/base/sort.h, which is in no room\n", 1))

    def test_an_include_from_no_room_is_a_fault(self):
        self.assert_faults({"src/base/error.c": '#include "base/table.inc"\n', "src/base/table.inc": ""},
                           "src/base/error.c:1: knows base/table.inc, which is in no room")
        self.assert_faults({"src/base/error.c": '#include "../../secret.h"\n', "secret.h": ""},
                           "src/base/error.c:1: knows ../secret.h, which is in no room")

    def test_our_headers_stand_in_quotes(self):
        for name in "heap/heap.h", "../heap/heap.h":
            self.assert_faults({"src/base/error.c": f"#include <stdio.h>\n#include <{name}>\n", "src/heap/heap.h": ""},
                               f"src/base/error.c:2: includes <{name}>, which belongs in quotes")

    def test_an_include_must_name_its_file(self):
        self.assert_faults({"src/base/error.c": '#define H "heap/heap.h"\n#include H\n'},
                           "src/base/error.c:2: does not name what it includes: #include H")
        self.assert_faults({"src/base/error.c": '#include_next "heap/heap.h"\n'},
                           'src/base/error.c:1: does not name what it includes: #include_next "heap/heap.h"')
        self.assert_faults({"src/base/error.c": '%:include "heap/heap.h"\n'},
                           'src/base/error.c:1: does not name what it includes: %:include "heap/heap.h"')

    def test_an_include_is_found_behind_comments_and_in_continued_lines(self):
        for source in '/* */ #include "graph/ids.h"', '/*\n*/#include "graph/ids.h"', '#inc\\\nlude "graph/ids.h"', \
                '# /* \n */ include /**/ "graph/ids.h" // here', 'char *s = "/*";\n#include "graph/ids.h"':
            text, status = run({"src/base/error.c": source + '\nchar *end = "*/";\n'})
            self.assertRegex(text, r"^src/base/error.c:[12]: base may not know graph/ids.h\n$", source)
            self.assertEqual(status, 1)

    def test_an_include_in_a_comment_or_text_is_none(self):
        self.assertEqual(run({"src/base/error.c": '/*\n#include "graph/ids.h"\n*/\n'
                                                  '// \\\n#include "graph/ids.h"\n'}), ("", 0))

    def test_a_line_is_counted_though_it_continues_another(self):
        self.assert_faults({"src/base/error.c": '#define A \\\n 1\n/*\n\n*/\n#include "graph/ids.h"\n'},
                           "src/base/error.c:6: base may not know graph/ids.h")

    def test_a_require_upwards_is_a_fault_wherever_it_stands(self):
        self.assert_faults({"lua/dryad/text/csv.lua": "local M = {}\nfunction M.f()\n"
                                                      "  return require('dryad.heap.list')\nend\n"},
                           "lua/dryad/text/csv.lua:3: text may not know heap/list.lua")

    def test_the_module_does_not_load_what_the_program_alone_needs(self):
        self.assert_faults({"lua/dryad/init.lua": 'require "dryad.prompt.commands.pins"\n'},
                           "lua/dryad/init.lua:1: init may not know prompt/commands/pins.lua")

    def test_a_name_that_is_completed_at_run_time_means_all_of_a_folder(self):
        self.assert_faults({"lua/dryad/workspace/store.lua": 'require("dryad.prompt.commands." .. name)\n'},
                           "lua/dryad/workspace/store.lua:1: workspace may not know prompt/commands/pins.lua")

    def test_a_circle_of_modules_is_a_fault(self):
        self.assert_faults({"lua/dryad/sql/a.lua": 'require "dryad.sql.b"\n',
                            "lua/dryad/sql/b.lua": 'require "dryad.sql.a"\n'},
                           "lua/dryad/sql/a.lua:1: is part of a circle: sql/a -> sql/b -> sql/a")

    def test_a_module_in_no_room_is_a_fault(self):
        self.assert_faults({"lua/dryad/odds.lua": ""},
                           "lua/dryad/odds.lua:1: is in no room that tests/conventions/layers.py lists")

    def test_a_require_of_nothing_is_a_fault(self):
        self.assert_faults({"lua/dryad/sql/a.lua": 'require "dryad.sql.bee"\n'},
                           "lua/dryad/sql/a.lua:1: requires dryad.sql.bee, which is not there")

    def test_what_a_comment_says_is_no_require(self):
        self.assertEqual(run({"lua/dryad/text/csv.lua": '-- require "dryad.heap.list"\n'
                                                        '--[[ require "dryad.heap.list"\n]]\n'}), ("", 0))

    def test_a_require_upwards_is_found_however_it_is_written(self):
        for source in 'require(\n"dryad.heap.list")', "require--\n'dryad.heap.list'", \
                'local s = "--[["\nrequire "dryad.heap.list"\nlocal e = "]]"', 'pcall(require, "dryad.heap.list")', \
                'load("require \\"dryad.heap.list\\"")', '-- [[\nrequire "dryad.heap.list"\n-- ]]':
            text, status = run({"lua/dryad/text/csv.lua": source})
            self.assertRegex(text, r"^lua/dryad/text/csv.lua:[12]: text may not know heap/list.lua\n$", source)
            self.assertEqual(status, 1)

    def test_what_loads_code_must_name_a_module(self):
        for word, source in [
            ("require", "require [[dryad.heap.list]]"),
            ("require", 'local r = require\nr "dryad.heap.list"'),
            ("require", 'local r, name = require, "dryad"'),
            ("require", 'require "dryad\\46heap.list"'),
            ("require", 'require("dryad.heap" .. ".list")'),
            ("require", "require(name)"),
            ("require", '_G["require"] "dryad.heap.list"'),
            ("require", 'require "socket"'),
            ("dofile", 'dofile "lua/dryad/heap/list.lua"'),
            ("loadfile", 'loadfile("lua/dryad/heap/list.lua")()'),
            ("package", 'local list = package.loaded["dryad.heap.list"]'),
        ]:
            self.assert_faults({"lua/dryad/text/csv.lua": source},
                               f"lua/dryad/text/csv.lua:1: uses {word} without the name of a module")

    def test_a_file_may_load_what_it_cannot_name_if_the_script_says_why(self):
        self.assertEqual(run({"lua/dryad/program/script.lua": "loadfile(path)()"}), ("", 0))
        self.assert_faults({"lua/dryad/program/script.lua": "dofile(path)"},
                           "lua/dryad/program/script.lua:1: uses dofile without the name of a module")

    def test_the_drawing_has_rooms_and_arrows(self):
        drawn, status = run({}, "--draw")
        self.assertEqual(status, 0)
        self.assertIn('  "graph" -> "base" [label = 1];\n', drawn)
        self.assertIn('  "program" -> "prompt" [label = 1];\n', drawn)
        self.assertEqual(drawn.count("digraph"), 2)


if __name__ == "__main__":
    unittest.main()
