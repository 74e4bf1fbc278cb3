# SPDX-License-Identifier: MIT
"""Between two dumps a board of 2,000 Scores is replaced as a whole, and 400 Alerts are added. Only these have grown.
Held by the list ALERTS.open."""
# diff: 400 of Alerts?
# diff: way __main__.ALERTS.open
# diff: not way __main__.BOARD
import sys
from dryad import scanner

class Score:
    def __init__(self, number):
        self.player = "player %d" % number
        self.points = number * 1.5

class Alert:
    def __init__(self, number):
        self.causes = ["cause %d of alert %d" % (i, number) for i in range(25)]

class Alerts:
    def __init__(self):
        self.open = []

    def raise_one(self, number):
        self.open.append(Alert(number))

BOARD = []
ALERTS = Alerts()

def rotate():
    BOARD[:] = [Score(number) for number in range(2000)]

rotate()
for number in range(50):
    ALERTS.raise_one(number)
scanner.dump_all_objects(sys.argv[1])
rotate()
for number in range(50, 450):
    ALERTS.raise_one(number)
scanner.dump_all_objects(sys.argv[1] + ".2")
