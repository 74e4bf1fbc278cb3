// SPDX-License-Identifier: MIT
// What a box stands for, beside it. Screen readers have the same words from the box itself.
import { element, foreign } from "../parts/element.js";

const GAP = 6; // pixels

export class Tooltip {
  constructor(host) {
    this.host = host;
    this.element = element("div", { class: "tooltip", role: "tooltip", "aria-hidden": "true", hidden: true });
  }

  show(target, { name, lines }) {
    this.element.replaceChildren(foreign(name, { class: "name" }), ...lines.map((line) => element("span", {}, foreign(line))));
    this.element.hidden = false;
    const stage = this.host.getBoundingClientRect();
    const box = target.getBoundingClientRect();
    const own = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(box.left, stage.left), Math.max(stage.left, stage.right - own.width)) - stage.left;
    const isAbove = box.top - GAP - own.height >= 0; // rather than over what the box retains
    this.element.style.left = `${left}px`;
    this.element.style.top = `${(isAbove ? box.top - GAP - own.height : box.bottom + GAP) - stage.top}px`;
  }

  hide() {
    this.element.hidden = true;
  }
}
