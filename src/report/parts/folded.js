// SPDX-License-Identifier: MIT
// Content that is folded until asked for. It is made when it is first opened; printing opens everything.
import { append, element } from "./element.js";

export function folded(summary, make, { open = false, name = "" } = {}) {
  const body = element("div", { class: "folded" });
  const details = element("details", { class: name }, element("summary", {}, summary), body);
  let isMade = false;
  const fill = () => {
    if (!isMade) {
      isMade = true;
      append(body, make());
    }
  };
  details.addEventListener("toggle", () => details.open && fill());
  details.addEventListener("expand", fill);
  if (open) {
    fill();
    details.open = true;
  }
  return details;
}

// Opens all that is folded, and what is folded inside of it. Returns a function that folds it again.
export function unfoldAll() {
  const opened = [];
  for (let closed; (closed = document.querySelector("details:not([open])"));) {
    closed.dispatchEvent(new Event("expand"));
    closed.open = true;
    opened.push(closed);
  }
  return () => opened.forEach((details) => { details.open = false; });
}
