// SPDX-License-Identifier: MIT
// The values of a table's rows, by the kind of their column.
import { bytes, count, percent, size, UNKNOWN } from "../format.js";
import { number, record, text } from "../payload.js";
import { bar } from "./bar.js";
import { element, foreign } from "./element.js";
import { address, className, object, way } from "./reference.js";

const NUMERIC = new Set(["count", "bytes", "percent", "bar", "change"]);
const signed = (value) => (typeof value === "number" ? value : null);

const SHOWN = {
  count: (value) => count(number(value)),
  bytes: (value) => size(number(value)),
  change: (value) => [signed(value) > 0 && "+", size(signed(value))],
  percent: (value) => percent(number(value)),
  bar: (value) => element("span", { class: "share" }, bar(number(value)), percent(number(value))),
  class: (value) => className(text(value)),
  way: (value) => text(value) && way(text(value)),
  address: (value) => text(value) && address(text(value)),
  object: (value) => object(record(value)),
};

export function isNumeric(column) {
  return NUMERIC.has(column.kind);
}

// The content of a cell.
export function cell(row, column) {
  const value = row[column.key];
  if (value === undefined || value === null || value === "") {
    return UNKNOWN;
  }
  return SHOWN[column.kind]?.(value) ?? foreign(text(value));
}

export function textOf(row, column) {
  const value = row[column.key];
  if (column.kind === "bytes" || column.kind === "change") {
    return bytes(signed(value));
  }
  return column.kind === "object" ? `${text(record(value).class)} ${text(record(value).value)}` : text(value);
}

// The order of two rows by a column; what is unknown is less than what is known.
export function compare(a, b, column) {
  if (isNumeric(column)) {
    return (signed(a[column.key]) ?? -Infinity) - (signed(b[column.key]) ?? -Infinity) || 0;
  }
  return textOf(a, column).localeCompare(textOf(b, column), "en", { numeric: true });
}
