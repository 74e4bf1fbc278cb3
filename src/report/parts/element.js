// SPDX-License-Identifier: MIT
// Creates elements. Text becomes text nodes, so that nothing from a dump is parsed as markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      node.addEventListener(name, value);
    } else if (value === true) {
      node.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      node.setAttribute(name, value);
    }
  }
  return append(node, children);
}

// Appends nodes and texts, in lists or not. What is false or empty is left out: `condition && child` may be one.
export function append(node, ...children) {
  node.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return node;
}

// element("p", { class: "note", click: listener }, "text", child, [more, children])
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// Text of a dump: its direction does not change that of its surroundings.
export function foreign(text, attributes = {}) {
  return element("bdi", attributes, text);
}

let last = 0;

export function uniqueId(prefix) {
  last += 1;
  return `${prefix}-${last}`;
}
