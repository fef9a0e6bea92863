// validate_pages.mjs PACKAGES SAMPLES: html-validate has nothing to say about the made-up reports of SAMPLES (the ctest
// reports.samples), hostile ones too. PACKAGES has the node_modules that `./dev browser` installs.
// Exits 0 when all is well, 1 when not, 77 where the packages are missing.
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [packages, samples] = process.argv.slice(2).map((path) => resolve(path));
if (!existsSync(`${packages}/node_modules/html-validate`)) {
  console.log("skipped: `./dev browser` has not been run");
  process.exit(77);
}
const { HtmlValidate, StaticConfigLoader } = createRequire(`${packages}/`)("html-validate");

const validate = new HtmlValidate(new StaticConfigLoader({
  extends: ["html-validate:recommended"],
  rules: {
    "valid-id": ["error", { relaxed: true }], // the ids of cases have slashes and dots; HTML does not mind
    "aria-label-misuse": ["error", { allowAnyNamable: true }], // a list may have a name
    "long-title": "off", // that is about search engines
  },
}));

const pages = readdirSync(samples, { recursive: true }).filter((name) => name.endsWith(".html")).sort();
let complaints = 0;
for (const page of pages) {
  const { results } = await validate.validateFile(join(samples, page));
  for (const each of results.flatMap((result) => result.messages)) {
    if (++complaints <= 40) console.log(`${page}:${each.line}:${each.column}: ${each.ruleId}: ${each.message} (${each.selector ?? ""})`);
  }
}
console.log(`${pages.length} pages, ${complaints} complaints`);
process.exit(pages.length > 0 && complaints === 0 ? 0 : 1);
