/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/assert.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/progress.h"
#include "io/codec.h"
#include "io/stream.h"

/* Bytes per write. */
#define BLOCK ((size_t)1 << 18)
#define KIBIBYTE 1024.0
#define MEBIBYTE 1048576.0

struct dryad_sink {
  const dryad_allocator *allocator;
  dryad_output output;
  bool is_unnamed;
  const dryad_progress *progress;
  const char *force_name;
  uint64_t limit, written; /* bytes of the file */
  const char *limit_name;
  dryad_codec *codec;   /* NULL: plain */
  unsigned char *block; /* BLOCK bytes, the first `used` not yet written */
  size_t used;
};

void dryad_sink_abandon(dryad_sink *sink)
{
  if (!sink) return;
  dryad_output_abandon(&sink->output);
  if (sink->codec) sink->codec->free(sink->codec);
  dryad_free(sink->allocator, sink->block, BLOCK, 1);
  dryad_free(sink->allocator, sink, 1, sizeof *sink);
}

const char *dryad_sink_name(const dryad_sink *sink)
{
  return strcmp(sink->output.path, "-") ? sink->output.path : "standard output";
}

static dryad_status write_failure(const dryad_sink *sink, dryad_error *error)
{
  return dryad_fail(error, DRYAD_IO, "%s: cannot be written: %m", dryad_sink_name(sink));
}

static dryad_status output_failure(const dryad_sink *sink, const dryad_safe_path_error *problem, dryad_error *error)
{
  const char *name = dryad_sink_name(sink);
  if (problem->text) return dryad_fail(error, DRYAD_IO, "%s: %s", name, problem->text);
  if (problem->code == EEXIST)
    return dryad_fail(error, DRYAD_IO, "%s: exists already; %s replaces it", name, sink->force_name);
  errno = problem->code;
  return write_failure(sink, error);
}

static bool ends_with(const char *text, const char *ending)
{
  size_t length = strlen(text), ending_length = strlen(ending);
  return length >= ending_length && !strcmp(text + length - ending_length, ending);
}

/* ---- opening ------------------------------------------------------------------------------------- */

/* A signal may ask the program to stop. */
static dryad_status after_signal(const dryad_sink *sink, dryad_error *error)
{
  return dryad_progress_tell(sink->progress, "writing", 0, 0) == DRYAD_OK ? DRYAD_OK : dryad_fail_cancelled(error);
}

static dryad_status open_output(dryad_sink *sink, const char *path, const dryad_output_options *options,
                                dryad_error *error)
{
  dryad_safe_path_error problem;
  dryad_status status = DRYAD_OK;
  if (sink->is_unnamed) {
    bool is_open = dryad_output_open_unnamed(&sink->output, path, &problem);
    return is_open ? DRYAD_OK : output_failure(sink, &problem, error);
  }
  while (status == DRYAD_OK && !dryad_output_open(&sink->output, path, options, &problem))
    status = problem.code == EINTR ? after_signal(sink, error) : output_failure(sink, &problem, error);
  return status;
}

/* What a sink takes is for programs, and its texts are anything. */
static dryad_status refuse_terminal(const dryad_sink *sink, dryad_error *error)
{
  if (!dryad_output_is_direct(&sink->output) || !isatty(sink->output.file)) return DRYAD_OK;
  return dryad_fail(error, DRYAD_IO, "%s: is a terminal; name a file, or pipe the output to a program",
                    dryad_sink_name(sink));
}

/* The endings of files compressed in ways that no sink knows: a plain file of such a name would be a lie. */
static const char *const foreign[] = {".xz",  ".lzma", ".bz2", ".lz4",  ".br",  ".Z",
                                      ".zip", ".7z",   ".lzo", ".zstd", ".gzip"};

static dryad_status refuse_foreign(const dryad_sink *sink, dryad_error *error)
{
  for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
    if (ends_with(sink->output.path, foreign[i]))
      return dryad_fail(error, DRYAD_IO, "%s: cannot be written as %s: names that end in .gz and .zst are compressed",
                        dryad_sink_name(sink), foreign[i]);
  return DRYAD_OK;
}

/* Picks the codec by the ending of the file's name. */
static dryad_status open_codec(dryad_sink *sink, dryad_error *error)
{
  const char *name = sink->is_unnamed ? ".zst" : sink->output.path;
  dryad_status status = sink->is_unnamed ? DRYAD_OK : refuse_foreign(sink, error);
  if (status != DRYAD_OK) return status;
  bool gzip = ends_with(name, ".gz"), zstd = ends_with(name, ".zst");
  if (gzip) sink->codec = dryad_gzip_encoder_new(sink->allocator);
  if (zstd) sink->codec = dryad_zstd_encoder_new(sink->allocator);
  return sink->codec || !(gzip || zstd) ? DRYAD_OK : dryad_fail_memory(error);
}

dryad_status dryad_sink_open(dryad_sink **out, const char *path, const dryad_sink_options *options,
                             const dryad_allocator *allocator, dryad_error *error)
{
  DRYAD_ASSERT(out && path);
  static const dryad_sink_options none;
  *out = NULL;
  if (!options) options = &none;
  dryad_sink *sink = dryad_calloc(allocator, 1, sizeof *sink);
  if (!sink) return dryad_fail_memory(error);
  sink->allocator = allocator;
  sink->output.file = sink->output.folder = -1;
  sink->is_unnamed = options->unnamed;
  sink->progress = options->progress;
  sink->force_name = options->force_name ? options->force_name : "--force";
  sink->limit = UINT64_MAX;
  sink->block = dryad_alloc(allocator, BLOCK, 1);
  dryad_status status = sink->block ? DRYAD_OK : dryad_fail_memory(error);
  if (status == DRYAD_OK) status = open_output(sink, path, &options->output, error);
  if (status == DRYAD_OK) status = refuse_terminal(sink, error);
  if (status == DRYAD_OK && !options->plain) status = open_codec(sink, error);
  if (status == DRYAD_OK)
    *out = sink;
  else
    dryad_sink_abandon(sink);
  return status;
}

dryad_status dryad_sink_check_input(const dryad_sink *sink, const char *input, dryad_error *error)
{
  DRYAD_ASSERT(sink && input);
  struct stat status;
  bool is_there = (strcmp(input, "-") ? stat(input, &status) : fstat(STDIN_FILENO, &status)) == 0;
  if (!is_there || !dryad_output_destroys(&sink->output, (dryad_file_id){status.st_dev, status.st_ino}))
    return DRYAD_OK;
  return dryad_fail(error, DRYAD_IO, "%s: would overwrite its own input, %s; write to another file",
                    dryad_sink_name(sink), strcmp(input, "-") ? input : "standard input");
}

int dryad_sink_file(const dryad_sink *sink) { return dryad_output_is_direct(&sink->output) ? -1 : sink->output.file; }

uint64_t dryad_sink_free_room(const dryad_sink *sink) { return dryad_output_room(&sink->output); }

uint64_t dryad_sink_written(const dryad_sink *sink) { return sink->written; }

void dryad_sink_limit(dryad_sink *sink, uint64_t bytes, const char *name)
{
  DRYAD_ASSERT(name);
  sink->limit = bytes;
  sink->limit_name = name;
}

/* ---- writing ------------------------------------------------------------------------------------- */

static dryad_status over_limit(const dryad_sink *sink, dryad_error *error)
{
  const double limit = (double)sink->limit;
  const char *unit = limit < KIBIBYTE ? "B" : limit < MEBIBYTE ? "KiB" : "MiB";
  double number = limit < KIBIBYTE ? limit : limit < MEBIBYTE ? limit / KIBIBYTE : limit / MEBIBYTE;
  return dryad_fail(error, DRYAD_LIMIT, "%s: would take more than %.*f%s, all that %s allows", dryad_sink_name(sink),
                    limit < KIBIBYTE ? 0 : 1, number, unit, sink->limit_name);
}

static dryad_status flush(dryad_sink *sink, dryad_error *error)
{
  if (sink->used > sink->limit - sink->written) return over_limit(sink, error);
  for (size_t done = 0; done < sink->used;) {
    ssize_t count = write(sink->output.file, sink->block + done, sink->used - done);
    if (count < 0 && errno != EINTR) return write_failure(sink, error);
    if (count > 0) done += (size_t)count;
    dryad_status status = count < 0 ? after_signal(sink, error) : DRYAD_OK;
    if (status != DRYAD_OK) return status;
  }
  sink->written += sink->used;
  sink->used = 0;
  return DRYAD_OK;
}

/* Moves input to the block, and writes the block whenever it is full. */
static dryad_status put(dryad_sink *sink, dryad_codec_input *input, dryad_error *error)
{
  for (bool done = false; !done;) {
    dryad_codec_output output = {sink->block + sink->used, BLOCK - sink->used};
    if (sink->codec) {
      const char *problem = NULL;
      done = sink->codec->step(sink->codec, input, &output, &problem);
      if (problem) return dryad_fail(error, DRYAD_IO, "%s: %s", dryad_sink_name(sink), problem);
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
  DRYAD_ASSERT(sink && (data || length == 0));
  if (!length) return DRYAD_OK;
  dryad_codec_input input = {data, length, false};
  return put(sink, &input, error);
}

/* Writes what is left. */
static dryad_status complete(dryad_sink *sink, dryad_error *error)
{
  dryad_codec_input input = {sink->block, 0, true};
  dryad_status status = sink->codec ? put(sink, &input, error) : DRYAD_OK;
  return status == DRYAD_OK ? flush(sink, error) : status;
}

dryad_status dryad_sink_reread(dryad_sink *sink, char path[DRYAD_SINK_LINK], dryad_error *error)
{
  DRYAD_ASSERT(sink && sink->is_unnamed && path);
  snprintf(path, DRYAD_SINK_LINK, "/proc/self/fd/%d", sink->output.file);
  return complete(sink, error);
}

dryad_status dryad_sink_finish(dryad_sink *sink, dryad_sink_result *result, dryad_error *error)
{
  DRYAD_ASSERT(sink && !sink->is_unnamed);
  dryad_safe_path_error problem;
  const bool is_direct = dryad_output_is_direct(&sink->output);
  dryad_status status = complete(sink, error);
  if (status == DRYAD_OK && !dryad_output_commit(&sink->output, &problem))
    status = output_failure(sink, &problem, error);
  if (status == DRYAD_OK && result) {
    strcpy(result->path, sink->output.path);
    result->bytes = sink->written;
    result->is_direct = is_direct;
  }
  dryad_sink_abandon(sink);
  return status;
}
