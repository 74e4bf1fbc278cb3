// SPDX-License-Identifier: MIT
// Text that does something wherever it is parsed, or changes how its surroundings are read.

const MARKUP = [
  "<img src=x onerror=evil=1>", "<script>evil=1</script>", "</script><script>evil=1</script>", "<!--", "<!--<script>", "-->", "]]>",
  "<svg onload=evil=1>", "<style>*{display:none}</style>", '" onfocus=evil=1 autofocus="', "' onmouseover=evil=1 '", "javascript:evil=1",
  "<a href=https://example.org/>", "<iframe src=https://example.org/></iframe>", "&lt;b&gt;", "&#60;b&#62;", "\\u003cb\\u003e",
  "</title>", "</textarea>", "<base href=//example.org/>", "<!--DRYAD-REPORT-->", "{{script}}", "$&", "$'", "$1", "%s", "${evil=1}", "`",
].join(" ");
// Bidirectional overrides and isolates, invisible characters, separators, controls, and half of a character.
const CHARACTERS = "\u202e\u2066\u2067\u200f\u061c\u200b\u2060\ufeff\u00ad\u2028\u2029\u0000\u0007\u0008\u001b[31m\u007f\u0085\u009b2J\r\n\ud800";
const LONG = 4096;

// What no file and no page may have as it is: a reader could not see it, or would be misled.
export const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/;

// A beginning of the marked names that can be seen wherever they are not cut.
export const SEEN = "<img src=x onerror=evil=1>";

// The name, at first, and all of the above, in 4 KiB.
export function hostile(name) {
  const text = `${name}${MARKUP}${CHARACTERS}`;
  return text + "\u{1f40d}W\u0301".repeat(LONG).slice(0, LONG - text.length);
}
