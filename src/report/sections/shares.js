// SPDX-License-Identifier: MIT
// All reachable bytes by module and class, as a treemap.
import { record, records } from "../payload.js";
import { bytes, count, percent, quantity, share } from "../format.js";
import { Colours } from "../charts/colours.js";
import { qualified } from "../charts/names.js";
import { picture } from "../charts/picture.js";
import { treemap } from "../charts/treemap.js";
import { note } from "../parts/section.js";

export const shares = {
  id: "shares",
  title: "Memory by module and class",
  show(report) {
    const layout = treemap(report.shares, report.shares_more);
    if (!layout) {
      return note("The report has no bytes by class.");
    }
    const { root } = layout;
    const colours = new Colours(report.shares);
    const describe = (node) => {
      const name = node === root ? "the heap" : node.data.name;
      const figures = `${bytes(node.value)}, ${percent(share(node.value, root.value))} of the heap`;
      return {
        name, module: "", label: node.children ? name : qualified(name).label, colour: colours.ofModule(node.data.module ?? ""), figure: bytes(node.value),
        spoken: `, ${percent(share(node.value, root.value))} of the heap`,
        words: `${node.children ? name : quantity(node.data.count, name)}: ${figures}`,
        lines: [figures, node.children ? null : `${count(node.data.count)} objects`].filter(Boolean),
      };
    };
    const more = record(report.shares_more);
    return picture({
      report, layout, describe, name: "treemap", label: "Bytes by module and class, as a treemap",
      intro: "Every reachable byte counts once: for its object's class or, if that is one of Python's own types, for the class "
        + "that retains it.",
      colours,
      searched: (node) => `${node.data.module} ${node.data.name}`,
      weight: (node) => node.value, weighed: "in all",
      rows: records(report.shares).map((row) => ({ ...row, share: share(row.bytes, root.value) })),
      columns: [
        { key: "class", kind: "class", title: "class" }, { key: "module", kind: "class", title: "module" },
        { key: "count", kind: "count", title: "count" }, { key: "bytes", kind: "bytes", title: "bytes" },
        { key: "share", kind: "bar", title: "share" },
      ],
      more: more.count > 0 ? `and ${count(more.count)} more, ${bytes(more.bytes)}` : "",
    });
  },
};
