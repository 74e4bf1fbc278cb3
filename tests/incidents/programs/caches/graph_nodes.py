# SPDX-License-Identifier: MIT
"""A map of cities that know their neighbours, in both directions: 3,000 Cities of regions that nobody asks for anymore.
Held by the dict ATLAS.cities."""
# leaks: 3,000 of City|Cities
# leaks: way __main__.ATLAS.cities
# why City: way __main__.ATLAS.cities
class City:
    def __init__(self, name):
        self.name = name
        self.neighbours = set()
        self.streets = ["street %d of %s" % (i, name) for i in range(8)]

class Atlas:
    def __init__(self):
        self.cities = {}

    def add(self, number):
        city = self.cities[number] = City("city-%d" % number)
        for other in (number - 1, number // 2, number // 3):
            if other in self.cities and other != number:
                city.neighbours.add(self.cities[other])
                self.cities[other].neighbours.add(city)

ATLAS = Atlas()
for number in range(3000):
    ATLAS.add(number)

import sys
from dryad import scanner
scanner.dump_all_objects(sys.argv[1])
