# SPDX-License-Identifier: MIT
"""Readings of a sensor are appended to one list of floats: 120,000 of them. Held by SENSOR.readings."""
# leaks: 120,000 of floats?|entries
# leaks: way __main__.SENSOR.readings
class Sensor:
    def __init__(self):
        self.readings = []

    def read(self, number):
        self.readings.append(number / 7)

SENSOR = Sensor()
for number in range(120000):
    SENSOR.read(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
