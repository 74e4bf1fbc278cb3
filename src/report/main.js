// SPDX-License-Identifier: MIT
// Shows the report that is in the page.
import { showContents } from "./contents.js";
import { bytes, count } from "./format.js";
import { element } from "./parts/element.js";
import { section } from "./parts/section.js";
import { number, read, record, records, text } from "./payload.js";
import { unfoldToPrint } from "./print.js";
import { findings } from "./sections/findings.js";
import { garbage } from "./sections/garbage.js";
import { growth } from "./sections/growth.js";
import { problems } from "./sections/problems.js";
import { process } from "./sections/process.js";
import { retained } from "./sections/retained.js";
import { shares } from "./sections/shares.js";
import { stacks } from "./sections/stacks.js";
import { types } from "./sections/types.js";
import { waste } from "./sections/waste.js";
import { offerThemes } from "./theme.js";
import "./styles/theme.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/sections.css";
import "./styles/charts.css";
import "./styles/print.css";

const PARTS = [process, findings, retained, shares, types, stacks, garbage, waste, growth, problems];

function time(value) {
  return value.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, "$1 $2");
}

function showHeading(report) {
  const sources = records(report.sources);
  const names = sources.map((source) => text(source.name) || text(source.file)).filter(Boolean);
  const title = text(report.title) || names.join(", ") || "Heap report";
  const heap = record(report.heap);
  document.title = `${title} – Dryad`;
  document.getElementById("title").textContent = title;
  document.getElementById("subtitle").textContent = [
    `${bytes(number(heap.bytes))} in ${count(number(heap.objects))} objects`,
    names.length > 1 && `${names.length} dumps`, time(text(report.made)),
  ].filter(Boolean).join(" · ");
  document.getElementById("footer").append(element("p", {}, `Made by Dryad ${text(report.version)}. This page loads nothing and sends nothing.`));
}

function show() {
  const main = document.getElementById("content");
  offerThemes();
  let report;
  try {
    report = read();
  } catch (error) {
    main.append(element("p", { class: "notice", role: "alert" }, error.message));
    return;
  }
  showHeading(report);
  const sections = PARTS.filter((part) => part.isPart?.(report) ?? true).map((part) => section(part, report));
  main.append(...sections);
  showContents(sections);
  unfoldToPrint();
}

show();
