#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that the page of `dryad report` parses no text as markup or code and asks for nothing, and that the packages of
npm are pinned.

    page.py [ROOT]  reports each fault as file:line: what is wrong; exits with 1 if there is any

ROOT is the source directory; this one by default.
"""
import json
import pathlib
import re
import sys

# Even in comments and strings: node["innerHTML"] does what node.innerHTML does.
PARSES = re.compile(r"(?:inner|outer)HTML|insertAdjacentHTML|[sg]etHTML|\.html\(|\.write(?:ln)?\(|createContextualFragment"
                    r"|DOMParser|parseFromString|srcdoc|javascript:|\beval\b|\bnew\s+Function\b|\bFunction\("
                    r"|set(?:Timeout|Interval)\(\s*[\"'`]|[\"'\s]on[a-z]+\s*=\s*[\"'{]|setAttribute\(\s*[\"'`]on")
ASKS = re.compile(r"\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|\bimport\(|importScripts|new\s+(?:Shared)?Worker"
                  r"|@import|\burl\((?!\s*[\"']?(?:#|data:))|https?://(?!www\.w3\.org/)")
# Runs when the page is built, and looks for such words in the result.
BUILDS = "src/report/build.mjs"

PACKAGES = ["src/report", "tests/report"]
EXACT = re.compile(r"\d+\.\d+\.\d+")
NPM_SETTINGS = {"omit-lockfile-registry-resolved=true", "save-exact=true"}


def faults_of_page(root, files):
    for path in files:
        name = path.relative_to(root).as_posix()
        if name == BUILDS:
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            for pattern, what in ((PARSES, "may parse text as markup or code"), (ASKS, "may ask for something")):
                for match in pattern.finditer(line):
                    yield f"{name}:{number}: {match.group().strip()} {what}"


def faults_of_packages(root, folder):
    package = json.loads((root / folder / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((root / folder / "package-lock.json").read_text(encoding="utf-8"))
    for kind in ("dependencies", "devDependencies", "optionalDependencies"):
        wanted = package.get(kind, {})
        for name, version in wanted.items():
            if not EXACT.fullmatch(version):
                yield f"{folder}/package.json: {name} {version} is no exact version"
        if wanted != lock["packages"][""].get(kind, {}):
            yield f"{folder}/package-lock.json: its {kind} are not those of package.json"
    for name, entry in lock["packages"].items():
        if name and not entry.get("integrity", "").startswith("sha512-"):
            yield f"{folder}/package-lock.json: {name} has no sha512"
    for number, line in enumerate((root / folder / "package-lock.json").read_text(encoding="utf-8").split("\n"), 1):
        if "://" in line or '"resolved"' in line:
            yield f"{folder}/package-lock.json:{number}: an address; npm's own configuration says where packages are"
    for number, line in enumerate((root / folder / ".npmrc").read_text(encoding="utf-8").split("\n"), 1):
        if line and line[0] not in "#;" and line not in NPM_SETTINGS:
            yield f"{folder}/.npmrc:{number}: {line.partition('=')[0]} is the user's own to set"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]
    files = [path for path in sorted(root.glob("src/report/**/*")) if path.suffix in (".js", ".mjs", ".html", ".css", ".svg")
             and "node_modules" not in path.parts]
    if not files:
        sys.exit(f"{root} has no page")
    faults = list(faults_of_page(root, files))
    for folder in PACKAGES:
        faults += faults_of_packages(root, folder)
    for fault in faults:
        print(fault)
    sys.exit(1 if faults else 0)


main()
