// SPDX-License-Identifier: MIT
// A bar for a share of a whole. It is a picture only: the figure is beside it.
import { element } from "./element.js";

export function bar(share, name = "") {
  const full = element("span", { class: `full ${name}` });
  full.style.width = `${Math.max(0, Math.min(1, share ?? 0)) * 100}%`;
  return element("span", { class: "bar", "aria-hidden": "true" }, full);
}
