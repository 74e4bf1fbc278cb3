// SPDX-License-Identifier: MIT
// On paper everything is unfolded.
import { unfoldAll } from "./parts/folded.js";

export function unfoldToPrint() {
  let fold = () => {};
  addEventListener("beforeprint", () => { fold = unfoldAll(); });
  addEventListener("afterprint", () => fold());
}
