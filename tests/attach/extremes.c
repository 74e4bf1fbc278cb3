/* SPDX-License-Identifier: MIT */
/* Helpers in C for the programs of extremes.py. */
#include <alloca.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* Sleeps for 20 milliseconds with that much on the stack. */
void sleep_deep(size_t size)
{
  volatile char *block = alloca(size);
  memset((char *)block, 1, size);
  usleep(20000);
  if (block[size / 2] != 1) _exit(1);
}

/* Blocks the calling thread, which no signal can wake, until its child has slept for that long. */
void stand_still(unsigned milliseconds)
{
  if (vfork() == 0) {
    usleep(milliseconds * 1000);
    _exit(0);
  }
}

static void *nothing(void *unused) { return unused; }

/* Starts threads that end at once. */
void churn(unsigned count)
{
  for (unsigned i = 0; i < count; i++) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, nothing, NULL) == 0) pthread_join(thread, NULL);
  }
}

/* Ends the main thread of the process; the others run on. */
void leave(void) { pthread_exit(NULL); }
