/* SPDX-License-Identifier: MIT */
#include "destination.h"

#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define IN_THE_WAY "exists already; overwrite=True replaces it"

/* Raises an OSError with this number and text, and with the path if there is one. */
static void raise_error(const dryad_destination *destination, int error, const char *text)
{
  PyObject *path = destination->has_path ? PyUnicode_DecodeFSDefault(destination->output.path) : NULL;
  PyObject *raised = path != NULL ? PyObject_CallFunction(PyExc_OSError, "isO", error, text, path)
                                  : PyObject_CallFunction(PyExc_OSError, "is", error, text);
  if (raised != NULL) PyErr_SetObject((PyObject *)Py_TYPE(raised), raised); /* the number chooses the class */
  Py_XDECREF(raised);
  Py_XDECREF(path);
}

void dryad_destination_raise(const dryad_destination *destination, int error)
{
  errno = error;
  if (error == EEXIST)
    raise_error(destination, error, IN_THE_WAY);
  else if (destination->has_path)
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, destination->output.path);
  else
    PyErr_SetFromErrno(PyExc_OSError);
}

static bool no_memory(void)
{
  PyErr_NoMemory();
  return false;
}

/* ---- a path */

/* Opening a FIFO waits for its reader. */
static bool open_output(dryad_destination *destination, const char *path, bool overwrite)
{
  const dryad_output_options options = {.force = overwrite, .expand = true};
  dryad_safe_path_error problem;
  bool opened;
  do {
    Py_BEGIN_ALLOW_THREADS opened = dryad_output_open(&destination->output, path, &options, &problem);
    Py_END_ALLOW_THREADS
  } while (!opened && problem.code == EINTR && PyErr_CheckSignals() == 0);
  if (opened || PyErr_Occurred()) return opened;
  if (problem.text != NULL)
    raise_error(destination, problem.code, problem.text);
  else
    dryad_destination_raise(destination, problem.code);
  return false;
}

static bool open_path(dryad_destination *destination, PyObject *path, bool overwrite)
{
  PyObject *bytes = NULL;
  if (!PyUnicode_FSConverter(path, &bytes)) return false;
  destination->has_path = true;
  bool opened = open_output(destination, PyBytes_AS_STRING(bytes), overwrite);
  Py_DECREF(bytes);
  if (!opened) return false;
  destination->compression = dryad_compression_of(destination->output.path);
  destination->fd = destination->output.file;
  return true;
}

/* ---- the final target of the text */

int dryad_spool_open(void)
{
  FILE *spool = tmpfile();
  int fd = spool != NULL ? fcntl(fileno(spool), F_DUPFD_CLOEXEC, 0) : -1;
  int error = errno;
  if (spool != NULL) fclose(spool);
  errno = error;
  return fd;
}

static bool open_spool(dryad_destination *destination)
{
  destination->fd = dryad_spool_open();
  destination->own_fd = true;
  if (destination->fd < 0) dryad_destination_raise(destination, errno);
  return destination->fd >= 0;
}

static bool is_of(PyObject *file, const char *type) { return strcmp(Py_TYPE(file)->tp_name, type) == 0; }

/* Whether the file's encoding leaves ASCII text as it is. */
static bool writes_ascii(PyObject *file)
{
  static const char *const names[] = {"utf-8", "utf8", "ascii", "us-ascii", "ANSI_X3.4-1968", "latin-1", "iso-8859-1"};
  PyObject *encoding = PyObject_GetAttrString(file, "encoding");
  const char *text = encoding != NULL && PyUnicode_Check(encoding) ? PyUnicode_AsUTF8(encoding) : NULL;
  bool found = false;
  for (size_t i = 0; text != NULL && !found && i < sizeof names / sizeof *names; i++)
    found = strcasecmp(text, names[i]) == 0;
  Py_XDECREF(encoding);
  return found;
}

/* The object that a buffer or wrapper of io writes to (a new reference), or NULL if it is not exactly such a type. */
static PyObject *beneath(PyObject *file)
{
  if (is_of(file, "_io.TextIOWrapper")) return writes_ascii(file) ? PyObject_GetAttrString(file, "buffer") : NULL;
  bool buffers = is_of(file, "_io.BufferedWriter") || is_of(file, "_io.BufferedRandom");
  return buffers ? PyObject_GetAttrString(file, "raw") : NULL;
}

/* The descriptor of a plain file, or -1. */
static int descriptor_of(PyObject *file)
{
  Py_INCREF(file);
  for (PyObject *next; (next = beneath(file)) != NULL; file = next) Py_DECREF(file);
  int fd = is_of(file, "_io.FileIO") ? PyObject_AsFileDescriptor(file) : -1;
  Py_DECREF(file);
  PyErr_Clear();
  return fd;
}

static bool open_file(dryad_destination *destination, PyObject *file)
{
  destination->fd = descriptor_of(file);
  if (destination->fd >= 0) {
    PyObject *flushed = PyObject_CallMethod(file, "flush", NULL);
    Py_XDECREF(flushed);
    return flushed != NULL;
  }
  destination->file = file;
  return open_spool(destination);
}

/* Spools the text before it goes to a pipe or socket. */
static bool keep_from_blocking(dryad_destination *destination)
{
  struct stat info;
  if (fstat(destination->fd, &info) != 0 || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))) return true;
  destination->stream = destination->fd;
  return open_spool(destination);
}

static void reset(dryad_destination *destination)
{
  *destination = (dryad_destination){.fd = -1, .stream = -1, .output = {.file = -1, .folder = -1}};
}

bool dryad_destination_open(dryad_destination *destination, PyObject *file, bool overwrite, bool streams)
{
  reset(destination);
  bool is_file = !PyUnicode_Check(file) && !PyBytes_Check(file) && PyObject_HasAttrString(file, "write");
  bool opened = is_file ? open_file(destination, file) : open_path(destination, file, overwrite);
  if (opened && !streams) opened = keep_from_blocking(destination);
  if (!opened) dryad_destination_deinit(destination);
  return opened;
}

static PyObject *call_write(PyObject *file, const char *text, Py_ssize_t size)
{
  PyObject *written = PyObject_CallMethod(file, "write", "y#", text, size);
  if (written != NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) return written;
  PyErr_Clear();
  return PyObject_CallMethod(file, "write", "s#", text, size);
}

/* An unbuffered file may write only a part, and returns how much. */
static bool write_part(PyObject *file, const char *text, Py_ssize_t size)
{
  while (size > 0) {
    PyObject *written = call_write(file, text, size);
    if (written == NULL) return false;
    Py_ssize_t took = PyLong_Check(written) ? PyLong_AsSsize_t(written) : size;
    Py_DECREF(written);
    PyErr_Clear();
    if (took <= 0 || took > size) took = size;
    text += took;
    size -= took;
  }
  return true;
}

static bool stream_part(const dryad_destination *destination, const char *text, Py_ssize_t size)
{
  dryad_sink_guard guard;
  dryad_sink_guard_init(&guard);
  int error = 0;
  while (size > 0 && error == 0) {
    ssize_t written;
    Py_BEGIN_ALLOW_THREADS written = dryad_sink_write_some(destination->stream, text, (size_t)size);
    error = written < 0 ? errno : 0;
    Py_END_ALLOW_THREADS if (error == EINTR && PyErr_CheckSignals() == 0) error = 0;
    if (written <= 0) continue;
    text += written;
    size -= written;
  }
  dryad_sink_guard_deinit(&guard);
  if (error != 0 && !PyErr_Occurred()) dryad_destination_raise(destination, error);
  return error == 0;
}

bool dryad_destination_deliver(dryad_destination *destination)
{
  enum { PART = 65536 };
  if (destination->file == NULL && destination->stream < 0) return true;
  char *part = malloc(PART);
  if (part == NULL) return no_memory();
  off_t place = 0;
  ssize_t size;
  bool good = true;
  while (good && (size = pread(destination->fd, part, PART, place)) > 0) {
    good = destination->file != NULL ? write_part(destination->file, part, size) : stream_part(destination, part, size);
    place += size;
  }
  if (good && size < 0) {
    dryad_destination_raise(destination, errno);
    good = false;
  }
  free(part);
  return good;
}

/* ---- the end */

int dryad_destination_commit(dryad_destination *destination)
{
  dryad_safe_path_error problem;
  if (!destination->has_path || destination->stream >= 0) return 0;
  return dryad_output_commit(&destination->output, &problem) ? 0 : problem.code;
}

/* By now there is no caller to raise an exception to. */
static void report(const char *path, int error)
{
  char text[128];
  const char *why = error == ECHILD ? DRYAD_WATCH_KILLED : strerror_r(error, text, sizeof text);
  if (error == EEXIST) why = IN_THE_WAY;
  dprintf(STDERR_FILENO, "dryad.scanner: no dump: %s%s%s\n", path, path[0] != '\0' ? ": " : "", why);
}

static void child_ended(void *context, int error)
{
  dryad_output *output = context;
  if (error != 0) report(output->path, error);
  dryad_output_abandon(output);
  free(output);
}

int dryad_destination_watch(dryad_destination *destination, const dryad_fork *fork)
{
  dryad_output *output = malloc(sizeof *output);
  if (output == NULL) return ENOMEM;
  *output = destination->output;
  int error = dryad_watch_start(fork, child_ended, output);
  if (error != 0)
    free(output);
  else
    destination->output = (dryad_output){.file = -1, .folder = -1};
  return error;
}

void dryad_destination_deinit(dryad_destination *destination)
{
  if (destination->own_fd && destination->fd >= 0) close(destination->fd);
  dryad_output_abandon(&destination->output);
  reset(destination);
}
