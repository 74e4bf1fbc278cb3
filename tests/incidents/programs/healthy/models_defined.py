# SPDX-License-Identifier: MIT
"""Healthy: a mapper of objects to tables, with 30 models of 8 fields that a metaclass registers, each defined once."""
# leaks: nothing
class Field:
    def __init__(self, kind, default=None):
        self.kind, self.default, self.name = kind, default, None

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner):
        return self if instance is None else instance.__dict__.get(self.name, self.default)

class Model(type):
    models = {}

    def __new__(mcs, name, bases, attributes):
        cls = super().__new__(mcs, name, bases, attributes)
        mcs.models[name] = cls
        cls.fields = {key: value for key, value in attributes.items() if isinstance(value, Field)}
        return cls

for number in range(30):
    fields = {"field_%d" % i: Field(("int", "text", "date")[i % 3]) for i in range(8)}
    fields["describe"] = lambda self: ", ".join(self.fields)
    Model("Table%d" % number, (), fields)
print(Model.models["Table7"]().describe())

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
