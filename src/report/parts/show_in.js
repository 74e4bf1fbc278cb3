// SPDX-License-Identifier: MIT
// A button that shows a class in one of the pictures.
import { element } from "./element.js";

export function showIn(section, name) {
  return element("button", { type: "button", class: "quiet show-in", click: () => {
    const field = document.querySelector(`#${section} input[type="search"]`);
    if (field) {
      field.value = name;
      field.dispatchEvent(new Event("input"));
      field.closest("section").scrollIntoView();
      field.focus({ preventScroll: true });
    }
  } }, "Show in the icicle");
}
