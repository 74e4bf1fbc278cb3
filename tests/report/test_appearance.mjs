// SPDX-License-Identifier: MIT
// Light and dark, wide and narrow, and on paper.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { open, unfold } from "./support/browser.mjs";
import { SHOP, file, report } from "./support/report.mjs";
import { hostile } from "./support/hostile.mjs";
import { serviceDump } from "./support/service_dump.mjs";

const SERVICE = file("service.dump", serviceDump());
const LATER = file("later.dump", serviceDump({ entries: 600, time: "2026-03-01T13:30:00Z" }));
const service = report(SERVICE, LATER);
const shop = report(SHOP);
const evil = report(file("evil.dump", serviceDump({ text: hostile })));

const brightness = (page) => page.evaluate(() => {
  const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number);
  return (red + green + blue) / (3 * 255);
});

test("light and dark follow the system, until the button is pressed; the choice is kept", async (t) => {
  for (const [theme, other] of [["light", "dark"], ["dark", "light"]]) {
    const page = await open(t, service, { theme });
    const isDark = async () => (await brightness(page)) < 0.3;
    assert.equal(await isDark(), theme === "dark");
    await page.getByRole("banner").getByRole("button").click();
    assert.equal(await isDark(), other === "dark");
    await page.reload();
    assert.equal(await isDark(), other === "dark");
    await page.getByRole("banner").getByRole("button").click();
    assert.equal(await isDark(), theme === "dark");
  }
});

test("no width makes the page scroll sideways, whatever the names", async (t) => {
  for (const made of [service, shop, evil]) {
    const page = await open(t, made);
    for (const width of [1280, 820, 390, 320]) {
      await page.setViewportSize({ width, height: 900 });
      await unfold(page);
      const wide = await page.evaluate(() => ({
        page: document.documentElement.scrollWidth, window: document.documentElement.clientWidth,
      }));
      assert.ok(wide.page <= wide.window, `${width}: ${JSON.stringify(wide)}`);
    }
  }
});

test("paper has all sections unfolded, and no controls", async (t) => {
  const page = await open(t, service);
  const pdf = file("page.pdf");
  await page.pdf({ path: pdf, format: "A4" });
  const { stdout, error } = spawnSync("pdftotext", ["-layout", pdf, "-"], { encoding: "utf8" });
  assert.ok(!error, `pdftotext, of Debian's poppler-utils, is missing: ${error}`);
  for (const title of await page.locator("h2").allTextContents()) assert.ok(stdout.includes(title), title);
  for (const words of ["service.cache[...]", "handle.py:34", "poll.py:56", "service.Document", "at service/cache.py:41"]) {
    assert.ok(stdout.includes(words), words);
  }
  for (const words of ["Show ", "Copy ", "Skip to the report"]) assert.ok(!stdout.includes(words), words);
});

test("what is folded unfolds for paper, and folds again", async (t) => {
  const page = await open(t, service);
  const finding = page.locator("#findings").getByRole("article").first();
  const ways = finding.getByRole("list", { name: "Ways that hold them" });
  assert.ok(!(await ways.isVisible()));
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  await ways.getByText("service.cache").first().waitFor();
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  await ways.waitFor({ state: "hidden" });
});
