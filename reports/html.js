// What the report can do beyond being read: filter, unfold, keys, octets and fields that point at
// each other. The page is whole without it.
"use strict";
(() => {
  const make = (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  };
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const visible = (element) => !element.closest("[hidden]");

  // A field of a frame and its octets light up together: under the pointer, or with the arrow keys.
  const light = (frame, part) => {
    for (const each of all("[data-p]", frame)) each.classList.toggle("on", each.dataset.p === part);
  };
  for (const frame of all(".frame")) {
    const fields = all(".fields > [data-p]", frame);
    if (!fields.length) continue;
    frame.tabIndex = 0;
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", "Frame; the arrow keys go through its fields");
    let at = -1;
    const go = (to) => {
      at = Math.max(0, Math.min(fields.length - 1, to));
      light(frame, fields[at].dataset.p);
      for (const each of fields) each.classList.toggle("here", each === fields[at]);
    };
    frame.addEventListener("pointerover", (event) => {
      const part = event.target.closest("[data-p]");
      if (part && frame.contains(part)) light(frame, part.dataset.p);
    });
    frame.addEventListener("pointerleave", () => light(frame, null));
    frame.addEventListener("blur", () => {
      at = -1;
      light(frame, null);
      for (const each of fields) each.classList.remove("here");
    });
    frame.addEventListener("keydown", (event) => {
      if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
      event.preventDefault();
      go(at + (event.key === "ArrowRight" ? 1 : -1));
    });
  }

  const cases = document.getElementById("cases");
  if (!cases) return;

  // Who was tested, as a filter says it: "gorilla", "my-server".
  const key = (text) => text.trim().toLowerCase().replace(/\s+/g, "-");
  const runs = all("th[data-run]", cases).map((each) => key(each.dataset.run));

  // Rows with what a filter looks through; a row without a title shares the one above it.
  let title = "";
  const rows = all("tr[data-word]", cases).map((row) => {
    const told = row.querySelector(".title");
    if (told) title = told.textContent;
    const section = row.parentElement.querySelector("th").textContent;
    const name = row.querySelector("code, a").textContent;
    return {
      row,
      text: [section, name, title].join(" ").toLowerCase(),
      words: row.dataset.word.split(" "),
      level: (row.dataset.level || "").toLowerCase(),
      changed: (row.dataset.changed || "").toLowerCase(),
      known: row.dataset.known || "",
    };
  });
  const articles = all("article[data-word]").map((row) => {
    const words = runs.map((_, index) => (String(index) === row.dataset.run ? row.dataset.word : "."));
    return {
      row,
      text: row.querySelector("h3").textContent.toLowerCase() + " " + row.id.toLowerCase(),
      words,
      level: (row.dataset.level || "").toLowerCase(),
      changed: (row.dataset.changed || "").toLowerCase(),
      known: row.dataset.known || "",
    };
  });
  const known = new Set([...rows, ...articles].flatMap((each) => each.words));

  // "fail level:must 5.2": every part must fit. "gorilla:fail" is about one target, "server:fail"
  // and "target:fail" about any.
  const fits = (each, part) => {
    const colon = part.indexOf(":");
    const name = part.slice(0, colon);
    const value = part.slice(colon + 1);
    if (colon > 0) {
      if (name === "level") return each.level.startsWith(value);
      if (name === "known") return value ? each.known.includes(value) : each.known !== "";
      if (name === "changed") return value ? each.changed.replace(/ /g, "-").includes(value) : each.changed !== "";
      if (name === "word" || name === "server" || name === "target") return each.words.some((word) => word.startsWith(value) && word !== ".");
      const run = runs.indexOf(name);
      if (run >= 0) return value ? each.words[run].startsWith(value) : each.words[run] !== ".";
    }
    return known.has(part) ? each.words.includes(part) : each.text.includes(part);
  };

  const box = make("input", { type: "search", id: "filter", placeholder: "fail  level:must  5.2", autocomplete: "off", spellcheck: false });
  const told = make("output", {});
  const label = make("label", { htmlFor: "filter", textContent: "Filter" });
  const filter = () => {
    const parts = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const each of rows) {
      each.row.hidden = !parts.every((part) => fits(each, part));
      if (!each.row.hidden) ++shown;
    }
    for (const each of articles) each.row.hidden = !parts.every((part) => fits(each, part));
    for (const body of all("table.cases > tbody", cases)) {
      body.hidden = !body.querySelector(":scope > tr[data-word]:not([hidden])");
    }
    told.textContent = parts.length ? `${shown} of ${rows.length} cases` : "";
  };
  box.addEventListener("input", filter);

  const fold = (open) => {
    for (const details of all("article > details, .cases td > details")) details.open = open;
  };
  const button = (text, act) => {
    const made = make("button", { type: "button", textContent: text });
    made.addEventListener("click", act);
    return made;
  };

  const keys = [
    ["/", "filter: words of the catalogue, fail, level:must, " + (runs[0] || "target") + ":fail, changed:"],
    ["j k", "next and previous case"],
    ["n p", "next and previous failure"],
    ["Enter", "unfold what is marked, or fold it"],
    ["← →", "in a frame: its fields, one after the other"],
    ["Esc", "leave the filter"],
    ["?", "this help"],
  ];
  const list = make("dl", { className: "keys" });
  for (const [name, text] of keys) list.append(make("div", {}, make("dt", {}, make("kbd", { textContent: name })), make("dd", { textContent: text })));
  const help = make("dialog", {}, make("h2", { textContent: "Keys" }), list, button("Close", () => help.close()));
  help.setAttribute("aria-label", "Keys");
  document.body.append(help);

  const tools = make("div", { className: "tools" }, label, box, told, button("Expand all", () => fold(true)), button("Collapse all", () => fold(false)), button("Keys ?", () => help.showModal()));
  tools.setAttribute("role", "search");
  document.getElementById("failures").before(tools);

  // A link to a case unfolds it.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (let outer = target.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
    const details = target.matches("article, tr") && target.querySelector("details");
    if (details) details.open = true;
    target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // j and k go through everything that can be unfolded or followed, n and p through failures.
  const stops = {
    case: "article[data-word] > details > summary, .cases tr[data-word] > td > details > summary, .cases tr[data-word] > td > div > a",
    failure: "#failures article[data-word] > details > summary",
  };
  const step = (kind, by) => {
    const places = all(stops[kind]).filter(visible);
    if (!places.length) return;
    const now = document.activeElement;
    let at = places.indexOf(now);
    if (at < 0 && now && now !== document.body) {
      // From somewhere else: the next one in the order of the page.
      at = places.findIndex((each) => now.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING);
      at = at < 0 ? (by > 0 ? places.length : places.length) : at - (by > 0 ? 1 : 0);
    }
    const next = places[at < 0 && by < 0 ? places.length - 1 : at + by];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
    const head = next.getBoundingClientRect().top;
    if (head < 80) scrollBy(0, head - 80);
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.target === box) {
      if (event.key === "Escape") { box.value = ""; filter(); box.blur(); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); box.focus(); box.select(); }
    if (event.key === "?") help.showModal();
    if (event.key === "j") step("case", 1);
    if (event.key === "k") step("case", -1);
    if (event.key === "n") step("failure", 1);
    if (event.key === "p") step("failure", -1);
  });

  // On paper everything that matters is unfolded.
  addEventListener("beforeprint", () => {
    for (const details of all("#failures article > details")) details.open = true;
  });
})();
