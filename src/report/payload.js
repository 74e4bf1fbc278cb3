// SPDX-License-Identifier: MIT
// The report's data. Nothing in it is trusted: a field that is missing or of another kind reads as empty.

export function list(value) {
  return Array.isArray(value) ? value : [];
}

export function record(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value : {};
}

export function records(value) {
  return list(value).map(record);
}

export function text(value) {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}

export function texts(value) {
  return list(value).map(text).filter((line) => line !== "");
}

// The lines of a text, or of a list of them.
export function lines(value) {
  return (Array.isArray(value) ? texts(value) : text(value).split("\n")).filter((line) => line.trim() !== "");
}

// A number from 0, or null.
export function number(value) {
  return typeof value === "number" && value >= 0 ? value : null;
}

// Reads the data that `dryad report` put into the page; throws an error with a sentence for people.
export function read() {
  const holder = document.getElementById("report");
  if (!holder) {
    throw new Error("This page has no report in it. `dryad report DUMP` writes one.");
  }
  try {
    return record(JSON.parse(holder.textContent));
  } catch (error) {
    throw new Error(`The report in this page is damaged: ${error.message}.`);
  }
}
