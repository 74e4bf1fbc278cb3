#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Builds the manual and checks it, the README and the other documents: manual.py PROGRAM

Reports each fault on a line of its own: a chapter that is not in the form that `dryad help` shows, a reference to a
chapter, name, file or heading that does not exist, a name of the interface that no page explains, a chapter that is
wider than a terminal, an example that does not do what it shows, and whatever LDoc complains about. The exit status is
1 if there is any, and 77 if LDoc is not installed.
"""
import html.parser
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
WIDTH = 100
TERMINAL_WIDTH = 80  # of what `dryad help` prints
README_LINES = 150
SKIP = 77
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "src/README.md"]


def prose(text):
    """The lines outside of code blocks, with their numbers."""
    is_code = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            is_code = not is_code
        elif not is_code:
            yield number, line


def chapter_faults(text):
    """The faults that prevent showing a chapter in a terminal, or listing it."""
    lines = text.splitlines()
    if not re.match(r"# \S", lines[0]):
        yield "line 1 is not a title, `# Title`"
    if len(lines) < 3 or lines[1] != "" or not re.fullmatch(r"[A-Z].*\.", lines[2]):
        yield "line 3 is not a summary of one line, after an empty one"
    if text.count("\n```") % 2:
        yield "a code block is not closed"
    for number, line in enumerate(lines, 1):
        if len(line) > WIDTH and not line.startswith("|"):
            yield f"line {number} is longer than {WIDTH} characters"
    for number, line in prose(text):
        if re.search(r"\]\(", line):
            yield f"line {number} has a link; refer to a chapter as `dryad help NAME`"
        if line.count("`") % 2:
            yield f"line {number} opens code that it does not close"


def help_references(text):
    """The names that a document asks the reader to look up. NAME and CHAPTER stand for any."""
    found = re.findall(r"`dryad\s+help\s+([^`]+)`", text)
    return {name.strip("'") for name in found} - {"NAME", "CHAPTER"}


# By the first part of a test's name: the file that the rest names.
TESTS = {"unit": "tests/unit/{folder}test_{name}.c", "spec": "tests/spec/{folder}{name}_spec.lua",
         "fuzz": "tests/fuzz/{folder}fuzz_{name}.c", "attach": "tests/attach/{folder}{name}.py",
         "conventions": "tests/conventions/{folder}{name}.py"}


def test_faults(text, root):
    """Names of tests that do not exist."""
    for kind, rest in re.findall(r"\b(%s)((?:\.[a-z]\w*)+)" % "|".join(TESTS), text):
        *folders, name = rest[1:].split(".")
        folder = "".join(part + "/" for part in folders)
        if name not in ("c", "h", "lua", "py") and not (root / TESTS[kind].format(folder=folder, name=name)).is_file():
            yield f"there is no test `{kind}{rest}`"


def wide_lines(printed):
    """Lines of a chapter, as `dryad help` prints it, that do not fit in a terminal."""
    if not printed:
        yield "`dryad help` does not show it"
    for line in printed.splitlines():
        if len(line) > TERMINAL_WIDTH:
            yield f"`dryad help` shows a line of {len(line)} characters, more than {TERMINAL_WIDTH}: {line.strip()}"


def slug(heading):
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", heading.lower()))


def link_faults(document, text):
    """Links of a document in Markdown to files or headings that are not there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, fragment = target.partition("#")
        if re.match(r"https?:", target):
            continue
        file = document.parent / path if path else document
        if not file.exists():
            yield f"links to {target}: no such file"
        elif fragment and fragment not in {slug(line.lstrip("# ")) for _, line in prose(file.read_text())
                                           if line.startswith("#")}:
            yield f"links to {target}: no such heading"


def file_faults(text, root):
    """Files that a document names in code, `src/dryad.h`, but that are not there. NAME stands for any name."""
    for path in sorted(set(re.findall(r"`((?:src|lua|scripts|tests)/[\w./{},*-]+)`", text))):
        choices = re.search(r"\{([^}]*)\}", path)
        for choice in choices[1].split(",") if choices else [""]:
            pattern = re.sub(r"NAME|FORMAT|VERSION|TOPIC", "*", re.sub(r"\{[^}]*\}", choice, path))
            if not any(root.glob(pattern)):
                yield f"names {path}: no such file"


def examples(text):
    """The console sessions of a document: for each command, the lines typed at the prompt and the lines printed."""
    for block in re.findall(r"^```\n(\$ .*?)^```$", text, re.DOTALL | re.MULTILINE):
        for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = session.splitlines()
            typed = [line[2:] for line in lines if line.startswith("> ")]
            yield command, typed, [line for line in lines if not line.startswith("> ")]


def missing_lines(shown, printed):
    """Lines that an example shows but that the program does not print in that order; `...` stands for any lines."""
    printed = iter(printed)
    return [line for line in shown if line.strip() != "..." and line not in printed]


def example_faults(text, program):
    """Examples that do not print what they show, fail, or are not run because they use no dump of tests/data.

    They run one after the other in a folder with copies of these dumps. `$ echo $?` after a command shows the exit
    status expected of it, otherwise 0.
    """
    sessions = list(examples(text))
    dumps = {name: path for path in (ROOT / "tests/data").glob("*.dump*")
             for name in (path.name, f"tests/data/{path.name}")}
    with tempfile.TemporaryDirectory() as folder:
        for (command, typed, shown), (after, _, status) in zip(sessions, [*sessions[1:], ("", [], [])]):
            words = shlex.split(command)
            if words[0] != "dryad":
                continue
            named = dumps.keys() & set(words)
            if not named:
                yield f"`{command}` is not run: it names no dump of tests/data"
                continue
            for name in named:
                copy = pathlib.Path(folder) / name
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(dumps[name], copy)
            options = ["-i"] if typed else []
            done = subprocess.run([program, *options, *words[1:]], capture_output=True, text=True, cwd=folder,
                                  input="\n".join(typed), env={**os.environ, "NO_COLOR": "1"})
            for line in missing_lines(shown, done.stdout.splitlines()):
                yield f"`{command}` does not print: {line}"
            expected = int(status[0]) if after == "echo $?" else 0
            if done.returncode != expected:
                yield f"`{command}` has exit status {done.returncode}, not {expected}: {done.stderr.strip()}"


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.anchors, self.links, self.text = set(), [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.anchors |= {attributes[name] for name in ("id", "name") if attributes.get(name)}
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]

    def handle_data(self, data):
        self.text.append(data)


def page_faults(directory):
    """Links between pages that lead nowhere, and markup that was not rendered."""
    pages = {path: Page(path.read_text()) for path in directory.rglob("*.html")}
    for path, page in sorted(pages.items()):
        name = path.relative_to(directory)
        for link in page.links:
            target, _, fragment = link.partition("#")
            if re.match(r"https?:", link):
                continue
            file = pathlib.Path(os.path.normpath(path.parent / target)) if target else path
            if not file.is_file():
                yield f"{name} links to {link}: no such page"
            elif fragment and fragment not in pages[file].anchors:
                yield f"{name} links to {link}: nothing of that name there"
        if name.parts[0] != "sources" and re.search(r"\|---|\?\?\?", "".join(page.text)):
            yield f"{name} shows markup"


def interface_faults(directory, names):
    """Public names that no page of the reference explains."""
    if len(names) < 100:
        yield f"tests/conventions/public_names.lua found only {len(names)} names"
    explained = set()
    for path in directory.rglob("*.html"):
        explained |= Page(path.read_text()).anchors
    for name in sorted(set(names) - explained):
        yield f"{name} is not documented: add an entry to lua/dryad/prompt/help"


def run(*command):
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    return subprocess.run([str(part) for part in command], stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          cwd=ROOT, env=environment)


def main(program):
    program = os.path.abspath(program)
    faults = []

    def report(place, found):
        faults.extend(f"{place}: {fault}" for fault in found)

    chapters = sorted((ROOT / "lua/dryad/manual").glob("*.md"))
    documents = [ROOT / name for name in DOCUMENTS]
    for path in chapters:
        shown = run(program, "help", path.stem)
        report(path.relative_to(ROOT), [*chapter_faults(path.read_text()), *wide_lines(shown.stdout)])
    references = set()
    for path in [*chapters, *documents]:
        text = path.read_text()
        references |= help_references(text)
        report(path.relative_to(ROOT),
               [*link_faults(path, text), *file_faults(text, ROOT), *test_faults(text, ROOT),
                *example_faults(text, program)])
    length = len((ROOT / "README.md").read_text().splitlines())
    if length > README_LINES:
        faults.append(f"README.md: {length} lines, more than {README_LINES}")
    for name in sorted(references):
        if run(program, "help", name).returncode != 0:
            faults.append(f"`dryad help {name}` explains nothing")
    with tempfile.TemporaryDirectory() as directory:
        directory = pathlib.Path(directory) / "manual"
        built = run("src/manual/build", program, directory)
        report("src/manual/build", built.stderr.splitlines())
        is_skipped = built.returncode == SKIP
        if built.returncode == 0:
            names = run(program, "tests/conventions/public_names.lua").stdout.split()
            report("the manual", [*page_faults(directory), *interface_faults(directory, names)])
        elif not is_skipped:
            faults.append(f"src/manual/build: exit status {built.returncode}")
    for fault in faults:
        print(fault)
    return SKIP if is_skipped else 1 if faults else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
