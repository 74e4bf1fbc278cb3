/* SPDX-License-Identifier: MIT */
/* A program that only claims to be a Python: it exports what a Python exports (the test adds the rest of the names),
 * and when it is run tells as whom in the file RAN. */
#include "behaviour.h"

PUBLIC const char *Py_GetVersion(void) { return VERSION; }
PUBLIC const unsigned long Py_Version = VERSION_NUMBER;
PUBLIC int Py_IsInitialized(void) { return 1; }
PUBLIC char _PyRuntime[1 << 20];

int main(void)
{
  signal(SIGPIPE, SIG_IGN);
  FILE *ran = fopen(RAN, "a");
  if (ran) {
    fprintf(ran, "%d\n", (int)geteuid());
    fclose(ran);
  }
  for (;;) usleep(20000);
}
