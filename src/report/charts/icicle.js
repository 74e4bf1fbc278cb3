// SPDX-License-Identifier: MIT
// The layout of the tree of retained bytes: a box is as wide as what it retains, and lies under what retains it.
import { hierarchy, partition } from "d3-hierarchy";
import { list, number, text } from "../payload.js";

const ROW = 28; // pixels
const ROWS = 14; // below the box that is zoomed to
const BEYOND = 200; // percent: boxes out of sight are no further away

// The nodes of the payload as a tree. Those whose parent is not before them belong to the heap.
function rooted(icicle) {
  const names = list(icicle.names);
  const ways = list(icicle.ways);
  const nodes = list(icicle.nodes).map((fields, i) => {
    const [parent, name, count, size, retained, isRest, address, wayIndex] = list(fields);
    return {
      index: i, parent: Number.isInteger(parent) && parent >= 0 && parent < i ? parent : 0,
      name: text(names[name]) || (i === 0 ? "heap" : "?"), count: number(count), size: number(size),
      retained: number(retained) ?? 0, isRest: isRest === true || isRest === 1, address: text(address),
      way: text(ways[wayIndex]), children: [],
    };
  });
  nodes.slice(1).forEach((node) => nodes[node.parent].children.push(node));
  return nodes[0];
}

export function icicle(payload) {
  const first = rooted(payload);
  if (!first) {
    return null;
  }
  const own = (node) => Math.max(0, node.retained - node.children.reduce((sum, child) => sum + child.retained, 0));
  const root = partition()(hierarchy(first).sum(own).sort((a, b) => a.data.isRest - b.data.isRest || b.value - a.value));

  return {
    root,
    // The boxes when `focus` fills the width: x and width in percent, y and height in pixels.
    boxes(focus) {
      const scale = 100 / Math.max(focus.x1 - focus.x0, Number.MIN_VALUE);
      const place = (x) => Math.max(-BEYOND, Math.min(100 + BEYOND, (x - focus.x0) * scale));
      const above = new Set(focus.ancestors()); // they fill the width too
      return new Map(root.descendants().map((node) => {
        const [x, end] = above.has(node) ? [0, 100] : [place(node.x0), place(node.x1)];
        const isSeen = end > 0 && x < 100 && node.depth <= focus.depth + ROWS;
        return [node, { x, width: end - x, y: node.depth * ROW, height: ROW, isSeen }];
      }));
    },
    height: (nodes) => `${(Math.max(...nodes.map((node) => node.depth)) + 1) * ROW}px`,
  };
}
