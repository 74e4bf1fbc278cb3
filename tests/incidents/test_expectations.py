# SPDX-License-Identifier: MIT
"""Expectations are met by what they describe, and by nothing else."""

import os
import tempfile
import unittest

from expectations import Expectation, Incident, incidents


class ExpectationTest(unittest.TestCase):
    def met(self, text, *answers):
        for answer in answers:
            self.assertTrue(Expectation(text).met_by(answer), (text, answer))

    def unmet(self, text, *answers):
        for answer in answers:
            self.assertFalse(Expectation(text).met_by(answer), (text, answer))

    def test_a_number_stands_near_a_name_on_one_line(self):
        self.met("1,500 of Session", "1. 1,500 shop.Session retain", "Session: 1500", "1_500 Session")
        self.unmet("1,500 of Session", "11,500 Session", "1,501 Session", "1,500\nSession", "1,500 Sessions",
                   "1,500 Session.basket", "1,500" + 41 * " " + "Session")

    def test_numbers_and_names_have_alternatives(self):
        self.met("30|31 of dicts?|list", "31 dict", "30 list", "30 dicts")
        self.unmet("30|31 of dicts?|list", "32 dict", "30 set")

    def test_a_way_is_taken_literally_and_ends_at_a_word(self):
        self.met("way __main__.BUS._observers", "all  __main__.BUS._observers['tick']")
        self.unmet("way __main__.BUS._observers", "__main__xBUS._observers", "__main__.BUS._observers_of")

    def test_one_of_several(self):
        self.met("/traceback/ or 3 of frame", "by its traceback", "3 frame")
        self.unmet("/traceback/ or 3 of frame", "4 frame")

    def test_what_is_not_to_be_said(self):
        self.met("not way __main__.REGIONS", "__main__.DESK")
        self.unmet("not way __main__.REGIONS", "__main__.REGIONS['a']")

    def test_no_suspect(self):
        self.met("nothing", "python3 app.py, CPython 3.12.1: resident 10 MiB\nNo leak suspects.")
        self.unmet("nothing", "python3 app.py\n1. 300 dict retain 2MiB", " 12. x")

    def test_an_expectation_of_no_known_form_is_an_error(self):
        for text in ("300 Session", "/", "of Session", "many of Session"):
            with self.assertRaises(ValueError):
                Expectation(text)


class IncidentTest(unittest.TestCase):
    def incident(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "tasks", "stuck.py")
            os.mkdir(os.path.dirname(path))
            with open(path, "w") as file:
                file.write(text)
            return Incident(path)

    def test_the_comments_of_a_program_are_read(self):
        incident = self.incident("# leaks: 3 of Task\n# why Task: /_waiters/\n# why Task: /main/\n# diff: 2 of Task\n"
                                 "# python: 3.11\n# needs: numpy\nimport os  # leaks: nothing\n")
        self.assertEqual(("tasks", "stuck", (3, 11), ["numpy"]),
                         (incident.topic, incident.name, incident.python, incident.needs))
        self.assertEqual([("leaks", 1), ("why Task", 2), ("diff", 1)],
                         [(question.name, len(question.expectations)) for question in incident.questions])

    def test_a_program_expects_something(self):
        with self.assertRaises(ValueError):
            self.incident("import os\n# it leaks: nothing\n")

    def test_only_the_first_lines_of_an_answer_count(self):
        question = self.incident("# leaks: 3 of Task\n").questions[0]
        self.assertEqual([], question.unmet(11 * "\n" + "3 Task"))
        self.assertEqual(["3 of Task"], question.unmet(12 * "\n" + "3 Task"))


class ProgramsTest(unittest.TestCase):
    def test_names_are_unique_and_healthy_programs_expect_no_suspect(self):
        found = incidents(os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs"))
        names = [incident.name for incident in found]
        self.assertEqual(len(set(names)), len(names))
        for incident in found:
            if incident.healthy:
                expected = [each.text for question in incident.questions for each in question.expectations]
                self.assertTrue(any(text.startswith("no") for text in expected), incident.name)


if __name__ == "__main__":
    unittest.main()
