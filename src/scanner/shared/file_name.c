/* SPDX-License-Identifier: MIT */
#include "file_name.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { HOST = 65, DIGITS = 21 };

static const char *decimal(char text[DIGITS], int64_t number)
{
  char *at = text + DIGITS - 1;
  uint64_t left = number < 0 ? 0 : (uint64_t)number;
  *at = '\0';
  do *--at = (char)('0' + left % 10);
  while ((left /= 10) > 0);
  return at;
}

/* The host name is untrusted: it must not add path components. */
static const char *host_name(char name[HOST])
{
  if (gethostname(name, HOST) != 0) name[0] = '\0';
  name[HOST - 1] = '\0';
  for (char *c = name; *c != '\0'; c++)
    if (*c == '/' || (unsigned char)*c < ' ' || *c == 0x7f) *c = '_';
  return name[0] == '\0' ? "localhost" : name;
}

int dryad_file_name_expand(char *out, size_t size, const char *pattern, int64_t process, int64_t time)
{
  size_t used = 0;
  for (const char *at = pattern; *at != '\0'; at++) {
    char digits[DIGITS], host[HOST], plain[2] = {*at, '\0'};
    const char *text = plain;
    if (*at == '%') {
      switch (*++at) {
      case 'p': text = decimal(digits, process); break;
      case 't': text = decimal(digits, time); break;
      case 'h': text = host_name(host); break;
      case '%': break;
      default: return EINVAL;
      }
    }
    size_t length = strlen(text);
    if (length >= size - used) return ENAMETOOLONG;
    memcpy(out + used, text, length);
    used += length;
  }
  out[used] = '\0';
  return 0;
}

bool dryad_file_name_has_time(const char *pattern)
{
  for (const char *at = strchr(pattern, '%'); at != NULL && at[1] != '\0'; at = strchr(at + 2, '%'))
    if (at[1] == 't') return true;
  return false;
}
