// SPDX-License-Identifier: MIT
// The objects by class.
import { number, record, records } from "../payload.js";
import { bytes, count, share } from "../format.js";
import { note } from "../parts/section.js";
import { table } from "../parts/table.js";

export const types = {
  id: "types",
  title: "Types",
  show(report) {
    const whole = number(record(report.heap).bytes);
    const rows = records(report.types).map((row) => ({ ...row, share: share(number(row.size), whole) }));
    const more = record(report.types_more);
    return rows.length === 0 ? note("The heap has no objects.") : table({
      caption: "Types", rows, searchable: true,
      columns: [
        { key: "class", kind: "class", title: "class" }, { key: "count", kind: "count", title: "count" },
        { key: "size", kind: "bytes", title: "size" }, { key: "share", kind: "bar", title: "of the heap" },
        { key: "retained", kind: "bytes", title: "retained" }, { key: "address", kind: "address", title: "address of the largest" },
      ],
      more: more.count > 0 ? `and ${count(more.count)} more types: ${count(more.objects)} objects, ${bytes(more.bytes)}` : "",
    });
  },
};
