# SPDX-License-Identifier: MIT
"""A script without globals: a dict of answers grows in the local `answers` of main(), which never returns: 2,000 Answers.
Held by the frame of main."""
# leaks: 2,000 of Answer
# leaks: /\bmain\b.*\banswers\b|\banswers\b.*\bmain\b/
# why Answer: /\bmain\b/
# why Answer: /\banswers\b/
import sys
from dryad import scanner

class Answer:
    def __init__(self, number):
        self.question = "what is %d squared" % number
        self.steps = ["%d times %d" % (number, i) for i in range(15)]

def main():
    answers = {}
    for number in range(2000):
        answers[number] = Answer(number)
    scanner.dump_all_objects(sys.argv[1])

main()
