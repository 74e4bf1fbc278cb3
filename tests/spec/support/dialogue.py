# SPDX-License-Identifier: MIT
"""Runs a program on a terminal of its own and plays a dialogue with it.

usage: dialogue.py ROWS COLUMNS PROGRAM [ARGUMENT ...] < steps
A step is a line: `send TEXT` or `expect TEXT` (escapes as in Python), or `work SECONDS`. `expect` waits until TEXT comes
after what the last one found, `work` until the program has used so much processor time more. Prints all output, then `[exit STATUS]`, or what it waited for in vain.
"""
import codecs, fcntl, os, pty, select, signal, struct, sys, termios, time

PATIENCE = 150  # seconds; what is waited for comes, however busy the machine
TICKS = os.sysconf("SC_CLK_TCK")


def processor_time(process):
    with open("/proc/%d/stat" % process, encoding="ascii", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def main():
    rows, columns = int(sys.argv[1]), int(sys.argv[2])
    steps = sys.stdin.read().splitlines()
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.execvp(sys.argv[3], sys.argv[3:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    output, seen, ended = b"", 0, False

    def read(seconds):
        nonlocal output, ended
        if select.select([terminal], [], [], seconds)[0]:
            try:
                data = os.read(terminal, 65536)
            except OSError:
                data = b""
            output += data
            ended = not data

    problem = ""
    for step in steps:
        kind, _, text = step.partition(" ")
        data = codecs.escape_decode(text.encode())[0]
        until = time.monotonic() + PATIENCE
        if kind == "send":
            os.write(terminal, data)
        if kind == "work":
            enough = processor_time(child) + float(text)
            while not ended and processor_time(child) < enough and time.monotonic() < until:
                read(0.05)
        while kind == "expect":
            found = output.find(data, seen)
            if found >= 0:
                seen = found + len(data)
                break
            if ended or time.monotonic() > until:
                problem = "[never saw %s]" % text
                break
            read(0.2)
        if problem:
            break
    until = time.monotonic() + (0 if problem else PATIENCE)
    while not ended and time.monotonic() < until:
        read(0.2)
    if not ended:
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.buffer.write(output)
    sys.stdout.buffer.write(("\n%s[exit %d]\n" % (problem, status)).encode())


main()
