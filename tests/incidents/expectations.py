# SPDX-License-Identifier: MIT
"""What a program of tests/incidents expects of dryad's answers: comments in it, which its heap does not hold.

    # leaks: 1,500 of Session|Basket          the number stands within 40 characters of one of the names
    # leaks: way __main__.BUS._observers      this text, up to the end of a word
    # leaks: /(?i)traceback|frame/            a regular expression, with ^ and $ for lines
    # leaks: not way __main__.REGIONS         none of this
    # leaks: nothing                          no suspect at all
    # why Session: 7 of rows or /on_tick/     one or the other, of the answer to `dryad why DUMP Session`
    # diff: 600 of Ticket                     of all dumps that the program wrote
    # python: 3.11                            the oldest version it runs on
    # needs: numpy                            a module it imports

A reader sees the head of an answer, so only its first lines count. Numbers may be grouped: 1,500, 1.500, 1_500 or 1500.
"""

import os
import re

LINES = {"leaks": 12, "why": 30, "diff": 30}
SUSPECT = r"^\s*\d+\.\s"
GROUPED = r"[,. _']?"  # what may stand where an expected number has a comma


class Expectation:
    def __init__(self, text):
        self.text = text
        self.wanted = not text.startswith("not ")
        self.patterns = [pattern(part) for part in text[0 if self.wanted else 4:].split(" or ")]
        if text == "nothing":
            self.wanted = False

    def met_by(self, answer):
        return any(re.search(each, answer, re.MULTILINE) for each in self.patterns) == self.wanted


def pattern(text):
    if text == "nothing":
        return SUSPECT
    if text.startswith("way "):
        return re.escape(text[4:]) + r"\b"
    if len(text) > 2 and text.startswith("/") and text.endswith("/"):
        return text[1:-1]
    number, of, names = text.partition(" of ")
    if not of or not re.match(r"\d(?:[\d,|]|\\d)*$", number):
        raise ValueError("not an expectation: %s" % text)
    number = r"\b(?:%s)\b" % number.replace(",", GROUPED)
    names = r"\b(?:%s)\b(?!\.\w)" % names
    return r"{0}[^\n]{{0,40}}{1}|{1}[^\n]{{0,40}}{0}".format(number, names)


class Question:
    """A command of dryad, the arguments that follow the dump, and what its answer must and must not say."""

    def __init__(self, command, arguments):
        self.command, self.arguments, self.expectations = command, arguments, []

    @property
    def name(self):
        return " ".join([self.command] + self.arguments)

    def unmet(self, answer):
        head = "\n".join(answer.splitlines()[:LINES[self.command]])
        return [expectation.text for expectation in self.expectations if not expectation.met_by(head)]


class Incident:
    """A program: a file, or a folder with a __main__.py, in the folder of its topic."""

    def __init__(self, path):
        self.path = path
        self.topic, file = path.split(os.sep)[-2:]
        self.name = os.path.splitext(file)[0]
        self.python, self.needs, self.questions = (3, 8), [], []
        main = os.path.join(path, "__main__.py") if os.path.isdir(path) else path
        with open(main) as lines:
            for line in lines:
                said = re.match(r"# (leaks|why|diff|python|needs)( [^:]+)?: (.+)", line)
                if said:
                    self.read(*said.groups())
        if not self.questions:
            raise ValueError("%s expects nothing" % path)

    def read(self, word, arguments, value):
        if word == "python":
            self.python = tuple(map(int, value.split(".")))
        elif word == "needs":
            self.needs.append(value)
        else:
            question = Question(word, (arguments or "").split())
            if not self.questions or self.questions[-1].name != question.name:
                self.questions.append(question)
            self.questions[-1].expectations.append(Expectation(value))

    @property
    def healthy(self):
        return self.topic == "healthy"


def incidents(folder):
    """All of them, by topic and name."""
    found = []
    for topic in sorted(os.listdir(folder)):
        for entry in sorted(os.listdir(os.path.join(folder, topic))):
            path = os.path.join(folder, topic, entry)
            if entry.endswith(".py") or os.path.exists(os.path.join(path, "__main__.py")):
                found.append(Incident(path))
    return found
