# SPDX-License-Identifier: MIT
"""Healthy: a session at an interactive console, with a few imports and variables."""
# leaks: nothing
import code

LINES = """
import math, json, random, datetime
numbers = [random.random() for _ in range(100)]
total = sum(numbers)
def mean(values):
    return sum(values) / len(values)

average = mean(numbers)
table = {name: getattr(math, name) for name in dir(math)}
undefined_name
print(json.dumps({"average": average > 2, "entries": len(table) > 3}))
1 / 0
today = datetime.date(2024, 2, 29)
today
""".splitlines()

console = code.InteractiveConsole()
console.write = lambda text: None
for line in LINES:
    console.push(line)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
