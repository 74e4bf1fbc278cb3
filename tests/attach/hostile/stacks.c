/* SPDX-License-Identifier: MIT */
/* Takes the room below its stacks away between two of the calls that a dumper has a thread of it make.
 *
 * Each thread waits on a stack whose lowest words lie on a page of their own. As soon as somebody writes there, the
 * return address that was written is replaced by that of code which unmaps the page. */
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

enum { THREADS = 8, SIZE = 256 * 1024, PAGE = 4096, ABOVE = 1000 /* bytes of the stack's last page */ };

static char *volatile stacks[THREADS];
static int never[THREADS];

void leave(void);
__asm__(
    ".globl leave\n"
    "leave: mov %rsp, %rdi\n and $-4096, %rdi\n sub $12288, %rdi\n mov $16384, %esi\n mov $11, %eax\n syscall\n" /* munmap
                                                                                                                  */
    "mov $15, %eax\n syscall\n"); /* rt_sigreturn */

static void *wait_for_ever(void *number)
{
  char *stack = (char *)(((unsigned long)__builtin_frame_address(0) - SIZE / 4 & ~(PAGE - 1ul)) + ABOVE);
  stacks[(long)number] = stack;
  __asm__ volatile("mov %0, %%rsp\n"
                   "1: mov $202, %%eax\n xor %%esi, %%esi\n xor %%edx, %%edx\n xor %%r10d, %%r10d\n mov %1, %%rdi\n"
                   "syscall\n jmp 1b\n" /* futex */
                   :
                   : "r"(stack), "b"(never)
                   : "rax", "rdi", "rsi", "rdx", "r10");
  return NULL;
}

static void turn(const char *stack)
{
  volatile unsigned long *from = (unsigned long *)(stack - ABOVE - PAGE);
  for (unsigned long i = 0;; i = (i + 1) % (PAGE / sizeof *from)) {
    if (from[i] == 0) continue;
    from[i] = (unsigned long)leave;
    return;
  }
}

int main(void)
{
  pthread_attr_t attributes;
  pthread_t thread;
  for (long i = 0; i < THREADS; i++) {
    void *stack = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack, SIZE);
    pthread_create(&thread, &attributes, wait_for_ever, (void *)i);
    while (!stacks[i]) usleep(100);
  }
  puts("ready");
  fflush(stdout);
  for (int i = 0; i < THREADS; i++) turn(stacks[i]);
  for (;;) pause();
}
