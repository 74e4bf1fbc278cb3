# SPDX-License-Identifier: MIT
"""Each reload installs a handler of SIGHUP that calls the one before: a chain of 600 functions on_hup, each with the
settings of its time in a cell. Held by the handler of the signal."""
# leaks: 600 of functions?|on_hup|Settings|closures?|cells?
# leaks: /\bon_hup\b/
# leaks: /(?i)signal|SIGHUP|chain/
# leaks: not /(?i)chain of (?!600|1,?[12]\d\d)\d/
# why Settings: /\bon_hup\b/
# why Settings: /(?i)signal/
import signal

class Settings:
    def __init__(self, number):
        self.options = {"option-%d" % i: "value %d of load %d" % (i, number) for i in range(30)}

def install(number):
    settings = Settings(number)
    previous = signal.getsignal(signal.SIGHUP)

    def on_hup(signum, frame):
        settings.options.clear()
        if callable(previous):
            previous(signum, frame)

    signal.signal(signal.SIGHUP, on_hup)

for number in range(600):
    install(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
