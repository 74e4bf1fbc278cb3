/* SPDX-License-Identifier: MIT */
#include "safe_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

enum { MOST_LINKS = 40 };

#define FOLDER (O_PATH | O_DIRECTORY | O_CLOEXEC)

bool dryad_safe_path_fail(dryad_safe_path_error *error, int code, const char *text)
{
  *error = (dryad_safe_path_error){code, text};
  return false;
}

/* ---- who may have created it ---------------------------------------------------------------------- */

static bool is_trusted(uid_t user) { return user == geteuid() || user == 0; }

/* The group bits of a folder's mode include what its access control list allows. */
bool dryad_safe_path_is_shared(int folder)
{
  struct stat status;
  return fstat(folder, &status) != 0 || !is_trusted(status.st_uid) || (status.st_mode & (S_IWGRP | S_IWOTH)) != 0;
}

/* NULL, or the reason why a link is not followed. */
static const char *link_problem(int folder, const struct stat *link, bool is_last)
{
  if (!dryad_safe_path_is_shared(folder)) return NULL;
  if (is_last) return "is a symbolic link in a folder that others can write; name its target instead";
  if (is_trusted(link->st_uid)) return NULL;
  return "a symbolic link of another user is on the way, in a folder that others can write; name the folder that it "
         "leads to";
}

/* ---- walking the path ----------------------------------------------------------------------------- */

/* The rest of a path below `place->folder`. */
typedef struct walk {
  dryad_safe_path *place;
  const char *rest;
  char text[PATH_MAX]; /* holds the rest once a link was followed */
  int links;
} walk;

/* Replaces the descriptor of the previous folder. */
static bool enter(walk *w, int folder, dryad_safe_path_error *error)
{
  if (folder < 0) return dryad_safe_path_fail(error, errno, NULL);
  if (w->place->folder >= 0) close(w->place->folder);
  w->place->folder = folder;
  return true;
}

/* Starts at the root, or stays at the current folder, at first the working directory. */
static bool start(walk *w, const char *path, dryad_safe_path_error *error)
{
  w->rest = path;
  if (*path == '/') return enter(w, open("/", FOLDER), error);
  return w->place->folder >= 0 || enter(w, open(".", FOLDER), error);
}

/* Takes the next name; false if it is too long. */
static bool take_name(walk *w)
{
  const char *name = w->rest + strspn(w->rest, "/");
  size_t length = strcspn(name, "/");
  if (length > NAME_MAX) return false;
  memcpy(w->place->name, name, length);
  w->place->name[length] = '\0';
  w->rest = name + length;
  return true;
}

/* Replaces the rest of the path by the link's text followed by that rest. */
static bool follow(walk *w, dryad_safe_path_error *error)
{
  char text[PATH_MAX];
  ssize_t length = readlinkat(w->place->folder, w->place->name, text, sizeof text);
  if (length < 0) return dryad_safe_path_fail(error, errno, NULL);
  if (++w->links > MOST_LINKS) return dryad_safe_path_fail(error, ELOOP, NULL);
  size_t rest = strlen(w->rest);
  if ((size_t)length + rest >= sizeof text) return dryad_safe_path_fail(error, ENAMETOOLONG, NULL);
  memcpy(text + length, w->rest, rest + 1);
  memcpy(w->text, text, (size_t)length + rest + 1);
  return start(w, w->text, error);
}

/* The text of a /proc link is not its target. */
static bool is_of_proc(int folder)
{
  struct statfs info;
  return fstatfs(folder, &info) == 0 && info.f_type == PROC_SUPER_MAGIC;
}

static bool pass_link(walk *w, bool is_last, dryad_safe_path_error *error)
{
  dryad_safe_path *place = w->place;
  if (is_of_proc(place->folder)) {
    if (is_last) return dryad_safe_path_fail(error, EPERM, "is a link of /proc, which cannot be written through");
    return enter(w, openat(place->folder, place->name, FOLDER), error);
  }
  const char *problem = link_problem(place->folder, &place->status, is_last);
  return problem == NULL ? follow(w, error) : dryad_safe_path_fail(error, EPERM, problem);
}

static bool walk_on(walk *w, bool follows, dryad_safe_path_error *error)
{
  dryad_safe_path *place = w->place;
  for (;;) {
    if (!take_name(w)) return dryad_safe_path_fail(error, ENAMETOOLONG, NULL);
    if (place->name[0] == '\0') return dryad_safe_path_fail(error, EISDIR, "is a directory");
    bool is_last = w->rest[0] == '\0';
    place->exists = fstatat(place->folder, place->name, &place->status, AT_SYMLINK_NOFOLLOW) == 0;
    if (!place->exists && (errno != ENOENT || !is_last)) return dryad_safe_path_fail(error, errno, NULL);
    if (place->exists && S_ISLNK(place->status.st_mode) && (!is_last || follows)) {
      if (!pass_link(w, is_last, error)) return false;
    } else if (is_last) {
      return true;
    } else if (!enter(w, openat(place->folder, place->name, FOLDER | O_NOFOLLOW), error)) {
      return false;
    }
  }
}

bool dryad_safe_path_find(dryad_safe_path *place, const char *path, bool follows, dryad_safe_path_error *error)
{
  walk w = {.place = place};
  place->folder = -1;
  if (*path == '\0') return dryad_safe_path_fail(error, ENOENT, NULL);
  bool found = start(&w, path, error) && walk_on(&w, follows, error);
  if (!found && place->folder >= 0) close(place->folder);
  if (!found) place->folder = -1;
  return found;
}
