// SPDX-License-Identifier: MIT
// A table that is sorted by its heads and searched. It draws some of its rows, and more when asked.
import { records, text } from "../payload.js";
import { count } from "../format.js";
import { announce } from "./announce.js";
import { cell, compare, isNumeric, textOf } from "./cell.js";
import { element } from "./element.js";
import { hasWords, searchField } from "./search.js";

const STEP = 50; // rows drawn at first
const MORE = 200; // rows that each press of the button adds

function sorted(rows, column, descending) {
  return rows.toSorted((a, b) => (descending ? compare(b, a, column) : compare(a, b, column)));
}

// The rows that have the words, in any of their columns.
function matching(rows, columns, words) {
  return words.length === 0 ? rows : rows.filter((row) => hasWords(columns.map((column) => textOf(row, column)).join(" "), words));
}

function isKnown(value) {
  return value !== undefined && value !== null && value !== "";
}

function kindOf(column) {
  return { "data-kind": column.kind, class: isNumeric(column) && "numeric" };
}

// Columns of which no row has a value are left out.
class Table {
  constructor({ caption, columns, rows, searchable = false, more = null }) {
    this.rows = records(rows);
    this.columns = columns.filter((column, i) => i === 0 || this.rows.length === 0 || this.rows.some((row) => isKnown(row[column.key])));
    Object.assign(this, { caption, more });
    this.drawn = STEP;
    this.words = [];
    this.heads = this.columns.map((column) => this.head(column));
    this.body = element("tbody");
    this.button = element("button", { type: "button", class: "quiet more", click: () => this.extend() });
    this.rest = element("p", { class: "rest" });
    this.unprinted = element("p", { class: "rest unprinted" });
    const table = element("table", {},
      element("caption", { class: "unseen" }, caption),
      element("thead", {}, element("tr", {}, this.heads)), this.body);
    this.element = element("div", { class: "listing" }, searchable && this.search(),
      element("div", { class: "scroller", role: "region", "aria-label": `Table: ${caption}`, tabindex: 0 }, table),
      this.rest, this.unprinted, this.button);
    this.draw();
  }

  head(column) {
    return element("th", { scope: "col", ...kindOf(column) }, element("button", { type: "button", click: () => this.sort(column) }, column.title));
  }

  search() {
    return element("p", { class: "search" }, searchField(`Search: ${this.caption}`, "Search", (words) => {
      this.words = words;
      this.drawn = STEP;
      this.draw();
      announce(`${count(this.found)} rows`);
    }));
  }

  // Numbers begin with the largest, names with the first; the second press turns the order.
  sort(column) {
    this.descending = this.column === column ? !this.descending : isNumeric(column);
    this.column = column;
    this.heads.forEach((head, i) => {
      if (this.columns[i] === column) {
        head.setAttribute("aria-sort", this.descending ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
    this.draw();
  }

  extend() {
    const first = this.drawn;
    this.drawn += MORE;
    this.draw();
    this.body.rows[first]?.scrollIntoView({ block: "nearest" });
    announce(`${count(this.body.rows.length)} rows are shown`);
  }

  draw() {
    const found = matching(this.rows, this.columns, this.words);
    const rows = this.column ? sorted(found, this.column, this.descending) : found;
    this.found = found.length;
    this.body.replaceChildren(...rows.slice(0, this.drawn).map((row) => element("tr", {},
      this.columns.map((column, i) => element(i === 0 ? "th" : "td",
        { scope: i === 0 ? "row" : null, ...kindOf(column) }, cell(row, column))))));
    if (found.length === 0) {
      this.body.append(element("tr", {}, element("td", { colspan: this.columns.length, class: "none" },
        this.words.length > 0 ? "Nothing matches." : "There is none.")));
    }
    const hidden = Math.max(0, found.length - this.drawn);
    this.button.hidden = hidden === 0;
    this.unprinted.textContent = hidden > 0 ? `${count(hidden)} more rows are on the page` : "";
    this.button.textContent = `Show ${count(Math.min(hidden, MORE))} more of ${count(hidden)}`;
    this.rest.textContent = this.words.length > 0 ? `${count(found.length)} of ${count(this.rows.length)} rows match` : text(this.more);
    this.rest.hidden = this.rest.textContent === "";
  }
}

// columns: [{key, kind, title}], see cell.js for the kinds; `more` says what the list leaves out.
export function table(options) {
  return new Table(options).element;
}
