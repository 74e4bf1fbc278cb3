# SPDX-License-Identifier: MIT
"""Healthy: main() works on one large answer, which is a local until it returns; it was read a moment ago."""
# leaks: /\banswer\b|\bmain\b|(?i:no (leak )?suspects?\b|nothing (is )?suspicious)/
# leaks: not /__main__\.(?!main\b|answer\b)\w/
import json
import sys
from dryad import scanner

def fetch():
    return json.dumps([{"id": number, "name": "name %d" % number} for number in range(4000)])

def main():
    answer = json.loads(fetch())
    scanner.dump_all_objects(sys.argv[1])
    return len(answer)

main()
