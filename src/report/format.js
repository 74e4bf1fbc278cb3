// SPDX-License-Identifier: MIT
// Numbers, written as in the text that `dryad` prints.
import { element } from "./parts/element.js";

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const BOUND = 2 ** 63 - 1024; // sums stop at 2^63 - 1, of which JavaScript keeps about this
export const UNKNOWN = "–";
const counts = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function split(bytes) {
  let unit = 0;
  let rest = Math.abs(bytes);
  while (rest >= 1023.95 && unit < UNITS.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  const sign = bytes < 0 ? "-" : bytes >= BOUND ? "at least " : "";
  return [sign + rest.toFixed(unit === 0 ? 0 : 1), UNITS[unit]];
}

function isNumber(value) {
  return typeof value === "number" && !Number.isNaN(value);
}

// 11.3MiB
export function bytes(value) {
  return isNumber(value) ? split(value).join("") : UNKNOWN;
}

// The same as an element, whose unit is set apart.
export function size(value) {
  if (!isNumber(value)) {
    return element("span", { class: "size" }, UNKNOWN);
  }
  const [amount, unit] = split(value);
  return element("span", { class: "size" }, amount, element("span", { class: "unit" }, unit));
}

// 2,000
export function count(value) {
  return isNumber(value) ? (value >= BOUND ? "at least " : "") + counts.format(value) : UNKNOWN;
}

// 1,500 × Entry
export function quantity(value, name) {
  return value > 1 ? `${count(value)} × ${name}` : name;
}

// 12.5%
export function percent(share) {
  return isNumber(share) && Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : UNKNOWN;
}

export function share(part, whole) {
  return part !== null && whole > 0 ? part / whole : null;
}
