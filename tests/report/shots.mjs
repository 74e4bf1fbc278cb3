// SPDX-License-Identifier: MIT
// Pictures of a report, for people to look at: node tests/report/shots.mjs FOLDER DUMP...
//
// FOLDER gets NAME-THEME-WIDTH-PART.png: the first screen, the whole page, and each section, in light and dark, 1280 and
// 390 pixels wide; and NAME.pdf. NAME is that of the last dump. The program is that of build/, unless the environment is
// that of a test.
import { mkdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";

process.env.DRYAD_BUILD ??= path.resolve("build");
process.env.DRYAD ??= path.join(process.env.DRYAD_BUILD, "dryad");
process.env.CHROMIUM ??= "/usr/bin/chromium";
const { open } = await import("./support/browser.mjs");
const { report } = await import("./support/report.mjs");

const [folder, ...dumps] = process.argv.slice(2);
if (dumps.length === 0) throw new Error("usage: node tests/report/shots.mjs FOLDER DUMP...");
const made = report(...dumps);
const name = path.basename(dumps.at(-1)).split(".")[0];
mkdirSync(folder, { recursive: true });

for (const theme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`${theme}, ${width} wide`, async (t) => {
      const page = await open(t, made, { theme, width });
      const shot = (part) => ({ path: path.join(folder, `${name}-${theme}-${width}-${part}.png`) });
      await page.screenshot(shot("first"));
      await page.screenshot({ ...shot("page"), fullPage: true });
      for (const id of await page.locator("section").evaluateAll((all) => all.map((section) => section.id))) {
        await page.locator(`#${id}`).screenshot(shot(id));
      }
    });
  }
}

test("paper", async (t) => {
  const page = await open(t, made);
  await page.pdf({ path: path.join(folder, `${name}.pdf`), format: "A4" });
});
