// SPDX-License-Identifier: MIT
// Nothing in a dump does anything to the page: its texts are shown as texts, in a page that would run nothing else.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { test } from "node:test";
import { open, unfold } from "./support/browser.mjs";
import { HIDDEN, SEEN, hostile } from "./support/hostile.mjs";
import { SHOP, file, report } from "./support/report.mjs";
import { serviceDump } from "./support/service_dump.mjs";

const MOST = 2 * 1024 * 1024; // bytes of a page
const made = (text) => [1, 2, 3].map((step) => file(`service-${step}-${text === hostile}.dump`, serviceDump({
  entries: 150 * step, text, time: `2026-03-01T1${step}:00:00Z`,
})));
const plain = made();
const evil = made(hostile);
// Of one dump and of three, harmless ones and hostile ones.
const pages = [[report(plain[0]), report(evil[0])], [report(...plain), report(...evil)]];

const names = (page) => page.evaluate(() => [...new Set(Array.from(document.querySelectorAll("*"), (node) => node.nodeName))].sort());

test("the text of a hostile dump is shown, and makes no element and runs nothing", async (t) => {
  for (const [harmless, hostile_] of pages) {
    const other = await open(t, harmless);
    await unfold(other);
    const page = await open(t, hostile_);
    await unfold(page);
    assert.deepEqual(await names(page), await names(other));
    assert.equal(await page.evaluate(() => typeof window.evil), "undefined");
    assert.equal(await page.locator("script").count(), 2);
    for (const id of ["process", "findings", "retained", "shares", "types", "stacks", "garbage"]) {
      assert.ok((await page.locator(`#${id}`).textContent()).includes(SEEN), id);
    }
    assert.equal(await page.locator("[onclick], [onload], [onfocus], [onerror], [srcdoc], a:not([href^='#'])").count(), 0);
  }
});

test("no hidden character, and nothing that changes the direction, gets into the file or onto the page", async (t) => {
  for (const [, name] of pages) {
    assert.equal(HIDDEN.exec(readFileSync(name, "utf8")), null);
    const page = await open(t, name);
    assert.equal(HIDDEN.exec(await page.evaluate(() => document.documentElement.textContent)), null);
  }
});

test("a page has less than 2 MB whatever the dump", () => {
  const others = [SHOP, "tests/data/python311-app.dump.zst", "tests/data/hostile.dump"].map((dump) => report(dump));
  for (const name of [...pages.flat(), ...others]) assert.ok(statSync(name).size < MOST, `${statSync(name).size}`);
});

// What a page would do if a text from a dump got into it as markup.
const INJECTED = `<script>evil = 1</script><script src="data:text/javascript,evil=1"></script><img src="x" onerror="evil = 1">
  <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="><svg onload="evil = 1"></svg><style>body { display: none }</style>
  <p style="color: red">x</p><iframe src="https://example.org/"></iframe><object data="https://example.org/"></object>
  <link rel="stylesheet" href="https://example.org/"><base href="https://example.org/"><video src="https://example.org/"></video>`;

test("markup that gets into the page runs nothing, changes nothing and asks for nothing", async (t) => {
  const injected = file("injected.html", readFileSync(pages[0][0], "utf8").replace("</body>", () => `${INJECTED}</body>`));
  const page = await open(t, injected, {
    expected: /Content Security Policy/,
    before: () => {
      window.refused = [];
      document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.effectiveDirective));
    },
  });
  await page.waitForFunction(() => ["script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr", "img-src", "frame-src",
    "object-src", "base-uri", "media-src"].every((directive) => window.refused.includes(directive)));
  assert.equal(await page.evaluate(() => typeof window.evil), "undefined");
  assert.notEqual(await page.evaluate(() => getComputedStyle(document.body).display), "none");
});

test("not even the page's own script could parse a text as markup or code", async (t) => {
  const page = await open(t, pages[0][0], { expected: /Trusted|Content Security Policy/ });
  const refused = await page.evaluate(async () => {
    await new Promise((resolve) => { setTimeout(resolve); }); // from here on as if the page did it
    return [
      () => document.body.insertAdjacentHTML("beforeend", "<b>x</b>"), () => { document.body.innerHTML = "<b>x</b>"; },
      () => new DOMParser().parseFromString("<b>x</b>", "text/html"), () => document.write("<b>x</b>"),
      () => (0, eval)("1"), () => new Function("1"), () => { document.createElement("script").textContent = "1"; },
    ].filter((attempt) => {
      try {
        attempt();
        return false;
      } catch {
        return true;
      }
    }).length;
  });
  assert.equal(refused, 7);
});

test("data that is damaged is told in a sentence", async (t) => {
  const text = readFileSync(pages[0][0], "utf8");
  const start = '<script type="application/json" id="report">';
  const end = text.indexOf("</script>", text.indexOf(start));
  const at = text.indexOf(start) + start.length;
  for (const [name, data] of [["not.html", "{"], ["cut.html", text.slice(at, end - 9)]]) {
    const page = await open(t, file(name, text.slice(0, at) + data + text.slice(end)));
    await page.getByRole("alert").getByText(/damaged/).waitFor();
  }
  for (const [name, data] of [["empty.html", "{}"], ["odd.html", '{"findings": 7, "icicle": {"nodes": [[9, -1], 3]}, "types": [null], "threads": [], "growth": true}']]) {
    const page = await open(t, file(name, text.slice(0, at) + data + text.slice(end)));
    assert.ok(await page.locator("section").count() >= 9);
  }
});
