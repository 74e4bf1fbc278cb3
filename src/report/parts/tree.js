// SPDX-License-Identifier: MIT
// A merged tree of ways: what holds objects, step by step, with the bytes that come through each.
import { number, records, text } from "../payload.js";
import { count, share, size } from "../format.js";
import { bar } from "./bar.js";
import { element, foreign } from "./element.js";
import { folded } from "./folded.js";
import { address, className } from "./reference.js";

const OPEN = 2; // levels that are open at first; so is what has one child only

function step(node, whole) {
  return element("span", { class: "step" },
    bar(share(number(node.bytes), whole)),
    element("span", { class: "figures" }, count(number(node.count))),
    element("span", { class: "figures" }, number(node.bytes) !== null && size(node.bytes)),
    text(node.label) && foreign(text(node.label), { class: "label" }),
    text(node.class) && className(text(node.class)));
}

function identity(node) {
  return text(node.address) && address(text(node.address));
}

function branch(node, whole, depth, isOnly) {
  const children = records(node.children);
  if (children.length === 0) {
    return element("li", {}, element("div", { class: "leaf" }, step(node, whole), identity(node)));
  }
  const list = () => [
    element("p", { class: "identity" }, identity(node)),
    element("ul", {}, children.map((child) => branch(child, whole, depth + 1, children.length === 1))),
  ];
  return element("li", {}, folded(step(node, whole), list, { open: isOnly || depth < OPEN }));
}

export function tree(root, label) {
  return element("ul", { class: "tree", "aria-label": label }, branch(root, number(root.bytes), 0, false));
}
