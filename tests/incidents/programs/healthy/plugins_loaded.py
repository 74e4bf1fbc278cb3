# SPDX-License-Identifier: MIT
"""Healthy: twelve plugins were loaded, each a module with a class and a function that are registered once."""
# leaks: nothing
import sys
import types

PLUGINS = {}

def plugin(cls):
    PLUGINS[cls.__name__] = cls
    return cls

SOURCE = """
@plugin
class PluginNUMBER:
    \"\"\"Converts files of kind NUMBER.\"\"\"
    options = {"quality": NUMBER, "size": 64}

    def run(self, path):
        return helper(path) + self.options["quality"]

def helper(path):
    return len(path)
"""

for number in range(12):
    module = sys.modules["plugin%d" % number] = types.ModuleType("plugin%d" % number)
    module.plugin = plugin
    exec(SOURCE.replace("NUMBER", str(number)), module.__dict__)
print(sum(cls().run("path") for cls in PLUGINS.values()))

from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
