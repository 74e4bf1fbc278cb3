// SPDX-License-Identifier: MIT
// axe finds nothing to say of the page, with all of it unfolded: in light and dark, wide and narrow, of plain and of
// hostile dumps; and the keyboard reaches all of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { AXE, open, unfold } from "./support/browser.mjs";
import { hostile } from "./support/hostile.mjs";
import { file, report } from "./support/report.mjs";
import { serviceDump } from "./support/service_dump.mjs";

const steps = (text) => [1, 2].map((step) => file(`service-${step}-${text === hostile}.dump`, serviceDump({
  entries: 150 * step, text, time: `2026-03-01T1${step}:00:00Z`,
})));
const plain = report(...steps());
const evil = report(...steps(hostile));
const axe = readFileSync(AXE, "utf8");

async function faults(page, context = {}, options = {}) {
  await page.evaluate(`${axe}; 0`);
  const { violations } = await page.evaluate(([where, what]) => window.axe.run({ include: [["html"]], ...where },
    { resultTypes: ["violations"], ...what }), [context, options]);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.length} times: ${nodes[0].target.join(" ")}: ${nodes[0].failureSummary}`);
}

for (const [name, theme, width] of [["plain", "light", 1280], ["plain", "light", 390], ["plain", "dark", 1280],
  ["plain", "dark", 390], ["hostile", "dark", 390]]) {
  test(`axe: ${name}, ${theme}, ${width} wide`, async (t) => {
    const page = await open(t, name === "plain" ? plain : evil, { theme, width });
    await unfold(page);
    assert.deepEqual(await faults(page), []);
  });
}

test("axe: what is pressed is large enough for fingers", async (t) => {
  const page = await open(t, plain, { width: 390 });
  await unfold(page);
  // The boxes of pictures are as large as what they stand for; the tables have them all.
  assert.deepEqual(await faults(page, { exclude: [["[role=tree]"]] }, { runOnly: ["target-size"] }), []);
});

test("the keyboard reaches everything that a mouse does, and sees where it is", async (t) => {
  const page = await open(t, plain);
  const wanted = await page.locator("a[href]:visible, button:visible, summary:visible, input:visible").count();
  const reached = new Set();
  await page.keyboard.press("Tab");
  assert.equal(await page.locator(":focus").textContent(), "Skip to the report");
  for (let more = true; more; ) {
    const place = await page.evaluate(() => {
      const node = document.activeElement;
      window.numbers ??= new Map();
      if (node === document.body) return null;
      if (!window.numbers.has(node)) window.numbers.set(node, window.numbers.size);
      const style = getComputedStyle(node);
      return { number: window.numbers.get(node), counts: node.matches("a[href], button, summary, input"), name: node.outerHTML.slice(0, 120),
        seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none" };
    });
    more = place !== null && !reached.has(place.number);
    if (more) {
      assert.ok(place.seen, place.name);
      reached.add(place.number);
      await page.keyboard.press("Tab");
    }
  }
  assert.ok(reached.size >= wanted, `${reached.size} of ${wanted}`);
});
