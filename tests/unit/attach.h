/* SPDX-License-Identifier: MIT */
/* Looking at a process as a tracer does. */
#ifndef DRYAD_TESTS_ATTACH_H
#define DRYAD_TESTS_ATTACH_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach/elf_objects.h"
#include "attach/registers.h"
#include "made_up_memory.h"
#include "testing.h"

/* Sanitizers put functions of their own before libc's, backtrace among them. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SKIP_IF_SANITIZED() skip()
#else
#define SKIP_IF_SANITIZED() (void)0
#endif

static inline int open_of(pid_t pid, const char *file)
{
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail_msg("%s cannot be opened", path);
  return fd;
}

typedef struct looked {
  int mem, maps;
  dryad_target_memory *memory;
  dryad_mappings mappings;
  dryad_auxv auxv;
  dryad_elf_objects objects;
} looked;

static inline void look(looked *l, pid_t pid)
{
  unsigned char auxv[4096];
  dryad_error error = {0};
  *l = (looked){.mem = open_of(pid, "mem"), .maps = open_of(pid, "maps")};
  int fd = open_of(pid, "auxv");
  ssize_t length = read(fd, auxv, sizeof auxv);
  close(fd);
  assert_true(length > 0);
  l->memory = dryad_target_memory_new(l->mem, 256 * MEGABYTE);
  assert_non_null(l->memory);
  if (dryad_mappings_read(&l->mappings, l->maps, &error)) fail_msg("%s", error.text);
  if (dryad_auxv_parse(&l->auxv, auxv, (size_t)length, &error)) fail_msg("%s", error.text);
  if (dryad_elf_objects_read(&l->objects, l->memory, &l->mappings, &l->auxv, &error)) fail_msg("%s", error.text);
}

static inline void look_away(looked *l)
{
  dryad_elf_objects_deinit(&l->objects);
  dryad_mappings_deinit(&l->mappings);
  dryad_target_memory_free(l->memory);
  close(l->mem);
  close(l->maps);
}

/* A child that ends with this process, also when a test fails. */
static inline pid_t fork_child(void)
{
  pid_t child = fork();
  if (!child) prctl(PR_SET_PDEATHSIG, SIGKILL);
  return child;
}

/* Seized threads are stopped and looked at. False: the thread has ended. */
static inline bool stop(pid_t thread)
{
  int status;
  return !ptrace(PTRACE_INTERRUPT, thread, NULL, NULL) && waitpid(thread, &status, __WALL) == thread &&
         WIFSTOPPED(status);
}

static inline void go_on(pid_t thread) { assert_int_equal(ptrace(PTRACE_CONT, thread, NULL, NULL), 0); }

static inline dryad_registers registers_of(pid_t thread)
{
  struct user_regs_struct user;
  struct iovec iov = {&user, sizeof user};
  assert_int_equal(ptrace(PTRACE_GETREGSET, thread, (void *)1 /* NT_PRSTATUS */, &iov), 0);
  return dryad_registers_of(&user);
}

/* With all its threads that are traced: the last that is waited for is the first one. */
static inline void end_child(pid_t child)
{
  pid_t ended;
  kill(child, SIGKILL);
  do ended = waitpid(-1, NULL, __WALL);
  while (ended != child && (ended > 0 || errno == EINTR));
}

#endif
