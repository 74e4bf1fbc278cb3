// SPDX-License-Identifier: MIT
// Reports that the built program makes, and its other answers to compare them with.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const SHOP = "tests/data/shop.dump.zst";

const folder = mkdtempSync(path.join(tmpdir(), "dryad-report-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

export function file(name, text) {
  const full = path.join(folder, name);
  if (text !== undefined) writeFileSync(full, text);
  return full;
}

// Runs the program, and returns what it prints.
export function dryad(...words) {
  const { status, stdout, stderr, error } =
    spawnSync(process.env.DRYAD, words, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(`dryad ${words.join(" ")}: ${error ?? stderr}`);
  return stdout;
}

// The data of an answer in JSON.
export function answer(...words) {
  return JSON.parse(dryad(...words, "--json")).data;
}

// The rows that SQL finds in a dump.
export function rows(dump, query) {
  return answer("sql", dump, query).rows;
}

let made = 0;

// Makes the report of some dumps; returns its file.
export function report(...dumps) {
  made += 1;
  const output = file(`report-${made}.html`);
  dryad("report", ...dumps, "-o", output);
  return output;
}
