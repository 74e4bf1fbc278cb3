// SPDX-License-Identifier: MIT
// The layout of bytes by module and class: the area of a box is its share of the heap.
import { hierarchy, treemap as tiles } from "d3-hierarchy";
import { number, record, records, text } from "../payload.js";

const HEAD = 22; // pixels over the classes of a module, for its name
const ROOM = 3 * HEAD; // pixels of a module in both directions: smaller ones show no name
const hasRoom = (node) => node.x1 - node.x0 >= ROOM && node.y1 - node.y0 >= ROOM;

export function treemap(shares, more) {
  const modules = new Map();
  const add = (module, leaf) => {
    if (!modules.has(module)) {
      modules.set(module, { name: module, module, children: [] });
    }
    modules.get(module).children.push(leaf);
  };
  for (const row of records(shares)) {
    const isPython = row.origin === "interpreter" || !text(row.module);
    add(isPython ? "Python's own types" : text(row.module), {
      name: text(row.class) || "?", module: isPython ? "" : text(row.module), count: number(row.count),
      bytes: number(row.bytes) ?? 0, children: [],
    });
  }
  if (number(record(more).bytes) > 0) {
    add("all others", { name: "all others", module: "", count: number(more.count), bytes: more.bytes, isRest: true, children: [] });
  }
  if (modules.size === 0) {
    return null;
  }
  for (const module of modules.values()) {
    module.module = module.children[0].module;
    module.isRest = module.children[0].isRest;
    module.count = module.children.reduce((sum, leaf) => sum + (leaf.count ?? 0), 0);
  }
  const root = hierarchy({ name: "heap", children: [...modules.values()] })
    .sum((node) => node.bytes ?? 0).sort((a, b) => b.value - a.value);

  return {
    root,
    // The boxes of `focus` and what is in it: x and width in percent of the width, y and height in pixels.
    boxes(focus, width, height) {
      const copy = focus.copy();
      tiles().size([width, height]).paddingInner(2).round(false)
        .paddingTop((node) => (node.depth > 0 && node.children && hasRoom(node) ? HEAD : 0))(copy);
      const originals = focus.descendants();
      const found = new Map();
      copy.descendants().forEach((node, i) => {
        if (node.depth === 0 && focus === root) {
          return;
        }
        found.set(originals[i], {
          x: 100 * node.x0 / width, width: 100 * (node.x1 - node.x0) / width, y: node.y0, height: node.y1 - node.y0,
          isSeen: true, isSmall: Boolean(node.children) && !hasRoom(node),
        });
      });
      return found;
    },
    height: null,
  };
}
