// SPDX-License-Identifier: MIT
// What the process was, and how much of its memory the heap explains.
import { number, record, records, text } from "../payload.js";
import { count, percent, share, size } from "../format.js";
import { element, foreign } from "../parts/element.js";
import { note, paragraphs } from "../parts/section.js";
import { table } from "../parts/table.js";

const OBJECTS = "objects"; // the part that the heap explains

function fact(name, ...value) {
  return element("div", { class: "fact" }, element("dt", {}, name), element("dd", {}, value));
}

function facts(report) {
  const heap = record(report.heap);
  const source = records(report.sources).at(-1) ?? {};
  return element("dl", { class: "facts" },
    fact("Python objects", size(number(heap.bytes))),
    fact("Objects", count(number(heap.objects))),
    fact("Types", count(number(heap.types))),
    fact("References", count(number(heap.references))),
    text(source.python) && fact("Python", foreign(text(source.python))),
    number(source.file_bytes) !== null && fact("Dump file", size(number(source.file_bytes))));
}

// The parts of the resident memory beside each other, and a list of them that says the same.
function memory(bar) {
  const parts = records(bar.parts).filter((part) => number(part.bytes) > 0);
  const sum = parts.reduce((total, part) => total + part.bytes, 0);
  const total = Math.max(number(bar.total) ?? 0, sum);
  if (total === 0) {
    return null;
  }
  const colour = (part, i) => (part.key === OBJECTS ? "part-objects" : `part-${i % 6}`);
  const pieces = parts.map((part, i) => {
    const piece = element("span", { class: `piece ${colour(part, i)}` });
    piece.style.width = `${100 * part.bytes / total}%`;
    return piece;
  });
  const rows = parts.map((part, i) => element("li", {}, element("span", { class: `swatch ${colour(part, i)}`, "aria-hidden": "true" }),
    element("span", { class: "what" }, foreign(text(part.label) || text(part.key))), size(part.bytes),
    element("span", { class: "part" }, percent(share(part.bytes, total)))));
  return element("figure", { class: "memory" },
    element("figcaption", {}, text(bar.label) || "Resident memory"),
    element("div", { class: "stack", "aria-hidden": "true" }, pieces), element("ul", {}, rows));
}

function sources(rows) {
  return rows.length > 1 && [element("h3", {}, "Dumps"), table({
    caption: "Dumps", rows: rows.map((row) => ({ ...row, name: row.name ?? row.file, whole: row.complete === false ? "incomplete" : null })),
    columns: [
      { key: "name", kind: "text", title: "name" }, { key: "objects", kind: "count", title: "objects" },
      { key: "bytes", kind: "bytes", title: "Python objects" }, { key: "file_bytes", kind: "bytes", title: "file" },
      { key: "whole", kind: "text", title: "note" },
    ],
  })];
}

export const process = {
  id: "process",
  title: "Process",
  show(report) {
    const described = record(report.process);
    const words = paragraphs(described.lines, "lead");
    return [
      words.length > 0 ? words : note("The dump does not tell of its process."),
      memory(record(described.bar)),
      facts(report), sources(records(report.sources)),
    ];
  },
};
