/* SPDX-License-Identifier: MIT */
#include "attach/message.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILES = DRYAD_MESSAGE_PIPES_SENT * sizeof(int) };

typedef union control {
  struct cmsghdr header;
  char room[CMSG_SPACE(FILES)];
} control;

bool dryad_message_send(int socket, const dryad_message *message, const int pipes[DRYAD_MESSAGE_PIPES_SENT])
{
  control sent;
  struct iovec vector = {(void *)(uintptr_t)message, sizeof *message};
  struct msghdr envelope = {.msg_iov = &vector, .msg_iovlen = 1};
  if (pipes) {
    memset(&sent, 0, sizeof sent);
    envelope.msg_control = &sent;
    envelope.msg_controllen = sizeof sent;
    struct cmsghdr *head = CMSG_FIRSTHDR(&envelope);
    *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(FILES), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(head), pipes, FILES);
  }
  ssize_t size;
  do size = sendmsg(socket, &envelope, MSG_NOSIGNAL);
  while (size < 0 && errno == EINTR);
  return size == (ssize_t)sizeof *message;
}

/* Takes the received descriptors and closes unwanted ones. */
static bool take_files(struct msghdr *envelope, bool wanted, int pipes[DRYAD_MESSAGE_PIPES_SENT])
{
  bool good = !wanted;
  for (struct cmsghdr *head = CMSG_FIRSTHDR(envelope); head; head = CMSG_NXTHDR(envelope, head)) {
    if (head->cmsg_level != SOL_SOCKET || head->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    if (wanted && !good && count == DRYAD_MESSAGE_PIPES_SENT) {
      memcpy(pipes, CMSG_DATA(head), FILES);
      good = true;
      continue;
    }
    for (size_t i = 0; i < count; i++) {
      int file;
      memcpy(&file, CMSG_DATA(head) + i * sizeof file, sizeof file);
      close(file);
    }
  }
  return good;
}

static bool is_sound(const dryad_message *message)
{
  return message->kind >= DRYAD_MESSAGE_PIPES && message->kind <= DRYAD_MESSAGE_NOTE &&
         memchr(message->text, '\0', sizeof message->text);
}

dryad_received dryad_message_receive(int socket, dryad_message *message, int pipes[DRYAD_MESSAGE_PIPES_SENT])
{
  control came;
  struct iovec vector = {message, sizeof *message};
  struct msghdr envelope = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = &came, .msg_controllen = sizeof came};
  ssize_t size = recvmsg(socket, &envelope, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (size == 0) return DRYAD_RECEIVED_END;
  if (size < 0) {
    bool later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return later ? DRYAD_RECEIVED_NOTHING : DRYAD_RECEIVED_END;
  }
  bool whole = size == (ssize_t)sizeof *message && !(envelope.msg_flags & (MSG_TRUNC | MSG_CTRUNC));
  bool sound = whole && is_sound(message);
  bool good = take_files(&envelope, sound && message->kind == DRYAD_MESSAGE_PIPES, pipes);
  return sound && good ? DRYAD_RECEIVED : DRYAD_RECEIVED_NONSENSE;
}
