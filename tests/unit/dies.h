/* SPDX-License-Identifier: MIT */
/* Checks that builds with assertions catch a caller's mistake. */
#ifndef DRYAD_TESTS_DIES_H
#define DRYAD_TESTS_DIES_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

#ifdef DRYAD_ASSERTIONS
/* Runs `mistake` in a child process, which has to abort with `condition` on its stderr. */
static inline void assert_mistake(void (*mistake)(void), const char *condition)
{
  int pipes[2], status;
  char said[1000];
  assert_int_equal(pipe(pipes), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    dup2(pipes[1], STDERR_FILENO);
    mistake();
    _exit(0);
  }
  close(pipes[1]);
  size_t length = 0;
  for (ssize_t got = 1; got > 0; length += (size_t)got) {
    got = read(pipes[0], said + length, sizeof said - 1 - length);
    if (got < 0) got = 0;
  }
  said[length] = '\0';
  close(pipes[0]);
  assert_int_equal(waitpid(child, &status, 0), child);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) fail_msg("%s is not asserted", condition);
  if (!strstr(said, condition)) fail_msg("it died of: %s", said);
}
#endif

#endif
