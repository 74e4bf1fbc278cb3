/* SPDX-License-Identifier: MIT */
#include "floats.h"

#include "sink.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { MANTISSA_BITS = 52, LEAST_EXPONENT = -1074, MAX_DIGITS = 17, POWERS = 22 };

/* ---- large integers: 1100 bits for the float, and as much again to scale it */

enum { LIMBS = 72, LIMB_BITS = 32 };

typedef struct large {
  uint32_t limbs[LIMBS]; /* least significant first */
  int count;             /* of those, without leading zeros */
} large;

static void large_set(large *number, uint64_t value)
{
  number->limbs[0] = (uint32_t)value;
  number->limbs[1] = (uint32_t)(value >> LIMB_BITS);
  number->count = number->limbs[1] != 0 ? 2 : number->limbs[0] != 0 ? 1 : 0;
}

static void large_multiply(large *number, uint32_t factor)
{
  uint64_t carry = 0;
  for (int i = 0; i < number->count; i++) {
    carry += (uint64_t)number->limbs[i] * factor;
    number->limbs[i] = (uint32_t)carry;
    carry >>= LIMB_BITS;
  }
  if (carry != 0) number->limbs[number->count++] = (uint32_t)carry;
}

static void large_multiply_by_power(large *number, int power)
{
  for (; power >= 9; power -= 9) large_multiply(number, 1000000000);
  for (; power > 0; power--) large_multiply(number, 10);
}

static void large_shift(large *number, int bits)
{
  int limbs = bits / LIMB_BITS;
  large_multiply(number, (uint32_t)1 << bits % LIMB_BITS);
  if (number->count == 0) return;
  memmove(number->limbs + limbs, number->limbs, (size_t)number->count * sizeof *number->limbs);
  memset(number->limbs, 0, (size_t)limbs * sizeof *number->limbs);
  number->count += limbs;
}

static int large_compare(const large *one, const large *other)
{
  if (one->count != other->count) return one->count < other->count ? -1 : 1;
  for (int i = one->count; i-- > 0;)
    if (one->limbs[i] != other->limbs[i]) return one->limbs[i] < other->limbs[i] ? -1 : 1;
  return 0;
}

static void large_add(large *sum, const large *one, const large *other)
{
  uint64_t carry = 0;
  int count = one->count > other->count ? one->count : other->count;
  for (int i = 0; i < count; i++) {
    carry += (i < one->count ? one->limbs[i] : 0) + (uint64_t)(i < other->count ? other->limbs[i] : 0);
    sum->limbs[i] = (uint32_t)carry;
    carry >>= LIMB_BITS;
  }
  if (carry != 0) sum->limbs[count++] = (uint32_t)carry;
  sum->count = count;
}

/* Subtracts a number that is not larger. */
static void large_subtract(large *number, const large *other)
{
  int64_t borrow = 0;
  for (int i = 0; i < number->count; i++) {
    borrow += (int64_t)number->limbs[i] - (i < other->count ? other->limbs[i] : 0);
    number->limbs[i] = (uint32_t)borrow;
    borrow >>= LIMB_BITS;
  }
  while (number->count > 0 && number->limbs[number->count - 1] == 0) number->count--;
}

/* ---- digits */

typedef struct decimal {
  char digits[MAX_DIGITS + 1];
  int count;
  int point; /* the value is 0.DIGITS times ten to this */
} decimal;

/* The float is value / scale; below / scale and above / scale are half the distances to its neighbours. */
typedef struct bounds {
  large value, scale, below, above;
  bool even; /* the halfway points read back as the float too */
} bounds;

static void find_bounds(bounds *found, uint64_t mantissa, int exponent)
{
  bool uneven = mantissa == (uint64_t)1 << MANTISSA_BITS && exponent > LEAST_EXPONENT; /* the one below is nearer */
  found->even = mantissa % 2 == 0;
  large_set(&found->value, mantissa);
  large_set(&found->scale, 1);
  large_set(&found->below, 1);
  large_set(&found->above, 1);
  large_shift(&found->value, (exponent > 0 ? exponent : 0) + 1 + uneven);
  large_shift(&found->scale, (exponent < 0 ? -exponent : 0) + 1 + uneven);
  large_shift(&found->below, exponent > 0 ? exponent : 0);
  large_shift(&found->above, (exponent > 0 ? exponent : 0) + uneven);
}

/* Whether the value plus `above` reaches the next power of ten. */
static bool reaches_scale(const bounds *now)
{
  large sum;
  large_add(&sum, &now->value, &now->above);
  int compared = large_compare(&sum, &now->scale);
  return compared > 0 || (compared == 0 && now->even);
}

/* Scales value / scale into [0.1, 1); returns the power of ten taken out. */
static int scale_down(bounds *now, double value)
{
  /* An estimate that is never too large: the logarithm from the exponent. */
  int binary;
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  binary = (int)(bits >> MANTISSA_BITS & 0x7ff) - 1023;
  if (binary == -1023) binary = LEAST_EXPONENT;
  int power = (int)((double)binary * 0.30102999566398120 - 0.99);
  if (power >= 0) {
    large_multiply_by_power(&now->scale, power);
  } else {
    large_multiply_by_power(&now->value, -power);
    large_multiply_by_power(&now->below, -power);
    large_multiply_by_power(&now->above, -power);
  }
  for (; reaches_scale(now); power++) large_multiply(&now->scale, 10);
  return power;
}

static char next_digit(bounds *now)
{
  char digit = '0';
  large_multiply(&now->value, 10);
  large_multiply(&now->below, 10);
  large_multiply(&now->above, 10);
  for (; large_compare(&now->value, &now->scale) >= 0; digit++) large_subtract(&now->value, &now->scale);
  return digit;
}

static void find_digits(decimal *found, double value, uint64_t mantissa, int exponent)
{
  bounds now;
  find_bounds(&now, mantissa, exponent);
  found->point = scale_down(&now, value);
  for (found->count = 0;;) {
    char digit = next_digit(&now);
    int compared = large_compare(&now.value, &now.below);
    bool low = compared < 0 || (compared == 0 && now.even), high = reaches_scale(&now);
    if (low || high) {
      large twice;
      large_add(&twice, &now.value, &now.value);
      /* If both digits would do: the nearer one, or the even one. This never rounds up a nine. */
      int half = large_compare(&twice, &now.scale);
      bool up = high && (!low || half > 0 || (half == 0 && digit % 2 != 0));
      found->digits[found->count++] = (char)(digit + up);
      return;
    }
    found->digits[found->count++] = digit;
  }
}

/* The same for decimals of at most 15 digits and 22 decimal places, where float arithmetic is exact; false if the float
 * is not such a decimal. */
static bool find_short(decimal *found, double value)
{
  static const double powers[POWERS + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  for (int places = 0; places <= POWERS; places++) {
    double scaled = value * powers[places];
    if (!(scaled < 1e15)) return false;
    uint64_t whole = (uint64_t)(scaled + 0.5);
    if (whole == 0 || (double)whole / powers[places] != value) continue;
    int zeros = 0;
    for (; whole % 10 == 0; whole /= 10) zeros++;
    char *end = dryad_number_write(found->digits, whole);
    found->count = (int)(end - found->digits);
    found->point = found->count + zeros - places;
    return true;
  }
  return false;
}

/* ---- text */

static char *put(char *end, const char *text, int count)
{
  memcpy(end, text, (size_t)count);
  return end + count;
}

static char *put_zeros(char *end, int count)
{
  for (; count > 0; count--) *end++ = '0';
  return end;
}

static char *write_plain(char *end, const decimal *number)
{
  int whole = number->point < number->count ? number->point : number->count;
  if (number->point <= 0) {
    end = put_zeros(put(end, "0.", 2), -number->point);
    return put(end, number->digits, number->count);
  }
  end = put_zeros(put(end, number->digits, whole), number->point - whole);
  *end++ = '.';
  return whole < number->count ? put(end, number->digits + whole, number->count - whole) : put(end, "0", 1);
}

static char *write_with_exponent(char *end, const decimal *number)
{
  int exponent = number->point - 1;
  *end++ = number->digits[0];
  if (number->count > 1) {
    *end++ = '.';
    end = put(end, number->digits + 1, number->count - 1);
  }
  end = put(end, exponent < 0 ? "e-" : "e+", 2);
  if (exponent < 0) exponent = -exponent;
  if (exponent < 10) *end++ = '0';
  return dryad_number_write(end, (uint64_t)exponent);
}

char *dryad_float_write(char *end, double value)
{
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  if (bits >> 63 != 0) *end++ = '-';
  value = __builtin_fabs(value);
  if (__builtin_isinf(value)) return put(end, "1e999", 5);
  if (value == 0) return put(end, "0.0", 3);

  decimal number;
  if (!find_short(&number, value)) {
    uint64_t mantissa = bits & (((uint64_t)1 << MANTISSA_BITS) - 1);
    int exponent = (int)(bits >> MANTISSA_BITS & 0x7ff);
    if (exponent > 0) mantissa |= (uint64_t)1 << MANTISSA_BITS;
    find_digits(&number, value, mantissa, (exponent > 0 ? exponent - 1 : 0) + LEAST_EXPONENT);
  }
  return number.point > -4 && number.point <= 16 ? write_plain(end, &number) : write_with_exponent(end, &number);
}
