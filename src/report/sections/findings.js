// SPDX-License-Identifier: MIT
// The findings: what retains much, who holds it, and what is inside.
import { list, number, record, records, text, texts } from "../payload.js";
import { bytes, count, share, size } from "../format.js";
import { bar } from "../parts/bar.js";
import { commands } from "../parts/command.js";
import { element, foreign } from "../parts/element.js";
import { folded } from "../parts/folded.js";
import { className, object, way } from "../parts/reference.js";
import { note, paragraphs } from "../parts/section.js";
import { showInIcicle } from "../parts/show_in.js";
import { tree } from "../parts/tree.js";

function part(title, ...content) {
  return element("div", { class: "aspect" }, element("h4", {}, title), element("div", {}, content));
}

// Who holds them: the ways, those of most objects first, as `leaks` has them.
function holders(finding) {
  const rows = records(finding.holders);
  return rows.length === 0 ? null : part("Held by", element("ul", { class: "holders" }, rows.map((row) => {
    const held = number(row.held);
    const of = number(row.of) ?? number(finding.count);
    const isAll = held !== null && held === of;
    return element("li", {},
      held !== null && element("span", { class: "held" }, isAll && held > 1 ? `all ${count(held)}` : count(held)),
      text(row.way) && way(text(row.way)), record(row.object) === row.object && object(row.object));
  })));
}

function inside(finding) {
  const rows = records(finding.inside);
  const most = number(finding.retained);
  return rows.length === 0 ? null : part("Inside", element("ul", { class: "inside" }, rows.map((row) => element("li", {},
    bar(share(number(row.retained), most)), element("span", { class: "what" }, `${count(number(row.count))} `, className(text(row.class))),
    size(number(row.retained))))));
}

function kept(mechanism) {
  return text(mechanism) && part("Kept by", foreign(text(mechanism)));
}

function titleOf(finding) {
  return text(finding.title) || `${count(number(finding.count))} ${text(finding.class) || "objects"} retain ${bytes(number(finding.retained))}`;
}

// A finding inside of another one stands below it, but keeps its number.
export function rankOf(finding, i) {
  return number(finding.number) ?? i + 1;
}

function card(finding, i, names) {
  const showsInIcicle = names.has(text(finding.class));
  const root = record(finding.tree);
  const id = `finding-${i + 1}`;
  const fraction = number(finding.share);
  return element("article", { class: "finding", id, "aria-labelledby": `${id}-title` },
    element("h3", { id: `${id}-title` },
      element("span", { class: "rank" }, `${rankOf(finding, i)}`), foreign(titleOf(finding))),
    fraction !== null && element("p", { class: "weight" }, bar(fraction)),
    paragraphs(finding.text),
    holders(finding), kept(finding.mechanism), paragraphs(finding.allocated), inside(finding),
    list(root.children).length > 0 && folded("All ways that hold them, merged", () => tree(root, "Ways that hold them"), { name: "ways" }),
    element("div", { class: "actions" }, showsInIcicle && showInIcicle(text(finding.class)), commands(finding.more)));
}

export const findings = {
  id: "findings",
  title: "Findings",
  show(report) {
    const found = records(report.findings);
    if (found.length === 0) {
      return text(report.findings_none) ? paragraphs(report.findings_none, "lead") : note("The report has no findings.");
    }
    const names = new Set(texts(record(report.icicle).names));
    const more = number(report.findings_more);
    return [
      found.map((finding, i) => card(finding, i, names)),
      more > 0 && element("p", { class: "rest" }, `and ${count(more)} more`), paragraphs(report.findings_hint, "note"),
    ];
  },
};
