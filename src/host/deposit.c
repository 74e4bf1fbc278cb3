#include "host/deposit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <lauxlib.h>
#include <limits.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "host/pipe.h"

#define TYPE "dryad.deposit"

#define PREFIX ".dryad-"

enum { STALE_AFTER = 60 /* seconds */, NAME_BYTES = 12, MOST_FILES = 8, PIPE_SIZE = 1 << 20 };

typedef struct deposit {
  int parent, directory; /* -1: closed */
  uid_t user;
  gid_t group;
  char name[sizeof PREFIX + 2 * NAME_BYTES];
  char path[PATH_MAX];
  char *files[MOST_FILES]; /* from malloc */
} deposit;

static int fail(lua_State *L)
{
  lua_pushnil(L);
  lua_pushstring(L, strerror(errno));
  return 2;
}

static deposit *check(lua_State *L)
{
  deposit *self = luaL_checkudata(L, 1, TYPE);
  if (self->directory < 0) luaL_error(L, "the directory is closed");
  return self;
}

/* ---- making */

/* Opens a directory as the process sees it, step by step. */
static int open_inside(lua_Integer pid, const char *path)
{
  char root[64], step[NAME_MAX + 1];
  snprintf(root, sizeof root, "/proc/%lld/root", (long long)pid);
  int at = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
  while (at >= 0) {
    path += strspn(path, "/");
    size_t length = strcspn(path, "/");
    if (length == 0) break;
    int next = -1;
    errno = ENAMETOOLONG;
    if (length < sizeof step) {
      memcpy(step, path, length);
      step[length] = '\0';
      next = openat(at, step, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }
    int problem = errno;
    close(at);
    errno = problem;
    at = next;
    path += length;
  }
  return at;
}

static bool is_ours(const char *name)
{
  return strncmp(name, PREFIX, sizeof PREFIX - 1) == 0 && strlen(name) == sizeof PREFIX - 1 + 2 * NAME_BYTES;
}

/* Whether nobody works with a directory any more; those who do hold a lock on it soon after it was made. */
static bool is_stale(int directory)
{
  struct stat facts;
  return fstat(directory, &facts) == 0 && time(NULL) - facts.st_mtime > STALE_AFTER &&
         flock(directory, LOCK_EX | LOCK_NB) == 0;
}

static void empty(int directory)
{
  DIR *all = fdopendir(directory);
  if (!all) {
    close(directory);
    return;
  }
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) unlinkat(directory, entry->d_name, 0);
  closedir(all);
}

/* Removes what programs left that were killed. */
static void sweep(int parent)
{
  int again = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *all = again >= 0 ? fdopendir(again) : NULL;
  if (!all) {
    if (again >= 0) close(again);
    return;
  }
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
    if (!is_ours(entry->d_name)) continue;
    int left = openat(parent, entry->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (left < 0) continue;
    if (is_stale(left)) {
      empty(left);
      unlinkat(parent, entry->d_name, AT_REMOVEDIR);
    } else {
      close(left);
    }
  }
  closedir(all);
}

static int choose_name(deposit *self)
{
  unsigned char bytes[NAME_BYTES];
  if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) return -1;
  char *end = stpcpy(self->name, PREFIX);
  for (size_t i = 0; i < sizeof bytes; i++) end += sprintf(end, "%02x", bytes[i]);
  return 0;
}

static int make(lua_State *L)
{
  lua_Integer pid = luaL_checkinteger(L, 1);
  const char *parent = luaL_checkstring(L, 2);
  uid_t owner = (uid_t)luaL_checkinteger(L, 3);
  gid_t group = (gid_t)luaL_checkinteger(L, 4);
  deposit *self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = (deposit){.parent = -1, .directory = -1, .user = owner, .group = group};
  luaL_setmetatable(L, TYPE);
  if (choose_name(self)) return fail(L);
  int length = snprintf(self->path, sizeof self->path, "%s/%s", parent, self->name);
  luaL_argcheck(L, length > 0 && (size_t)length < sizeof self->path, 2, "too long");
  self->parent = open_inside(pid, parent);
  if (self->parent < 0) return fail(L);
  sweep(self->parent);
  if (mkdirat(self->parent, self->name, 0700)) return fail(L);
  self->directory = openat(self->parent, self->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (self->directory < 0) return fail(L);
  flock(self->directory, LOCK_EX | LOCK_NB); /* others see that it is in use */
  return 1;
}

/* ---- filling */

static char **free_slot(lua_State *L, deposit *self)
{
  for (size_t i = 0; i < MOST_FILES; i++)
    if (!self->files[i]) return &self->files[i];
  luaL_error(L, "too many files");
  return NULL;
}

static int copy_bytes(int from, int to)
{
  for (;;) {
    ssize_t count = sendfile(to, from, NULL, 1 << 30);
    if (count == 0) return 0;
    if (count < 0 && errno != EINTR) return -1;
  }
}

/* A new file for the user, or -1. */
static int create(deposit *self, char **slot, const char *name)
{
  int file = openat(self->directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0700);
  if (file >= 0) *slot = strdup(name);
  return file;
}

/* Closes it; errno, or 0. */
static int complete(const deposit *self, int file, int problem)
{
  if (!problem && (fchmod(file, 0500) || fchown(file, self->user, self->group))) problem = errno;
  if (close(file) && !problem) problem = errno;
  return problem;
}

static int answer(lua_State *L, int problem)
{
  if (problem) {
    errno = problem;
    return fail(L);
  }
  lua_pushboolean(L, 1);
  return 1;
}

static int copy(lua_State *L)
{
  deposit *self = check(L);
  const char *name = luaL_checkstring(L, 2), *source = luaL_checkstring(L, 3);
  struct statvfs facts;
  if (fstatvfs(self->directory, &facts) == 0 && facts.f_flag & ST_NOEXEC) {
    lua_pushnil(L);
    lua_pushliteral(L, "nothing is loaded from there (mounted noexec)");
    return 2;
  }
  char **slot = free_slot(L, self);
  int from = open(source, O_RDONLY | O_CLOEXEC);
  if (from < 0) return fail(L);
  int to = create(self, slot, name);
  int problem = to < 0 ? errno : complete(self, to, copy_bytes(from, to) ? errno : 0);
  close(from);
  return answer(L, problem);
}

static int write_text(lua_State *L)
{
  size_t length;
  deposit *self = check(L);
  const char *name = luaL_checkstring(L, 2), *text = luaL_checklstring(L, 3, &length);
  int file = create(self, free_slot(L, self), name);
  if (file < 0) return fail(L);
  errno = EIO;
  bool good = write(file, text, length) == (ssize_t)length;
  return answer(L, complete(self, file, good ? 0 : errno));
}

static int make_pipe(lua_State *L)
{
  deposit *self = check(L);
  const char *name = luaL_checkstring(L, 2);
  char **slot = free_slot(L, self);
  if (mkfifoat(self->directory, name, 0600)) return fail(L);
  *slot = strdup(name);
  int reader = openat(self->directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
  if (reader < 0) return fail(L);
  if (fchown(reader, self->user, self->group)) {
    int problem = errno;
    close(reader);
    errno = problem;
    return fail(L);
  }
  fcntl(reader, F_SETPIPE_SZ, PIPE_SIZE); /* fewer turns; a smaller one will do */
  dryad_push_pipe(L, reader);
  return 1;
}

/* Hands the directory to the user: nothing is put into it from here on. */
static int hand_over(lua_State *L)
{
  deposit *self = check(L);
  if (fchown(self->directory, self->user, self->group)) return fail(L);
  lua_pushboolean(L, 1);
  return 1;
}

/* ---- clearing */

static void forget(deposit *self, char **slot)
{
  if (!*slot) return;
  unlinkat(self->directory, *slot, 0);
  free(*slot);
  *slot = NULL;
}

static int remove_file(lua_State *L)
{
  deposit *self = check(L);
  const char *name = luaL_checkstring(L, 2);
  for (size_t i = 0; i < MOST_FILES; i++)
    if (self->files[i] && strcmp(self->files[i], name) == 0) forget(self, &self->files[i]);
  return 0;
}

static int path(lua_State *L)
{
  lua_pushstring(L, check(L)->path);
  return 1;
}

static int deposit_close(lua_State *L)
{
  deposit *self = luaL_checkudata(L, 1, TYPE);
  if (self->directory >= 0) {
    for (size_t i = 0; i < MOST_FILES; i++) forget(self, &self->files[i]);
    close(self->directory);
    unlinkat(self->parent, self->name, AT_REMOVEDIR);
  }
  if (self->parent >= 0) close(self->parent);
  self->directory = self->parent = -1;
  return 0;
}

int dryad_open_deposit(struct lua_State *L)
{
  static const luaL_Reg methods[] = {
      {"path", path},          {"copy", copy},           {"write", write_text},    {"pipe", make_pipe},
      {"remove", remove_file}, {"hand_over", hand_over}, {"close", deposit_close}, {NULL, NULL}};
  static const luaL_Reg events[] = {{"__gc", deposit_close}, {"__close", deposit_close}, {NULL, NULL}};
  static const luaL_Reg functions[] = {{"make", make}, {NULL, NULL}};
  luaL_newmetatable(L, TYPE);
  luaL_setfuncs(L, events, 0);
  luaL_newlib(L, methods);
  lua_setfield(L, -2, "__index");
  luaL_newlib(L, functions);
  return 1;
}
