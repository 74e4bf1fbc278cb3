# SPDX-License-Identifier: MIT
"""Healthy: unittest has run 30 tests, half of them with mocks and with exceptions that were expected."""
# leaks: nothing
import io
import unittest
import unittest.mock

class ServiceTest(unittest.TestCase):
    pass

def make(number):
    def test(self):
        gateway = unittest.mock.MagicMock()
        gateway.send(number)
        gateway.send.assert_called_once_with(number)
        with self.assertRaises(ZeroDivisionError):
            number / 0
    return test

for number in range(30):
    setattr(ServiceTest, "test_%d" % number, make(number))

tests = unittest.defaultTestLoader.loadTestsFromTestCase(ServiceTest)
print(unittest.TextTestRunner(stream=io.StringIO()).run(tests))

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
