/* A program that only claims to be a Python: it exports what a Python exports (the test adds the rest of the names),
 * and when it is run tells as whom in the file RAN. What it does when a function of "Python" is called in it is told by
 * PRETEND: spin, exit, crash, leave, flood, heirs, run, or nothing. */
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

#ifndef VERSION
#define VERSION "3.14.0 (main)"
#endif
#ifndef VERSION_NUMBER
#define VERSION_NUMBER 0x030e00f0
#endif

static const char *way = "";
static char **own_arguments;

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

/* Where the library gets when it calls Python. */
PUBLIC long pretend(const char *name)
{
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
    execv("/proc/self/exe", own_arguments);
  }
  (void)name;
  return 0;
}

PUBLIC const char *Py_GetVersion(void) { return VERSION; }
PUBLIC const unsigned long Py_Version = VERSION_NUMBER;
PUBLIC int Py_IsInitialized(void) { return 1; }
PUBLIC char _PyRuntime[1 << 20];

int main(int count, char **arguments)
{
  (void)count;
  own_arguments = arguments;
  if (getenv("PRETEND")) way = getenv("PRETEND");
  signal(SIGPIPE, SIG_IGN);
  FILE *ran = fopen(RAN, "a");
  if (ran) {
    fprintf(ran, "%d\n", (int)geteuid());
    fclose(ran);
  }
  for (;;) usleep(20000);
}
