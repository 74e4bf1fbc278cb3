/* Included before everything else in what `dryad dump PID` loads: a container's C library may be older than the one
 * that this is built with, so the names are asked for that older ones have too. */
#ifndef DRYAD_PYTHON_OLDER_LIBC_H
#define DRYAD_PYTHON_OLDER_LIBC_H

#ifdef __x86_64__
__asm__(".symver pthread_create, pthread_create@GLIBC_2.2.5");
__asm__(".symver pthread_sigmask, pthread_sigmask@GLIBC_2.2.5");
__asm__(".symver pthread_attr_setstacksize, pthread_attr_setstacksize@GLIBC_2.2.5");
#endif

#endif
