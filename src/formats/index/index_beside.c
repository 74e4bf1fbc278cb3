/* SPDX-License-Identifier: MIT */
/* Indexes that lie beside a dump, where anybody may have put them. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "formats/index/index.h"

/* -1 with an error. */
static int open_safely(const char *path, dryad_error *error)
{
  dryad_safe_path place;
  dryad_safe_path_error problem;
  if (!dryad_safe_path_find(&place, path, true, &problem)) {
    if (problem.text)
      dryad_fail(error, DRYAD_IO, "%s: %s", path, problem.text);
    else
      dryad_fail(error, DRYAD_IO, "%s: %s", path, strerror(problem.code));
    return -1;
  }
  int file = openat(place.folder, place.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) dryad_fail(error, DRYAD_IO, "%s: %m", path);
  close(place.folder);
  return file;
}

static dryad_status check_owner(int file, const char *path, uid_t owner, dryad_error *error)
{
  struct stat status;
  if (fstat(file, &status) != 0) return dryad_fail(error, DRYAD_IO, "%s: %m", path);
  if (status.st_uid == owner || status.st_uid == geteuid() || status.st_uid == 0) return DRYAD_OK;
  return dryad_fail(error, DRYAD_FORMAT, "%s: belongs to another user, who does not own the dump", path);
}

dryad_status dryad_index_open_beside(dryad_heap **out, dryad_index_origin *origin, const char *path, const char *name,
                                     uid_t owner, const dryad_allocator *allocator, dryad_progress progress,
                                     dryad_error *error)
{
  *out = NULL;
  int file = open_safely(path, error);
  if (file < 0) return DRYAD_IO;
  dryad_status status = check_owner(file, path, owner, error);
  if (status) {
    close(file);
    return status;
  }
  return dryad_index_open_file(out, origin, file, path, name, allocator, progress, error);
}
