// SPDX-License-Identifier: MIT
// The names in boxes: of classes, such as `shop.Session`, and of modules, such as `module shop`.

const MODULE = "module ";

// The module that a name stands for, or nothing.
export function moduleNamed(name) {
  return name.startsWith(MODULE) ? name.slice(MODULE.length) : "";
}

// A name in two parts: {module: what only a wide box has room for, label: the rest}.
export function qualified(name) {
  const dot = name.lastIndexOf(".");
  const start = moduleNamed(name) ? MODULE.length : dot > 0 ? dot + 1 : 0;
  return { module: name.slice(0, start), label: name.slice(start) };
}
