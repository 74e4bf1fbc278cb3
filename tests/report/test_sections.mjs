// SPDX-License-Identifier: MIT
// Each section is there, with the figures that the program gives elsewhere for the same dump, or that are known by hand.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { open } from "./support/browser.mjs";
import { SHOP, answer, dryad, file, report, rows } from "./support/report.mjs";
import { DOCUMENT_BYTES, ENTRY_BYTES, serviceDump } from "./support/service_dump.mjs";
import { count, percent, size } from "./support/words.mjs";

const SERVICE = file("service.dump", serviceDump());
const service = report(SERVICE);
const shop = report(SHOP);

const TITLES = ["Process", "Findings", "What retains the memory", "Memory by module and class", "Types", "Threads and tasks",
  "Garbage", "Waste", "Problems of the dump"];

const section = (page, name) => page.locator("section", { has: page.getByRole("heading", { name, exact: true, level: 2 }) });

async function fact(page, name) {
  return page.locator("dt", { hasText: new RegExp(`^${name}$`) }).locator("xpath=following-sibling::dd").textContent();
}

async function cells(table) {
  return table.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
}

async function findings(page, dump) {
  const found = answer("leaks", dump);
  const articles = section(page, "Findings").getByRole("article");
  assert.equal(await articles.count(), found.length);
  for (const [i, finding] of found.entries()) {
    const article = articles.nth(i);
    const title = await article.getByRole("heading", { level: 3 }).textContent();
    for (const words of [`${count(finding.count)} ${finding.class}`, size(finding.retained), `${percent(finding.fraction)} of the heap`]) {
      assert.ok(title.includes(words), title);
    }
    for (const holder of finding.holders ?? []) {
      await article.getByText(holder.expression, { exact: true }).first().waitFor();
    }
    for (const { class: name, count: number, size: own, retained: bytes = own } of finding.contents.slice(0, 3)) {
      await article.getByRole("listitem").filter({ hasText: `${count(number)} ${name}` }).filter({ hasText: size(bytes) }).first().waitFor();
    }
  }
}

async function types(page, dump) {
  const expected = new Map(rows(dump, "select class, count(*), sum(size) from obj group by class")
    .map(([name, number, bytes]) => [name, [count(number), size(bytes)]]));
  const shown = await cells(section(page, "Types").getByRole("table", { name: "Types" }));
  assert.ok(shown.length >= 50);
  for (const [name, number, bytes] of shown) {
    assert.deepEqual([number, bytes.replace(/\s/g, "")], expected.get(name), name);
  }
}

async function waste(page, dump) {
  const [, total] = dryad("run", "waste", dump).match(/^About (\S+) of/m);
  await section(page, "Waste").getByText(new RegExp(`About ${total}`)).waitFor();
}

test("a report of one dump", async (t) => {
  const page = await open(t, service);

  await t.test("sections come in the order in which people need them, and the contents lead to each", async () => {
    assert.deepEqual(await page.locator("h2").allTextContents(), TITLES);
    const links = page.getByRole("navigation", { name: "Contents" }).getByRole("link");
    assert.deepEqual(await links.allTextContents(), TITLES);
    for (const name of TITLES) {
      await links.filter({ hasText: name }).first().click();
      await page.waitForFunction((title) => {
        const heading = [...document.querySelectorAll("h2")].find((node) => node.textContent === title);
        const { top } = heading.getBoundingClientRect();
        return top >= 0 && top < innerHeight;
      }, name);
    }
  });

  await t.test("the contents mark the section that is read", async () => {
    await page.getByRole("heading", { name: "Types", exact: true }).evaluate((node) => node.scrollIntoView());
    await page.getByRole("navigation", { name: "Contents" }).locator("[aria-current]", { hasText: "Types" }).waitFor();
  });

  await t.test("the process: what it was, and what the heap has", async () => {
    const process = section(page, "Process");
    const [first, second] = dryad("leaks", SERVICE).split("\n");
    await process.getByText(first).waitFor();
    await process.getByText(second).waitFor();
    const summary = answer("summary", SERVICE);
    assert.equal(await fact(page, "Objects"), count(summary.total_count));
    assert.equal(await fact(page, "Python objects"), size(summary.total_size));
    await process.getByRole("listitem").filter({ hasText: size(summary.total_size) }).first().waitFor();
    await process.getByText(size(40_000_000)).first().waitFor();
  });

  await t.test("the findings are those of leaks, with what holds them and what is inside", () => findings(page, SERVICE));

  await t.test("the tree of ways leads from the cache to its entries", async () => {
    const article = section(page, "Findings").getByRole("article").first();
    await article.getByText("All ways that hold them, merged").click();
    const tree = article.getByRole("list", { name: "Ways that hold them" });
    await tree.getByText(/^300\b/).first().waitFor();
    await tree.getByText(/cache/).first().waitFor();
  });

  await t.test("the icicle has the heap, and the cache with its entries in it", async () => {
    const { total_size: bytes } = answer("summary", SERVICE);
    const reachable = bytes - 100 * DOCUMENT_BYTES;
    const tree = page.getByRole("tree", { name: "Retained bytes, as an icicle" });
    for (const name of [`heap ${size(reachable)} retained, 100.0% of the heap`,
      `Entry ${size(300 * ENTRY_BYTES)} retained, ${percent(300 * ENTRY_BYTES / reachable)} of the heap`]) {
      await tree.getByRole("treeitem", { name }).waitFor();
    }
  });

  await t.test("the treemap has the bytes of a class with those of Python's own types that it holds", async () => {
    const tree = page.getByRole("tree", { name: "Bytes by module and class, as a treemap" });
    await tree.getByRole("treeitem", { name: `Entry ${size(300 * ENTRY_BYTES)}` }).waitFor();
  });

  await t.test("pictures say the same as tables", async () => {
    for (const [name, first] of [["What retains the memory", "service.Entry"], ["Memory by module and class", "service.Entry"]]) {
      const part = section(page, name);
      await part.getByText("The same as a table").click();
      const row = part.getByRole("row").filter({ hasText: first }).first();
      assert.ok((await row.innerText()).replace(/\s+/g, "").includes(size(300 * ENTRY_BYTES)), await row.innerText());
    }
  });

  await t.test("the types are those of the heap, with their counts and bytes", () => types(page, SERVICE));

  await t.test("threads and tasks have their frames and what these hold", async () => {
    const threads = section(page, "Threads and tasks");
    for (const stack of answer("stacks", SERVICE)) {
      for (const name of stack.names) await threads.getByText(name).first().waitFor({ state: "attached" });
      for (const frame of stack.frames) {
        await threads.getByText(frame.name, { exact: true }).first().waitFor();
        await threads.getByText(new RegExp(`${frame.file.split("/").pop()}:${frame.line}$`)).first().waitFor();
      }
      const [variable] = stack.frames[0].locals;
      const item = threads.getByRole("listitem").filter({ hasText: variable.name }).filter({ hasText: size(variable.retained) });
      await item.first().waitFor();
    }
  });

  await t.test("garbage is told with its bytes, and what the collector does", async () => {
    const garbage = section(page, "Garbage");
    await garbage.getByText(/100 service\.Document and 100 /).first().waitFor();
    await garbage.getByText(size(100 * DOCUMENT_BYTES)).first().waitFor();
    await garbage.getByText(/gc\.disable/).first().waitFor();
  });

  await t.test("waste is that of the recipe", () => waste(page, SERVICE));
});

test("a report of a dump that does not tell of its process", async (t) => {
  const page = await open(t, shop);
  for (const check of [findings, types, waste]) await t.test(check.name, () => check(page, SHOP));
  await t.test("has no threads, and says so", () => section(page, "Threads and tasks").getByText(/does not tell of threads/).waitFor());
});

test("a heap in which nothing stands out says so", async (t) => {
  const page = await open(t, report(file("healthy.dump", serviceDump({ entries: 1, documents: 0 }))));
  assert.equal(await section(page, "Findings").getByRole("article").count(), 0);
  assert.notEqual((await section(page, "Findings").getByRole("paragraph").first().textContent()).trim(), "");
});

test("several dumps: what grew, by how much, and what holds it", async (t) => {
  const later = file("later.dump", serviceDump({ entries: 600, time: "2026-03-01T13:30:00Z" }));
  const last = file("last.dump", serviceDump({ entries: 900, time: "2026-03-01T14:30:00Z" }));
  for (const dumps of [[SERVICE, later], [SERVICE, later, last]]) {
    const page = await open(t, report(...dumps));
    const growth = section(page, "Growth");
    await growth.getByText(/300 service\.Entry|600 service\.Entry/).first().waitFor();
    await growth.getByRole("img", { name: /service\.Entry/ }).waitFor();
    await growth.getByText("The same as a table").click();
    const row = (await cells(growth.getByRole("table", { name: "Bytes by class and dump" }))).find(([name]) => name === "service.Entry");
    const bytes = dumps.map((_, i) => size(300 * (i + 1) * 100));
    assert.deepEqual(row.slice(1).map((cell) => cell.replace(/\s/g, "")), [...bytes, `+${size(300 * (dumps.length - 1) * 100)}`]);
    const holder = (await cells(growth.getByRole("table", { name: "What retains more" })))[0].map((cell) => cell.replace(/\s/g, ""));
    assert.ok(holder[0].startsWith("service.cache"), holder[0]);
  }
});

test("problems: none, or a dump that was cut", async (t) => {
  const whole = await open(t, service);
  await section(whole, "Problems of the dump").getByText(/complete/).waitFor();
  const text = readFileSync(SERVICE, "utf8");
  const cut = await open(t, report(file("cut.dump", text.slice(0, text.length / 2))));
  await section(cut, "Problems of the dump").getByText(/incomplete/).first().waitFor();
});

test("a heap of one object has all sections", async (t) => {
  const page = await open(t, report(file("one.dump", '{"address": 8, "type": "object", "size": 16, "refs": []}\n')));
  assert.deepEqual(await page.locator("h2").allTextContents(), TITLES);
  await section(page, "Problems of the dump").getByText("does not tell whether it is complete").waitFor();
  assert.equal(await fact(page, "Objects"), "1");
  assert.equal(await fact(page, "Python objects"), "16B");
});
