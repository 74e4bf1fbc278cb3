// SPDX-License-Identifier: MIT
// A zoomable picture with what belongs to it: search, legend, what the box in focus is, and the same as a table.
import { bytes, count } from "../format.js";
import { aboutObject } from "../parts/command.js";
import { append, element, foreign } from "../parts/element.js";
import { folded } from "../parts/folded.js";
import { address, way } from "../parts/reference.js";
import { hasWords, searchField } from "../parts/search.js";
import { table } from "../parts/table.js";
import { Zoomable } from "./zoomable.js";

function legend(colours, used) {
  return element("ul", { class: "legend", "aria-label": "Colours" }, colours.legend().filter((row) => used.has(row.colour)).map((row) =>
    element("li", {}, element("span", { class: `swatch ${row.colour}`, "aria-hidden": "true" }), foreign(row.name))));
}

export function picture({
  report, layout, describe, name, label, intro, colours, searched, weight, weighed, rows, columns, more, identity,
}) {
  const facts = element("p", { class: "identity" });
  const onZoom = (node) => {
    const is = identity?.(node) ?? {};
    facts.replaceChildren();
    facts.hidden = node === layout.root;
    append(facts, element("strong", {}, foreign(describe(node).words)), is.way && way(is.way), is.address && address(is.address),
      is.address && aboutObject(report, is.address));
  };
  const used = new Set(layout.root.descendants().map((node) => describe(node).colour));
  const chart = new Zoomable(layout, { label, name, describe, onZoom });
  const result = element("output", {});
  const search = searchField(`Search in: ${label}`, "Find a class", (words) => {
    const found = chart.search(words.length > 0 ? (node) => !node.data.isRest && hasWords(searched(node), words) : null);
    result.textContent = words.length === 0 ? "" : found.length === 0 ? "nothing matches"
      : `${count(found.length)} found, ${bytes(found.reduce((sum, node) => sum + weight(node), 0))} ${weighed}`;
  });
  onZoom(layout.root);
  return element("figure", { class: "picture" },
    element("figcaption", {}, intro),
    element("div", { class: "tools" }, chart.trail,
      element("p", { class: "search" }, result, search)),
    chart.element, facts, colours && legend(colours, used),
    folded("The same as a table", () => table({ caption: label, columns, rows, more, searchable: true }), { name: "as-table" }));
}
