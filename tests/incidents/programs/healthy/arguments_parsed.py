# SPDX-License-Identifier: MIT
"""Healthy: a command line program with sub-commands and many options."""
# leaks: nothing
import argparse
import json
import logging
import sys

def build():
    parser = argparse.ArgumentParser(description="Copies files to the archive.")
    commands = parser.add_subparsers(dest="command")
    for name in ("add", "list", "remove", "verify", "prune"):
        command = commands.add_parser(name, help="%s files" % name)
        for option in ("verbose", "dry-run", "force", "recursive", "quiet"):
            command.add_argument("--" + option, action="store_true", help="be %s" % option)
        command.add_argument("files", nargs="*")
    return parser

logging.basicConfig(level=logging.WARNING)
parser = build()
options = parser.parse_args(["add", "--force", "a.txt", "b.txt"])
print(json.dumps(vars(options)))
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
