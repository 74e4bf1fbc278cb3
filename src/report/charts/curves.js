// SPDX-License-Identifier: MIT
// Curves over the dumps: a line for each row, with its name at the end.
import { axisBottom, axisLeft } from "d3-axis";
import { scaleLinear } from "d3-scale";
import { select } from "d3-selection";
import { line } from "d3-shape";
import { element, svg } from "../parts/element.js";
import { bytes } from "../format.js";

const WIDTH = 720;
const HEIGHT = 300;
const MARGIN = { top: 12, right: 60, bottom: 28, left: 76 };
const TICKS = 8; // labels on the axis of the dumps, at most
const LONGEST = 18; // characters of such a label

// Places for the dumps: by time where all are known and in order, else one after the other.
function places(labels, times) {
  const parsed = labels.map((_, i) => Date.parse(times[i]));
  const areKnown = parsed.every((time, i) => Number.isFinite(time) && (i === 0 || time > parsed[i - 1]));
  return areKnown ? parsed : labels.map((_, i) => i);
}

function cut(label) {
  return label.length > LONGEST ? `${label.slice(0, LONGEST - 1)}…` : label;
}

// Powers of two, so that the axis reads 16MiB and not 15.3MiB.
function sizeTicks(most) {
  const step = 2 ** Math.ceil(Math.log2(Math.max(most, 1) / 5));
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

// rows: [{name, values: bytes by dump, colour}]
export function curves({ label, labels, times, rows }) {
  const at = places(labels, times);
  const most = Math.max(1, ...rows.flatMap((row) => row.values));
  const x = scaleLinear([at[0], at.at(-1)], [MARGIN.left, WIDTH - MARGIN.right]);
  const y = scaleLinear([0, most * 1.04], [HEIGHT - MARGIN.bottom, MARGIN.top]);
  const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "curves" });
  const root = select(picture);
  const every = Math.ceil(at.length / TICKS);
  const shown = at.filter((_, i) => i % every === 0 || i === at.length - 1);
  root.append("g").attr("class", "axis grid").attr("transform", `translate(${MARGIN.left},0)`)
    .call(axisLeft(y).tickValues(sizeTicks(most)).tickFormat(bytes).tickSize(-(WIDTH - MARGIN.left - MARGIN.right)));
  root.append("g").attr("class", "axis").attr("transform", `translate(0,${HEIGHT - MARGIN.bottom})`)
    .call(axisBottom(x).tickValues(shown).tickFormat((value) => cut(labels[at.indexOf(value)])));
  const path = line((_, i) => x(at[i]), (value) => y(value));
  const group = root.selectAll(".curve").data(rows).join("g").attr("class", (row) => `curve ${row.colour}`);
  group.append("path").attr("d", (row) => path(row.values));
  group.selectAll("circle").data((row) => row.values).join("circle").attr("r", 3).attr("cx", (_, i) => x(at[i])).attr("cy", y);
  return element("div", { class: "plot" }, picture);
}
