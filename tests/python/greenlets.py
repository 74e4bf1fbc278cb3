# SPDX-License-Identifier: MIT
"""Greenlets in every state, for the tests of dryad.scanner: build() returns what must be found, by the greenlet."""

import threading

import greenlet

COUNT = 2000


class Session:
    def __init__(self, number):
        self.text = "session %d" % number


def handle(number):
    session = Session(number)
    return wait(session, number)


def wait(session, number):
    greenlet.getcurrent().parent.switch(session)


def suspended(number):
    made = greenlet.greenlet(handle)
    return made, made.switch(number)


def in_a_generator(number):
    """The frame that called is that of a generator, which C code resumed."""
    def generate():
        session = Session(number)
        yield wait(session, number)

    made = greenlet.greenlet(lambda: sum(generate()))
    return made, made.switch()


class OtherThread:
    """Runs one greenlet, which waits for an event, while another one of its thread is suspended."""

    def __init__(self):
        self.ready, self.stop = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        self.ready.wait()

    def run(self):
        self.suspended, self.session = suspended(-1)
        self.running = greenlet.greenlet(self.block)
        self.running.switch()

    def block(self):
        self.ready.set()
        self.stop.wait()


def build():
    """Greenlets with the object that the second frame holds as `session`, and greenlets without frames to find."""
    found = [suspended(number) for number in range(COUNT)] + [in_a_generator(COUNT)]
    dead = greenlet.greenlet(lambda: None)
    dead.switch()
    other = OtherThread()
    found.append((other.suspended, other.session))
    return found, [dead, greenlet.greenlet(handle), greenlet.getcurrent(), other.running], other
