// SPDX-License-Identifier: MIT
// A button that shows a class in the icicle.
import { element } from "./element.js";

export function showInIcicle(name) {
  return element("button", { type: "button", class: "quiet show-in", click: () => {
    const field = document.querySelector('#retained input[type="search"]');
    if (field) {
      field.value = name;
      field.dispatchEvent(new Event("input"));
      field.closest("section").scrollIntoView();
      field.focus({ preventScroll: true });
    }
  } }, "Show in the icicle");
}
