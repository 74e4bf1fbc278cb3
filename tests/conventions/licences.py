#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks that each file of the repository names its licence: licences.py

A file that does not is new and unfinished, or was added by mistake. Reports each, and exits with 1 if there is any, and
with 77 outside of a repository.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SKIP = 77
LINE = b"SPDX-License-Identifier: MIT"
# Data and documents, which have no comments or no need of one.
WITHOUT = re.compile(r"tests/(data|fuzz/corpus)/|.*\.(md|json)$|(.*/)?LICENSE$|\.gitignore$|.*/py\.typed$"
                     r"|tests/conventions/symbols\.txt$|tests/incidents/known_failures\.txt$|tests/leaks\.supp$")


def names_licence(path):
    lines = path.read_bytes().splitlines()
    return any(LINE in line for line in lines[:5] + lines[-3:])


def main():
    listed = subprocess.run(["git", "-C", ROOT, "ls-files", "-z"], capture_output=True, check=False)
    if listed.returncode != 0:
        print("not a repository: nothing says which files belong to it")
        return SKIP
    names = [name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]
    faults = [name for name in names if not WITHOUT.match(name) and not names_licence(ROOT / name)]
    for name in faults:
        print(f"{name}: has no line `{LINE.decode()}`")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
