// SPDX-License-Identifier: MIT
// What is wrong with the dump itself, and may make the figures wrong.
import { records, texts } from "../payload.js";
import { element } from "../parts/element.js";

// Only dumps with a record of their end tell that they are complete.
const nothing = (report) => records(report.sources).every((source) => source.complete === true)
  ? "None: the dump is complete, and all of its lines could be used."
  : "None: all of its lines could be used. The dump does not tell whether it is complete.";

export const problems = {
  id: "problems",
  title: "Problems of the dump",
  show(report) {
    const lines = texts(report.problems);
    return lines.length === 0 ? element("p", {}, nothing(report))
      : element("ul", { class: "problems" }, lines.map((line) => element("li", { dir: "auto" }, line)));
  },
};
