/* SPDX-License-Identifier: MIT */
/* Loaded into a Python. HOSTILE says which lie is told; HOSTILE_LOG is a file that tells that it was. A word "flicker"
 * behind it: truth and lie alternate as fast as can be. */
#include "loader.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct r_debug *debug, lie;
ElfW(Dyn) * debug_entry;
ElfW(Phdr) * headers;
size_t header_count;

static const struct {
  const char *name;
  void (*tell)(void);
} lies[] = {
#define ENTRY(name) {#name, lie_##name},
    LIES(ENTRY)};

static void find_debug(void)
{
  headers = (void *)getauxval(AT_PHDR);
  header_count = getauxval(AT_PHNUM);
  uint64_t bias = 0;
  for (size_t i = 0; i < header_count; i++) {
    if (headers[i].p_type == PT_PHDR) bias = (uint64_t)headers - headers[i].p_vaddr;
  }
  for (size_t i = 0; i < header_count; i++) {
    if (headers[i].p_type != PT_DYNAMIC) continue;
    ElfW(Dyn) *dynamic = (void *)(bias + headers[i].p_vaddr);
    for (; dynamic->d_tag != DT_NULL; dynamic++) {
      if (dynamic->d_tag == DT_DEBUG) debug_entry = dynamic;
    }
  }
  if (!debug_entry) abort();
  debug = (void *)debug_entry->d_un.d_ptr;
  make_writable(debug_entry, sizeof *debug_entry);
  lie = *debug;
}

static void *flicker(void *unused)
{
  (void)unused;
  for (;;) {
    debug_entry->d_un.d_ptr = (uint64_t)debug;
    for (volatile int i = 0; i < 2000; i++) {
    }
    debug_entry->d_un.d_ptr = (uint64_t)&lie;
    for (volatile int i = 0; i < 2000; i++) {
    }
  }
  return NULL;
}

/* Called by the program itself once all that it wants is loaded. */
__attribute__((visibility("default"))) void hostile_begin(void)
{
  char name[64] = "", more[64] = "";
  sscanf(getenv("HOSTILE"), "%63s %63s", name, more);
  find_debug();
  for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
    if (strcmp(lies[i].name, name) != 0) continue;
    lies[i].tell();
    if (lie.r_map != debug->r_map || lie.r_state != debug->r_state) debug_entry->d_un.d_ptr = (uint64_t)&lie;
    pthread_t thread;
    if (more[0] && pthread_create(&thread, NULL, flicker, NULL) != 0) abort();
    int log = open(getenv("HOSTILE_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (write(log, "told\n", 5) != 5) abort();
    close(log);
    return;
  }
  abort();
}

__attribute__((visibility("default"))) const char *hostile_names(void)
{
  static char all[4096];
  for (size_t i = 0; all[0] == 0 || i < sizeof lies / sizeof *lies; i++) strcat(strcat(all, lies[i].name), " ");
  return all;
}

/* The calling thread sleeps for ten milliseconds, and has on its stack what looks as if malloc and dlopen had called.
 */
__attribute__((visibility("default"))) void hostile_suspicious(void)
{
  volatile uint64_t words[2048];
  size_t count = 0;
  const uint8_t *texts[] = {(void *)malloc, (void *)dlopen, (void *)free, (void *)realloc};
  for (size_t i = 0; i < 2048; i++) words[i] = 0;
  for (int text = 0; text < 4; text++) {
    for (int at = 8; at < 400 && count < 2048; at++) {
      if (texts[text][at - 5] == 0xe8) words[count++] = (uint64_t)texts[text] + (uint64_t)at;
    }
  }
  usleep(10000);
  if (words[0] == 1) abort();
}

/* The calling thread sleeps for some ten milliseconds with a stack pointer that leads nowhere. */
__attribute__((visibility("default"))) void hostile_stackless(uint64_t stack)
{
#ifdef __x86_64__
  static const struct timespec a_bit = {0, 1000000};
  for (int i = 0; i < 30; i++) {
    register long number __asm__("rax") = SYS_nanosleep;
    __asm__ volatile("mov %%rsp, %%rbx\n mov %3, %%rsp\n syscall\n mov %%rbx, %%rsp"
                     : "+a"(number)
                     : "D"(&a_bit), "S"(0), "r"(stack)
                     : "rbx", "rcx", "r11", "memory");
  }
#else
  (void)stack;
  usleep(30000);
#endif
}
