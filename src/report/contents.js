// SPDX-License-Identifier: MIT
// The table of contents, which marks the section that is being read.
import { element } from "./parts/element.js";

export function showContents(sections) {
  const nav = document.getElementById("contents");
  const links = new Map(sections.map((section) => [section, element("a", { href: `#${section.id}` }, section.querySelector("h2").textContent)]));
  nav.append(element("ul", {}, [...links.values()].map((link) => element("li", {}, link))));
  nav.hidden = false;
  const seen = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) {
        seen.add(target);
      } else {
        seen.delete(target);
      }
    }
    const current = sections.find((section) => seen.has(section));
    for (const [section, link] of links) {
      if (section === current) {
        link.setAttribute("aria-current", "true");
      } else {
        link.removeAttribute("aria-current");
      }
    }
  }, { rootMargin: "-15% 0px -60% 0px" });
  sections.forEach((section) => observer.observe(section));
}
