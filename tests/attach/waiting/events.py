# SPDX-License-Identifier: MIT
"""Programs that wait until something happens."""

import fcntl
import socket
import termios
import tty

# ---- until something happens -----------------------------------------------------------------------------------------


def reads(make):
    """A kind from a function that creates two descriptors: the first reads what is written to the second."""

    def in_python(shared):
        source, drain = make()
        with Feeder(lambda: os.write(drain, b"x")):
            again_and_again(shared, lambda: os.read(source, 1) == b"x")

    def in_c(shared):
        source, drain = make()
        text = ctypes.create_string_buffer(8)
        with Feeder(lambda: os.write(drain, b"x")):
            again_and_again(shared, lambda: c("read", source, text, 1) == 1)

    return in_python, in_c


def make_terminal():
    master, slave = os.openpty()
    tty.setraw(slave, termios.TCSANOW)
    return slave, master


def make_sockets():
    return [end.detach() for end in socket.socketpair()]


read_pipe, c_read_pipe = reads(os.pipe)
read_socket, c_read_socket = reads(make_sockets)
read_terminal, c_read_terminal = reads(make_terminal)


def accepts(shared, take):
    listening = socket.create_server(("127.0.0.1", 0))
    with Feeder(lambda: socket.create_connection(listening.getsockname()).close()):
        again_and_again(shared, lambda: take(listening))


def accept(shared):
    def take(listening):
        listening.accept()[0].close()
        return True

    accepts(shared, take)


def c_accept(shared):
    accepts(shared, lambda listening: os.close(c("accept", listening.fileno(), None, None)) is None)


def c_recv(shared):
    one, other = make_sockets()
    text = ctypes.create_string_buffer(8)
    with Feeder(lambda: os.write(other, b"x")):
        again_and_again(shared, lambda: c("recv", one, text, 1, 0) == 1)


def child_that_ends():
    pid = os.fork()
    if pid == 0:
        time.sleep(EVERY)
        os._exit(3)
    return pid


def waitpid(shared):
    def call():
        pid = child_that_ends()
        return os.waitpid(pid, 0) == (pid, 3 << 8)

    again_and_again(shared, call)


def c_wait4(shared):
    status = ctypes.c_int()
    children = [child_that_ends()]

    def call():
        good = c("wait4", children[0], ctypes.byref(status), 0, None) == children[0] and status.value == 3 << 8
        children[0] = child_that_ends()
        return good

    again_and_again(shared, call)
    os.waitpid(children[0], 0)


def runs_a_command(shared):
    again_and_again(shared, lambda: subprocess.run(["sleep", str(EVERY)]).returncode == 0)


def signals_come(shared, call):
    """`call` must end after a signal was handled, and not before."""
    came = []
    signal.signal(SIGNAL, lambda *_: came.append(1))
    me = os.getpid()

    def checked():
        del came[:]
        call()
        if not came:
            raise OSError(errno.EINTR, "nothing came")
        return True

    with Feeder(lambda: os.kill(me, SIGNAL)):
        again_and_again(shared, checked)


def pause(shared):
    signals_come(shared, signal.pause)


def c_sigsuspend(shared):
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGNAL])
    signals_come(shared, lambda: libc.sigsuspend(ctypes.create_string_buffer(128)))


def sigwait(shared):
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGNAL])
    me = os.getpid()
    with Feeder(lambda: os.kill(me, SIGNAL)):
        again_and_again(shared, lambda: signal.sigwait([SIGNAL]) == SIGNAL)


def locks_file(shared, lock, unlock):
    path = shared_path + ".lock"

    def hold():
        with open(path, "w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            fcntl.lockf(file, fcntl.LOCK_EX)
            time.sleep(EVERY)

    with open(path, "w") as file, Feeder(hold, 0.01):

        def call():
            good = lock(file)
            unlock(file)
            time.sleep(0.02)
            return good

        again_and_again(shared, call)


def flock(shared):
    locks_file(shared, lambda file: fcntl.flock(file, fcntl.LOCK_EX) is None,
               lambda file: fcntl.flock(file, fcntl.LOCK_UN))


def c_flock(shared):
    locks_file(shared, lambda file: c("flock", file.fileno(), fcntl.LOCK_EX) == 0,
               lambda file: fcntl.flock(file, fcntl.LOCK_UN))


def c_fcntl_lock(shared):
    whole = struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0)
    locks_file(shared, lambda file: c("fcntl", file.fileno(), fcntl.F_SETLKW, whole) == 0,
               lambda file: fcntl.lockf(file, fcntl.LOCK_UN))


def c_msgrcv(shared):
    queue = c("msgget", 0, 0o600)
    message = ctypes.create_string_buffer(struct.pack("l8s", 1, b"x"))
    with Feeder(lambda: libc.msgsnd(queue, message, 8, 0)):
        again_and_again(shared, lambda: c("msgrcv", queue, message, ctypes.c_size_t(8), 0, 0) == 8)
    c("msgctl", queue, 0, None)


def c_semop(shared):
    semaphores = c("semget", 0, 1, 0o600)
    with Feeder(lambda: libc.semop(semaphores, struct.pack("Hhh", 0, 1, 0), 1)):
        again_and_again(shared, lambda: c("semop", semaphores, struct.pack("Hhh", 0, -1, 0), 1) == 0)
    c("semctl", semaphores, 0, 0)


def c_sem_wait(shared):
    """A futex, without a timeout."""
    block = mmap.mmap(-1, 4096)
    semaphore = ctypes.byref(ctypes.c_char.from_buffer(block))
    c("sem_init", semaphore, 1, 0)
    with Feeder(lambda: libc.sem_post(semaphore)):
        again_and_again(shared, lambda: c("sem_wait", semaphore) == 0)


def c_open_fifo(shared):
    path = shared_path + ".fifo"
    os.mkfifo(path)

    def call():
        os.close(c("open", path.encode(), os.O_RDONLY))
        time.sleep(0.02)  # the feeder must close it first
        return True

    with Feeder(lambda: os.close(os.open(path, os.O_WRONLY))):
        again_and_again(shared, call)


def c_read_eventfd(shared):
    number = c("eventfd", 0, 0)
    text = ctypes.create_string_buffer(8)
    with Feeder(lambda: os.write(number, struct.pack("<Q", 1))):
        again_and_again(shared, lambda: c("read", number, text, 8) == 8)


def c_read_timerfd(shared):
    number = c("timerfd_create", time.CLOCK_MONOTONIC, 0)
    rings = int(EVERY * 1e9)
    c("timerfd_settime", number, 0, struct.pack("llll", 0, rings, 0, rings), None)
    text = ctypes.create_string_buffer(8)
    again_and_again(shared, lambda: c("read", number, text, 8) == 8)


def c_read_inotify(shared):
    number = c("inotify_init1", 0)
    c("inotify_add_watch", number, os.path.dirname(shared_path).encode(), 0x100)  # IN_CREATE
    text = ctypes.create_string_buffer(4096)

    def touch():
        path = shared_path + ".touched"
        open(path, "w").close()
        os.unlink(path)

    with Feeder(touch):
        again_and_again(shared, lambda: c("read", number, text, 4096) > 0)
