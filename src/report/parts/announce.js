// SPDX-License-Identifier: MIT
// Tells those who do not see the page what a key or button did.

export function announce(text) {
  document.getElementById("announcement").textContent = text;
}
