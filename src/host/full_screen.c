/* SPDX-License-Identifier: MIT */
#include "host/full_screen.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "host/held_output.h"
#include "script/base/interrupt.h"

#include <curses.h>
/* Its macros have everyday names, such as columns, so it comes last. */
#include <term.h>

#define INPUT STDIN_FILENO

#define MOUSE_OFF "\33[?1000l\33[?1006l"

typedef struct text {
  char bytes[128];
  size_t length;
} text;

static text entering, leaving;
static const char *mouse_on; /* as ncurses turns it on: in the form of report that it expects */
static struct termios outside, inside;
static int terminal = -1; /* its descriptor */
static bool is_prepared;  /* atexit knows of it */
static pid_t owner;       /* a copy of the process leaves the terminal alone */
static volatile sig_atomic_t is_taken, is_mouse_on, was_resized, was_continued;

static bool has_capability(const char *name)
{
  const char *value = tigetstr(name);
  return value && value != (char *)-1;
}

/* Appends a capability if the terminal has it, without padding: the terminals that need it are gone. */
static void add_capability(text *to, const char *name)
{
  if (!has_capability(name)) return;
  const char *from = tigetstr(name);
  while (*from && to->length < sizeof to->bytes) {
    const char *end = strncmp(from, "$<", 2) == 0 ? strchr(from, '>') : NULL;
    if (end)
      from = end + 1;
    else
      to->bytes[to->length++] = *from++;
  }
}

static void send(const char *bytes, size_t length)
{
  const ssize_t written = write(terminal, bytes, length);
  (void)written; /* a terminal that is gone needs nothing */
}

static void give_back(void)
{
  if (!is_taken || getpid() != owner) return;
  const int number = errno;
  if (is_mouse_on) send(MOUSE_OFF, sizeof MOUSE_OFF - 1);
  send(leaving.bytes, leaving.length);
  send("\r", 1);
  tcsetattr(INPUT, TCSADRAIN, &outside);
  errno = number;
}

static void take_again(void)
{
  if (!is_taken || getpid() != owner) return;
  const int number = errno;
  tcsetattr(INPUT, TCSADRAIN, &inside);
  send(entering.bytes, entering.length);
  if (is_mouse_on) send(mouse_on, strlen(mouse_on));
  errno = number;
}

static void give_back_for_good(void)
{
  if (!is_taken || getpid() != owner) return;
  give_back();
  is_taken = 0;
  dryad_held_output_end();
}

/* Lets the signal do what it does without a handler, now. */
static void let_act(int signal_number)
{
  struct sigaction action = {.sa_handler = SIG_DFL};
  sigset_t one;
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, NULL);
  sigemptyset(&one);
  sigaddset(&one, signal_number);
  raise(signal_number);
  sigprocmask(SIG_UNBLOCK, &one, NULL);
}

static void on_end(int signal_number)
{
  give_back_for_good();
  let_act(signal_number);
}

static void on_stop(int signal_number);
static void on_continue(int signal_number)
{
  (void)signal_number;
  take_again();
  was_continued = 1;
}

static void on_resize(int signal_number)
{
  (void)signal_number;
  was_resized = 1;
}

static const struct {
  int number;
  void (*handler)(int);
} handled[] = {{SIGTERM, on_end}, {SIGHUP, on_end},  {SIGQUIT, on_end},  {SIGABRT, on_end},      {SIGSEGV, on_end},
               {SIGBUS, on_end},  {SIGFPE, on_end},  {SIGILL, on_end},   {SIGXCPU, on_end},      {SIGALRM, on_end},
               {SIGUSR1, on_end}, {SIGUSR2, on_end}, {SIGTSTP, on_stop}, {SIGCONT, on_continue}, {SIGWINCH, on_resize}};
#define HANDLED (sizeof handled / sizeof *handled)

static struct sigaction before[HANDLED];

static void handle(int signal_number, void (*handler)(int), struct sigaction *old)
{
  struct sigaction action = {.sa_handler = handler}; /* no SA_RESTART: waiting must end */
  sigemptyset(&action.sa_mask);
  sigaction(signal_number, &action, old);
}

static void on_stop(int signal_number)
{
  give_back();
  let_act(signal_number);
  handle(signal_number, on_stop, NULL);
}

const char *dryad_full_screen_obstacle(void)
{
  int found = 0;
  const char *name = getenv("TERM");
  if (!isatty(STDOUT_FILENO)) return "standard output is not a terminal";
  if (!isatty(INPUT)) return "standard input is not a terminal";
  if (!name || !*name) return "TERM is not set, so the kind of terminal is not known";
  if (setupterm(NULL, STDOUT_FILENO, &found) != OK)
    return "the kind of terminal that TERM names is not known here, or cannot be filled";
  const bool can_move = has_capability("cup") && has_capability("clear");
  del_curterm(cur_term);
  return can_move ? NULL : "the kind of terminal that TERM names cannot be filled";
}

static void read_capabilities(void)
{
  add_capability(&entering, "smcup");
  add_capability(&entering, "smkx");
  add_capability(&leaving, "sgr0");
  add_capability(&leaving, "cnorm");
  add_capability(&leaving, "rmkx");
  add_capability(&leaving, "rmcup");
  const bool is_decimal = has_capability("kmous") && strcmp(tigetstr("kmous"), "\33[<") == 0;
  mouse_on = is_decimal ? "\33[?1006;1000h" : "\33[?1000h";
  del_curterm(cur_term); /* ncurses makes its own */
}

int dryad_full_screen_begin(void)
{
  int found = 0;
  terminal = dryad_held_output_begin();
  if (terminal < 0) return terminal;
  entering.length = leaving.length = 0;
  mouse_on = "";
  if (setupterm(NULL, terminal, &found) == OK) read_capabilities();
  if (tcgetattr(INPUT, &outside) != 0) memset(&outside, 0, sizeof outside);
  if (!is_prepared) is_prepared = atexit(give_back_for_good) == 0;
  owner = getpid();
  was_resized = was_continued = is_mouse_on = 0;
  for (size_t i = 0; i < HANDLED; i++) {
    handle(handled[i].number, handled[i].handler, &before[i]);
    const bool is_ignored = before[i].sa_handler == SIG_IGN; /* as by nohup */
    if (is_ignored && handled[i].handler != on_resize) sigaction(handled[i].number, &before[i], NULL);
  }
  return terminal;
}

void dryad_full_screen_taken(void)
{
  if (tcgetattr(INPUT, &inside) == 0) is_taken = 1;
}

void dryad_full_screen_end(void)
{
  is_taken = 0;
  dryad_held_output_end();
  for (size_t i = 0; i < HANDLED; i++) sigaction(handled[i].number, &before[i], NULL);
}

void dryad_full_screen_set_mouse(bool is_on) { is_mouse_on = is_on; }

dryad_screen_event dryad_full_screen_event(void)
{
  const dryad_screen_event event = was_continued ? DRYAD_SCREEN_CONTINUED
                                   : was_resized ? DRYAD_SCREEN_RESIZED
                                                 : DRYAD_SCREEN_NONE;
  was_continued = was_resized = 0;
  return event;
}

void dryad_full_screen_wait(int milliseconds)
{
  static const int awaited[] = {SIGINT, SIGCONT, SIGWINCH};
  sigset_t held, free;
  struct pollfd input = {.fd = INPUT, .events = POLLIN};
  const struct timespec limit = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
  sigemptyset(&held);
  for (size_t i = 0; i < sizeof awaited / sizeof *awaited; i++) sigaddset(&held, awaited[i]);
  sigprocmask(SIG_BLOCK, &held, &free);
  const bool is_signalled = was_resized || was_continued || dryad_interrupt_pending();
  if (!is_signalled) ppoll(&input, 1, milliseconds < 0 ? NULL : &limit, &free);
  sigprocmask(SIG_SETMASK, &free, NULL);
}
