// A headless Chromium for the window of the VS Code server: the one of the system, or else one from npm.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { chromium } from "playwright-core";
import { cache, Failure, heading, npm, onPath, removeFolder, since } from "../lib.mjs";

/** The newest @sparticuz/chromium that says it runs on Node 20; it is a build for Linux on x64. */
const packagedVersion = "143.0.4";
const packagedFolder = join(cache, `chromium-${packagedVersion}`);

/**
 * Starts the browser; it ends with this process.
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchChromium() {
  const { executablePath, env, channel } = await findChromium();
  return chromium.launch({
    executablePath,
    channel,
    env: { ...process.env, ...env },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Installs a browser from npm where the system has none; returns a word about the one that will be used. */
export async function ensureChromium() {
  const { executablePath, channel } = await findChromium();
  return executablePath ?? channel;
}

async function findChromium() {
  const named = process.env.CHROME_PATH;
  const installed = named || onPath("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
  if (installed && (named || starts(installed))) return { executablePath: installed };
  if (process.platform !== "linux") return { channel: "chrome" };
  if (process.arch !== "x64") {
    throw new Failure("No Chromium found. Install Chromium or Chrome, or set CHROME_PATH to its program.");
  }
  return packagedChromium();
}

/** False for the placeholder that some distributions install in place of a browser, and for lacking libraries. */
function starts(executablePath, env = {}) {
  const options = { env: { ...process.env, ...env }, stdio: "ignore", timeout: 20_000 };
  return spawnSync(executablePath, ["--version"], options).status === 0;
}

async function packagedChromium() {
  if (!existsSync(packagedFolder)) await unpackChromium();
  const executablePath = join(packagedFolder, "chromium");
  // Written each time because it holds an absolute path, and the working folder may have been moved.
  writeFileSync(
    join(packagedFolder, "fonts.conf"),
    `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
      <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
      <dir>${join(packagedFolder, "fonts")}</dir>
      <cachedir>${join(packagedFolder, "font-cache")}</cachedir></fontconfig>`,
  );
  const fonts = { FONTCONFIG_PATH: packagedFolder };
  // A machine that never had a browser lacks its libraries as well. They come with the package, but those
  // of the system, where they are complete, fit the system better.
  const libraries = {
    LD_LIBRARY_PATH: [join(packagedFolder, "lib"), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":"),
  };
  for (const env of [fonts, { ...fonts, ...libraries }]) {
    if (starts(executablePath, env)) return { executablePath, env };
  }
  throw new Failure("The Chromium from npm does not start here. Install Chromium, or set CHROME_PATH.");
}

async function unpackChromium() {
  const started = performance.now();
  heading(`Installing a browser (@sparticuz/chromium ${packagedVersion} from npm, 65 MB)`);
  const partial = `${packagedFolder}.partial`;
  const download = join(partial, "download");
  removeFolder(partial);
  mkdirSync(download, { recursive: true });
  await npm(
    [
      "install",
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      "--no-update-notifier",
      "--loglevel=error",
      "--prefix",
      download,
      `@sparticuz/chromium@${packagedVersion}`,
    ],
    { label: "installing" },
  );
  const packed = join(download, "node_modules/@sparticuz/chromium/bin");
  const unpack = (name, target) =>
    pipeline(createReadStream(join(packed, name)), createBrotliDecompress(), createWriteStream(target));
  await unpack("chromium.br", join(partial, "chromium"));
  chmodSync(join(partial, "chromium"), 0o755);
  // Folder fonts/, folder lib/ with the libraries, and the software renderer beside the program.
  for (const name of ["fonts", "al2023", "swiftshader"]) {
    const archive = join(download, `${name}.tar`);
    await unpack(`${name}.tar.br`, archive);
    const { status } = spawnSync("tar", ["-x", "--no-same-owner", "-f", archive, "-C", partial], {
      stdio: "inherit",
    });
    if (status !== 0) throw new Failure(`tar could not unpack ${name}.tar.`);
  }
  removeFolder(download);
  renameSync(partial, packagedFolder);
  console.log(`  done in ${since(started)}`);
}
