// SPDX-License-Identifier: MIT
// What threads and tasks were doing, and what the variables of their frames keep alive.
import { number, record, records, text } from "../payload.js";
import { count, size } from "../format.js";
import { element, foreign } from "../parts/element.js";
import { folded } from "../parts/folded.js";
import { address, className } from "../parts/reference.js";
import { note } from "../parts/section.js";

const OPEN = 3; // stacks that are open at first

function place(frame) {
  const line = number(frame.line);
  return [
    foreign(text(frame.function) || "?", { class: "function" }), " ",
    text(frame.file) && foreign(`${text(frame.file)}${line === null ? "" : `:${line}`}`, { class: "file" }),
  ];
}

function local(variable) {
  return element("li", {},
    foreign(text(variable.name) || "?", { class: "variable" }), " = ", text(variable.text) ? foreign(text(variable.text), { class: "value" })
      : className(text(variable.class) || "?"), " ",
    number(variable.retained) !== null && size(variable.retained), " ",
    text(variable.address) && address(text(variable.address)));
}

function frames(stack) {
  const rows = records(stack.frames);
  return rows.length === 0 ? note("No frame of it is in the dump.") : element("ol", { class: "frames" }, rows.map((frame) => {
    const locals = records(frame.locals);
    return element("li", {}, place(frame), locals.length > 0 && element("ul", { class: "locals" }, locals.map(local)));
  }), number(stack.outer) > 0 && element("li", { class: "rest" }, `and ${count(stack.outer)} more frames`));
}

function stack(value, i) {
  const title = [
    foreign(text(value.title) || "without a name", { class: "title" }),
    number(value.holds) !== null && [" ", size(value.holds)],
  ];
  return folded(title, () => frames(value), { open: i < OPEN, name: "stack-of" });
}

function group(title, rows, more) {
  return rows.length === 0 ? null : [
    element("h3", {}, title), rows.map(stack), more > 0 && element("p", { class: "rest" }, `and ${count(more)} more`),
  ];
}

export const stacks = {
  id: "stacks",
  title: "Threads and tasks",
  show(report) {
    const known = record(report.threads);
    const more = record(known.more);
    const shown = [
      group("Threads", records(known.threads), number(more.threads)),
      group("Tasks", records(known.tasks), number(more.tasks)),
    ].flat(Infinity).filter(Boolean);
    return shown.length > 0 ? shown : note(text(report.threads_none) || "The dump does not tell of threads.");
  },
};
