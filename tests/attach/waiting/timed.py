# SPDX-License-Identifier: MIT
"""Programs that wait for a time."""

import select
import socket

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

    def wait(seconds):
        # Interrupted by anything, and on a busy machine not run again before its time is over, CPython returns a
        # siginfo that it never filled in.
        came = signal.sigtimedwait([SIGNAL], seconds)
        return came if came is not None and came.si_signo == SIGNAL else None

    return wait


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
    clock, until = time.CLOCK_MONOTONIC, 1  # TIMER_ABSTIME
    return lambda seconds: fails(c("clock_nanosleep", clock, until, interval(seconds, clock), None))


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
