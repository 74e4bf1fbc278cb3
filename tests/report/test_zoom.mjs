// SPDX-License-Identifier: MIT
// The icicle and the treemap: in and out by mouse and by keyboard, moving, searching, and what is told meanwhile.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open } from "./support/browser.mjs";
import { file, report } from "./support/report.mjs";
import { ENTRY_BYTES, serviceDump } from "./support/service_dump.mjs";
import { size } from "./support/words.mjs";

const service = report(file("service.dump", serviceDump()));

// Each picture, and how many boxes are on the way from the heap to the entries, the largest box of each level.
const PICTURES = [
  { name: "Retained bytes, as an icicle", depth: 3 },
  { name: "Bytes by module and class, as a treemap", depth: 2 },
];
const LISTS = 2456 + 856 + 100 * 200; // that of the cache, and that of the copies with what it holds
const ENTRIES = /\bEntry\b/;

function parts(page, { name }) {
  const tree = page.getByRole("tree", { name });
  const path = page.getByRole("navigation", { name: `Path in: ${name}` });
  const search = page.getByRole("searchbox", { name: `Search in: ${name}` });
  return {
    tree, path, search, figure: page.getByRole("figure").filter({ has: tree }),
    box: (level) => tree.locator(`[role=treeitem]:not(.away)[aria-level="${level + 1}"]`).first(),
    trail: async (length) => {
      await path.getByRole("listitem").nth(length - 1).waitFor();
      const shown = await path.getByRole("listitem").allTextContents();
      assert.equal(shown.length, length, shown.join(" > "));
      return shown;
    },
  };
}

// How much of the picture a box takes, from 0 to 1, and where it begins.
async function place(tree, box) {
  const [outer, inner] = [await tree.boundingBox(), await box.boundingBox()];
  return { share: inner.width / outer.width, left: (inner.x - outer.x) / outer.width };
}

for (const picture of PICTURES) {
  test(`by mouse: a click goes in, the path goes out (${picture.name})`, async (t) => {
    const page = await open(t, service);
    const { tree, path, box, trail } = parts(page, picture);
    const first = box(1);
    const before = await place(tree, first);
    await first.click({ position: { x: 5, y: 5 } });
    await trail(2);
    const after = await place(tree, first);
    assert.ok(before.share < 0.99 && after.share > 0.99 && after.left < 0.01, JSON.stringify({ before, after }));
    for (let level = 2; level <= picture.depth; level++) {
      await box(level).click({ position: { x: 5, y: 5 } });
      await trail(level + 1);
    }
    assert.match(await box(picture.depth).textContent(), ENTRIES);
    assert.match(await path.locator("[aria-current]").textContent(), ENTRIES);
    await path.getByRole("button", { name: /heap$/ }).click();
    await trail(1);
    assert.ok(Math.abs((await place(tree, first)).share - before.share) < 0.01);
  });

  test(`by keyboard: arrows move, Enter goes in, Escape and Backspace out (${picture.name})`, async (t) => {
    const page = await open(t, service);
    const { tree, search, trail } = parts(page, picture);
    const focused = tree.locator(":focus");
    const label = () => focused.textContent();
    await search.focus();
    await page.keyboard.press("Tab");
    await focused.waitFor();
    assert.equal(await tree.locator("[tabindex='0']").count(), 1); // the next Tab leaves the picture
    for (let before = null; !ENTRIES.test(await label()); ) {
      assert.notEqual(await label(), before);
      before = await label();
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
    await trail(picture.depth + 1);
    assert.match(await label(), ENTRIES);
    await page.keyboard.press("Escape");
    await trail(picture.depth);
    await page.keyboard.press("Backspace");
    await trail(picture.depth - 1);
    await page.keyboard.press("Home");
    await trail(1);
    await page.keyboard.press("Escape");
    await trail(1);
    assert.equal(await tree.locator("[tabindex='0']").count(), 1);
  });

  test(`search marks what it finds and adds it up (${picture.name})`, async (t) => {
    const page = await open(t, service);
    const { tree, search, figure } = parts(page, picture);
    await search.fill("entry");
    await figure.locator("output").getByText(`1 found, ${size(300 * ENTRY_BYTES)}`).waitFor();
    assert.equal(await tree.locator(".match").count(), 1);
    await search.fill("no such class");
    await figure.locator("output").getByText("nothing matches").waitFor();
    assert.equal(await tree.locator(".match").count(), 0);
    await search.fill("");
    assert.equal(await figure.locator("output").textContent(), "");
  });

  test(`the box under the mouse, or in focus, is told beside it (${picture.name})`, async (t) => {
    const page = await open(t, service);
    const { tree, box, figure } = parts(page, picture);
    const tooltip = figure.locator("[role=tooltip]");
    await box(1).hover({ position: { x: 5, y: 5 } });
    await tooltip.getByText(/KiB|MiB/).first().waitFor();
    await page.mouse.move(0, 0);
    await tooltip.waitFor({ state: "hidden" });
    await tree.locator("[tabindex='0']").focus();
    await tooltip.waitFor();
  });
}

test("what was zoomed to is announced, and has its way and address to be copied", async (t) => {
  const page = await open(t, service);
  const { box, figure } = parts(page, PICTURES[0]);
  await box(2).click({ position: { x: 5, y: 5 } });
  await page.locator("#announcement").filter({ hasText: `list: retained ${size(300 * ENTRY_BYTES + LISTS)}` }).waitFor();
  await figure.getByRole("button", { name: "Copy the address" }).first().waitFor();
});

test("a window that becomes narrow keeps what was zoomed to", async (t) => {
  const page = await open(t, service);
  const { tree, box, trail } = parts(page, PICTURES[1]);
  await box(1).click({ position: { x: 5, y: 5 } });
  await trail(2);
  await page.setViewportSize({ width: 390, height: 800 });
  await page.waitForFunction(([outer, inner]) => inner.getBoundingClientRect().width > 0.99 * outer.clientWidth
    && outer.clientWidth < 390, [await tree.elementHandle(), await box(1).elementHandle()]);
  await trail(2);
});
