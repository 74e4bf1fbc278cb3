/* SPDX-License-Identifier: MIT */
/* Replaces the tracer in the tests of the library: loads it into its own process, on commands from a socket, in a
 * thread without the GIL. Built without Python; called through ctypes. */
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTORS = 3 };

typedef struct message {
  char what;
  int descriptors[DESCRIPTORS];
} message;

static int receive(int channel, message *received)
{
  char space[CMSG_SPACE(sizeof received->descriptors)];
  struct iovec text = {&received->what, 1};
  struct msghdr header = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
  if (recvmsg(channel, &header, MSG_CMSG_CLOEXEC) != 1) return 0;
  const struct cmsghdr *rights = CMSG_FIRSTHDR(&header);
  if (rights != NULL) memcpy(received->descriptors, CMSG_DATA(rights), sizeof received->descriptors);
  return 1;
}

/* Serves commands until 'e' ends it: 'd' carries the ends of two pipes and a memfd, and is answered with their numbers;
 * 'l' loads the last memfd by a name with the given number of slashes, and is answered with the loader's message. */
__attribute__((visibility("default"))) void serve(int channel);

void serve(int channel)
{
  message order;
  unsigned loads = 0;
  while (receive(channel, &order) && order.what != 'e') {
    static int library;
    char path[256], said[256] = "loaded";
    if (order.what == 'd') {
      library = order.descriptors[2];
      if (write(channel, order.descriptors, sizeof order.descriptors) < 0) return;
      continue;
    }
    /* A new name each time: the last library may still be loaded. */
    snprintf(path, sizeof path, "/proc/self/%.*sfd/%d", (int)(loads++ % 64),
             "////////////////////////////////////////////////////////////////", library);
    if (dlopen(path, RTLD_NOW | RTLD_LOCAL) == NULL) snprintf(said, sizeof said, "%s", dlerror());
    if (write(channel, said, strlen(said)) < 0) return;
  }
}
