/* SPDX-License-Identifier: MIT */
/*
 * libedit does the editing. While it reads a line, this handles signals: Ctrl-C abandons the line; a
 * resized window or continuing after a stop redraws it. The previous handlers are restored afterwards.
 */
#include "host/line_input.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/printable.h"
#include "host/terminal.h"

#define READER "dryad.input"
#define MAX_HISTORY 5000

typedef struct reader {
  EditLine *editor; /* NULL: closed */
  History *history;
  char *history_path; /* NULL: none */
  lua_State *L;       /* whose call of read is running */
  const char *prompt;
  bool interrupted;
  int pending; /* a byte typed after Ctrl-C but read before the signal was noticed; -1: none */
} reader;

static volatile sig_atomic_t got_interrupt, got_resize, got_continue;

static void note_signal(int signal_number)
{
  if (signal_number == SIGINT) got_interrupt = 1;
  if (signal_number == SIGWINCH) got_resize = 1;
  if (signal_number == SIGCONT) got_continue = 1;
}

static const int watched[] = {SIGINT, SIGWINCH, SIGCONT};
#define WATCHED (sizeof watched / sizeof *watched)

static void watch_signals(struct sigaction before[WATCHED])
{
  struct sigaction action = {.sa_handler = note_signal}; /* no SA_RESTART: reading must return */
  sigemptyset(&action.sa_mask);
  got_interrupt = got_resize = got_continue = 0;
  for (size_t i = 0; i < WATCHED; i++) sigaction(watched[i], &action, &before[i]);
}

static void unwatch_signals(const struct sigaction before[WATCHED])
{
  for (size_t i = 0; i < WATCHED; i++) sigaction(watched[i], &before[i], NULL);
}

static char *prompt_of(EditLine *editor)
{
  void *data = NULL;
  el_get(editor, EL_CLIENTDATA, &data);
  return (char *)(uintptr_t)((reader *)data)->prompt;
}

/* Reads and decodes the bytes of one character; invalid UTF-8 becomes U+FFFD. */
static int decode(int (*next)(void *), void *context, wchar_t *character)
{
  int first = next(context);
  if (first < 0) return first;
  int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
  if (!more) {
    *character = first < 0x80 ? first : 0xfffd;
    return 1;
  }
  *character = first & (0x3f >> more);
  while (more--) {
    int byte = next(context);
    if (byte < 0) return byte;
    if ((byte & 0xc0) != 0x80) {
      *character = 0xfffd;
      return 1;
    }
    *character = *character << 6 | (byte & 0x3f);
  }
  return 1;
}

#define END (-1)
#define GIVE_UP (-2)

static int next_byte(void *context)
{
  reader *r = context;
  unsigned char byte;
  for (;;) {
    if (got_interrupt) return GIVE_UP;
    if (got_continue) {
      got_continue = 0;
      el_set(r->editor, EL_PREP_TERM, 0);
      el_set(r->editor, EL_PREP_TERM, 1);
      el_set(r->editor, EL_REFRESH);
    }
    if (got_resize) {
      got_resize = 0;
      el_resize(r->editor);
    }
    if (r->pending >= 0) {
      int pending = r->pending;
      r->pending = -1;
      return pending;
    }
    ssize_t n = read(STDIN_FILENO, &byte, 1);
    if (n == 1 && !got_interrupt) return byte;
    if (n == 1)
      r->pending = byte;
    else if (n == 0 || errno != EINTR)
      return END;
  }
}

static int next_character(EditLine *editor, wchar_t *character)
{
  void *data = NULL;
  el_get(editor, EL_CLIENTDATA, &data);
  reader *r = data;
  int result = decode(next_byte, r, character);
  if (result == GIVE_UP) {
    r->interrupted = true;
    return -1;
  }
  return result == END ? 0 : result;
}

/* The Tab key: the Lua function decides everything. Its errors only ring the bell. */
static unsigned char complete(EditLine *editor, int key)
{
  (void)key;
  void *data = NULL;
  el_get(editor, EL_CLIENTDATA, &data);
  lua_State *L = ((reader *)data)->L;
  const LineInfo *line = el_line(editor);
  int top = lua_gettop(L);
  lua_getiuservalue(L, 1, 1);
  lua_pushlstring(L, line->buffer, (size_t)(line->cursor - line->buffer));
  lua_pushlstring(L, line->cursor, (size_t)(line->lastchar - line->cursor));
  unsigned char done = CC_ERROR;
  if (lua_pcall(L, 2, 2, 0) == LUA_OK) {
    const char *insert = lua_tostring(L, -2), *show = lua_tostring(L, -1);
    /* What is inserted acts as keys, and is shown as it is. */
    if (insert && *insert && dryad_is_printable((dryad_text){insert, strlen(insert)}, DRYAD_ONE_LINE)) {
      el_insertstr(editor, insert);
      done = CC_REFRESH;
    }
    if (show) {
      dryad_terminal_write(stdout, "\n");
      dryad_terminal_write(stdout, show);
      dryad_terminal_write(stdout, "\n");
      fflush(stdout);
      done = CC_REDISPLAY;
    }
  }
  lua_settop(L, top);
  return done;
}

static void make_directories(const char *path)
{
  char directory[PATH_MAX];
  if (strlen(path) >= sizeof directory) return;
  strcpy(directory, path);
  for (char *slash = strchr(directory + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = '\0';
    mkdir(directory, 0700);
    *slash = '/';
  }
}

static void open_history(reader *r, const char *path)
{
  HistEvent event;
  r->history = history_init();
  if (!r->history) return;
  history(r->history, &event, H_SETSIZE, MAX_HISTORY);
  history(r->history, &event, H_SETUNIQUE, 1);
  el_set(r->editor, EL_HIST, history, r->history);
  if (!path) return;
  r->history_path = strdup(path);
  make_directories(path);
  history(r->history, &event, H_LOAD, path);
  if (history(r->history, &event, H_GETSIZE) >= 0 && event.num >= MAX_HISTORY)
    history(r->history, &event, H_SAVE, path);
}

/* The keys of editing, as the terminals that people use send them: xterm and its kin in both modes, the Linux console,
   rxvt, screen and tmux. */
static void bind_keys(EditLine *editor)
{
  static const struct {
    const char *sequence, *command;
  } keys[] = {
      {"^I", "dryad-complete"},      {"^R", "em-inc-search-prev"},  {"^W", "ed-delete-prev-word"},
      {"\033[H", "ed-move-to-beg"},  {"\033OH", "ed-move-to-beg"},  {"\033[1~", "ed-move-to-beg"},
      {"\033[7~", "ed-move-to-beg"}, {"\033[F", "ed-move-to-end"},  {"\033OF", "ed-move-to-end"},
      {"\033[4~", "ed-move-to-end"}, {"\033[8~", "ed-move-to-end"}, {"\033[3~", "ed-delete-next-char"},
      {"\033[1;5C", "em-next-word"}, {"\033[1;5D", "ed-prev-word"}, {"\033[5C", "em-next-word"},
      {"\033[5D", "ed-prev-word"},   {"\033Oc", "em-next-word"},    {"\033Od", "ed-prev-word"},
      {"\033[1;3C", "em-next-word"}, {"\033[1;3D", "ed-prev-word"}, {"\033[A", "ed-prev-history"},
      {"\033[B", "ed-next-history"}, {"\033[C", "ed-next-char"},    {"\033[D", "ed-prev-char"},
      {"\033OA", "ed-prev-history"}, {"\033OB", "ed-next-history"}, {"\033OC", "ed-next-char"},
      {"\033OD", "ed-prev-char"},
  };
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
    el_set(editor, EL_BIND, keys[i].sequence, keys[i].command, NULL);
}

static int input_new(lua_State *L)
{
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const char *path = luaL_optstring(L, 2, NULL);
  reader *r = lua_newuserdatauv(L, sizeof *r, 1);
  memset(r, 0, sizeof *r);
  r->pending = -1;
  luaL_setmetatable(L, READER);
  lua_pushvalue(L, 1);
  lua_setiuservalue(L, -2, 1);
  r->editor = el_init("dryad", stdin, stdout, stderr);
  if (!r->editor) return luaL_error(L, "no line editing on this terminal");
  el_set(r->editor, EL_CLIENTDATA, r);
  el_set(r->editor, EL_PROMPT_ESC, prompt_of, '\1');
  el_set(r->editor, EL_EDITOR, "emacs");
  el_set(r->editor, EL_SIGNAL, 0);
  el_set(r->editor, EL_GETCFN, next_character);
  el_wset(r->editor, EL_ADDFN, L"dryad-complete", L"complete the word", complete); /* el_set would leak its copies */
  open_history(r, path);
  bind_keys(r->editor);
  el_source(r->editor, NULL); /* the user's ~/.editrc */
  return 1;
}

static reader *check_reader(lua_State *L)
{
  reader *r = luaL_checkudata(L, 1, READER);
  if (!r->editor) luaL_error(L, "the reader is closed");
  return r;
}

static int reader_read(lua_State *L)
{
  reader *r = check_reader(L);
  r->prompt = luaL_checkstring(L, 2);
  r->L = L;
  r->interrupted = false;
  struct sigaction before[WATCHED];
  int count = 0;
  fflush(stdout);
  watch_signals(before);
  el_set(r->editor, EL_PREP_TERM, 1); /* before the prompt, so that early typing is not echoed twice */
  const char *line = el_gets(r->editor, &count);
  unwatch_signals(before);
  if (r->interrupted) el_reset(r->editor);
  r->prompt = NULL;
  if (r->interrupted || !line || count <= 0) {
    lua_pushnil(L);
    lua_pushstring(L, r->interrupted ? "interrupted" : "end");
    return 2;
  }
  size_t length = (size_t)count;
  if (line[length - 1] == '\n') length--;
  lua_pushlstring(L, line, length);
  return 1;
}

/* Appends only the new entry to the file, so that parallel sessions keep each other's. */
static int reader_remember(lua_State *L)
{
  reader *r = check_reader(L);
  const char *text = luaL_checkstring(L, 2);
  HistEvent event;
  if (!r->history) return 0;
  if (history(r->history, &event, H_ENTER, text) <= 0 || !r->history_path) return 0;
  int descriptor = open(r->history_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "a");
  if (!file) {
    if (descriptor >= 0) close(descriptor);
    return 0;
  }
  fseek(file, 0, SEEK_END);
  history(r->history, &event, H_NSAVE_FP, (size_t)1, file);
  fclose(file);
  return 0;
}

static int reader_close(lua_State *L)
{
  reader *r = luaL_checkudata(L, 1, READER);
  if (r->history) history_end(r->history);
  if (r->editor) el_end(r->editor);
  free(r->history_path);
  memset(r, 0, sizeof *r);
  return 0;
}

int dryad_open_input(lua_State *L)
{
  static const luaL_Reg methods[] = {
      {"read", reader_read}, {"remember", reader_remember}, {"close", reader_close}, {NULL, NULL}};
  static const luaL_Reg meta[] = {{"__gc", reader_close}, {"__close", reader_close}, {NULL, NULL}};
  luaL_newmetatable(L, READER);
  luaL_setfuncs(L, meta, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
  lua_newtable(L);
  lua_pushcfunction(L, input_new);
  lua_setfield(L, -2, "new");
  return 1;
}
