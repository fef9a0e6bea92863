// What the report can do beyond being read: filter, unfold, keys. The page is whole without it.
"use strict";
(() => {
  const cases = document.getElementById("cases");
  if (!cases) return;
  const make = (name, properties, ...inside) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...inside);
    return element;
  };

  // Rows with the text that a filter looks through; a row without a title shares the one above it.
  let title = "";
  const rows = [...cases.querySelectorAll("tr[data-word]")].map((row) => {
    const told = row.querySelector(".title");
    if (told) title = told.textContent;
    const section = row.parentElement.querySelector("th").textContent;
    const name = row.querySelector("code, a").textContent;
    return { row, text: [section, name, title].join(" ").toLowerCase(), word: row.dataset.word, level: (row.dataset.level || "").toLowerCase() };
  });
  const articles = [...document.querySelectorAll("article[data-word]")].map((row) => ({
    row,
    text: row.querySelector("h3").textContent.toLowerCase(),
    word: row.dataset.word,
    level: (row.dataset.level || "").toLowerCase(),
  }));
  const words = new Set(rows.map((each) => each.word));

  // "fail level:must 5.2": every part must fit.
  const fits = (each, part) => {
    if (part.startsWith("level:")) return each.level.startsWith(part.slice(6));
    if (part.startsWith("word:")) return each.word === part.slice(5);
    return words.has(part) ? each.word === part : each.text.includes(part);
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
    for (const body of cases.querySelectorAll("table.cases > tbody")) {
      body.hidden = !body.querySelector(":scope > tr[data-word]:not([hidden])");
    }
    told.textContent = parts.length ? `${shown} of ${rows.length} cases` : "";
  };
  box.addEventListener("input", filter);

  const fold = (open) => {
    for (const details of document.querySelectorAll("article > details, .cases td > details")) details.open = open;
  };
  const unfold = make("button", { type: "button", textContent: "Expand all" });
  const close = make("button", { type: "button", textContent: "Collapse all" });
  unfold.addEventListener("click", () => fold(true));
  close.addEventListener("click", () => fold(false));
  const tools = make("div", { className: "tools" }, label, box, told, unfold, close);
  tools.setAttribute("role", "search");
  document.getElementById("failures").before(tools);

  // A link to a case unfolds it.
  const arrive = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = target && target.querySelector("details");
    if (details && target.matches("article, tr")) details.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", arrive);
  if (location.hash) arrive();

  // `/` filter, j and k the next and the previous case that did not pass, Escape leaves the filter.
  const step = (by) => {
    const stops = [...document.querySelectorAll("article[data-word]:not([hidden]) > details > summary")];
    const at = stops.indexOf(document.activeElement);
    const next = stops[at < 0 ? (by > 0 ? 0 : stops.length - 1) : at + by];
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "start" });
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target === box) {
      if (event.key === "Escape") { box.value = ""; filter(); box.blur(); }
      return;
    }
    if (event.key === "/") { event.preventDefault(); box.focus(); box.select(); }
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });
  tools.append(make("small", {}, "Keys: / filter, j and k next and previous case that did not pass"));
})();
