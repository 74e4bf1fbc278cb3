# SPDX-License-Identifier: MIT
"""Whatever ends or stops the browser leaves the terminal as it was."""

import os
import signal
import termios

from terminal import DRYAD, SHOP, Terminal, check, shop

ECHO = 3  # the place of the local modes in what tcgetattr returns


def check_sane(terminal, before):
    check(not terminal.screen.is_alternate(), "the alternate screen is still shown")
    check(not terminal.screen.has_mouse(), "the mouse is still reported")
    check(not terminal.screen.cursor.hidden, "the cursor is still hidden")
    check(terminal.settings() == before, "the modes of the terminal have changed")


def in_shell(command="exec %s browse %s" % (DRYAD, SHOP)):
    """The browser below a shell that keeps the terminal when the browser ends."""
    terminal = Terminal("/bin/sh", "-c", "trap : INT; echo ready; read x; (%s); echo status $?; read x" % command)
    terminal.see("^ready")
    before = terminal.settings()
    terminal.send("\n")
    terminal.see("^ Dryad  shop.dump.zst", "^ Enter open")
    return terminal, before


def browser_of(terminal):
    """The process that fills the terminal: the leader of its foreground, or the child of that."""
    children = open("/proc/%d/task/%d/children" % (terminal.pid, terminal.pid)).read().split()
    return int(children[-1])


def ended_by(number, status):
    terminal, before = in_shell()
    with terminal:
        check(terminal.screen.is_alternate(), "there is no alternate screen")
        check(terminal.screen.has_mouse(), "the mouse is not reported")
        check(not terminal.settings()[ECHO] & termios.ECHO, "what is typed is echoed")
        os.kill(browser_of(terminal), number)
        terminal.see("^status %d" % status)
        check_sane(terminal, before)


def test_quitting_leaves_the_terminal_as_it_was():
    terminal, before = in_shell()
    with terminal:
        terminal.press("q")
        terminal.see("^status 0")
        check_sane(terminal, before)


def test_sigterm_leaves_the_terminal_as_it_was():
    ended_by(signal.SIGTERM, 128 + signal.SIGTERM)


def test_sighup_leaves_the_terminal_as_it_was():
    ended_by(signal.SIGHUP, 128 + signal.SIGHUP)


def test_sigquit_leaves_the_terminal_as_it_was():
    ended_by(signal.SIGQUIT, 128 + signal.SIGQUIT)


def test_signals_that_the_program_has_no_use_for_give_the_terminal_back():
    for number in signal.SIGXCPU, signal.SIGALRM, signal.SIGUSR1, signal.SIGUSR2:
        ended_by(number, 128 + number)


def test_a_crash_leaves_the_terminal_as_it_was():
    ended_by(signal.SIGSEGV, 128 + signal.SIGSEGV)


def test_ctrl_c_leaves_the_browser_and_the_terminal_as_it_was():
    terminal, before = in_shell()
    with terminal:
        terminal.press("\3")
        terminal.see("^dryad: interrupted", "^status 130")
        check_sane(terminal, before)


def test_an_exit_by_a_line_of_lua_leaves_the_terminal_as_it_was():
    terminal, before = in_shell()
    with terminal:
        terminal.press(":", "os.exit(7)", "enter")
        terminal.see("^status 7")
        check_sane(terminal, before)


def test_what_was_written_meanwhile_comes_out_at_the_end():
    for end, status in ("os.exit(3)", 3), ("os.execute('kill -TERM $PPID') while true do end", 128 + signal.SIGTERM):
        terminal, before = in_shell()
        with terminal:
            terminal.press(":", "io.stderr:write('told ' .. 6 * 7 .. '\\n') io.write('so\\n') io.flush() " + end, "enter")
            terminal.see("^told 42$", "^so$", "^status %d" % status)
            check_sane(terminal, before)


def test_ctrl_z_gives_the_terminal_back_until_the_program_goes_on():
    with Terminal("/bin/bash", "--norc", "-i", PS1="$ ") as terminal:
        terminal.see(r"^\$ ?$")
        terminal.send("%s browse %s\n" % (DRYAD, SHOP))
        terminal.see("^ Dryad  shop.dump.zst")
        terminal.press("down", "down")
        terminal.select("84 x dict")
        terminal.press("\x1a")
        terminal.see("Stopped")
        check(not terminal.screen.is_alternate() and not terminal.screen.has_mouse(), "the screen is still taken")
        terminal.send("echo between; stty -a | grep -ow -- '-\\?echo'\n")
        terminal.see("^between\n(.*\n)*echo$")
        terminal.send("fg\n")
        terminal.see("^ Dryad  shop.dump.zst", "^ Enter open")
        check(terminal.screen.is_alternate() and terminal.screen.has_mouse(), "the screen is not taken again")
        terminal.select("84 x dict")
        terminal.press("q")
        terminal.see(r"^\$ ?$")


def test_ctrl_c_leaves_a_line_that_is_typed():
    with shop() as terminal:
        terminal.press("/", "abc")
        terminal.see_line(-1, "^/abc$")
        terminal.press("\3")
        terminal.see_line(-1, "^ Enter open")
        terminal.press("\3")
        terminal.see("^dryad: interrupted")
        terminal.end(130)


def test_ctrl_c_stops_work_and_the_browser_stays():
    with shop() as terminal:
        terminal.press(":", "while true do end", "enter")
        terminal.see("running")
        terminal.press("\3")
        terminal.see("^stopped")
        terminal.press("q")
        terminal.end()


def test_esc_stops_work_that_tells_of_its_progress():
    with shop() as terminal:
        terminal.press(":", "while true do heap:set_roots() heap:roots() heap:dominators() end", "enter")
        terminal.see_line(-1, "Esc stops")
        terminal.press("down", "escape")
        terminal.see("^stopped")
        terminal.press("down")
        terminal.select("292 x type")  # the key from before has gone with the work


def test_a_terminal_that_is_gone_ends_the_program():
    terminal = shop()
    os.close(terminal.terminal)
    _, status = os.waitpid(terminal.pid, 0)
    check(os.WIFSIGNALED(status) or os.WEXITSTATUS(status) != 0, "it ended well")
