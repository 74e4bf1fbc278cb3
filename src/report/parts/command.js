// SPDX-License-Identifier: MIT
// Lines for the shell, to be copied.
import { list, records, text } from "../payload.js";
import { copyButton } from "./copy.js";
import { element, foreign } from "./element.js";

export function command(line) {
  const shown = foreign(line, { dir: "ltr" });
  return element("span", { class: "command" }, element("code", {}, shown), copyButton(line, "the command", shown));
}

// The lines that show more of a section: [{words, command}]; or of a finding: [command].
export function commands(lines) {
  const items = list(lines).map((line) => (typeof line === "string" ? { command: line } : line));
  const shown = records(items).filter((line) => text(line.command) !== "");
  return shown.length === 0 ? null : element("ul", { class: "commands", "aria-label": "Commands that show more" },
    shown.map((line) => element("li", {}, text(line.words) && element("span", { class: "words" }, text(line.words)),
      command(text(line.command)))));
}

// The line that explains one object; null if the payload names no dump to ask.
export function aboutObject(report, address) {
  const start = text(report.object_command);
  return start && /^\d+$/.test(address) ? command(`${start} ${address}`) : null;
}
