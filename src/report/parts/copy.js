// SPDX-License-Identifier: MIT
// A button that copies a text. Where the browser does not allow that, as some do for files, it selects the text.
import { announce } from "./announce.js";
import { element, svg } from "./element.js";

const SHEETS = "M5 1h9v10h-2V3H5zM2 4h8v11H2z";
const TICK = "M2 8l2-2 3 3 6-6 2 2-8 8z";
const DONE = 1600; // ms that the tick is seen

function icon(path) {
  return svg("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d: path }));
}

function select(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
}

// `shown` is the element that shows the text; `what` names it, as in "Copy the way".
export function copyButton(text, what, shown) {
  const button = element("button", { type: "button", class: "copy", "aria-label": `Copy ${what}`, title: `Copy ${what}` },
    icon(SHEETS));
  button.addEventListener("click", async (event) => {
    event.stopPropagation();
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(text);
      announce(`Copied ${what}`);
      button.replaceChildren(icon(TICK));
      setTimeout(() => button.replaceChildren(icon(SHEETS)), DONE);
    } catch {
      select(shown);
      announce(`Selected ${what}: copy it with the keyboard`);
    }
  });
  return button;
}
