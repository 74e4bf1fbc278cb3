# SPDX-License-Identifier: MIT
"""What strace sees dryad open, run and drop when root dumps a program of `nobody`: trace PYTHON"""

import os
import re
import tempfile

from program import Interpreter, Program
from support import DRYAD, SANITIZED, Dumping, Skip, check, check_dump, need, need_root

CALLS = (
    "open,openat,openat2,open_by_handle_at,creat,execve,execveat,fork,vfork,clone,clone3,capset,prctl,setns,unshare,"
    "chroot,pivot_root,mount,connect,mknod,mknodat,mkdir,mkdirat,unlink,unlinkat,rmdir,rename,renameat,renameat2,link,"
    "linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,fchownat,lchown,truncate,process_vm_readv,"
    "process_vm_writev,ptrace,chdir,fchdir,uselib,setresuid,setuid,seccomp"
)
OPENS = ("open", "openat", "openat2", "open_by_handle_at", "creat", "uselib")
RUNS = ("execve", "execveat", "vfork")
CHANGES = (
    "setns", "chroot", "pivot_root", "mount", "mknod", "mknodat", "mkdir", "mkdirat", "link", "symlink", "symlinkat",
    "chmod", "fchmodat", "chown", "fchownat", "lchown", "truncate", "connect", "chdir",
)

LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?:\((.*)| resumed>(.*))$")


def allowed(folder, pid):
    """The complete list of files that dryad may open, as patterns for whole paths."""
    here = os.path.dirname(DRYAD)
    own = "|".join(map(re.escape, (here + "/share", "/usr/share", "/usr/local/share")))
    process = r"/proc/%d" % pid
    return {
        "its libraries": r"/etc/ld\.so\.cache|(/usr)?/lib(/x86_64-linux-gnu|/aarch64-linux-gnu)?/lib[\w.+-]+\.so[.\d]*",
        "its language": r"/usr/lib/locale/.*|/usr/share/locale/.*|.*/gconv-modules(\.cache)?",
        "its own files": r"(%s)/dryad/(lua/[\w./-]+|python/dryad-attach\.so)" % own,
        "the dump": r"%s(/[\w.-]*)?" % re.escape(folder),
        "what is above the dump": "/|" + "|".join(map(re.escape, parents(folder))),
        "facts of the process": r"%s(/(auxv|comm|maps|mem|stat|status))?" % process,
        "facts of its threads": r"%s/task(/\d+/syscall)?" % process,
        "a descriptor of its own": r"/proc/self/fd/\d+",
        "what is allowed here": r"/proc/sys/kernel/yama/ptrace_scope",
    }


def parents(path):
    found = []
    while path != "/":
        path = os.path.dirname(path)
        found.append(path)
    return found


# Forbidden even if listed: files that the program could have put there.
FORBIDDEN = r"/proc/(?!self/)[^/]+/(task/\d+/)?(root|exe|cwd|fd|fdinfo|map_files)(/.*)?"


class Call:
    def __init__(self, pid, name, arguments):
        self.pid, self.name, self.arguments = pid, name, arguments
        self.failed = " = -1 " in arguments
        self.paths = [text.encode().decode("unicode_escape") for text in re.findall(r'"((?:[^"\\]|\\.)*)"', arguments)]

    def __repr__(self):
        return "%d %s(%s" % (self.pid, self.name, self.arguments)


def read_calls(path):
    """The calls in order; joins calls that the output of another process split."""
    calls, begun = [], {}
    with open(path, errors="replace") as file:
        for line in file:
            found = LINE.match(line.rstrip("\n"))
            if not found:
                continue
            pid, name, arguments, rest = int(found.group(1)), found.group(2), found.group(3), found.group(4)
            if rest is not None:
                calls.append(Call(pid, name, begun.pop((pid, name), "") + rest))
            elif arguments.endswith("<unfinished ...>"):
                begun[pid, name] = arguments[:-len("<unfinished ...>")]
            else:
                calls.append(Call(pid, name, arguments))
    calls += [Call(pid, name, arguments) for (pid, name), arguments in begun.items()]
    return calls


def check_opens(calls, folder, pid):
    patterns = allowed(folder, pid)
    every = re.compile("|".join("(?:%s)" % pattern for pattern in patterns.values()))
    opened = [call for call in calls if call.name in OPENS]
    check(len(opened) > 10, "strace saw nothing:", calls[:20])
    for call in opened:
        check(call.paths, "opens what has no name:", call)
        path = call.paths[0]
        if not path.startswith("/") and "AT_FDCWD" not in call.arguments:
            path = described(call) + "/" + path
        path = os.path.normpath(path).replace("//", "/")
        check(not re.fullmatch(FORBIDDEN, path), "opens what the program can put there:", call)
        check(every.fullmatch(path), "opens what is not on the list:", path, "by", call)
    for name in sorted({call.paths[0] for call in opened if not call.failed and "/proc" in call.paths[0]}):
        print("opened:", name)


def described(call):
    """The path of openat's directory descriptor, from strace -y."""
    found = re.match(r"\d+<([^>]*)>", call.arguments)
    return found.group(1) if found else "[fd]"


def check_runs(calls, folder):
    runs = [call for call in calls if call.name in RUNS and not call.failed]
    check(len(runs) == 1 and os.path.realpath(runs[0].paths[0]) == os.path.realpath(DRYAD), "runs:", runs)
    for call in calls:
        check(call.name not in CHANGES, "makes an unnecessary change:", call)
        if call.name in ("linkat", "renameat", "renameat2", "rename", "unlinkat", "unlink"):
            is_inside = "<%s>" % folder in call.arguments or folder + "/" in call.arguments
            check(is_inside, "works outside of its folder:", call)


def check_helper(calls, dryad):
    """The helper drops its capabilities; from then on it opens nothing, and it never runs anything."""
    helpers = {call.pid for call in calls} - {dryad}
    check(len(helpers) >= 1, "there is no helper")
    dropped = set()
    undumpable = set()
    for call in calls:
        if call.name == "capset" and not call.failed:
            dropped.add(call.pid)
            last = call
        if call.name == "prctl" and re.match(r"PR_SET_DUMPABLE, (0|SUID_DUMP_DISABLE)", call.arguments):
            undumpable.add(call.pid)
        check(call.pid not in dropped or call.name not in OPENS + RUNS, "after it dropped its privileges:", call)
    tracing = {call.pid for call in calls if call.name == "ptrace" and "PTRACE_SEIZE" in call.arguments}
    check(tracing and dryad not in tracing, "the process that holds the program is not a helper:", tracing)
    check(tracing <= dropped, "keeps its privileges:", tracing - dropped)
    check(tracing <= undumpable, "can be dumped:", tracing - undumpable)
    check(re.search(r"effective=(0[,}]|1<<CAP_SYS_PTRACE[,}])", last.arguments), "keeps more than it needs:", last)
    print("dropped:", last)


def main(python):
    need_root()
    need("strace")
    if SANITIZED:
        raise Skip("a sanitizer opens files of its own")
    interpreter = Interpreter(python)
    with Program(interpreter, "sleep", nobody=True) as program, tempfile.TemporaryDirectory(dir="/tmp") as folder:
        log, output = os.path.join(folder, "log"), os.path.join(folder, "output")
        os.mkdir(output)
        before = ["strace", "-f", "-y", "-s", "4096", "-e", "trace=" + CALLS, "-e", "signal=none", "-o", log]
        path = os.path.join(output, "a.dump.zst")
        with Dumping(program.pid, "-o", path, before=before) as dumping:
            done = dumping.wait()
        check(done.status == 0, done)
        check_dump(path, done.objects)
        calls = read_calls(log)
        check_runs(calls, output)
        check_opens(calls, output, program.pid)
        check_helper(calls, next(call.pid for call in calls if call.name == "execve"))
        program.goes_on()
        program.stop()
