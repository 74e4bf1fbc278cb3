// SPDX-License-Identifier: MIT
// The colours of classes: one for each of the modules that matter most, one for Python's own types, one for all others.
import { number, records, text } from "../payload.js";
import { moduleNamed, qualified } from "./names.js";

const HUES = 8;
const ORIGINS = ["program", "package", "library"]; // whose modules have the first claim to a colour
const LEAST = 0.005; // of the whole: modules under it come last

// One of three shades, so that boxes beside each other can be told apart.
export function shade(name) {
  return `shade-${[...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 3}`;
}

export class Colours {
  constructor(shares) {
    this.modules = new Map(); // of classes
    this.hues = new Map(); // of modules
    const found = new Map(); // of modules: {origin, bytes}
    let whole = 0;
    for (const row of records(shares)) {
      const module = row.origin === "interpreter" ? "" : text(row.module);
      const known = found.get(module) ?? { origin: text(row.origin), bytes: 0 };
      known.bytes += number(row.bytes) ?? 0;
      whole += number(row.bytes) ?? 0;
      found.set(module, known);
      this.modules.set(text(row.class), module);
    }
    found.delete("");
    const rank = ({ origin, bytes }) => (bytes < LEAST * whole ? ORIGINS.length : ORIGINS.indexOf(origin));
    const ranked = [...found].sort(([, a], [, b]) => rank(a) - rank(b) || b.bytes - a.bytes);
    ranked.slice(0, HUES).forEach(([module], i) => this.hues.set(module, `hue-${i + 1}`));
  }

  ofModule(module) {
    return module ? this.hues.get(module) ?? "hue-other" : "hue-python";
  }

  // A box of a module has the colour of its classes.
  ofName(name) {
    const module = moduleNamed(name);
    return module ? this.hues.get(module) ?? "hue-python"
      : this.ofModule(this.modules.get(name) ?? qualified(name).module.replace(/\.$/, ""));
  }

  // [{name, colour}] of what has a colour of its own, the largest first.
  legend() {
    const rows = [...this.hues].map(([name, colour]) => ({ name, colour }));
    return [...rows, { name: "Python's own types", colour: "hue-python" }, { name: "other modules", colour: "hue-other" }];
  }
}
