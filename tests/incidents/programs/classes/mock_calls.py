# SPDX-License-Identifier: MIT
"""A Mock stands for the gateway in a service that was to be tested only: it records every call, 2,000 of them with their
Payment. Held by the lists of calls of the Mock, GATEWAY."""
# leaks: 2,000|4,000|6,000|8,000 of _?Call|_?calls?|Payment
# leaks: way __main__.GATEWAY
# why Payment: way __main__.GATEWAY
# why Payment: /mock_calls|call_args_list/
import unittest.mock

GATEWAY = unittest.mock.Mock()

class Payment:
    def __init__(self, number):
        self.account = "account-%d" % number
        self.amount = number * 1.25
        self.text = "payment %d; " % number * 8

def pay(number):
    GATEWAY.send(Payment(number), retry=False)

for number in range(2000):
    pay(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
