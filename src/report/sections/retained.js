// SPDX-License-Identifier: MIT
// Retained bytes as an icicle: what lies under a box goes when the box goes.
import { number, record, records, text } from "../payload.js";
import { bytes, count, percent, quantity, share } from "../format.js";
import { Colours } from "../charts/colours.js";
import { icicle } from "../charts/icicle.js";
import { qualified } from "../charts/names.js";
import { picture } from "../charts/picture.js";
import { note } from "../parts/section.js";
import { rankOf } from "./findings.js";

// The numbers of the findings, on the largest box of their class.
function marksOf(report, root) {
  const marks = new Map();
  records(report.findings).forEach((finding, i) => {
    const boxes = root.descendants().filter((node) => node.depth > 0 && !node.data.isRest && node.data.name === text(finding.class));
    const largest = boxes.sort((a, b) => b.data.retained - a.data.retained)[0];
    if (largest && !marks.has(largest)) {
      marks.set(largest, `${rankOf(finding, i)}`);
    }
  });
  return marks;
}

// What nothing reaches retains nothing, and is not in the picture.
function unreached(report, root) {
  const bytesLeft = (number(record(report.heap).bytes) ?? 0) - root.data.retained;
  return bytesLeft > 0 ? ` Garbage is left out: ${bytes(bytesLeft)}.` : "";
}

export const retained = {
  id: "retained",
  title: "What retains the memory",
  show(report) {
    const layout = icicle(record(report.icicle));
    if (!layout) {
      return note("The report has no tree of retained bytes.");
    }
    const { root } = layout;
    const colours = new Colours(report.shares);
    const marks = marksOf(report, root);
    const describe = (node) => {
      const { data } = node;
      const name = node === root ? "the heap" : data.isRest ? `${count(data.count)} smaller` : quantity(data.count, data.name);
      const figures = `${bytes(data.retained)}, ${percent(share(data.retained, root.data.retained))} of the heap`;
      const inBox = node === root || data.isRest ? { module: "", label: name } : qualified(data.name);
      return {
        name, ...inBox, many: !data.isRest && data.count > 1 && node !== root && `${count(data.count)} ×`, mark: marks.get(node),
        colour: node === root ? "hue-heap" : colours.ofName(data.name), figure: bytes(data.retained),
        words: `${name}: retained ${figures}`, spoken: `retained, ${percent(share(data.retained, root.data.retained))} of the heap`
          + `${marks.has(node) ? `, finding ${marks.get(node)}` : ""}`,
        lines: [`retained ${figures}`, `by themselves ${bytes(data.size)}`, data.way].filter(Boolean),
      };
    };
    const rows = root.descendants().slice(1).map((node) => ({
      name: node.data.isRest ? "smaller ones" : node.data.name, depth: node.depth, count: node.data.count,
      size: node.data.size, retained: node.data.retained, way: node.data.way, address: node.data.address,
    }));
    return picture({
      report, layout, describe, name: "icicle", label: "Retained bytes, as an icicle",
      intro: "Each box retains what lies under it: if it went, so would they. Its width is what it retains. "
        + `Objects of one class with the same owner share a box.${unreached(report, root)}`,
      colours: records(report.shares).length > 0 ? colours : null,
      searched: (node) => `${node.data.name} ${node.data.way}`,
      weight: (node) => node.data.retained, weighed: "retained",
      rows, columns: [
        { key: "name", kind: "class", title: "class" }, { key: "depth", kind: "count", title: "depth" },
        { key: "count", kind: "count", title: "count" }, { key: "size", kind: "bytes", title: "by themselves" },
        { key: "retained", kind: "bytes", title: "retained" }, { key: "way", kind: "way", title: "way of the largest" },
        { key: "address", kind: "address", title: "its address" },
      ],
      identity: (node) => ({ way: text(node.data.way), address: text(node.data.address) }),
    });
  },
};
