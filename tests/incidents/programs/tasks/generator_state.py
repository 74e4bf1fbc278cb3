# SPDX-License-Identifier: MIT
"""A generator that is sent values, for a running mean, keeps all of them in a local list: 5,000 Measures.
Held by `history`, a local of the generator MEAN."""
# leaks: 5,000 of Measure
# leaks: way __main__.MEAN
# leaks: /\bhistory\b/
# why Measure: way __main__.MEAN
# why Measure: /\bhistory\b/
class Measure:
    def __init__(self, number):
        self.value = number / 7
        self.source = "sensor %d" % (number % 50)
        self.tags = ["tag %d" % number]

def running_mean():
    history = []
    mean = 0.0
    while True:
        history.append((yield mean))
        mean = sum(measure.value for measure in history[-10:]) / 10

MEAN = running_mean()
next(MEAN)
for number in range(5000):
    MEAN.send(Measure(number))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
