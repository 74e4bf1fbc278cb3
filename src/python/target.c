#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
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

static bool open_itself(dryad_target *target)
{
  Py_BEGIN_ALLOW_THREADS target->fd = open(target->path, O_WRONLY | O_CLOEXEC);
  Py_END_ALLOW_THREADS return target->fd >= 0;
}

/* A dump holds what the process knew: nobody else may read it. */
static bool open_temporary(dryad_target *target)
{
  size_t length = strlen(target->path);
  target->temporary = malloc(length + sizeof temporary_end);
  if (target->temporary == NULL) {
    errno = ENOMEM;
    return false;
  }
  memcpy(target->temporary, target->path, length);
  memcpy(target->temporary + length, temporary_end, sizeof temporary_end);
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
  bool special = stat(target->path, &info) == 0 && !S_ISREG(info.st_mode);
  bool opened = special ? open_itself(target) : open_temporary(target);
  if (!opened) dryad_target_raise(target, errno);
  return opened;
}

/* ---- a file object */

/* The descriptor of a file object, or -1 where it has none. */
static int descriptor_of(PyObject *file)
{
  int fd = PyObject_AsFileDescriptor(file);
  if (fd < 0) PyErr_Clear();
  return fd;
}

static bool open_file(dryad_target *target, PyObject *file)
{
  target->fd = descriptor_of(file);
  if (target->fd >= 0) {
    PyObject *flushed = PyObject_HasAttrString(file, "flush") ? PyObject_CallMethod(file, "flush", NULL) : NULL;
    Py_XDECREF(flushed);
    return flushed != NULL || !PyErr_Occurred();
  }
  FILE *spool = tmpfile();
  target->fd = spool != NULL ? fcntl(fileno(spool), F_DUPFD_CLOEXEC, 0) : -1;
  int error = errno;
  if (spool != NULL) fclose(spool);
  target->own_fd = true;
  target->file = file;
  if (target->fd < 0) dryad_target_raise(target, error);
  return target->fd >= 0;
}

bool dryad_target_open(dryad_target *target, PyObject *file)
{
  *target = (dryad_target){.fd = -1};
  bool is_file = PyObject_HasAttrString(file, "write");
  bool opened = is_file ? open_file(target, file) : open_path(target, file);
  if (!opened) dryad_target_deinit(target);
  return opened;
}

static bool write_part(PyObject *file, const char *text, Py_ssize_t size)
{
  PyObject *written = PyObject_CallMethod(file, "write", "y#", text, size);
  if (written == NULL && PyErr_ExceptionMatches(PyExc_TypeError)) {
    PyErr_Clear();
    written = PyObject_CallMethod(file, "write", "s#", text, size);
  }
  Py_XDECREF(written);
  return written != NULL;
}

bool dryad_target_deliver(dryad_target *target)
{
  enum { PART = 65536 };
  if (target->file == NULL) return true;
  char *part = malloc(PART);
  if (part == NULL) return no_memory();
  off_t place = 0;
  ssize_t size;
  bool good = true;
  while (good && (size = pread(target->fd, part, PART, place)) > 0) {
    good = write_part(target->file, part, size);
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
  if (target->path == NULL) return 0;
  if (close(target->fd) != 0) error = errno;
  target->fd = -1;
  if (error == 0 && target->temporary != NULL && rename(target->temporary, target->path) != 0) error = errno;
  if (target->temporary != NULL && error == 0) target->temporary[0] = '\0';
  return error;
}

void dryad_target_deinit(dryad_target *target)
{
  if (target->own_fd && target->fd >= 0) close(target->fd);
  if (target->temporary != NULL && target->temporary[0] != '\0') unlink(target->temporary);
  free(target->temporary);
  free(target->path);
  *target = (dryad_target){.fd = -1};
}
