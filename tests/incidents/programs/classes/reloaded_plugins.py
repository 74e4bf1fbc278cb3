# SPDX-License-Identifier: MIT
"""A plugin is loaded again for every job, under a new name in sys.modules: 150 modules with a table of 20 KB each.
Held by sys.modules."""
# leaks: 150 of modules?|plugin\w*|Plugin|dicts?|lists?
# leaks: /\bplugin_\d+\b|sys\.modules|\bmodules\b/
import sys
import types

SOURCE = """
TABLE = ["entry %d of plugin NUMBER" % i for i in range(250)]

class Plugin:
    def run(self):
        return len(TABLE)
"""

def load(number):
    module = sys.modules["plugin_%d" % number] = types.ModuleType("plugin_%d" % number)
    exec(SOURCE.replace("NUMBER", str(number)), module.__dict__)
    return module.Plugin().run()

for number in range(150):
    load(number)

from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
