# SPDX-License-Identifier: MIT
"""A class is made for each kind of message and registered with a singledispatch function, once for every connection:
300 classes Ping. Held by the registry in a closure of the function render()."""
# leaks: 300 of types?|class|classes|Ping
# leaks: /\bPing\b/
# leaks: /\brender\b/
# why type: /\bregistry\b|\brender\b/
import functools

@functools.singledispatch
def render(message):
    return str(message)

def connect(number):
    class Ping:
        texts = ["text %d of connection %d" % (i, number) for i in range(30)]

    render.register(Ping, lambda message: message.texts[0])
    return render(Ping())

for number in range(300):
    connect(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
