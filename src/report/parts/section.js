// SPDX-License-Identifier: MIT
// A section of the page: its heading, what it shows, and the lines that show more.
import { lines, record } from "../payload.js";
import { commands } from "./command.js";
import { element } from "./element.js";

// Lines of text from the report, a paragraph each.
export function paragraphs(value, name = "") {
  return lines(value).map((line) => element("p", { class: name, dir: "auto" }, line));
}

export function note(words) {
  return element("p", { class: "note" }, words);
}

// What `show` cannot show is said in its place, so that the rest of the page stands.
function shown(part, report) {
  try {
    return part.show(report);
  } catch (error) {
    console.warn(`${part.id}: ${error.message}`);
    return note(`The report's data on this cannot be read: ${error.message}.`);
  }
}

// A part is {id, title, show(report) -> content, isPart(report)?}.
export function section(part, report) {
  const heading = `${part.id}-heading`;
  return element("section", { id: part.id, "aria-labelledby": heading },
    element("h2", { id: heading, tabindex: -1 }, part.title),
    shown(part, report), commands(record(report.more)[part.id]));
}
