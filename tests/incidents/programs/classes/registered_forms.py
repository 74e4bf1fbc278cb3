# SPDX-License-Identifier: MIT
"""A metaclass registers every class, and a class Form is made for each customer: 300 classes with their fields.
Held by the list Registry.classes."""
# leaks: 300 of types?|class|classes|Form
# leaks: /\bRegistry\b.*\bclasses\b/
# leaks: /\bForm\b/
class Registry(type):
    classes = []

    def __init__(cls, name, bases, attributes):
        super().__init__(name, bases, attributes)
        Registry.classes.append(cls)

def form_of(customer):
    class Form(metaclass=Registry):
        fields = ["field %d of customer %d" % (i, customer) for i in range(30)]

        def check(self):
            return len(self.fields)

    return Form().check()

for number in range(300):
    form_of(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
