// SPDX-License-Identifier: MIT
// Numbers in the notation of the program's texts.

const UNITS = ["B", "KiB", "MiB", "GiB"];

export function size(bytes) {
  const unit = [3, 2, 1, 0].find((power) => bytes >= 1024 ** power) ?? 0;
  return (unit === 0 ? `${bytes}` : (bytes / 1024 ** unit).toFixed(1)) + UNITS[unit];
}

export const count = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

export const percent = (share) => `${(100 * share).toFixed(1)}%`;
