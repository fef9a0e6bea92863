// check_pages.mjs PACKAGES SAMPLES [hostile]: looks at the made-up reports of SAMPLES (the ctest reports.samples)
// as a reader would, in Chromium; "hostile": at all pages of SAMPLES, and only whether what is in them is inert.
// PACKAGES has the node_modules that `./dev browser` installs.
// Exits 0 when all is well, 1 when not, 77 where the browser or the packages are missing.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [packages, samples] = process.argv.slice(2, 4).map((path) => resolve(path));
const onlyHostile = process.argv[4] === "hostile";
const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
if (!chromium || !existsSync(`${packages}/node_modules/playwright-core`)) {
  console.log(`skipped: ${chromium ? "`./dev browser` has not been run" : "there is no Chromium"}`);
  process.exit(77);
}
const require = createRequire(`${packages}/`);
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf-8");
const browser = await require("playwright-core").chromium.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] });

let failures = 0;
const check = (what, holds, seen = "") => {
  if (!holds) ++failures;
  console.log(`${holds ? "ok  " : "FAIL"} ${what}${holds || seen === "" ? "" : `: ${JSON.stringify(seen).slice(0, 1200)}`}`);
};
const address = (name) => {
  const [file, place] = name.split("#");
  return pathToFileURL(`${samples}/${file}`).href + (place ? `#${place}` : "");
};

// A page with what it asked for and complained about.
const open = async (name, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const trouble = [];
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(pathToFileURL(samples).href)) trouble.push(`asked for ${url}`);
  });
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) trouble.push(message.text()); });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", (dialog) => { trouble.push(`dialog ${dialog.message()}`); dialog.dismiss(); });
  await page.goto(address(name));
  return { page, trouble, close: () => context.close() };
};

// axe-core is put in by the debugger, past the page's content security policy.
const violations = async (page) => {
  await page.evaluate(axe);
  const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  return found.violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 160)} ${one.nodes[0].failureSummary ?? ""}`);
};
const shown = (page, selector) => page.$$eval(selector, (all) => all.filter((each) => !each.closest("[hidden]")).length);

const reading = async () => {
  const { page, trouble, close } = await open("report.html");
  const rows = await shown(page, "#cases tr[data-word]");
  const filter = async (text) => {
    await page.fill("#filter", text);
    return page.$$eval("#cases tr[data-word]", (all) => all.filter((each) => !each.hidden).map((each) => `${each.dataset.word} ${each.dataset.level} ${each.innerText}`));
  };
  const fails = await filter("fail");
  check("filter: a word", fails.length > 0 && fails.length < rows && fails.every((each) => each.startsWith("fail ")), fails);
  const both = await filter("gorilla:fail level:must");
  check("filter: a target's word, and a level", both.length > 0 && both.every((each) => each.startsWith("fail MUST")), both);
  check("filter: server:fail is the same as fail", (await filter("server:fail")).length === fails.length);
  const text = await filter("reserved-bits");
  check("filter: text", text.length === 7, text.length);
  check("filter: says how many", (await page.textContent("[role=search] output")) === `7 of ${rows} cases`);
  check("filter: nothing fits", (await filter("nonsense")).length === 0);
  await page.focus("#filter");
  await page.keyboard.press("Escape");
  check("filter: Escape shows all again", (await shown(page, "#cases tr[data-word]")) === rows);

  await page.keyboard.press("/");
  check("keys: / goes to the filter", await page.evaluate(() => document.activeElement.id === "filter"));
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  const first = await page.evaluate(() => document.activeElement.closest("article")?.id);
  await page.keyboard.press("n");
  const second = await page.evaluate(() => document.activeElement.closest("article")?.id);
  await page.keyboard.press("p");
  const back = await page.evaluate(() => document.activeElement.closest("article")?.id);
  check("keys: n and p go through failures", first && second && first !== second && back === first, [first, second, back]);
  await page.keyboard.press("j");
  check("keys: j goes on", await page.evaluate((id) => document.activeElement.closest("article")?.id !== id, first));
  await page.keyboard.press("?");
  check("keys: ? tells the keys", await page.isVisible("dialog[open] kbd"));
  check("keys: help is accessible", (await violations(page)).length === 0, await violations(page));
  await page.keyboard.press("Escape");

  await page.click("text=Collapse all");
  const summary = page.locator("article > details > summary").first();
  await summary.click();
  check("a case unfolds", await page.locator("article > details").first().evaluate((each) => each.open));
  const frame = page.locator("article").first().locator(".frame").first();
  await frame.locator(".fields > div").nth(3).hover();
  const lit = await frame.locator(".hex .on").evaluateAll((all) => all.map((each) => each.textContent));
  check("a field lights up its octets", lit.length === 1 && /^[0-9a-f]{2}$/.test(lit[0]), lit);
  await frame.focus();
  await page.keyboard.press("ArrowRight");
  check("the arrow keys go through the fields", (await frame.locator(".fields > .here dt").textContent()) === "FIN" && (await frame.locator(".hex .on").count()) === 1);
  check("reading: no request, no complaint", trouble.length === 0, trouble);
  await close();
};

const linking = async () => {
  const id = "rfc6455/5.2/length-forms/n=125";
  const { page, trouble, close } = await open(`report.html#${id}`);
  const state = await page.evaluate((name) => {
    const row = document.getElementById(name);
    const { top } = row.getBoundingClientRect();
    return { open: row.querySelector("details").open, seen: top >= 0 && top < innerHeight };
  }, id);
  check("a deep link unfolds its case and shows it", state.open && state.seen, state);
  check("linking: no request, no complaint", trouble.length === 0, trouble);
  await close();
};

const looking = async (name) => {
  const grounds = [];
  for (const colorScheme of ["light", "dark"]) {
    const { page, trouble, close } = await open(name, { colorScheme });
    if (await page.$("[role=search]")) await page.click("text=Expand all");
    await page.$$eval(".octets, .heads", (all) => all.slice(0, 3).forEach((each) => { each.open = true; }));
    const found = await violations(page);
    check(`${name}: axe finds nothing, ${colorScheme}`, found.length === 0, found);
    grounds.push(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
    check(`${name}: no request, no complaint, ${colorScheme}`, trouble.length === 0, trouble);
    await close();
  }
  check(`${name}: dark is another colour`, grounds[0] !== grounds[1], grounds);
  for (const width of [390, 1280]) {
    const { page, close } = await open(name, { viewport: { width, height: 800 } });
    const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
    check(`${name}: nothing sticks out at ${width} pixels`, wide <= width, wide);
    if (name !== "several.html") { // one or two targets have room enough
      const beyond = await page.$$eval("#gate .wide, #sections .wide", (all) => all.map((each) => each.scrollWidth - each.clientWidth));
      check(`${name}: gates and sections need no scrolling at ${width} pixels`, beyond.every((each) => each <= 0), beyond);
    }
    const broken = await page.$$eval("#sections td .w", (all) => all.flatMap((each) => {
      const text = each.firstChild;
      return [...text.data.matchAll(/[^\s-]+/g)].filter(({ 0: word, index }) => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        return new Set([...range.getClientRects()].map((box) => box.top)).size > 1;
      }).map(([word]) => word);
    }));
    check(`${name}: no verdict breaks within a word at ${width} pixels`, broken.length === 0, broken);
    await close();
  }
};

const comparing = async () => {
  const { page, trouble, close } = await open("several.html");
  const filter = async (text) => {
    await page.fill("#filter", text);
    return page.$$eval("#cases tr[data-word]", (all) => all.filter((each) => !each.hidden).map((each) => each.dataset.word.split(" ")));
  };
  const beast = await filter("beast:fail");
  check("several: a target's word", beast.length > 0 && beast.every((words) => words[2] === "fail"), beast);
  const any = await filter("server:fail");
  check("several: any target's word", any.length >= beast.length && any.every((words) => words.includes("fail")), any.length);
  check("several: what a target did not play", (await filter("ws:pass")).every((words) => words[1] === "pass"));
  await page.fill("#filter", "");
  await page.click("#cases td.w a");
  await page.waitForTimeout(50); // hashchange comes later
  check("several: a word leads to its article", await page.evaluate(() => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.matches("article") && document.querySelector(":target > details").open));
  check("several: no request, no complaint", trouble.length === 0, trouble);
  await close();
};

const withoutScriptAndStyle = async () => {
  const { page, close } = await open("report.html", { javaScriptEnabled: false });
  const text = readFileSync(`${samples}/report.html`, "utf-8").replace(/<style>[^]*?<\/style>/, "").replace(/<script>[^]*?<\/script>/, "");
  await page.setContent(text);
  const seen = await page.innerText("body");
  for (const part of ["✗ Gate not passed", "rfc6455/5.2", "✗ fail", "Expected", "Observed", "wsproof run rfc6455/", "FIN", "Requirements"]) {
    check(`without script and style: ${part}`, seen.includes(part));
  }
  check("without script and style: every case has a row", (await page.$$("#cases tr[data-word]")).length > 100);
  await close();
};

const hostile = async (name) => {
  const { page, trouble, close } = await open(name);
  await page.waitForTimeout(50); // for what a handler would do later
  const state = await page.evaluate(() => ({
    scripts: document.scripts.length,
    handlers: [...document.querySelectorAll("*")].filter((each) => [...each.attributes].some((one) => one.name.startsWith("on") || /^\s*javascript:/i.test(one.value))).length,
    loads: document.querySelectorAll("img, iframe, object, embed, link, form, base, video, audio").length,
    pwned: "pwned" in globalThis,
  }));
  check(`${name}: one script, ours`, state.scripts === 1 && state.handlers === 0 && state.loads === 0 && !state.pwned, state);
  check(`${name}: no request, no complaint`, trouble.length === 0, trouble);
  await close();
};

const folder = async () => {
  const { page, trouble, close } = await open("folder/index.html");
  check("folder: the style is there", await page.evaluate(() => getComputedStyle(document.body).maxWidth !== "none"));
  check("folder: the script is there", (await page.$$("[role=search]")).length === 1);
  check("folder: nothing is inline", await page.evaluate(() => document.querySelectorAll("style, script:not([src])").length === 0));
  await page.click("#cases tr[data-word] a");
  await page.waitForSelector("h1.id");
  check("folder: a case has its page", (await page.innerText("main")).includes("wsproof run"));
  check("folder: no request, no complaint", trouble.length === 0, trouble);
  await close();
};

const large = async () => {
  const begin = performance.now();
  const { page, close } = await open("large.html");
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(done)));
  console.log(`     large.html: ${(statSync(`${samples}/large.html`).size / 1e6).toFixed(2)} MB, opened in ${Math.round(performance.now() - begin)} ms`);
  check("large: under 2 MB", statSync(`${samples}/large.html`).size < 2_000_000);
  await close();
};

const usual = async () => {
  await reading();
  await linking();
  await looking("report.html");
  await looking("several.html");
  await looking("two.html");
  await looking("empty.html");
  await comparing();
  await withoutScriptAndStyle();
  await folder();
  await large();
};

try {
  if (!onlyHostile) await usual();
  const pages = readdirSync(samples).filter((name) => name.endsWith(".html") && (onlyHostile || name.startsWith("hostile-")));
  check("there are hostile pages", pages.length > 3, pages);
  for (const name of pages) await hostile(name);
} catch (error) {
  check("the tests run to their end", false, String(error.stack ?? error));
}
await browser.close();
console.log(failures ? `${failures} checks failed` : "all checks hold");
process.exit(failures ? 1 : 0);
