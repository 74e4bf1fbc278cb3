// SPDX-License-Identifier: MIT
// Builds the page of `dryad report`: node build.mjs OUTPUT
//
// Joins index.html, the styles and the script into one file. Run it in the folder where `npm ci` installed the packages
// of package-lock.json. The page allows no script and no style but its own, which it knows by their hashes.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const MARKER = "<!--DRYAD-REPORT-->"; // the line where the data goes
const MARKUP = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|\beval\(|new Function/;
const source = path.dirname(fileURLToPath(import.meta.url));
const packages = path.resolve("node_modules");
const { build } = createRequire(path.resolve("package.json"))("esbuild");

// D3's selection.html() parses markup. Nothing here calls it; without it, nothing can.
const withoutMarkup = {
  name: "without-markup",
  setup: (bundle) => bundle.onLoad({ filter: /d3-selection\.mjs$/ }, ({ path: file }) =>
    ({ contents: readFileSync(file, "utf8").replace("  html: selection_html,\n", "") })),
};

async function bundle() {
  const { outputFiles, metafile } = await build({
    entryPoints: [path.join(source, "main.js")], outdir: packages, bundle: true, minify: true, write: false,
    metafile: true, charset: "utf8", format: "iife", target: ["chrome123", "firefox120", "safari17.5"],
    nodePaths: [packages], plugins: [withoutMarkup], logLevel: "warning",
  });
  const output = (extension) => outputFiles.find((file) => file.path.endsWith(extension)).text.trim();
  return { script: licences(Object.keys(metafile.inputs)) + output(".js"), style: output(".css") };
}

// The licences of the packages that became part of the script, those with the same words once.
function licences(inputs) {
  const names = new Set(inputs.map((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1]).filter(Boolean));
  const texts = new Map();
  for (const name of [...names].sort()) {
    const text = readFileSync(path.join(packages, name, "LICENSE"), "utf8").trim();
    texts.set(text, [...(texts.get(text) ?? []), name]);
  }
  return [...texts].map(([text, users]) => `/*! ${users.join(", ")}\n\n${text}\n*/\n`).join("");
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

function fill(template, place, text) {
  const parts = template.split(place);
  if (parts.length !== 2) {
    throw new Error(`index.html has ${parts.length - 1} times ${place} instead of once`);
  }
  return parts.join(text);
}

const output = process.argv[2];
if (process.argv.length !== 3) {
  console.error("usage: node build.mjs OUTPUT");
  process.exit(2);
}
const { script, style } = await bundle();
const markup = MARKUP.exec(script);
if (markup) {
  throw new Error(`the script contains ${markup[0]}, which parses text as markup or code`);
}
let page = readFileSync(path.join(source, "index.html"), "utf8");
page = fill(page, "{{script-hash}}", hashOf(script));
page = fill(page, "{{style-hash}}", hashOf(style));
page = fill(page, "{{style}}", style);
page = fill(page, "{{script}}", script);
if (page.split("\n").filter((line) => line === MARKER).length !== 1) {
  throw new Error(`the page must have one line ${MARKER}`);
}
mkdirSync(path.dirname(path.resolve(output)), { recursive: true });
writeFileSync(output, page);
