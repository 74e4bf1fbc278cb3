# SPDX-License-Identifier: MIT
"""A supervisor raises each failure from the one before: a chain of 500 Unavailable by .__cause__, with the request that
each was serving in the frame of its traceback. Held by SUPERVISOR.last."""
# leaks: 500 of Unavailable|Order
# leaks: way __main__.SUPERVISOR.last
# leaks: /(?i)__cause__|__context__|chain|traceback|frame/
# leaks: not /(?i)chain of (?!500)\d/
# why Order: way __main__.SUPERVISOR.last
# why Order: /(?i)__traceback__|tb_frame|traceback|frame/
# why Order: /\bsend\b/
class Unavailable(Exception):
    pass

class Order:
    def __init__(self, number):
        self.number = number
        self.lines = ["%d: article %d" % (number, i) for i in range(60)]

class Supervisor:
    def __init__(self):
        self.last = None

    def send(self, number):
        order = Order(number)
        raise Unavailable("no reply to order %d" % order.number) from self.last

    def attempt(self, number):
        try:
            self.send(number)
        except Unavailable as error:
            self.last = error

SUPERVISOR = Supervisor()
for number in range(500):
    SUPERVISOR.attempt(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
