// SPDX-License-Identifier: MIT
// What is dead but not collected.
import { record, records, text } from "../payload.js";
import { element } from "../parts/element.js";
import { note, paragraphs } from "../parts/section.js";
import { table } from "../parts/table.js";

const COLUMNS = [
  { key: "text", kind: "class", title: "what" }, { key: "cycles", kind: "count", title: "cycles" },
  { key: "count", kind: "count", title: "objects" }, { key: "size", kind: "bytes", title: "size" },
  { key: "address", kind: "address", title: "address of the first" },
];

export const garbage = {
  id: "garbage",
  title: "Garbage",
  show(report) {
    const found = record(report.garbage);
    const rows = records(found.rows);
    const kinds = records(found.kinds);
    const words = paragraphs(found.text, "lead");
    return [
      words.length > 0 ? words : note(text(report.garbage_none) || "The report tells of no garbage."),
      paragraphs(found.lines),
      kinds.length > 0 && [element("h3", {}, "By class"), table({ caption: "Garbage by class", rows: kinds, columns: COLUMNS })],
      rows.length > 0 && [element("h3", {}, "Cycles"), table({ caption: "Cycles in the garbage", rows, columns: COLUMNS })],
      !text(found.lines).includes(text(found.collector)) && paragraphs(found.collector, "note"),
    ];
  },
};
