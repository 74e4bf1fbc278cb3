// SPDX-License-Identifier: MIT
// What could be saved without losing anything.
import { number, record, records, text } from "../payload.js";
import { count, size } from "../format.js";
import { element } from "../parts/element.js";
import { note, paragraphs } from "../parts/section.js";
import { table } from "../parts/table.js";

function part(found) {
  const rows = records(found.rows);
  const columns = records(found.columns).map(({ key, kind, title }) => ({ key: text(key), kind: text(kind), title: text(title) || text(key) || "?" }));
  return [
    text(found.title) && element("h3", {}, text(found.title)), paragraphs(found.text),
    rows.length > 0 && columns.length > 0 && table({
      caption: text(found.title) || "Waste", columns, rows,
      more: number(found.more) > 0 && `and ${count(found.more)} more`,
    }),
  ];
}

export const waste = {
  id: "waste",
  title: "Waste",
  show(report) {
    const found = record(report.waste);
    const words = paragraphs(found.text, "lead");
    const total = number(found.total);
    if (words.length === 0 && total === null && records(found.tables).length === 0) {
      return note("The report says nothing of waste.");
    }
    return [
      words.length > 0 ? words : total !== null && element("p", { class: "lead" }, "About ", size(total), " could be saved."),
      records(found.tables).map(part),
    ];
  },
};
