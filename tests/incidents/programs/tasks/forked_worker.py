# SPDX-License-Identifier: MIT
"""A process of multiprocessing leaks, not its parent: 2,500 Results in the local `done` of the function that it runs."""
# leaks: 2,500 of Result
# leaks: /\bdone\b/
# leaks: /\b(work|worker)\b|Process-1|resize-1/
# why Result: /\bdone\b/
# why Result: /\bwork\b/
import multiprocessing
import sys

class Result:
    def __init__(self, number):
        self.file = "picture-%d.jpg" % number
        self.sizes = {i: "%dx%d" % (i * 64, i * 48) for i in range(8)}

def work(count):
    done = []
    for number in range(count):
        done.append(Result(number))
    from dryad import scanner
    scanner.dump_all_objects(sys.argv[1])

child = multiprocessing.get_context("fork").Process(target=work, args=(2500,), name="resize-1")
child.start()
child.join()
