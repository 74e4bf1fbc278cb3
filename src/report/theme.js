// SPDX-License-Identifier: MIT
// Light or dark: as the system has it, until the button is pressed.

const NAME = "dryad-theme";
const OTHER = { light: "dark", dark: "light" };

function kept() {
  try {
    return localStorage.getItem(NAME);
  } catch {
    return null; // a browser may keep nothing for files
  }
}

function keep(theme) {
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    // then the next page begins as the system has it
  }
}

export function offerThemes() {
  const root = document.documentElement;
  const button = document.getElementById("theme");
  const system = matchMedia("(prefers-color-scheme: dark)");
  const current = () => root.dataset.theme ?? (system.matches ? "dark" : "light");
  const label = () => { button.textContent = OTHER[current()] === "dark" ? "Dark" : "Light"; };
  if (OTHER[kept()]) {
    root.dataset.theme = kept();
  }
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = OTHER[current()];
    keep(root.dataset.theme);
    label();
  });
  system.addEventListener("change", label);
  label();
}
