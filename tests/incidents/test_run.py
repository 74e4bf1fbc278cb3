# SPDX-License-Identifier: MIT
"""A wrong answer fails unless it is known to be wrong; about healthy programs it always fails."""

import contextlib
import io
import os
import tempfile
import unittest

import run
from expectations import Expectation, Question


class Answered:
    """In place of a Run: an answer as it is, of the dump of a program named slow."""

    dump = "/dumps/slow-3.12.dump"

    def __init__(self, text):
        self.text = text

    def answer(self, question):
        return self.text, question.unmet(self.text)


class Named:
    """In place of an incident, or of a Python."""

    def __init__(self, name="", version="3.12", number=(3, 12)):
        self.name, self.version, self.number = name, version, number


class JudgeTest(unittest.TestCase):
    def judged(self, answer, known):
        question = Question("leaks", [])
        question.expectations = [Expectation("300 of Session")]
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            return run.judge(Answered(answer), question, known), output.getvalue()

    def test_a_right_answer_is_not_mentioned(self):
        self.assertEqual(("right", ""), self.judged("1. 300 Session", None))

    def test_a_wrong_answer_is_shown_with_what_it_lacks(self):
        outcome, output = self.judged("1. 2 list", None)
        self.assertEqual("wrong", outcome)
        self.assertIn("WRONG slow-3.12.dump leaks: 300 of Session", output)
        self.assertIn("1. 2 list", output)

    def test_a_known_failure_is_shown_with_its_reason(self):
        outcome, output = self.judged("1. 2 list", "does not look into lists")
        self.assertEqual("known", outcome)
        self.assertIn("does not look into lists", output)

    def test_a_known_failure_that_is_right_is_reported(self):
        outcome, output = self.judged("1. 300 Session", "does not look into lists")
        self.assertEqual("right", outcome)
        self.assertIn("RIGHT slow-3.12.dump leaks", output)


class KnownFailuresTest(unittest.TestCase):
    def known(self, text, healthy=()):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "known_failures.txt")
            with open(path, "w") as file:
                file.write(text)
            return run.KnownFailures(path, set(healthy))

    def test_an_entry_is_for_a_program_a_question_and_versions(self):
        known = self.known("# a comment\n\nslow why.Session 3.8,3.9 no way\nslow leaks 3.11+ no name\n")
        why, leaks = Question("why", ["Session"]), Question("leaks", [])
        self.assertEqual("no way", known.reason(Named("slow"), why, Named(number=(3, 8))))
        self.assertEqual("no name", known.reason(Named("slow"), leaks, Named(number=(3, 11))))
        self.assertEqual("no name", known.reason(Named("slow"), leaks, Named(number=(3, 14))))
        for name, question, minor in (("slow", why, 10), ("slow", Question("why", ["Task"]), 8), ("slow", leaks, 10),
                                      ("fast", leaks, 11)):
            self.assertIsNone(known.reason(Named(name), question, Named(number=(3, minor))))

    def test_a_healthy_program_has_no_place_there(self):
        with self.assertRaises(SystemExit):
            self.known("slow leaks 3.8+ accused\n", ["slow"])


class ScoreTest(unittest.TestCase):
    def test_the_table_has_the_worst_of_an_incident_and_the_counts_of_all_answers(self):
        score, python = run.Score(), Named(version="3.12")
        score.add(Named("slow"), python, ["right", "known", "wrong"])
        score.add(Named("late"), python, ["right", "known"])
        score.add(Named("good"), python, ["right"])
        self.assertEqual({"slow": "WRONG", "late": "known", "good": "ok"},
                         {name: row["3.12"] for name, row in score.cells.items()})
        self.assertEqual((3, 2, 1), (score.right, score.known, score.wrong))


if __name__ == "__main__":
    unittest.main()
