// `npm run screenshots`: takes the pictures of the documentation in a real VS Code. See --help.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { ensureDependencies, Failure, heading, main, root, temporaryFolder } from "./lib.mjs";

const help = `Usage: npm run screenshots [-- OPTIONS]

Builds, opens the VS Code server with the extension on test/vscode/screenshots/workspace, goes through
test/vscode/suite/readme.screenshots.test.ts, once in English and once in Chinese, and writes what it sees
as docs/images/NAME.png and docs/images/tour.gif. Look at the result before you commit it.

  --only PATTERN   only the pictures whose name matches, e.g. "en topology" or "tour"
  --keep FOLDER    keep the pictures as they were taken in this folder
  --help           this text`;

/** Bytes that a picture of the documentation may have: it is loaded with the page. */
const MOST = { png: 150_000, gif: 600_000 };

/** Nothing in the window but what the pictures are about. */
const settings = {
  "breadcrumbs.enabled": false,
  "editor.cursorBlinking": "solid",
  "editor.fontSize": 13,
  "editor.minimap.enabled": false,
  "editor.occurrencesHighlight": "off",
  "editor.smoothScrolling": false,
  "editor.stickyScroll.enabled": false,
  "explorer.autoReveal": false,
  "window.commandCenter": false,
  "workbench.activityBar.location": "hidden",
  "workbench.colorTheme": "Default Light Modern",
  "workbench.editor.empty.hint": "hidden",
  "workbench.layoutControl.enabled": false,
  "workbench.list.smoothScrolling": false,
  "workbench.reduceMotion": "on",
};

await main(async () => {
  const { values } = parseArgs({
    options: { only: { type: "string" }, keep: { type: "string" }, help: { type: "boolean" } },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  await ensureDependencies();
  heading("Building");
  const { build } = await import("./build.mjs");
  await build();

  heading("Taking the pictures");
  // Only in a browser's page can a test photograph its own window.
  process.env.KEEPALIVED_VSCODE = "server";
  const { prepareWindow, runSuite } = await import("./vscode/run-suite.mjs");
  await prepareWindow();
  const taken = values.keep ?? temporaryFolder("screenshots").folder;
  mkdirSync(taken, { recursive: true });
  process.env.KEEPALIVED_SCREENSHOTS_FOLDER = taken;
  const samples = join(root, "test/vscode/screenshots/workspace");
  let photographed = 0;
  for (const [prefix, locale] of [
    ["en", undefined],
    ["zh", "zh-cn"],
  ]) {
    const only = `documentation ${prefix} ${values.only ? `.*${values.only.replace(/^(en|zh) /, "")}` : ""}`;
    if (values.only && /^(en|zh) /.test(values.only) && !values.only.startsWith(prefix)) continue;
    const counts = await runSuite({ kind: "screenshots", only, samples, settings, locale, timeout: 600 });
    if (counts.failed > 0) throw new Failure("Not every picture could be taken.");
    photographed += counts.passed;
  }
  if (photographed === 0) throw new Failure("No picture has that name.");

  heading("Writing");
  const target = join(root, "docs/images");
  mkdirSync(target, { recursive: true });
  const files = readdirSync(taken).filter((file) => file.endsWith(".png") && !file.startsWith("failed"));
  const frames = files.filter((file) => file.startsWith("tour-")).sort();
  for (const file of files.filter((f) => !f.startsWith("tour-")))
    await writePicture(join(taken, file), join(target, file));
  if (frames.length > 0) await writeTour(frames, taken, join(target, "tour.gif"));
  for (const file of readdirSync(target)) {
    const most = MOST[file.split(".").pop()];
    const { size } = statSync(join(target, file));
    console.log(`  ${file}: ${Math.ceil(size / 1024)} KB`);
    if (most !== undefined && size > most)
      throw new Failure(`${file} has ${size} bytes; more than ${most} are too many for a page.`);
  }
});

/** Few colours are enough for text and lines, and a quarter of the bytes. */
async function writePicture(source, target) {
  const { default: sharp } = await import("sharp");
  await sharp(source).png({ palette: true, colours: 128, dither: 0, effort: 10 }).toFile(target);
  if (!existsSync(target)) throw new Failure(`${target} was not written.`);
}

/** The frames say in their names how long they are shown: tour-NUMBER-MILLISECONDS.png. */
async function writeTour(frames, folder, target) {
  const { default: sharp } = await import("sharp");
  const delay = frames.map((file) => Number(basename(file, ".png").split("-").pop()));
  const animation = sharp(
    frames.map((file) => join(folder, file)),
    { join: { animated: true } },
  );
  const bytes = await animation
    .gif({ delay, loop: 0, colours: 64, dither: 0, effort: 10, interFrameMaxError: 2 })
    .toBuffer();
  writeFileSync(target, bytes);
}
