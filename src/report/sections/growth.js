// SPDX-License-Identifier: MIT
// What grew between the dumps: by class, and by what holds it.
import { lines, list, number, record, records, text } from "../payload.js";
import { bytes } from "../format.js";
import { curves } from "../charts/curves.js";
import { element, foreign } from "../parts/element.js";
import { folded } from "../parts/folded.js";
import { way } from "../parts/reference.js";
import { note, paragraphs } from "../parts/section.js";
import { table } from "../parts/table.js";

const CURVES = 8;

const sizesOf = (row) => list(row.sizes).map((value) => number(value) ?? 0);
const grown = (sizes) => (sizes.length > 0 ? sizes.at(-1) - sizes[0] : 0);

function plot(growth, labels, classes) {
  const times = list(growth.times).map(text);
  const rows = classes.filter((row) => row.sizes.length === labels.length && grown(row.sizes) > 0).slice(0, CURVES)
    .map((row, i) => ({ name: text(row.class), values: row.sizes, colour: `hue-${i + 1}` }));
  return labels.length < 2 || rows.length === 0 ? null : element("figure", { class: "picture" },
    element("figcaption", {}, "Bytes of the classes that grew most, from dump to dump."),
    element("div", { class: "plotted" },
      curves({ label: `Curves of ${rows.map((row) => row.name).join(", ")}. The table below has their figures.`, labels, times, rows }),
      element("ul", { class: "legend", "aria-label": "Curves" }, rows.map((row) => element("li", {},
        element("span", { class: `swatch ${row.colour}`, "aria-hidden": "true" }), foreign(row.name, { class: "class" }),
        element("span", { class: "figure" }, `+${bytes(grown(row.values))}`))))));
}

function classTable(labels, classes) {
  const columns = labels.map((label, i) => ({ key: `size${i}`, kind: "bytes", title: label }));
  const rows = classes.map((row) => ({ class: row.class, growth: grown(row.sizes),
    ...Object.fromEntries(row.sizes.map((size, i) => [`size${i}`, size])) }));
  return folded("The same as a table", () => table({
    caption: "Bytes by class and dump", rows, searchable: true,
    columns: [{ key: "class", kind: "class", title: "class" }, ...columns, { key: "growth", kind: "change", title: "grown by" }],
  }), { name: "as-table" });
}

function rowOf(row) {
  return element("li", {},
    element("p", { dir: "auto" }, text(row.text), row.steady === true && element("span", { class: "badge" }, "at every step"),
      row.is_new === true && element("span", { class: "badge" }, "new")),
    text(row.way) && element("p", {}, way(text(row.way))), paragraphs(lines(row.lines).slice(1), "note"));
}

export const growth = {
  id: "growth",
  title: "Growth",
  isPart: (report) => records(report.sources).length > 1 || record(report.growth) === report.growth,
  show(report) {
    const found = record(report.growth);
    const labels = list(found.labels).map(text);
    const classes = records(found.classes).map((row) => ({ ...row, sizes: sizesOf(row) }))
      .sort((a, b) => grown(b.sizes) - grown(a.sizes));
    const rows = records(found.rows);
    const holders = records(found.holders);
    const words = paragraphs(found.text, "lead");
    return [
      words.length > 0 ? words : note("The report says nothing of growth."),
      paragraphs(found.notes, "note"),
      plot(found, labels, classes), classes.length > 0 && classTable(labels, classes),
      rows.length > 0 && [element("h3", {}, "What grew"), element("ol", { class: "grown" }, rows.map(rowOf))],
      holders.length > 0 && [element("h3", {}, "What retains more"), table({
        caption: "What retains more", rows: holders.map((row) => ({ ...row, more: (number(row.after) ?? 0) - (number(row.before) ?? 0) })),
        columns: [
          { key: "way", kind: "way", title: "way" }, { key: "object", kind: "object", title: "object" },
          { key: "before", kind: "bytes", title: "before" }, { key: "after", kind: "bytes", title: "after" },
          { key: "more", kind: "change", title: "grown by" },
        ],
      })],
    ];
  },
};
