#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

/* An end that mkostemp fills in. */
static const char temporary_end[] = ".XXXXXX";

void dryad_target_raise(const dryad_target *target, int error)
{
  errno = error;
  if (target->path != NULL)
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, target->path);
  else
    PyErr_SetFromErrno(PyExc_OSError);
}

static bool no_memory(void)
{
  PyErr_NoMemory();
  return false;
}

/* ---- a path */

/* The number of an open descriptor that a path names, or -1. */
static int named_descriptor(const char *path)
{
  static const char *const folders[] = {"/dev/fd/", "/proc/self/fd/"};
  if (strcmp(path, "/dev/stdout") == 0) return STDOUT_FILENO;
  if (strcmp(path, "/dev/stderr") == 0) return STDERR_FILENO;
  for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
    const char *number = path + strlen(folders[i]);
    if (strncmp(path, folders[i], strlen(folders[i])) == 0 && *number != '\0' && strspn(number, "0123456789") < 10 &&
        number[strspn(number, "0123456789")] == '\0')
      return atoi(number);
  }
  return -1;
}

/* A fifo waits for its reader. */
static bool open_itself(dryad_target *target)
{
  do {
    Py_BEGIN_ALLOW_THREADS target->fd = open(target->path, O_WRONLY | O_CLOEXEC);
    Py_END_ALLOW_THREADS
  } while (target->fd < 0 && errno == EINTR && PyErr_CheckSignals() == 0);
  return target->fd >= 0;
}

/* `first`, which is freed, and behind it `second`; NULL without memory. */
static char *joined(char *first, const char *second)
{
  char *both = first != NULL ? realloc(first, strlen(first) + strlen(second) + 1) : NULL;
  if (both == NULL) free(first);
  return both != NULL ? strcat(both, second) : NULL;
}

/* Good in another working directory too, where the process may be when the dump is complete. */
static char *place_of(const char *path)
{
  char *real = realpath(path, NULL);
  if (real != NULL) return real;
  char *folder = path[0] != '/' ? getcwd(NULL, 0) : NULL;
  return folder != NULL ? joined(joined(folder, "/"), path) : strdup(path);
}

/* A dump holds what the process knew: nobody else may read it. */
static bool open_temporary(dryad_target *target)
{
  target->place = place_of(target->path);
  target->temporary = target->place != NULL ? joined(strdup(target->place), temporary_end) : NULL;
  if (target->temporary == NULL) {
    errno = ENOMEM;
    return false;
  }
  target->fd = mkostemp(target->temporary, O_CLOEXEC);
  if (target->fd >= 0) return true;
  free(target->temporary);
  target->temporary = NULL;
  return false;
}

static bool open_path(dryad_target *target, PyObject *path)
{
  struct stat info;
  PyObject *bytes = NULL;
  if (!PyUnicode_FSConverter(path, &bytes)) return false;
  target->path = strdup(PyBytes_AS_STRING(bytes));
  Py_DECREF(bytes);
  if (target->path == NULL) return no_memory();
  target->packing = dryad_packing_of(target->path);
  target->own_fd = true;
  int named = named_descriptor(target->path);
  bool special = named < 0 && stat(target->path, &info) == 0 && !S_ISREG(info.st_mode);
  if (named >= 0)
    target->fd = fcntl(named, F_DUPFD_CLOEXEC, 0);
  else if (!(special ? open_itself(target) : open_temporary(target)))
    target->fd = -1;
  if (target->fd < 0 && !PyErr_Occurred()) dryad_target_raise(target, errno);
  return target->fd >= 0;
}

/* ---- what gets the text in the end */

int dryad_spool_open(void)
{
  FILE *spool = tmpfile();
  int fd = spool != NULL ? fcntl(fileno(spool), F_DUPFD_CLOEXEC, 0) : -1;
  int error = errno;
  if (spool != NULL) fclose(spool);
  errno = error;
  return fd;
}

static bool open_spool(dryad_target *target)
{
  target->fd = dryad_spool_open();
  target->own_fd = true;
  if (target->fd < 0) dryad_target_raise(target, errno);
  return target->fd >= 0;
}

static bool is_of(PyObject *file, const char *type) { return strcmp(Py_TYPE(file)->tp_name, type) == 0; }

/* Whether text of ASCII alone is its own encoding there. */
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

/* The object that a buffer or wrapper of io writes to, if that is of its own kind (a new reference), else NULL. */
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

static bool open_file(dryad_target *target, PyObject *file)
{
  target->fd = descriptor_of(file);
  if (target->fd >= 0) {
    PyObject *flushed = PyObject_CallMethod(file, "flush", NULL);
    Py_XDECREF(flushed);
    return flushed != NULL;
  }
  target->file = file;
  return open_spool(target);
}

/* Puts a spool before a pipe or socket. */
static bool keep_from_blocking(dryad_target *target)
{
  struct stat info;
  if (fstat(target->fd, &info) != 0 || !(S_ISFIFO(info.st_mode) || S_ISSOCK(info.st_mode))) return true;
  target->stream = target->fd;
  target->own_stream = target->own_fd;
  return open_spool(target);
}

bool dryad_target_open(dryad_target *target, PyObject *file, bool streams)
{
  *target = (dryad_target){.fd = -1, .stream = -1};
  bool is_file = !PyUnicode_Check(file) && !PyBytes_Check(file) && PyObject_HasAttrString(file, "write");
  bool opened = is_file ? open_file(target, file) : open_path(target, file);
  if (opened && !streams) opened = keep_from_blocking(target);
  if (!opened) dryad_target_deinit(target);
  return opened;
}

static PyObject *call_write(PyObject *file, const char *text, Py_ssize_t size)
{
  PyObject *written = PyObject_CallMethod(file, "write", "y#", text, size);
  if (written != NULL || !PyErr_ExceptionMatches(PyExc_TypeError)) return written;
  PyErr_Clear();
  return PyObject_CallMethod(file, "write", "s#", text, size);
}

/* What writes without a buffer may take a part only, and says how much. */
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

static bool stream_part(const dryad_target *target, const char *text, Py_ssize_t size)
{
  dryad_sink_guard guard;
  dryad_sink_guard_init(&guard);
  int error = 0;
  while (size > 0 && error == 0) {
    ssize_t written;
    Py_BEGIN_ALLOW_THREADS written = dryad_sink_write_some(target->stream, text, (size_t)size);
    error = written < 0 ? errno : 0;
    Py_END_ALLOW_THREADS if (error == EINTR && PyErr_CheckSignals() == 0) error = 0;
    if (written <= 0) continue;
    text += written;
    size -= written;
  }
  dryad_sink_guard_deinit(&guard);
  if (error != 0 && !PyErr_Occurred()) dryad_target_raise(target, error);
  return error == 0;
}

bool dryad_target_deliver(dryad_target *target)
{
  enum { PART = 65536 };
  if (target->file == NULL && target->stream < 0) return true;
  char *part = malloc(PART);
  if (part == NULL) return no_memory();
  off_t place = 0;
  ssize_t size;
  bool good = true;
  while (good && (size = pread(target->fd, part, PART, place)) > 0) {
    good = target->file != NULL ? write_part(target->file, part, size) : stream_part(target, part, size);
    place += size;
  }
  if (good && size < 0) {
    dryad_target_raise(target, errno);
    good = false;
  }
  free(part);
  return good;
}

int dryad_target_commit(dryad_target *target)
{
  int error = 0;
  if (target->path == NULL || target->stream >= 0) return 0;
  if (close(target->fd) != 0) error = errno;
  target->fd = -1;
  if (error == 0 && target->temporary != NULL && rename(target->temporary, target->place) != 0) error = errno;
  if (target->temporary != NULL && error == 0) target->temporary[0] = '\0';
  return error;
}

void dryad_target_deinit(dryad_target *target)
{
  if (target->own_fd && target->fd >= 0) close(target->fd);
  if (target->own_stream && target->stream >= 0) close(target->stream);
  if (target->temporary != NULL && target->temporary[0] != '\0') unlink(target->temporary);
  free(target->temporary);
  free(target->place);
  free(target->path);
  *target = (dryad_target){.fd = -1, .stream = -1};
}
