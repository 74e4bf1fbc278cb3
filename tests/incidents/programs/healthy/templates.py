# SPDX-License-Identifier: MIT
"""Healthy: 25 templates were compiled to functions when the program started."""
# leaks: nothing
TEMPLATES = {}

def compile_template(name, text):
    source = "def %s(context):\n    parts = []\n" % name
    for line in text:
        source += "    parts.append(%r.format(**context))\n" % line
    names = {}
    exec(compile(source + "    return ''.join(parts)\n", "<%s>" % name, "exec"), names)
    TEMPLATES[name] = names[name]

for number in range(25):
    compile_template("page%d" % number, ["line %d of page %d for {user}" % (i, number) for i in range(20)])
print(TEMPLATES["page3"]({"user": "nobody"}))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
