#include "host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "host/pipe.h"

#define TYPE "dryad.process"

enum { MOST_WORDS = 4096, SIGNALLED = 128, INPUT = 1, OUTPUT = 2, PIPES = 2 };

/* Its pipes are its user values INPUT and OUTPUT. */
typedef struct process {
  pid_t id; /* 0: was waited for */
  int status;
} process;

extern char **environ;

static int fail(lua_State *L, int problem)
{
  lua_pushnil(L);
  lua_pushstring(L, strerror(problem));
  return 2;
}

/* ---- starting */

static int spawn(pid_t *id, char *const *words, int input, int output)
{
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  sigset_t handled, asking;
  sigemptyset(&asking);
  sigaddset(&asking, SIGHUP);
  sigaddset(&asking, SIGINT);
  sigaddset(&asking, SIGQUIT);
  sigaddset(&asking, SIGTERM);
  sigemptyset(&handled);
  sigaddset(&handled, SIGPIPE);
  sigaddset(&handled, SIGINT);
  sigaddset(&handled, SIGXFSZ);
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigdefault(&attributes, &handled);
  posix_spawnattr_setsigmask(&attributes, &asking);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSID);
  int problem = posix_spawnp(id, words[0], &files, &attributes, words, environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&files);
  return problem;
}

/* The strings stay Lua's, which the table keeps alive. */
static void read_words(lua_State *L, char **words)
{
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_Integer count = luaL_len(L, 1);
  luaL_argcheck(L, count > 0 && count < MOST_WORDS, 1, "a program and its arguments expected");
  for (lua_Integer i = 0; i < count; i++) {
    luaL_argcheck(L, lua_geti(L, 1, i + 1) == LUA_TSTRING, 1, "strings expected");
    words[i] = (char *)lua_tostring(L, -1);
    lua_pop(L, 1);
  }
  words[count] = NULL;
}

static int process_start(lua_State *L)
{
  char *words[MOST_WORDS + 1];
  int input[2], output[2];
  read_words(L, words);
  process *self = lua_newuserdatauv(L, sizeof *self, PIPES);
  *self = (process){0, 0};
  luaL_setmetatable(L, TYPE);
  if (pipe2(input, O_CLOEXEC)) return fail(L, errno);
  if (pipe2(output, O_CLOEXEC)) {
    int problem = errno;
    close(input[0]);
    close(input[1]);
    return fail(L, problem);
  }
  int problem = spawn(&self->id, words, input[0], output[1]);
  close(input[0]);
  close(output[1]);
  if (problem) {
    self->id = 0;
    close(input[1]);
    close(output[0]);
    return fail(L, problem);
  }
  dryad_push_pipe(L, input[1]);
  lua_setiuservalue(L, -2, INPUT);
  dryad_push_pipe(L, output[0]);
  lua_setiuservalue(L, -2, OUTPUT);
  return 1;
}

/* ---- what it is asked */

static int process_input(lua_State *L)
{
  luaL_checkudata(L, 1, TYPE);
  lua_getiuservalue(L, 1, INPUT);
  return 1;
}

static int process_output(lua_State *L)
{
  luaL_checkudata(L, 1, TYPE);
  lua_getiuservalue(L, 1, OUTPUT);
  return 1;
}

static int send_signal(lua_State *L, pid_t id, int index)
{
  static const char *const names[] = {"INT", "TERM", "KILL", "STOP", "CONT", NULL};
  static const int numbers[] = {SIGINT, SIGTERM, SIGKILL, SIGSTOP, SIGCONT};
  int number = numbers[luaL_checkoption(L, index, NULL, names)];
  if (id <= 0) return fail(L, ESRCH);
  if (kill(id, number)) return fail(L, errno);
  lua_pushboolean(L, true);
  return 1;
}

static int process_signal(lua_State *L)
{
  const process *self = luaL_checkudata(L, 1, TYPE);
  return send_signal(L, self->id, 2);
}

/* kill(pid, name) */
static int kill_process(lua_State *L)
{
  lua_Integer id = luaL_checkinteger(L, 1);
  luaL_argcheck(L, id > 0 && id <= INT32_MAX, 1, "a process id expected");
  return send_signal(L, (pid_t)id, 2);
}

static bool reap(process *self, int options)
{
  int status;
  if (self->id == 0) return true;
  pid_t ended = waitpid(self->id, &status, options);
  if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
  self->id = 0;
  self->status = ended < 0 ? SIGNALLED : WIFEXITED(status) ? WEXITSTATUS(status) : SIGNALLED + WTERMSIG(status);
  return true;
}

static int process_wait(lua_State *L)
{
  process *self = luaL_checkudata(L, 1, TYPE);
  lua_Number seconds = luaL_optnumber(L, 2, 1e9);
  const struct timespec moment = {0, 5 * 1000 * 1000};
  while (!reap(self, WNOHANG) && seconds > 0) {
    if (nanosleep(&moment, NULL)) break; /* a signal: the caller looks up */
    seconds -= 0.005;
  }
  if (self->id) return 0;
  lua_pushinteger(L, self->status);
  return 1;
}

static int process_drop(lua_State *L)
{
  process *self = luaL_checkudata(L, 1, TYPE);
  if (self->id == 0) return 0;
  lua_getiuservalue(L, 1, INPUT);
  if (luaL_getmetafield(L, -1, "__close") != LUA_TNIL) {
    lua_insert(L, -2);
    lua_call(L, 1, 0);
  }
  while (!reap(self, 0)) {
  }
  return 0;
}

/* hold_interrupts(boolean): whether Ctrl-C waits until what must not be left half done is over. */
static int hold_interrupts(lua_State *L)
{
  sigset_t interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(lua_toboolean(L, 1) ? SIG_BLOCK : SIG_UNBLOCK, &interrupt, NULL);
  return 0;
}

/* link(path): where a symbolic link leads, or nil. */
static int read_link(lua_State *L)
{
  char target[PATH_MAX];
  ssize_t length = readlink(luaL_checkstring(L, 1), target, sizeof target);
  if (length < 0) return fail(L, errno);
  lua_pushlstring(L, target, (size_t)length);
  return 1;
}

/* problem(number): what an errno means. */
static int problem_text(lua_State *L)
{
  lua_pushstring(L, strerror((int)luaL_checkinteger(L, 1)));
  return 1;
}

static int user(lua_State *L)
{
  lua_pushinteger(L, (lua_Integer)geteuid());
  return 1;
}

int dryad_open_process(struct lua_State *L)
{
  static const luaL_Reg methods[] = {{"input", process_input},
                                     {"output", process_output},
                                     {"signal", process_signal},
                                     {"wait", process_wait},
                                     {NULL, NULL}};
  static const luaL_Reg events[] = {{"__gc", process_drop}, {"__close", process_drop}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"start", process_start},
                                       {"wait", dryad_pipe_wait},
                                       {"kill", kill_process},
                                       {"user", user},
                                       {"link", read_link},
                                       {"problem", problem_text},
                                       {"hold_interrupts", hold_interrupts},
                                       {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, events, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  luaL_newlib(L, functions);
  return 1;
}
