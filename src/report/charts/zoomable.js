// SPDX-License-Identifier: MIT
// A picture of a tree in boxes, to be zoomed into: with a mouse, by touch and by keyboard.
//
// A layout says where the boxes are when one of them fills the picture: {root, boxes(focus, width, height) -> Map of
// node to {x, width, y, height, isSeen, isSmall}, height(nodes) or null}. The styles move them.
import { select } from "d3-selection";
import { announce } from "../parts/announce.js";
import { element, foreign, uniqueId } from "../parts/element.js";
import { shade } from "./colours.js";
import { Tooltip } from "./tooltip.js";

const LEAST = 2; // pixels: narrower boxes are left out
// The least pixels of width for what a box says: all with the module, how many, how much, and its name.
const ROOM = [["module", 300], ["all", 120], ["figure", 64], ["name", 34], ["none", 0]];
const LOW = [40, 18]; // pixels of height: only the name is left under the first, nothing under the second
const ARROWS = new Set(["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"]);

export class Zoomable {
  // `describe(node)` returns {name, words, lines, colour}, and for its box {many, module, label, figure, mark, spoken
  // = what screen readers add}; `onZoom(node)` hears of each new focus.
  constructor(layout, { label, name, describe, onZoom }) {
    Object.assign(this, { layout, describe, onZoom, focus: layout.root, active: layout.root, boxes: new Map() });
    this.trail = element("nav", { class: "trail", "aria-label": `Path in: ${label}` });
    const help = uniqueId("keys");
    this.host = element("div", { class: `boxes ${name}`, role: "tree", "aria-label": label, "aria-describedby": help });
    this.tooltip = new Tooltip(this.host);
    this.element = element("div", { class: "zoomable" },
      element("div", { class: "stage" }, this.host, this.tooltip.element),
      element("p", { id: help, class: "keys" }, "Click or Enter goes in, Escape or Backspace out; the arrow keys move."));
    this.host.addEventListener("keydown", (event) => this.key(event));
    this.host.addEventListener("click", (event) => this.click(event));
    this.host.addEventListener("pointerover", (event) => this.point(event.target));
    this.host.addEventListener("pointerleave", () => this.tooltip.hide());
    this.host.addEventListener("focusin", (event) => this.point(event.target));
    this.host.addEventListener("focusout", () => this.tooltip.hide());
    new ResizeObserver(() => this.width !== this.host.clientWidth && this.draw()).observe(this.host);
  }

  nodeOf(target) {
    return select(target.closest(".box") ?? this.host).datum();
  }

  point(target) {
    const node = this.nodeOf(target);
    if (node) {
      this.tooltip.show(target.closest(".box"), this.describe(node));
    } else {
      this.tooltip.hide();
    }
  }

  click(event) {
    const node = this.nodeOf(event.target);
    if (node) {
      this.zoom(node === this.focus && node.parent ? node.parent : node);
    }
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    if (event.key === "Enter" || event.key === " ") {
      this.zoom(this.active);
    } else if (event.key === "Escape" || event.key === "Backspace") {
      this.leave();
    } else if (event.key === "Home") {
      this.zoom(this.layout.root);
    } else if (ARROWS.has(event.key)) {
      this.move(this.neighbour(event.key));
    } else {
      return;
    }
    event.preventDefault();
  }

  leave() {
    if (this.focus.parent) {
      this.zoom(this.focus.parent);
    } else {
      this.tooltip.hide();
    }
  }

  // Up and down the tree, and along the boxes of one level.
  neighbour(key) {
    const node = this.active;
    if (key === "ArrowUp") {
      return node.parent;
    } else if (key === "ArrowDown") {
      return node.children?.find((child) => this.isDrawn(child));
    }
    const level = this.layout.root.descendants().filter((other) => other.depth === node.depth && this.isDrawn(other));
    return level[level.indexOf(node) + (key === "ArrowLeft" ? -1 : 1)];
  }

  move(node) {
    if (node && this.isDrawn(node)) {
      this.activate(node);
      this.cellOf(node).focus();
    }
  }

  // One box takes part in the order of the Tab key.
  activate(node) {
    this.cells.filter((other) => other === this.active).attr("tabindex", -1);
    this.active = node;
    this.cells.filter((other) => other === node).attr("tabindex", 0);
  }

  cellOf(node) {
    return this.cells.filter((other) => other === node).node();
  }

  isDrawn(node) {
    const box = this.boxes.get(node);
    return Boolean(box?.isSeen) && box.width * this.width / 100 >= LEAST && box.height >= LEAST;
  }

  zoom(node) {
    const hadFocus = this.host.contains(document.activeElement);
    this.focus = node;
    this.draw();
    const next = this.isDrawn(node) ? node : this.layout.root.descendants().find((other) => this.isDrawn(other));
    if (next) {
      this.activate(next);
      if (hadFocus) {
        this.cellOf(next).focus({ preventScroll: true });
      }
    }
    announce(this.describe(node).words);
    this.onZoom(node);
  }

  draw() {
    this.width = this.host.clientWidth;
    if (this.width === 0) {
      return;
    }
    const before = this.boxes;
    this.boxes = this.layout.boxes(this.focus, this.width, this.host.clientHeight);
    const drawn = this.layout.root.descendants().filter((node) => this.isDrawn(node));
    const drawnSet = new Set(drawn);
    if (this.layout.height) {
      this.host.style.height = this.layout.height(drawn);
    }
    // Boxes that leave stay where they were, unseen; those that return begin there.
    const cells = select(this.host).selectAll(".box").data([...new Set([...this.kept(), ...drawn])], (node) => this.keyOf(node));
    const added = cells.enter().append((node) => this.cell(node));
    this.place(added, (node) => before.get(node) ?? this.boxes.get(node));
    this.host.getBoundingClientRect(); // lets the styles move them from there
    this.cells = added.merge(cells);
    this.place(this.cells, (node) => this.boxes.get(node));
    this.cells.classed("away", (node) => !drawnSet.has(node)).classed("focus", (node) => node === this.focus);
    if (!this.isDrawn(this.active)) {
      this.activate(drawn[0] ?? this.layout.root);
    }
    this.drawTrail();
  }

  kept() {
    return this.cells ? this.cells.data() : [];
  }

  keyOf(node) {
    this.keys ??= new Map(this.layout.root.descendants().map((one, i) => [one, i]));
    return this.keys.get(node);
  }

  cell(node) {
    const { label, module, many, mark, colour, figure } = this.describe(node);
    return element("div", {
      class: `box ${colour} ${shade(label)}${node.data.isRest ? " rest" : ""}${node.children ? " parent" : ""}`, role: "treeitem",
      "aria-level": node.depth + 1, tabindex: node === this.active ? 0 : -1,
      "data-mark": mark,
    }, many && [element("span", { class: "many" }, many), " "],
    element("bdi", { class: "name" }, module && element("span", { class: "module" }, module), label), figure && [" ", element("span", { class: "figure" }, figure)]);
  }

  place(cells, boxOf) {
    const { width, describe } = this;
    cells.each(function move(node) {
      const box = boxOf(node);
      if (box) {
        Object.assign(this.style, {
          left: `${box.x}%`, width: `${Math.max(0, box.width)}%`, top: `${box.y}px`, height: `${box.height}px`,
        });
        const pixels = box.width * width / 100;
        this.dataset.room = box.isSmall || box.height < LOW[1] ? "none" : ROOM.find(([, least]) => pixels >= least)[0];
        const { many, module, label, figure, spoken } = describe(node);
        const name = this.dataset.room === "module" ? module + label : label;
        this.setAttribute("aria-label", [many, name, figure, spoken].filter(Boolean).join(" ")); // begins with what is seen
        this.classList.toggle("low", box.height < LOW[0]);
      }
    });
  }

  drawTrail() {
    const path = this.focus.ancestors().reverse();
    this.trail.replaceChildren(element("ol", {}, path.map((node, i) => element("li", {},
      i === path.length - 1 ? element("span", { "aria-current": "location" }, foreign(this.describe(node).name))
        : element("button", { type: "button", click: () => this.zoom(node) }, foreign(this.describe(node).name))))));
  }

  // Marks the boxes that `matches`; returns those that are not inside another one.
  search(matches) {
    const found = matches ? new Set(this.layout.root.descendants().filter((node) => node.depth > 0 && matches(node))) : null;
    this.host.classList.toggle("searching", found !== null);
    this.cells?.classed("match", (node) => Boolean(found?.has(node)));
    return found ? [...found].filter((node) => !node.ancestors().slice(1).some((above) => found.has(above))) : [];
  }
}
