/* SPDX-License-Identifier: MIT */
#include "host/curses.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <lauxlib.h>
#include <limits.h>
#include <locale.h>
#include <lua.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <curses.h>

#include "host/cells.h"
#include "host/full_screen.h"
#include "host/held_output.h"
#include "host/key_names.h"
#include "script/base/interrupt.h"

#define SCREEN_TYPE "dryad.screen"

enum {
  ESCAPE_PATIENCE = 25, /* milliseconds in which the rest of a key follows its Esc */
  FIRST_COLOUR = 1,     /* of ncurses: red */
  LAST_COLOUR = 6
};

typedef struct screen {
  SCREEN *terminal; /* NULL: closed */
  FILE *output;     /* to the terminal */
  bool is_ascii, has_colours;
} screen;

static bool is_open; /* ncurses has one current screen */

static screen *check_screen(lua_State *L)
{
  screen *s = luaL_checkudata(L, 1, SCREEN_TYPE);
  luaL_argcheck(L, s->terminal, 1, "a screen that is closed");
  return s;
}

/* ---- opening and closing ------------------------------------------------------------------------ */

/* Whether the locale of the environment has UTF-8. That of the program has it always. */
static bool is_ascii_wanted(void)
{
  const locale_t users = newlocale(LC_CTYPE_MASK, "", (locale_t)0);
  const bool has_utf8 = users != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, users), "UTF-8") == 0;
  if (users != (locale_t)0) freelocale(users);
  return !has_utf8;
}

static bool choose_colours(void)
{
  const char *unwanted = getenv("NO_COLOR");
  if ((unwanted && *unwanted) || !has_colors() || start_color() == ERR) return false;
  const short background = use_default_colors() == OK ? -1 : COLOR_BLACK;
  for (short i = FIRST_COLOUR; i <= LAST_COLOUR; i++) init_pair(i, i, background);
  return true;
}

/* ncurses asks the environment for the size, which may be that of another terminal. */
static void adopt_size(void)
{
  struct winsize window;
  if (ioctl(STDIN_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_row > 0 && window.ws_col > 0)
    resize_term(window.ws_row, window.ws_col);
}

static void set_mouse(bool is_on)
{
  const mmask_t wanted = BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED;
  dryad_full_screen_set_mouse(mousemask(is_on ? wanted : 0, NULL) != 0);
}

static const char *obstacle(void) { return is_open ? "the screen is in use already" : dryad_full_screen_obstacle(); }

static int screen_obstacle(lua_State *L)
{
  lua_pushstring(L, obstacle());
  return 1;
}

static int screen_open(lua_State *L)
{
  screen *s = lua_newuserdatauv(L, sizeof *s, 0);
  *s = (screen){0};
  luaL_setmetatable(L, SCREEN_TYPE);
  const char *why_not = obstacle();
  if (why_not) return luaL_error(L, "%s", why_not);
  fflush(stdout);
  const int descriptor = dryad_full_screen_begin();
  if (descriptor < 0) return luaL_error(L, "the terminal cannot be filled: %s", strerror(errno));
  s->output = fdopen(fcntl(descriptor, F_DUPFD_CLOEXEC, 0), "w");
  s->terminal = s->output ? newterm(NULL, s->output, stdin) : NULL;
  if (!s->terminal) {
    if (s->output) fclose(s->output);
    dryad_full_screen_end();
    return luaL_error(L, "the terminal cannot be filled");
  }
  is_open = true;
  s->is_ascii = is_ascii_wanted();
  s->has_colours = choose_colours();
  set_escdelay(ESCAPE_PATIENCE);
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  nodelay(stdscr, TRUE);
  curs_set(0);
  mouseinterval(0);
  adopt_size();
  refresh();
  dryad_full_screen_taken();
  set_mouse(true);
  return 1;
}

static int screen_close(lua_State *L)
{
  screen *s = luaL_checkudata(L, 1, SCREEN_TYPE);
  if (!s->terminal) return 0;
  set_mouse(false);
  endwin();
  delscreen(s->terminal);
  fclose(s->output);
  fflush(stdout);
  dryad_full_screen_end();
  s->terminal = NULL;
  is_open = false;
  return 0;
}

/* ---- showing ------------------------------------------------------------------------------------ */

static int screen_size(lua_State *L)
{
  check_screen(L);
  lua_pushinteger(L, LINES);
  lua_pushinteger(L, COLS);
  return 2;
}

static int screen_is_ascii(lua_State *L)
{
  lua_pushboolean(L, check_screen(L)->is_ascii);
  return 1;
}

static int screen_erase(lua_State *L)
{
  check_screen(L);
  erase();
  return 0;
}

static bool is_word(const char *word, size_t length, const char *name)
{
  return strlen(name) == length && memcmp(word, name, length) == 0;
}

static attr_t attribute_of(lua_State *L, const char *word, size_t length, short *colour)
{
  static const char *const colours[] = {"red", "green", "yellow", "blue", "magenta", "cyan"};
  if (is_word(word, length, "bold")) return A_BOLD;
  if (is_word(word, length, "dim")) return A_DIM;
  if (is_word(word, length, "reverse")) return A_REVERSE;
  if (is_word(word, length, "underline")) return A_UNDERLINE;
  for (short i = 0; i <= LAST_COLOUR - FIRST_COLOUR; i++)
    if (is_word(word, length, colours[i])) {
      *colour = (short)(FIRST_COLOUR + i);
      return A_NORMAL;
    }
  luaL_argerror(L, 6, "no such style");
  return A_NORMAL;
}

static attr_t attributes_of(lua_State *L, const char *style, short *colour)
{
  attr_t attributes = A_NORMAL;
  *colour = 0;
  for (const char *word = style; *word; word += strspn(word, " ")) {
    const size_t length = strcspn(word, " ");
    attributes |= attribute_of(L, word, length, colour);
    word += length;
  }
  return attributes;
}

/* 1 to what fits an int. */
static int check_place(lua_State *L, int index)
{
  const lua_Integer place = luaL_checkinteger(L, index);
  return (int)(place < 1 ? 0 : place > SHRT_MAX ? SHRT_MAX : place) - 1;
}

static int screen_put(lua_State *L)
{
  const screen *s = check_screen(L);
  const int row = check_place(L, 2), column = check_place(L, 3);
  const lua_Integer width = luaL_checkinteger(L, 4);
  dryad_text text;
  text.data = luaL_checklstring(L, 5, &text.length);
  const int room = COLS - column, wanted = (int)(width > room ? room : width < 0 ? 0 : width);
  dryad_cells cells = {.row = row, .column = column, .width = wanted, .is_ascii = s->is_ascii};
  cells.attributes = attributes_of(L, luaL_optstring(L, 6, ""), &cells.colour);
  if (!s->has_colours) cells.colour = 0;
  const bool is_outside = row < 0 || row >= LINES || column < 0 || wanted <= 0;
  lua_pushinteger(L, is_outside ? 0 : dryad_put_cells(cells, text));
  return 1;
}

static int screen_cursor(lua_State *L)
{
  check_screen(L);
  if (lua_isnoneornil(L, 2)) {
    curs_set(0);
  } else {
    curs_set(1);
    move(check_place(L, 2), check_place(L, 3));
  }
  return 0;
}

static int screen_refresh(lua_State *L)
{
  check_screen(L);
  refresh();
  return 0;
}

static int screen_redraw(lua_State *L)
{
  check_screen(L);
  clearok(curscr, TRUE);
  return 0;
}

static int screen_written(lua_State *L)
{
  char bytes[4096];
  luaL_Buffer text;
  check_screen(L);
  fflush(stdout);
  luaL_buffinit(L, &text);
  for (size_t count; (count = dryad_held_output_take(bytes, sizeof bytes)) > 0;) luaL_addlstring(&text, bytes, count);
  luaL_pushresult(&text);
  return 1;
}

static int screen_mouse(lua_State *L)
{
  check_screen(L);
  set_mouse(lua_toboolean(L, 2));
  return 0;
}

static void base64(char *out, const unsigned char *bytes, size_t length)
{
  static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < length; i += 3) {
    const size_t left = length - i;
    const uint32_t group = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) |
                           (left > 2 ? (uint32_t)bytes[i + 2] : 0);
    *out++ = digits[group >> 18];
    *out++ = digits[group >> 12 & 63];
    *out++ = left > 1 ? digits[group >> 6 & 63] : '=';
    *out++ = left > 2 ? digits[group & 63] : '=';
  }
  *out = '\0';
}

/* OSC 52: the text is in base64, so nothing in it acts on the terminal. */
static int screen_copy(lua_State *L)
{
  size_t length;
  const screen *s = check_screen(L);
  const char *text = luaL_checklstring(L, 2, &length);
  char *encoded = lua_newuserdatauv(L, (length + 2) / 3 * 4 + 1, 0);
  base64(encoded, (const unsigned char *)text, length);
  fputs("\33]52;c;", s->output);
  fputs(encoded, s->output);
  fputs("\a", s->output);
  fflush(s->output);
  return 0;
}

/* ---- keys --------------------------------------------------------------------------------------- */

static int push_event(lua_State *L, dryad_screen_event event)
{
  adopt_size();
  if (event == DRYAD_SCREEN_CONTINUED) curs_set(0);
  clearok(curscr, TRUE);
  lua_pushliteral(L, "resize");
  return 1;
}

static bool is_gone(void)
{
  struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
  return poll(&input, 1, 0) > 0 && (input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static int screen_key(lua_State *L)
{
  check_screen(L);
  const lua_Integer wait = luaL_optinteger(L, 2, -1);
  for (bool has_waited = false;;) {
    const dryad_screen_event event = dryad_full_screen_event();
    if (event != DRYAD_SCREEN_NONE) return push_event(L, event);
    if (dryad_interrupt_pending()) return 0;
    wint_t code;
    const int kind = get_wch(&code);
    const int pushed = kind == ERR ? 0 : dryad_push_key(L, code, kind == KEY_CODE_YES);
    if (pushed) return pushed;
    if (kind != ERR) continue;
    if (is_gone()) {
      lua_pushnil(L);
      lua_pushliteral(L, "end");
      return 2;
    }
    if (has_waited && wait >= 0) return 0;
    has_waited = true;
    dryad_full_screen_wait(wait > INT_MAX ? INT_MAX : (int)wait);
  }
}

int dryad_open_curses(struct lua_State *L)
{
  static const luaL_Reg methods[] = {{"size", screen_size},
                                     {"is_ascii", screen_is_ascii},
                                     {"erase", screen_erase},
                                     {"put", screen_put},
                                     {"cursor", screen_cursor},
                                     {"refresh", screen_refresh},
                                     {"redraw", screen_redraw},
                                     {"mouse", screen_mouse},
                                     {"copy", screen_copy},
                                     {"written", screen_written},
                                     {"key", screen_key},
                                     {"close", screen_close},
                                     {NULL, NULL}};
  static const luaL_Reg functions[] = {{"obstacle", screen_obstacle}, {"open", screen_open}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", screen_close}, {"__close", screen_close}, {NULL, NULL}};
  luaL_newmetatable(L, SCREEN_TYPE);
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  luaL_newlib(L, functions);
  return 1;
}
