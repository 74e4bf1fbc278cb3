/* SPDX-License-Identifier: MIT */
#include "output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "file_name.h"

enum { MODE = 0600, MOST_TRIES = 100, MOST_SECONDS = 100000 };

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

static bool fail(dryad_safe_path_error *error) { return dryad_safe_path_fail(error, errno, NULL); }

/* ---- permission to write or replace --------------------------------------------------------------- */

static bool is_own(const struct stat *status) { return status->st_uid == geteuid(); }

static bool is_same(const struct stat *status, dryad_file_id id)
{
  return id.inode != 0 && status->st_dev == id.device && status->st_ino == id.inode;
}

static bool may_replace(const dryad_output *output, const struct stat *status, dryad_safe_path_error *error)
{
  if (S_ISDIR(status->st_mode)) return dryad_safe_path_fail(error, EISDIR, "is a directory");
  if (!S_ISREG(status->st_mode)) return dryad_safe_path_fail(error, EPERM, "is not a regular file");
  if (!is_own(status)) return dryad_safe_path_fail(error, EPERM, "belongs to another user, and is not replaced");
  if (output->options.force || is_same(status, output->options.replaces)) return true;
  return dryad_safe_path_fail(error, EEXIST, NULL);
}

/* Whether it would be written directly, if at all. */
static bool is_stream(const struct stat *status) { return S_ISCHR(status->st_mode) || S_ISFIFO(status->st_mode); }

static bool may_stream(const dryad_output *output, const struct stat *status, dryad_safe_path_error *error)
{
  if (output->options.regular_only) return dryad_safe_path_fail(error, EPERM, "is not a regular file");
  if (!S_ISFIFO(status->st_mode) || is_own(status)) return true;
  return dryad_safe_path_fail(error, EPERM, "is a FIFO of another user; write to - instead");
}

/* ---- names ---------------------------------------------------------------------------------------- */

static int64_t process_of(const dryad_output *output)
{
  return output->options.process != 0 ? output->options.process : getpid();
}

/* Expands the pattern for the output's time, in the path too. */
static bool set_name(dryad_output *output, dryad_safe_path_error *error)
{
  int problem =
      dryad_file_name_expand(output->name, sizeof output->name, output->pattern, process_of(output), output->time);
  char *last = strrchr(output->path, '/');
  char *name = last != NULL ? last + 1 : output->path;
  if (problem == 0 && strlen(output->name) >= (size_t)(output->path + sizeof output->path - name))
    problem = ENAMETOOLONG;
  if (problem != 0) return dryad_safe_path_fail(error, problem, NULL);
  strcpy(name, output->name);
  return true;
}

static bool expand(dryad_output *output, const char *path, dryad_safe_path_error *error)
{
  char expanded[sizeof output->path];
  output->time = time(NULL);
  int problem = dryad_file_name_expand(expanded, sizeof expanded, path, process_of(output), output->time);
  if (problem != 0) return dryad_safe_path_fail(error, problem, problem == EINVAL ? DRYAD_FILE_NAME_PROBLEM : NULL);
  strcpy(output->path, expanded);
  const char *last = strrchr(path, '/'), *name = last != NULL ? last + 1 : path;
  if (!dryad_file_name_has_time(name)) return true;
  if (strlen(name) >= sizeof output->pattern) return dryad_safe_path_fail(error, ENAMETOOLONG, NULL);
  strcpy(output->pattern, name);
  return true;
}

/* Holds the pattern until it is expanded. */
static bool set_path(dryad_output *output, const char *path, dryad_safe_path_error *error)
{
  int length = snprintf(output->path, sizeof output->path, "%s", path);
  if ((size_t)length >= sizeof output->path) return dryad_safe_path_fail(error, ENAMETOOLONG, NULL);
  return !output->options.expand || expand(output, path, error);
}

/* Advances to the next second. */
static bool next_name(dryad_output *output, dryad_safe_path_error *error)
{
  if (output->time - time(NULL) > MOST_SECONDS) return dryad_safe_path_fail(error, EEXIST, NULL);
  output->time++;
  return set_name(output, error);
}

/* ---- the file until it is complete ---------------------------------------------------------------- */

/* The /proc path of an open unnamed file. */
static const char *link_of(int file, char text[40])
{
  snprintf(text, 40, "/proc/self/fd/%d", file);
  return text;
}

/* False if the file system does not support unnamed files, or they could not be named later. */
static bool create_unnamed(dryad_output *output)
{
  char link[40];
  output->file = openat(output->folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, MODE);
  if (output->file < 0) return false;
  if (access(link_of(output->file, link), F_OK) == 0) return true;
  close(output->file);
  output->file = -1;
  return false;
}

static bool choose_temporary(dryad_output *output)
{
  uint64_t number;
  if (getrandom(&number, sizeof number, 0) != sizeof number) return false;
  snprintf(output->temporary, sizeof output->temporary, "dryad-%016llx.tmp", (unsigned long long)number);
  return true;
}

static bool create_named(dryad_output *output)
{
  for (int i = 0; i < MOST_TRIES && choose_temporary(output); i++) {
    output->file = openat(output->folder, output->temporary, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, MODE);
    if (output->file >= 0) return true;
    if (errno != EEXIST) break;
  }
  output->temporary[0] = '\0';
  return false;
}

static bool create(dryad_output *output, dryad_safe_path_error *error)
{
  if (!create_unnamed(output) && !create_named(output)) return fail(error);
  output->owns_file = true;
  fchmod(output->file, MODE); /* regardless of the umask */
  return true;
}

/* ---- opening -------------------------------------------------------------------------------------- */

/* The descriptor that a path stands for, or -1. */
static int named_descriptor(const char *path)
{
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
  if (strcmp(path, "/dev/stdout") == 0) return STDOUT_FILENO;
  if (strcmp(path, "/dev/stderr") == 0) return STDERR_FILENO;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    const char *number = path + strlen(folders[i]);
    size_t digits = strncmp(path, folders[i], strlen(folders[i])) == 0 ? strspn(number, "0123456789") : 0;
    if (digits > 0 && digits < 10 && number[digits] == '\0') return atoi(number);
  }
  return -1;
}

static bool may_use_descriptor(const dryad_output *output, dryad_safe_path_error *error)
{
  if (!output->options.regular_only) return true;
  return dryad_safe_path_fail(error, EPERM, "is an open descriptor; name a regular file instead");
}

static bool open_descriptor(dryad_output *output, int number, dryad_safe_path_error *error)
{
  if (!may_use_descriptor(output, error)) return false;
  int flags = fcntl(number, F_GETFL);
  if (flags < 0) return dryad_safe_path_fail(error, errno, "is not open");
  if ((flags & O_ACCMODE) == O_RDONLY || (flags & O_PATH) != 0)
    return dryad_safe_path_fail(error, EBADF, "is not open for writing");
  output->file = fcntl(number, F_DUPFD_CLOEXEC, 3);
  output->owns_file = output->file >= 0;
  return output->owns_file || fail(error);
}

/* Opens the file that was `seen` in the folder, and no other. */
static bool open_stream(dryad_output *output, const struct stat *seen, dryad_safe_path_error *error)
{
  struct stat now;
  output->file = openat(output->folder, output->name, O_WRONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
  output->owns_file = output->file >= 0;
  if (!output->owns_file) return fail(error);
  close(output->folder);
  output->folder = -1;
  dryad_file_id id = {seen->st_dev, seen->st_ino};
  if (fstat(output->file, &now) == 0 && is_same(&now, id)) return true;
  return dryad_safe_path_fail(error, EPERM, "was another file a moment ago");
}

/* Opens an output whose name is still free. */
static bool find_free(dryad_output *output, dryad_safe_path *place, dryad_safe_path_error *error)
{
  while (place->exists) {
    if (!next_name(output, error)) return false;
    place->exists = fstatat(output->folder, output->name, &place->status, AT_SYMLINK_NOFOLLOW) == 0;
  }
  return true;
}

static bool open_path(dryad_output *output, dryad_safe_path_error *error)
{
  dryad_safe_path place;
  bool moves_on = output->pattern[0] != '\0';
  if (!dryad_safe_path_find(&place, output->path, !moves_on, error)) return false;
  output->folder = place.folder;
  strcpy(output->name, place.name);
  if (moves_on && !find_free(output, &place, error)) return false;
  if (!place.exists) return create(output, error);
  if (is_stream(&place.status))
    return may_stream(output, &place.status, error) && open_stream(output, &place.status, error);
  return may_replace(output, &place.status, error) && create(output, error);
}

bool dryad_output_open(dryad_output *output, const char *path, const dryad_output_options *options,
                       dryad_safe_path_error *error)
{
  *output = (dryad_output){.options = *options, .file = -1, .folder = -1};
  if (strcmp(path, "-") == 0) {
    strcpy(output->path, path);
    if (!may_use_descriptor(output, error)) return false;
    output->file = STDOUT_FILENO;
    return true;
  }
  if (!set_path(output, path, error)) return false;
  int number = named_descriptor(output->path);
  if (number >= 0 ? open_descriptor(output, number, error) : open_path(output, error)) return true;
  dryad_output_abandon(output);
  return false;
}

static bool create_without_name(dryad_output *output, dryad_safe_path_error *error)
{
  output->folder = open(output->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (output->folder < 0) return fail(error);
  if (!create(output, error)) return false;
  if (output->temporary[0] != '\0' && unlinkat(output->folder, output->temporary, 0) != 0) return fail(error);
  output->temporary[0] = '\0';
  return true;
}

bool dryad_output_open_unnamed(dryad_output *output, const char *folder, dryad_safe_path_error *error)
{
  *output = (dryad_output){.file = -1, .folder = -1};
  if (set_path(output, folder, error) && create_without_name(output, error)) return true;
  dryad_output_abandon(output);
  return false;
}

bool dryad_output_destroys(const dryad_output *output, dryad_file_id file)
{
  struct stat status;
  int found = dryad_output_is_direct(output) ? fstat(output->file, &status)
                                             : fstatat(output->folder, output->name, &status, AT_SYMLINK_NOFOLLOW);
  return found == 0 && S_ISREG(status.st_mode) && is_same(&status, file);
}

bool dryad_output_is_direct(const dryad_output *output) { return output->folder < 0; }

uint64_t dryad_output_room(const dryad_output *output)
{
  struct stat status;
  struct statvfs system;
  if (fstat(output->file, &status) != 0 || !S_ISREG(status.st_mode) || fstatvfs(output->file, &system) != 0)
    return UINT64_MAX;
  uint64_t room;
  return __builtin_mul_overflow((uint64_t)system.f_bavail, (uint64_t)system.f_frsize, &room) ? UINT64_MAX : room;
}

/* ---- the end -------------------------------------------------------------------------------------- */

/* For file systems that do not support renaming without replacing. */
static int link_and_unlink(const dryad_output *output)
{
  if (linkat(output->folder, output->temporary, output->folder, output->name, 0) != 0) return -1;
  unlinkat(output->folder, output->temporary, 0);
  return 0;
}

/* Gives the file a free name; 0, or -1 and errno. */
static int take_name(dryad_output *output, const char *name)
{
  char link[40];
  if (output->temporary[0] == '\0')
    return linkat(AT_FDCWD, link_of(output->file, link), output->folder, name, AT_SYMLINK_FOLLOW);
  int taken = (int)syscall(SYS_renameat2, output->folder, output->temporary, output->folder, name, RENAME_NOREPLACE);
  if (taken != 0 && (errno == EINVAL || errno == ENOSYS)) taken = link_and_unlink(output);
  if (taken == 0) output->temporary[0] = '\0';
  return taken;
}

/* Gives an unnamed file a temporary name, so that it can be renamed. */
static bool be_named(dryad_output *output)
{
  if (output->temporary[0] != '\0') return true;
  char link[40];
  link_of(output->file, link);
  for (int i = 0; i < MOST_TRIES && choose_temporary(output); i++) {
    if (linkat(AT_FDCWD, link, output->folder, output->temporary, AT_SYMLINK_FOLLOW) == 0) return true;
    if (errno != EEXIST) break;
  }
  output->temporary[0] = '\0';
  return false;
}

static bool replace(dryad_output *output, dryad_safe_path_error *error)
{
  if (!be_named(output)) return fail(error);
  if (renameat(output->folder, output->temporary, output->folder, output->name) != 0) return fail(error);
  output->temporary[0] = '\0';
  return true;
}

static bool give_name(dryad_output *output, dryad_safe_path_error *error)
{
  struct stat status;
  for (int i = 0; i < MOST_TRIES;) {
    if (take_name(output, output->name) == 0) return true;
    if (errno != EEXIST) return fail(error);
    if (output->pattern[0] != '\0') {
      if (!next_name(output, error)) return false;
    } else if (fstatat(output->folder, output->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
      return may_replace(output, &status, error) && replace(output, error);
    } else {
      i++; /* it disappeared meanwhile */
    }
  }
  return dryad_safe_path_fail(error, EEXIST, NULL);
}

/* Makes the name survive a crash. A folder that cannot be opened or synced is not an error. */
static void sync_folder(const dryad_output *output)
{
  int folder = openat(output->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  fsync(folder);
  close(folder);
}

static bool sync_file(const dryad_output *output, dryad_safe_path_error *error)
{
  int synced;
  do synced = fdatasync(output->file);
  while (synced != 0 && errno == EINTR);
  return synced == 0 || fail(error);
}

bool dryad_output_commit(dryad_output *output, dryad_safe_path_error *error)
{
  if (!dryad_output_is_direct(output)) {
    if (!sync_file(output, error)) return false;
    if (!give_name(output, error)) return false;
    sync_folder(output);
  }
  bool closes = output->owns_file;
  output->owns_file = false;
  bool is_good = !closes || close(output->file) == 0 || fail(error);
  dryad_output_abandon(output);
  return is_good;
}

void dryad_output_abandon(dryad_output *output)
{
  if (output->owns_file) close(output->file);
  if (output->temporary[0] != '\0') unlinkat(output->folder, output->temporary, 0);
  if (output->folder >= 0) close(output->folder);
  output->owns_file = false;
  output->file = output->folder = -1;
  output->temporary[0] = '\0';
}

void dryad_output_leave(dryad_output *output)
{
  output->temporary[0] = '\0';
  dryad_output_abandon(output);
}
