// SPDX-License-Identifier: MIT
// What stands for objects: their class, value, way and address, the last two to be copied.
import { text } from "../payload.js";
import { copyButton } from "./copy.js";
import { element, foreign } from "./element.js";

function copied(value, name, what) {
  const shown = foreign(value, { class: name });
  return element("span", { class: "copied" }, shown, copyButton(value, what, shown));
}

export function way(value) {
  return copied(value, "way", "the way");
}

export function address(value) {
  return copied(value, "address", "the address");
}

export function className(value) {
  return foreign(value, { class: "class" });
}

// Class, value and address of an object; with `withWay` its way too.
export function object(value, { withWay = false } = {}) {
  return element("span", { class: "object" },
    className(text(value.class) || text(value.type) || "object"),
    text(value.value) && [" ", foreign(text(value.value), { class: "value" })],
    withWay && text(value.way) && [" ", way(text(value.way))],
    text(value.address) && [" ", address(text(value.address))]);
}
