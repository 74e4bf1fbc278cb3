# SPDX-License-Identifier: MIT
"""Programs in restricted environments: limits, system call filters, namespaces: surroundings PYTHON"""

import os
import tempfile

from program import FIRST, Interpreter, Program
from support import check_dump, check_dump_or_refusal, check_refused, dump, run, try_dump

# A seccomp filter: the action for a system call; all others are allowed.
FILTER = """
import ctypes, struct
KILL_PROCESS, ERRNO = 0x80000000, 0x00050000
NUMBERS = dict(memfd_create=319, pipe2=293) if os.uname().machine == "x86_64" else dict(memfd_create=279, pipe2=59)

def forbid(action, name):
    text = struct.pack("HBBI", 0x20, 0, 0, 0) + struct.pack("HBBI", 0x15, 0, 1, NUMBERS[name])
    text += struct.pack("HBBI", 0x06, 0, 0, action) + struct.pack("HBBI", 0x06, 0, 0, 0x7fff0000)
    block = ctypes.create_string_buffer(text)
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 4, ctypes.addressof(block)))
    libc = ctypes.CDLL(None, use_errno=True)
    assert libc.prctl(38, 1, 0, 0, 0) == 0  # PR_SET_NO_NEW_PRIVS
    assert libc.prctl(22, 2, program, 0, 0) == 0, ctypes.get_errno()  # PR_SET_SECCOMP

"""

# It has as many open descriptors as it may have.
FEW_FILES = """
def few_files(shared):
    import resource
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (len(os.listdir("/proc/self/fd")) - 1 + %d, hard))
    sleep(shared)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
"""

# It constantly starts children, so some of them inherit the descriptors of the dump and outlive it.
HEIRS = """
def heirs(shared):
    bearing = threading.Thread(target=bear_heirs, args=(shared,))
    bearing.start()
    sleep(shared)
    bearing.join()

def bear_heirs(shared):
    born = []
    while not shared.must_stop():
        born.append(os.fork())
        if not born[-1]:
            time.sleep(3)
            os._exit(0)
        time.sleep(0.002)
    for child in born:
        os.kill(child, 9)
        os.waitpid(child, 0)
"""

# No /proc while it is dumped.
NO_PROC = """
def no_proc(shared):
    subprocess.check_call(["umount", "-l", "/proc"])
    sleep(shared)
    subprocess.check_call(["mount", "-t", "proc", "proc", "/proc"])
"""
OTHER_PROC = NO_PROC.replace('["umount", "-l", "/proc"]', '["mount", "-t", "tmpfs", "none", "/proc"]').replace(
    '["mount", "-t", "proc", "proc", "/proc"]', '["umount", "/proc"]')

# Unnamed files must not be executed in this PID namespace.
NO_EXECUTION = """
with open("/proc/sys/vm/memfd_noexec", "w") as file:
    file.write("2")
"""


def check_one(interpreter, what, expected, kind="sleep", code="", before=(), **more):
    """expected: words of the refusal, or None: it is dumped; or False: it may be dumped or refused."""
    with Program(interpreter, kind, before, code, **more) as program, tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a")
        if expected is None:
            check_dump(path, dump(program.pid, path).objects)
            end = "dumped"
        else:
            done = try_dump(program.pid, "-o", path, "--timeout", "10")
            if expected is False:
                end = "dumped" if check_dump_or_refusal(done, path) else done.text.strip()
            else:
                check_refused(done, *expected)
                end = done.text.strip()
        print("%s: %s" % (what, end), flush=True)
        program.goes_on()
        program.stop()


def check_limits(interpreter):
    for room in range(6):
        expected = ("open files",) if room == 0 else False
        check_one(interpreter, "room for %d files" % room, expected, "few_files", FEW_FILES % room)


def check_heirs(interpreter):
    check_one(interpreter, "children that inherit the pipes", None, "heirs", HEIRS)


def check_filters(interpreter):
    if interpreter.ask("import os; print(os.uname().machine)") not in ("x86_64", "aarch64"):
        return
    for name in ("memfd_create", "pipe2"):
        check_one(interpreter, name + " fails", False, code=FILTER + "forbid(ERRNO | 1, %r)" % name)
        check_one(interpreter, name + " kills", False, code=FILTER + "forbid(KILL_PROCESS, %r)" % name)


NAMESPACES = {
    "a user namespace": ["unshare", "-U"],
    "a user namespace, as its root": ["unshare", "-Ur"],
    "a network and an IPC namespace": ["unshare", "-n", "-i"],
    "a PID namespace": ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"],
    "a PID namespace with the /proc of another": ["unshare", "--pid", "--fork", "--kill-child"],
    "user and PID namespaces": ["unshare", "-Ur", "--pid", "--fork", "--kill-child", "--mount-proc"],
}


def check_namespaces(interpreter, nobody=False):
    for what, before in NAMESPACES.items():
        allowed = run(*before, "true", **({"user": "nobody"} if nobody else {})).returncode == 0
        if not allowed or interpreter.root:
            print("%s: skipped, not allowed here" % what)
            continue
        expected = False if "of another" in what else None
        check_one(interpreter, what, expected, before=before, forks="--fork" in before, nobody=nobody)


def check_mounts(interpreter):
    if os.geteuid() != 0 or run("unshare", "-m", "true").returncode != 0:
        print("mounts: skipped, not allowed here")
        return
    alone = ["unshare", "-m"]
    check_one(interpreter, "no /proc", ("/proc",), "no_proc", NO_PROC, alone)
    check_one(interpreter, "no /proc but an empty folder", ("/proc",), "no_proc", OTHER_PROC, alone)
    if os.path.exists("/proc/sys/vm/memfd_noexec"):
        before = [*NAMESPACES["a PID namespace"]]
        check_one(interpreter, "memfd_noexec", ("memfd_noexec",), code=NO_EXECUTION, before=before, forks=True)


def main(python):
    interpreter = Interpreter(python)
    check_limits(interpreter)
    check_heirs(interpreter)
    check_filters(interpreter)
    check_namespaces(interpreter)
    check_mounts(interpreter)
    if os.geteuid() == 0 and interpreter.words[0].startswith("/usr/bin/"):
        check_namespaces(interpreter, FIRST)
