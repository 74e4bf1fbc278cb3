// SPDX-License-Identifier: MIT
// Chromium, and pages in it that must be silent: a page that writes to the console, fails or requests anything but its
// own file fails its test.
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

// The packages are in the build, not beside these files.
const packages = createRequire(path.join(process.env.DRYAD_BUILD, "tests/report/package.json"));
const { chromium } = packages("playwright-core");
export const AXE = packages.resolve("axe-core/axe.min.js");

const OPTIONS = [
  "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

let started = null;

function browser() {
  started ??= chromium.launch({ executablePath: process.env.CHROMIUM, args: OPTIONS });
  return started;
}

after(async () => (await started)?.close());

// Opens a file, and closes it after the test `t`. Options: width, height, theme ("light" or "dark"); `expected`, a regular
// expression of console messages that the test causes on purpose; `before`, a function that runs before the page's script.
export async function open(t, file, { width = 1280, height = 900, theme = "light", expected = /$^/, before, ...more } = {}) {
  const context = await (await browser()).newContext({
    viewport: { width, height }, colorScheme: theme, reducedMotion: "reduce", ...more,
  });
  const url = pathToFileURL(file).href;
  const faults = [];
  await context.route(() => true, (route) => {
    const wanted = route.request().url();
    if (wanted.split("#")[0] === url) return route.continue();
    faults.push(`a request of ${wanted.slice(0, 200)}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => expected.test(message.text()) || faults.push(`the console: ${message.text()}`));
  page.on("pageerror", (error) => faults.push(error.stack));
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, []);
  });
  if (before) await page.addInitScript(before);
  await page.goto(url);
  return page;
}

// Opens all that is folded, as if each was pressed.
export const unfold = (page) => page.locator("summary").evaluateAll((all) => all.forEach((summary) => { summary.parentElement.open = true; }));
