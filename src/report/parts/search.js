// SPDX-License-Identifier: MIT
// A field to search by words, in any order.
import { element, uniqueId } from "./element.js";

// The label and the field; `search` is called with the words in it, in lower case.
export function searchField(label, placeholder, search) {
  const id = uniqueId("search");
  const field = element("input", {
    type: "search", id, placeholder, autocomplete: "off", spellcheck: "false",
    input: () => search(field.value.toLowerCase().split(/\s+/).filter(Boolean)),
  });
  return [element("label", { for: id, class: "unseen" }, label), field];
}

export function hasWords(text, words) {
  const line = text.toLowerCase();
  return words.every((word) => line.includes(word));
}
