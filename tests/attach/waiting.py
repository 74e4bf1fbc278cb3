"""Kinds of programs for target.py, each of which sits in one system call nearly all of its time.

A call that ends too early, or with another result than ever, ends the program with a traceback. What is counted in the
shared memory instead: calls that failed with EINTR at byte 16, calls that took too long at byte 24. Names that begin with
c_ call the C library, so that nothing of Python's repeats a call that was interrupted.
"""

import ctypes
import errno
import fcntl
import gc
import select
import socket
import termios
import tty

SECONDS, TOO_LONG = 1.0, 1.5
EVERY = 0.3
SIGNAL = signal.SIGUSR2
INTERRUPTED_AT, LONG_AT = 16, 24

libc = ctypes.CDLL(None, use_errno=True)


class timespec(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long)]


class timeval(ctypes.Structure):
    _fields_ = [("seconds", ctypes.c_long), ("microseconds", ctypes.c_long)]


def interval(seconds, clock=None):
    seconds += time.clock_gettime(clock) if clock is not None else 0
    return ctypes.byref(timespec(int(seconds), int(seconds % 1 * 1e9)))


def shortly(seconds):
    return ctypes.byref(timeval(int(seconds), int(seconds % 1 * 1e6)))


def c(name, *arguments):
    """A call that raises OSError where it says -1."""
    ctypes.set_errno(0)
    result = getattr(libc, name)(*arguments)
    if result == -1:
        raise OSError(ctypes.get_errno(), name)
    return result


def count_at(shared, place):
    struct.pack_into("<Q", shared.memory, place, struct.unpack_from("<Q", shared.memory, place)[0] + 1)


def again_and_again(shared, call):
    """Until told to stop; true was the result each time, but for those that were interrupted."""
    while not shared.must_stop():
        try:
            result = call()
            assert result, result
        except OSError as error:
            if error.errno != errno.EINTR:
                raise
            count_at(shared, INTERRUPTED_AT)
        shared.beat()


def timed(expected):
    """A kind from a function that waits for some seconds and must give that, or fail with that error."""

    def decorate(function):
        def kind(shared):
            wait = function()

            def call():
                began = time.monotonic()
                try:
                    result = wait(SECONDS)
                except OSError as error:
                    if error.errno == errno.EINTR:
                        raise
                    result = error.errno
                took = time.monotonic() - began
                if took > TOO_LONG:
                    count_at(shared, LONG_AT)
                assert result == expected and took > SECONDS - 0.02, (result, took)
                return True

            again_and_again(shared, call)

        return kind

    return decorate


class Feeder:
    """A child that does something every now and then, until its time is over."""

    def __init__(self, action, every=EVERY):
        self.pid = os.fork()
        if self.pid == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            parent = os.getppid()
            while os.getppid() == parent:
                time.sleep(every)
                action()
            os._exit(0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


# ---- for a time: Python's own ----------------------------------------------------------------------------------------


@timed(None)
def sleep_in_python():
    return time.sleep


@timed(([], [], []))
def select_in_python():
    return lambda seconds: select.select([], [], [], seconds)


@timed([])
def poll_in_python():
    return lambda seconds: select.poll().poll(seconds * 1000)


@timed([])
def epoll_in_python():
    waits = select.epoll()
    return lambda seconds: waits.poll(seconds)


@timed(False)
def lock_for_a_time():
    held = threading.Lock()
    held.acquire()
    return lambda seconds: held.acquire(timeout=seconds)


@timed(None)
def sigtimedwait_in_python():
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGNAL])
    return lambda seconds: signal.sigtimedwait([SIGNAL], seconds)


# ---- for a time: the C library's -------------------------------------------------------------------------------------


@timed(0)
def c_nanosleep():
    return lambda seconds: c("nanosleep", interval(seconds), None)


def fails(number):
    """For functions that return an error."""
    if number == errno.EINTR:
        raise OSError(number, "")
    return number


@timed(0)
def c_clock_nanosleep():
    return lambda seconds: fails(c("clock_nanosleep", time.CLOCK_MONOTONIC, 0, interval(seconds), None))


@timed(0)
def c_clock_nanosleep_until():
    return lambda seconds: fails(c("clock_nanosleep", time.CLOCK_MONOTONIC, 1, interval(seconds, time.CLOCK_MONOTONIC), None))


@timed(0)
def c_usleep():
    return lambda seconds: c("usleep", int(seconds * 1e6))


@timed(0)
def c_sleep():
    return lambda seconds: fails(errno.EINTR if c("sleep", int(seconds)) else 0)


@timed(0)
def c_select():
    return lambda seconds: c("select", 0, None, None, None, shortly(seconds))


@timed(0)
def c_pselect():
    return lambda seconds: c("pselect", 0, None, None, None, interval(seconds), None)


@timed(0)
def c_poll():
    return lambda seconds: c("poll", None, 0, int(seconds * 1000))


@timed(0)
def c_ppoll():
    return lambda seconds: c("ppoll", None, 0, interval(seconds), None)


@timed(0)
def c_epoll_wait():
    waits, events = select.epoll(), ctypes.create_string_buffer(64)
    return lambda seconds: c("epoll_wait", waits.fileno(), events, 1, int(seconds * 1000))


@timed(errno.EAGAIN)
def c_sigtimedwait():
    signal.pthread_sigmask(signal.SIG_BLOCK, [SIGNAL])
    signals = ctypes.create_string_buffer(128)
    libc.sigaddset(signals, SIGNAL)
    return lambda seconds: c("sigtimedwait", signals, None, interval(seconds))


@timed(errno.ETIMEDOUT)
def c_sem_timedwait():
    semaphore = ctypes.create_string_buffer(64)
    c("sem_init", semaphore, 0, 0)
    return lambda seconds: c("sem_timedwait", semaphore, interval(seconds, time.CLOCK_REALTIME))


@timed(errno.ETIMEDOUT)
def c_cond_timedwait():
    condition, mutex = ctypes.create_string_buffer(64), ctypes.create_string_buffer(64)
    libc.pthread_mutex_lock(mutex)
    return lambda seconds: libc.pthread_cond_timedwait(condition, mutex, interval(seconds, time.CLOCK_REALTIME))


@timed(errno.EAGAIN)
def c_recv_for_a_time():
    one, other = socket.socketpair()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, bytes(timeval(int(SECONDS), 0)))
    text = ctypes.create_string_buffer(8)
    return lambda seconds, _=other: c("recv", one.fileno(), text, 1, 0)


@timed(errno.EAGAIN)
def c_accept_for_a_time():
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, bytes(timeval(int(SECONDS), 0)))
    return lambda seconds: c("accept", listening.fileno(), None, None)


@timed(errno.EAGAIN)
def c_semtimedop():
    semaphores = c("semget", 0, 1, 0o600)
    operation = struct.pack("Hhh", 0, -1, 0)

    def wait(seconds):
        return c("semtimedop", semaphores, operation, 1, interval(seconds))

    remove_at_end.append(lambda: c("semctl", semaphores, 0, 0))  # IPC_RMID
    return wait


# ---- until something happens -----------------------------------------------------------------------------------------


def reads(make):
    """A kind from a function that makes two descriptors: what is written to the second can be read from the first."""

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
    """`call` must end when a signal was handled, and not before."""
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
    locks_file(shared, lambda file: fcntl.flock(file, fcntl.LOCK_EX) is None, lambda file: fcntl.flock(file, fcntl.LOCK_UN))


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
    """A futex, without a limit of time."""
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


# ---- what target.py gives --------------------------------------------------------------------------------------------

shared_path = sys.argv[2]
remove_at_end = []


def opened():
    """The descriptors that are open."""
    found = set()
    for number in range(256):
        try:
            os.fstat(number)
            found.add(number)
        except OSError:
            pass
    return found


def closing(function):
    """A kind that closes what it opened."""

    def kind(shared):
        before = opened()
        try:
            function(shared)
        finally:
            for remove in remove_at_end:
                remove()
            gc.collect()
            for number in opened() - before:
                os.close(number)

    return kind
