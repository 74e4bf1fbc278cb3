#include "host/pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define TYPE "dryad.pipe"

enum { MOST_PIPES = 16, READ_SIZE = 64 * 1024, LONGEST_WAIT = 3600 };

typedef struct pipe_end {
  int descriptor; /* -1: closed */
} pipe_end;

static int fail(lua_State *L)
{
  lua_pushnil(L);
  lua_pushstring(L, strerror(errno));
  return 2;
}

int dryad_check_pipe(lua_State *L, int index)
{
  const pipe_end *self = luaL_checkudata(L, index, TYPE);
  return self->descriptor;
}

static int pipe_read(lua_State *L)
{
  int descriptor = dryad_check_pipe(L, 1);
  lua_Integer most = luaL_optinteger(L, 2, READ_SIZE);
  luaL_argcheck(L, most > 0 && most <= (1 << 30), 2, "a number of bytes expected");
  if (descriptor < 0) return 0;
  luaL_Buffer buffer;
  char *room = luaL_buffinitsize(L, &buffer, (size_t)most);
  ssize_t count = read(descriptor, room, (size_t)most);
  bool waits = count < 0 && (errno == EAGAIN || errno == EINTR);
  if (count < 0 && !waits) return fail(L);
  luaL_pushresultsize(&buffer, count > 0 ? (size_t)count : 0);
  if (count == 0) lua_pushnil(L);
  return 1;
}

static int pipe_write(lua_State *L)
{
  int descriptor = dryad_check_pipe(L, 1);
  size_t length;
  const char *text = luaL_checklstring(L, 2, &length);
  while (length > 0) {
    ssize_t count = write(descriptor, text, length);
    if (count < 0 && errno == EAGAIN) {
      struct pollfd asked = {.fd = descriptor, .events = POLLOUT};
      poll(&asked, 1, -1);
    } else if (count < 0 && errno != EINTR) {
      return fail(L);
    } else if (count > 0) {
      text += count;
      length -= (size_t)count;
    }
  }
  lua_pushboolean(L, true);
  return 1;
}

static int pipe_close(lua_State *L)
{
  pipe_end *self = luaL_checkudata(L, 1, TYPE);
  if (self->descriptor >= 0) close(self->descriptor);
  self->descriptor = -1;
  return 0;
}

void dryad_push_pipe(lua_State *L, int descriptor)
{
  static const luaL_Reg methods[] = {{"read", pipe_read}, {"write", pipe_write}, {"close", pipe_close}, {NULL, NULL}};
  static const luaL_Reg events[] = {{"__gc", pipe_close}, {"__close", pipe_close}, {NULL, NULL}};
  pipe_end *self = lua_newuserdatauv(L, sizeof *self, 0);
  self->descriptor = -1;
  if (luaL_newmetatable(L, TYPE)) {
    luaL_setfuncs(L, events, 0);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
  }
  lua_setmetatable(L, -2);
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  fcntl(descriptor, F_SETFL, O_NONBLOCK);
  self->descriptor = descriptor;
}

int dryad_pipe_wait(lua_State *L)
{
  struct pollfd asked[MOST_PIPES];
  lua_Number seconds = luaL_checknumber(L, 1);
  int count = lua_gettop(L) - 1;
  luaL_argcheck(L, count <= MOST_PIPES, MOST_PIPES + 2, "too many pipes");
  for (int i = 0; i < count; i++) asked[i] = (struct pollfd){dryad_check_pipe(L, i + 2), POLLIN, 0};
  if (!(seconds > 0)) seconds = 0;
  if (seconds > LONGEST_WAIT) seconds = LONGEST_WAIT;
  lua_pushboolean(L, poll(asked, (nfds_t)count, (int)(seconds * 1000 + 0.999)) > 0);
  return 1;
}
