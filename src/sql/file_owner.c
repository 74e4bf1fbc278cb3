/* SPDX-License-Identifier: MIT */
#include "sql/file_owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "scanner/shared/safe_path.h"

static bool is_own(const struct stat *status) { return status->st_uid == geteuid() || status->st_uid == 0; }

static dryad_status check_journals(const dryad_safe_path *place, const char *path, dryad_error *error)
{
  static const char *const endings[] = {"-journal", "-wal", "-shm"};
  char name[2 * NAME_MAX];
  struct stat status;
  for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
    snprintf(name, sizeof name, "%s%s", place->name, endings[i]);
    if (fstatat(place->folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (!S_ISREG(status.st_mode)) return dryad_fail(error, DRYAD_IO, "%s%s: is not a regular file", path, endings[i]);
    if (!is_own(&status) && status.st_uid != place->status.st_uid)
      return dryad_fail(error, DRYAD_IO, "%s%s: belongs to another user, who does not own the database", path,
                        endings[i]);
  }
  return DRYAD_OK;
}

dryad_status dryad_file_owner_check(const char *path, dryad_error *error)
{
  DRYAD_ASSERT(path);
  dryad_safe_path place;
  dryad_safe_path_error problem;
  if (!dryad_safe_path_find(&place, path, true, &problem)) {
    if (problem.code == ENOENT) return DRYAD_OK;
    return dryad_fail(error, DRYAD_IO, "%s: %s", path, problem.text ? problem.text : strerror(problem.code));
  }
  dryad_status status = DRYAD_OK;
  if (place.exists && !is_own(&place.status) && dryad_safe_path_is_shared(place.folder))
    status = dryad_fail(error, DRYAD_IO,
                        "%s: belongs to another user, in a folder that others can write; copy it to a folder of yours",
                        path);
  else if (place.exists)
    status = check_journals(&place, path, error);
  close(place.folder);
  return status;
}
