/* SPDX-License-Identifier: MIT */
#include "base/float_text.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EXACT_DIGITS = 15, FIXED_FROM = -4, FIXED_BELOW = 16 };

/* Writes the number's digits without a point and without trailing zeros; returns the exponent of the first. */
static int shortest_digits(char digits[DRYAD_FLOAT_TEXT], double number)
{
  char printed[DRYAD_FLOAT_TEXT];
  /* Up to 15 digits are exact and may end in zeros, which are stripped below; a subnormal holds fewer. */
  int precision = number < DBL_MIN ? 0 : EXACT_DIGITS - 1;
  do snprintf(printed, sizeof printed, "%.*e", precision, number);
  while (strtod(printed, NULL) != number && precision++ < DBL_DECIMAL_DIG);
  const char *exponent = strchr(printed, 'e');
  size_t length = 0;
  for (const char *p = printed; p < exponent; p++)
    if (*p >= '0' && *p <= '9') digits[length++] = *p;
  while (length > 1 && digits[length - 1] == '0') length--;
  digits[length] = '\0';
  return atoi(exponent + 1);
}

size_t dryad_float_text(char text[DRYAD_FLOAT_TEXT], double number)
{
  char digits[DRYAD_FLOAT_TEXT];
  const char *sign = signbit(number) && !isnan(number) ? "-" : "";
  if (!isfinite(number)) return (size_t)snprintf(text, DRYAD_FLOAT_TEXT, "%s%s", sign, isnan(number) ? "nan" : "inf");
  int exponent = shortest_digits(digits, fabs(number)), count = (int)strlen(digits), length;
  if (exponent < FIXED_FROM || exponent >= FIXED_BELOW)
    length =
        snprintf(text, DRYAD_FLOAT_TEXT, "%s%c%s%se%+03d", sign, *digits, count > 1 ? "." : "", digits + 1, exponent);
  else if (exponent < 0)
    length = snprintf(text, DRYAD_FLOAT_TEXT, "%s0.%.*s%s", sign, -exponent - 1, "000", digits);
  else if (count <= exponent + 1)
    length = snprintf(text, DRYAD_FLOAT_TEXT, "%s%s%.*s.0", sign, digits, exponent + 1 - count, "000000000000000");
  else
    length = snprintf(text, DRYAD_FLOAT_TEXT, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
  return (size_t)length;
}
