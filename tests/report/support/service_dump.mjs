// SPDX-License-Identifier: MIT
// Dumps of a service, made line by line, with something in them for each section of the page: a cache that leaks,
// threads and tasks, garbage, duplicates. Numbers are few and round, so that a test can name them.
//
// serviceDump({ entries, documents, time, text }): the cache has so many entries, of ENTRY_BYTES each with what they hold;
// so many documents are garbage, of DOCUMENT_BYTES each. `text` is a function applied to every text that a program can
// choose: names of classes, modules, functions, files, variables, threads and tasks, keys, values and facts of the process.

export const ENTRY_BYTES = 100 + 60 + 4000;
export const DOCUMENT_BYTES = 8000 + 2000;

class Dump {
  lines = [];
  objects = [];

  add(type, size, refs = [], fields = {}) {
    const object = { address: 4096 + 16 * this.objects.length, type, size, refs, fields };
    this.objects.push(object);
    return object;
  }

  string(value) {
    return this.add("str", 60, [], { len: value.length, value });
  }

  // A dict of pairs [key, object]; its keys are new strings.
  dict(pairs) {
    return this.add("dict", 64 + 16 * pairs.length, pairs.flatMap(([key, object]) => [this.string(key), object]),
      { len: pairs.length });
  }

  class(name, module) {
    return this.add("type", 1000, [], { name, qualname: `${module}.${name}` });
  }

  module(name, file, attributes) {
    return this.add("module", 100, [this.dict([["__file__", this.string(file)], ...attributes])], { name, root: "modules" });
  }

  // References by name, as frames and threads have them.
  named(type, size, pairs, fields) {
    return this.add(type, size, pairs.map(([, object]) => object), { names: pairs.map(([name]) => name), ...fields });
  }

  toString(process) {
    const counts = new Map();
    for (const { refs } of this.objects) for (const object of refs) counts.set(object, (counts.get(object) ?? 0) + 1);
    const lines = this.objects.map((object) => ({
      address: object.address, type: object.type, size: object.size, ...object.fields,
      ...(object.fields.root ? {} : { refcount: counts.get(object) ?? 0 }),
      refs: object.refs.map(({ address }) => address),
    }));
    lines.unshift({ address: 1, type: "<process>", size: 0, value: JSON.stringify(process), refs: [] });
    lines.push({ address: 2, type: "<end>", size: 0, value: lines.length, refs: [] });
    return lines.map((line) => JSON.stringify(line)).join("\n") + "\n";
  }
}

export function serviceDump({ entries = 300, documents = 100, text = (name) => name, time = "2026-03-01T12:30:00Z" } = {}) {
  const dump = new Dump();
  const service = text("service");

  const entryClass = dump.class(text("Entry"), service);
  const cache = dump.add("list", 56 + 8 * entries, [], { len: entries });
  for (let i = 0; i < entries; i++) {
    const payload = dump.add("bytes", 4000, [], { len: 3967, value: text(`payload ${i}`) });
    cache.refs.push(dump.add(text("Entry"), 100, [entryClass, payload, dump.string(text(`key ${i}`))],
      { allocated: [`${text("service/cache.py")}:41`] }));
  }

  const copies = dump.add("list", 856, [], { len: 100 });
  for (let i = 0; i < 100; i++) {
    copies.refs.push(dump.add("str", 200, [], { len: 151, value: text("the same text") }));
  }

  // More kinds than a page shows at once.
  const models = [];
  for (let i = 0; i < 150; i++) {
    const name = text(`Model${String(i).padStart(3, "0")}`);
    const kind = dump.class(name, text("service.models"));
    models.push([text(`model_${i}`), kind], [text(`instance_${i}`), dump.add(name, 400 + i, [kind])]);
  }

  // Cycles that no collector has seen.
  const documentClass = dump.class(text("Document"), service);
  for (let i = 0; i < documents; i++) {
    const document = dump.add(text("Document"), 8000, [documentClass]);
    document.refs.push(dump.add(text("Page"), 2000, [document]));
  }

  dump.module(service, text("/srv/service/__init__.py"), [[text("cache"), cache], [text("copies"), copies],
    [text("Document"), documentClass], [text("Entry"), entryClass]]);
  dump.module(text("service.models"), text("/srv/service/models.py"), models);

  const frame = (name, line, variables) =>
    dump.named("frame", 400, variables, { value: text(name), file: text(`/srv/service/${name}.py`), line });
  for (const worker of ["worker-1", "worker-2", "worker-3"]) {
    const job = dump.add("bytearray", 5000, [], { len: 4900 });
    const outer = frame("serve", 12, [[text("jobs"), job]]);
    const inner = frame("handle", 34, [[text("job"), job], ["f_back", outer]]);
    dump.add("<thread>", 0, [inner, outer], { name: text(worker), root: "thread", value: "{}" });
  }
  const buffer = dump.add("bytearray", 7000, [], { len: 6900 });
  const place = { file: text("/srv/service/poll.py"), line: 56 };
  const coroutine = dump.named("coroutine", 100, [["cr_frame", frame("poll", 56, [[text("buffer"), buffer]])]],
    { value: text("poll"), ...place });
  dump.named("_asyncio.Task", 200, [["_coro", coroutine]], { name: text("poller"), root: "interpreter", ...place });

  return dump.toString({
    pid: 4711, command: text("python3 -m service"), executable: text("/usr/bin/python3"), hostname: text("web-1"),
    python: "3.12.1", implementation: "CPython", scanner: "0.2.0", time, started: "2026-03-01T08:00:00Z",
    rss: 40_000_000, pss: 39_000_000, vms: 90_000_000, threads: 3,
    maps: { heap: 20_000_000, anonymous: 12_000_000, files: 7_000_000, stacks: 1_000_000 },
    allocator: { malloc: { in_use: 15_000_000, free: 5_000_000 }, arenas: { in_use: 9_000_000, free: 3_000_000 } },
    gc: { enabled: false, thresholds: [700, 10, 10], counts: [9, 0, 0], garbage: 0 },
    tracemalloc: false,
  });
}
