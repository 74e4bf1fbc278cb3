/* SPDX-License-Identifier: MIT */
/* Included first in every file of the library that `dryad dump PID` loads. A process's C library may be as old as glibc
 * 2.17, so this selects symbol versions that older ones have too. There they are in libpthread and libdl, which every
 * Python has loaded. */
#ifndef DRYAD_SCANNER_OLDER_LIBC_H
#define DRYAD_SCANNER_OLDER_LIBC_H

#ifdef __x86_64__
#define OLDEST "GLIBC_2.2.5"
#define WITH_DLADDR1 "GLIBC_2.3.3"
#elif defined(__aarch64__)
#define OLDEST "GLIBC_2.17"
#define WITH_DLADDR1 "GLIBC_2.17"
#endif

#define ASK(name, version) __asm__(".symver " #name ", " #name "@" version)

ASK(pthread_create, OLDEST);
ASK(pthread_sigmask, OLDEST);
ASK(pthread_attr_setstacksize, OLDEST);
ASK(dladdr, OLDEST);
ASK(dlclose, OLDEST);
ASK(dlsym, OLDEST);
ASK(dladdr1, WITH_DLADDR1);

#undef ASK
#undef OLDEST
#undef WITH_DLADDR1

#endif
