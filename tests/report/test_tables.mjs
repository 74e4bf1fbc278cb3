// SPDX-License-Identifier: MIT
// Tables are sorted, searched and extended; what is folded unfolds; buttons copy.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { test } from "node:test";
import { open } from "./support/browser.mjs";
import { file, report, rows } from "./support/report.mjs";
import { serviceDump } from "./support/service_dump.mjs";
import { count } from "./support/words.mjs";

const SERVICE = file("service.dump", serviceDump());
const service = report(SERVICE);

function types(page) {
  const section = page.locator("#types");
  const table = section.getByRole("table", { name: "Types" });
  const column = (i) => table.locator("tbody tr").evaluateAll((all, index) => all.map((row) => row.cells[index].innerText.trim()), i);
  return {
    section, table, names: () => column(0), counts: async () => (await column(1)).map((cell) => Number(cell.replaceAll(",", ""))),
    head: (name) => table.getByRole("columnheader", { name: new RegExp(`^${name}`) }), search: section.getByRole("searchbox", { name: "Search: Types" }),
  };
}

test("types are sorted by mouse and by keyboard, and say how", async (t) => {
  const page = await open(t, service);
  const { names, counts, head } = types(page);
  await head("count").getByRole("button").click();
  assert.equal(await head("count").getAttribute("aria-sort"), "descending");
  const expected = rows(SERVICE, "select count(*) from obj group by class order by 1 desc limit 50").map(([number]) => number);
  assert.deepEqual(await counts(), expected);
  await page.keyboard.press("Enter");
  assert.equal(await head("count").getAttribute("aria-sort"), "ascending");
  assert.deepEqual(await counts(), [...expected].fill(1));
  await head("class").getByRole("button").focus();
  await page.keyboard.press("Space");
  assert.equal(await head("class").getAttribute("aria-sort"), "ascending");
  assert.equal(await head("count").getAttribute("aria-sort"), null);
  const found = await names();
  assert.deepEqual(found, [...found].sort((a, b) => a.localeCompare(b, "en", { numeric: true })));
});

test("types are searched by parts of their names", async (t) => {
  const page = await open(t, service);
  const { names, search, section } = types(page);
  await search.fill("model14");
  assert.deepEqual((await names()).sort(), Array.from({ length: 10 }, (_, i) => `service.models.Model14${i}`));
  await search.fill("MODELS model149");
  assert.deepEqual(await names(), ["service.models.Model149"]);
  await search.fill("<no such>");
  await section.getByText("Nothing matches.").waitFor();
  await search.fill("");
  assert.equal((await names()).length, 50);
});

test("a table shows fifty rows, and the others when asked", async (t) => {
  const page = await open(t, service);
  const { names, section } = types(page);
  const [[total]] = rows(SERVICE, "select count(distinct class) from obj");
  assert.equal((await names()).length, 50);
  await section.getByRole("button", { name: `of ${count(total - 50)}` }).click();
  assert.equal((await names()).length, total);
  assert.equal(await section.getByRole("button", { name: /^Show / }).count(), 0);
});

test("stacks and trees fold and unfold, by mouse and by keyboard", async (t) => {
  const page = await open(t, service);
  const stacks = page.locator("#stacks");
  const frame = stacks.getByText("handle", { exact: true }).first();
  const summary = stacks.locator("summary").first();
  assert.ok(await frame.isVisible());
  await summary.click();
  await frame.waitFor({ state: "hidden" });
  await summary.focus();
  await page.keyboard.press("Enter");
  await frame.waitFor();

  const finding = page.locator("#findings").getByRole("article").first();
  const ways = finding.getByRole("list", { name: "Ways that hold them" });
  assert.ok(!(await ways.isVisible()));
  await finding.getByText("All ways that hold them, merged").click();
  await ways.waitFor();
  const folds = ways.locator("details[open]");
  const before = await folds.count();
  assert.ok(before > 0);
  await folds.last().locator("summary").first().click();
  await page.waitForFunction(([list, number]) => list.querySelectorAll("details[open]").length === number - 1,
    [await ways.elementHandle(), before]);
});

// The ways and addresses that can be copied, and the commands.
const copied = [
  ["#findings", "Copy the way", /service\.cache/], ["#types", "Copy the address", /^\d+$/], ["#findings", "Copy the command", /^dryad /],
];

test("buttons copy ways, addresses and commands", async (t) => {
  const page = await open(t, service, { permissions: ["clipboard-read", "clipboard-write"] });
  for (const [section, name, expected] of copied) {
    await page.locator(section).getByRole("button", { name }).first().click();
    await page.getByRole("status").filter({ hasText: name.replace("Copy", "Copied") }).first().waitFor();
    assert.match(await page.evaluate(() => navigator.clipboard.readText()), expected);
  }
});

test("where the browser forbids copying, the text is selected", async (t) => {
  const page = await open(t, service);
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  for (const [section, name, expected] of copied) {
    await page.locator(section).getByRole("button", { name }).first().click();
    await page.getByRole("status").filter({ hasText: name.replace("Copy", "Selected") }).first().waitFor();
    assert.match(await page.evaluate(() => getSelection().toString().trim()), expected);
  }
});

test("each command of the page runs in a shell", async (t) => {
  const page = await open(t, service);
  const commands = new Set(await page.locator(".command code").evaluateAll((all) => all.map((node) => node.textContent.trim())));
  assert.ok(commands.size > 5);
  for (const line of commands) {
    const { status, stderr } = spawnSync("sh", ["-c", line], {
      input: "", encoding: "utf8", env: { ...process.env, PATH: `${path.dirname(process.env.DRYAD)}:${process.env.PATH}` },
    });
    assert.equal(status, 0, `${line}: ${stderr}`);
  }
});
