# SPDX-License-Identifier: MIT
"""page.py finds each kind of fault: every test creates a small source tree with one fault, or with none."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).with_name("page.py")


def package(version="1.2.3"):
    return json.dumps({"dependencies": {"d3-scale": version}})


def lock(version="1.2.3", **entry):
    return json.dumps({"packages": {
        "": {"dependencies": {"d3-scale": version}},
        "node_modules/d3-scale": {"version": "1.2.3", "integrity": "sha512-AAAA", **entry},
    }}, indent=2)


SOUND = {
    "src/report/main.js": 'import { list } from "./list.js";\nconst SVG = "http://www.w3.org/2000/svg";\n'
                          'node.textContent = text;\nsetTimeout(() => button.focus(), 10);\nnode.style.width = "1px";\n'
                          'const evaluated = writer(connection = "", retrieval);\n',
    "src/report/build.mjs": "if (/innerHTML/.test(script)) throw new Error(script);\nawait import(name);\n",
    "src/report/index.html": '<button type="button" id="one" content="only">\n',
    "src/report/styles/page.css": "a { background: url(#mark); mask: url('data:image/svg+xml,') }\n",
    **{f"{folder}/{name}": text for folder in ("src/report", "tests/report") for name, text in (
        ("package.json", package()), ("package-lock.json", lock()),
        (".npmrc", "# comment\nomit-lockfile-registry-resolved=true\nsave-exact=true\n"))},
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
    def assert_fault(self, name, text, place, what=""):
        output, status = run({name: text})
        self.assertEqual(status, 1, text)
        self.assertIn(f"{name}{place}: {what}", output)
        self.assertEqual(output.count("\n"), 1, output)

    def test_none(self):
        self.assertEqual(run({}), ("", 0))

    def test_what_parses_text(self):
        for text in ("node.innerHTML = x", 'node["outerHTML"] = x', "node.insertAdjacentHTML(a, x)", "node.setHTML(x)",
                     "selection.html(x)", "document.write(x)", "document.writeln(x)", "range.createContextualFragment(x)",
                     "new DOMParser()", "parser.parseFromString(x)", "frame.srcdoc = x", 'a.href = "javascript:x"', "eval(x)",
                     "const run = eval;", "new Function(x)", "Function(x)", 'setTimeout("x")', "setInterval(`x`)",
                     'node.setAttribute("onclick", x)'):
            self.assert_fault("src/report/sections/types.js", "// a\n" + text + "\n", ":2")
        self.assert_fault("src/report/index.html", '<button onclick="x">\n', ":1")
        self.assert_fault("src/report/index.html", "<button\nonclick='x'>\n<button\tonclick='x'>\n", ":3")

    def test_what_asks(self):
        for text in ("fetch(x)", "new XMLHttpRequest()", "new WebSocket(x)", "new EventSource(x)", "navigator.sendBeacon(x)",
                     'await import("./x.js")', "importScripts(x)", "new Worker(x)", "new SharedWorker(x)",
                     'link.href = "https://example.org/"'):
            self.assert_fault("src/report/sections/types.js", "\n" + text + "\n", ":2")
        for text in ('@import "x.css";', "a { background: url(x.png) }", 'a { src: url("x.woff2") }'):
            self.assert_fault("src/report/styles/page.css", text + "\n", ":1")

    def test_no_page(self):
        with tempfile.TemporaryDirectory() as root:
            done = subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("has no page", done.stderr)

    def test_versions_that_are_not_exact(self):
        for version in ("^1.2.3", "~1.2.3", "1.x", "*", "latest", ">=1.2.3", "file:../d3", "github:d3/d3"):
            output, status = run({"src/report/package.json": package(version), "src/report/package-lock.json": lock(version)})
            self.assertEqual((output, status), (f"src/report/package.json: d3-scale {version} is no exact version\n", 1))

    def test_a_lock_of_other_packages(self):
        self.assert_fault("tests/report/package-lock.json", lock("1.2.4"), "", "its dependencies are not those")

    def test_packages_without_a_hash(self):
        for integrity in ("", "sha1-AAAA"):
            self.assert_fault("src/report/package-lock.json", lock(integrity=integrity), "", "node_modules/d3-scale has no")

    def test_addresses(self):
        self.assert_fault("src/report/package-lock.json", lock(resolved="https://example.org/d3.tgz"), ":11", "an address")
        self.assert_fault("src/report/.npmrc", "registry=https://example.org/\n", ":1", "registry is the user's own")
        self.assert_fault("tests/report/.npmrc", "# a\n//example.org/:_authToken=x\n", ":2")


unittest.main()
