/* SPDX-License-Identifier: MIT */
/* What a program does when the library of a dumper calls Python in it: PRETEND says spin, exit, crash, leave, flood,
 * heirs, run, or nothing. */
#ifndef HOSTILE_BEHAVIOUR_H
#define HOSTILE_BEHAVIOUR_H

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PUBLIC __attribute__((visibility("default")))

static void flood(void)
{
  static char noise[65536];
  for (;;) {
    for (int fd = 3; fd < 40; fd++) {
      struct stat facts;
      if (fstat(fd, &facts) == 0 && S_ISFIFO(facts.st_mode) && (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY &&
          write(fd, noise, sizeof noise) < 0 && errno == EPIPE)
        return;
    }
  }
}

/* Where the library gets. */
PUBLIC long pretend(void)
{
  const char *way = getenv("PRETEND");
  if (!way) return 0;
  if (strcmp(way, "spin") == 0) {
    for (;;) sleep(1);
  } else if (strcmp(way, "exit") == 0) {
    _exit(3);
  } else if (strcmp(way, "crash") == 0) {
    abort();
  } else if (strcmp(way, "leave") == 0) {
    pthread_exit(NULL);
  } else if (strcmp(way, "flood") == 0) {
    flood();
  } else if (strcmp(way, "heirs") == 0) {
    if (fork() == 0) {
      for (;;) pause(); /* holds the pipes open */
    }
    _exit(3);
  } else if (strcmp(way, "run") == 0) {
    execl("/bin/sleep", "sleep", "1000", (char *)NULL);
  }
  return 0;
}

#endif
