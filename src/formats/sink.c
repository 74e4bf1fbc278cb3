#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.h"
#include "core/memory.h"
#include "formats/codec.h"
#include "formats/stream.h"

/* Bytes written at once. */
#define BLOCK ((size_t)1 << 18)

struct dryad_sink {
  const dryad_allocator *allocator;
  int file;
  bool owns_file;
  bool is_unnamed;      /* gets the name `temporary` in the end */
  bool renames;         /* has the name `temporary`, which becomes `target` in the end */
  dryad_codec *codec;   /* NULL: plain */
  unsigned char *block; /* BLOCK bytes, of which `used` wait to be written */
  size_t used;
  char target[PATH_MAX];
  char temporary[PATH_MAX];
};

void dryad_sink_abandon(dryad_sink *sink)
{
  if (!sink) return;
  if (sink->owns_file) close(sink->file);
  if (sink->renames) unlink(sink->temporary);
  if (sink->codec) sink->codec->free(sink->codec);
  dryad_free(sink->allocator, sink->block, BLOCK, 1);
  dryad_free(sink->allocator, sink, 1, sizeof *sink);
}

static dryad_status write_failure(const dryad_sink *sink, dryad_error *error)
{
  return dryad_fail(error, DRYAD_IO, "%s: cannot be written: %m", sink->target);
}

static bool ends_with(const char *text, const char *ending)
{
  size_t length = strlen(text), ending_length = strlen(ending);
  return length >= ending_length && !strcmp(text + length - ending_length, ending);
}

/* ---- the file until it is complete ---------------------------------------------------------------- */

/* Gives the file the first name beside the target that is free, by `take`, which is 0 or sets errno. */
static dryad_status take_name(dryad_sink *sink, int (*take)(dryad_sink *sink), dryad_error *error)
{
  for (unsigned i = 0;; i++) {
    int length = snprintf(sink->temporary, sizeof sink->temporary, "%s.%ld.%u.tmp", sink->target, (long)getpid(), i);
    if ((size_t)length >= sizeof sink->temporary)
      errno = ENAMETOOLONG;
    else if (take(sink) == 0)
      break;
    if (errno != EEXIST && errno != EINTR) return write_failure(sink, error);
  }
  sink->renames = true;
  return DRYAD_OK;
}

static int create(dryad_sink *sink)
{
  sink->file = open(sink->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  sink->owns_file = sink->file >= 0;
  return sink->owns_file ? 0 : -1;
}

/* Where an open file is found that has no name. */
static void write_link(const dryad_sink *sink, char link[40]) { snprintf(link, 40, "/proc/self/fd/%d", sink->file); }

static int name_unnamed(dryad_sink *sink)
{
  char link[40];
  write_link(sink, link);
  return linkat(AT_FDCWD, link, AT_FDCWD, sink->temporary, AT_SYMLINK_FOLLOW);
}

/* Opens the folder of the target, or with O_TMPFILE a file in it. */
static int open_in_folder(const dryad_sink *sink, int flags)
{
  char folder[PATH_MAX];
  strcpy(folder, sink->target);
  char *name = strrchr(folder, '/');
  if (name) name[name == folder] = '\0';
  return open(name ? folder : ".", flags | O_CLOEXEC, 0666);
}

/* Opens a file without a name in the folder of the target, of which nothing is left whatever ends the program. false:
   the file system knows no such files, or they could not be named later. */
static bool open_unnamed(dryad_sink *sink)
{
  char link[40];
  sink->file = open_in_folder(sink, O_TMPFILE | O_WRONLY);
  if (sink->file < 0) return false;
  write_link(sink, link);
  sink->owns_file = sink->is_unnamed = access(link, F_OK) == 0;
  if (!sink->is_unnamed) close(sink->file);
  return sink->is_unnamed;
}

static dryad_status open_temporary(dryad_sink *sink, dryad_error *error)
{
  return open_unnamed(sink) ? DRYAD_OK : take_name(sink, create, error);
}

/* ---- opening ------------------------------------------------------------------------------------- */

static dryad_status open_target(dryad_sink *sink, const char *path, dryad_error *error)
{
  struct stat info;
  if (strlen(path) >= sizeof sink->target) {
    errno = ENAMETOOLONG;
    return dryad_fail(error, DRYAD_IO, "%s: cannot be written: %m", path);
  }
  strcpy(sink->target, path);
  if (stat(path, &info)) return open_temporary(sink, error);
  if (S_ISDIR(info.st_mode)) return dryad_fail(error, DRYAD_IO, "%s: is a directory", path);
  if (S_ISREG(info.st_mode)) {
    /* Through a symbolic link, so that the link stays. */
    if (!realpath(path, sink->target)) return write_failure(sink, error);
    dryad_status status = open_temporary(sink, error);
    if (status == DRYAD_OK && fchmod(sink->file, info.st_mode & 07777)) return write_failure(sink, error);
    return status;
  }
  /* A pipe or a device is written to as it is. */
  sink->file = open(path, O_WRONLY | O_CLOEXEC);
  sink->owns_file = sink->file >= 0;
  return sink->owns_file ? DRYAD_OK : write_failure(sink, error);
}

dryad_status dryad_sink_open(dryad_sink **out, const char *path, const dryad_allocator *allocator, dryad_error *error)
{
  *out = NULL;
  dryad_sink *sink = dryad_calloc(allocator, 1, sizeof *sink);
  if (!sink) return dryad_fail_memory(error);
  sink->allocator = allocator;
  sink->file = -1;
  sink->block = dryad_alloc(allocator, BLOCK, 1);
  bool gzip = ends_with(path, ".gz"), zstd = ends_with(path, ".zst");
  if (gzip) sink->codec = dryad_gzip_encoder_new(allocator);
  if (zstd) sink->codec = dryad_zstd_encoder_new(allocator);
  dryad_status status = DRYAD_OK;
  if (!sink->block || ((gzip || zstd) && !sink->codec)) {
    status = dryad_fail_memory(error);
  } else if (!strcmp(path, "-")) {
    sink->file = STDOUT_FILENO;
    strcpy(sink->target, "standard output");
  } else {
    status = open_target(sink, path, error);
  }
  if (status == DRYAD_OK)
    *out = sink;
  else
    dryad_sink_abandon(sink);
  return status;
}

void dryad_sink_protect_like(dryad_sink *sink, const char *path)
{
  struct stat info;
  bool is_new = sink->renames || sink->is_unnamed;
  if (is_new && stat(path, &info) == 0 && S_ISREG(info.st_mode)) fchmod(sink->file, info.st_mode & 0666);
}

/* ---- writing ------------------------------------------------------------------------------------- */

static dryad_status flush(dryad_sink *sink, dryad_error *error)
{
  for (size_t done = 0; done < sink->used;) {
    ssize_t count = write(sink->file, sink->block + done, sink->used - done);
    if (count < 0 && errno != EINTR) return write_failure(sink, error);
    if (count > 0) done += (size_t)count;
  }
  sink->used = 0;
  return DRYAD_OK;
}

/* Moves input to the block, which is written whenever it is full. */
static dryad_status put(dryad_sink *sink, dryad_codec_input *input, dryad_error *error)
{
  for (bool done = false; !done;) {
    dryad_codec_output output = {sink->block + sink->used, BLOCK - sink->used};
    if (sink->codec) {
      const char *problem = NULL;
      done = sink->codec->step(sink->codec, input, &output, &problem);
      if (problem) return dryad_fail(error, DRYAD_IO, "%s: %s", sink->target, problem);
      done |= !input->last && !input->left;
    } else {
      size_t count = input->left < output.left ? input->left : output.left;
      memcpy(output.next, input->next, count);
      input->next += count;
      input->left -= count;
      output.left -= count;
      done = !input->left;
    }
    sink->used = BLOCK - output.left;
    if (sink->used == BLOCK) {
      dryad_status status = flush(sink, error);
      if (status != DRYAD_OK) return status;
    }
  }
  return DRYAD_OK;
}

dryad_status dryad_sink_write(dryad_sink *sink, const void *data, size_t length, dryad_error *error)
{
  if (!length) return DRYAD_OK;
  dryad_codec_input input = {data, length, false};
  return put(sink, &input, error);
}

/* The folder of the target to disk, so that its new name is there after a crash too. Folders that cannot be opened or
   synced have done what they can. */
static void sync_folder(const dryad_sink *sink)
{
  int file = open_in_folder(sink, O_RDONLY | O_DIRECTORY);
  if (file < 0) return;
  fsync(file);
  close(file);
}

dryad_status dryad_sink_finish(dryad_sink *sink, dryad_error *error)
{
  dryad_codec_input input = {sink->block, 0, true};
  dryad_status status = sink->codec ? put(sink, &input, error) : DRYAD_OK;
  if (status == DRYAD_OK) status = flush(sink, error);
  if (status == DRYAD_OK && (sink->renames || sink->is_unnamed) && fdatasync(sink->file))
    status = write_failure(sink, error);
  if (status == DRYAD_OK && sink->is_unnamed) status = take_name(sink, name_unnamed, error);
  if (status == DRYAD_OK && sink->owns_file) {
    sink->owns_file = false;
    if (close(sink->file)) status = write_failure(sink, error);
  }
  if (status == DRYAD_OK && sink->renames) {
    if (rename(sink->temporary, sink->target))
      status = write_failure(sink, error);
    else
      sink->renames = false;
    if (status == DRYAD_OK) sync_folder(sink);
  }
  dryad_sink_abandon(sink);
  return status;
}
