// A desktop VS Code: whether one could show a window here, and how to get one.

import { download } from "@vscode/test-electron";
import { cache, heading, onPath } from "../lib.mjs";

/**
 * What to put before the command of a desktop program so that it finds a display: nothing, or Xvfb's
 * wrapper; undefined where a window cannot be shown.
 * @param {{virtual?: boolean}} options whether a display that nobody sees will do
 */
export function displayPrefix({ virtual = false } = {}) {
  if (process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return [];
  const xvfb = virtual && onPath("xvfb-run");
  return xvfb ? [xvfb, "-a"] : undefined;
}

/** The `code` command of a VS Code that is installed here. */
export function installedCode() {
  // In the terminal of a remote window, `code` speaks to that window and cannot start another one.
  if (process.env.VSCODE_IPC_HOOK_CLI) return undefined;
  return onPath("code", "code-insiders", "codium");
}

/**
 * Downloads a desktop build, or finds the one downloaded before. Returns its path, or undefined where none
 * can be had: something must arrive within `patience` ms of silence, after which it may take its time.
 */
export async function downloadDesktop({ patience = 8_000 } = {}) {
  heading("Looking for a desktop VS Code to download");
  let heard = Date.now();
  let percent = 0;
  let over = false;
  const reporter = {
    report({ stage, bytesSoFar, totalBytes }) {
      if (stage !== "retrying") heard = Date.now();
      if (over || stage !== "downloading" || !totalBytes) return;
      const now = Math.floor((bytesSoFar / totalBytes) * 100);
      if (now >= percent + 20) console.log(`  ${now} %`);
      if (now >= percent + 20 || percent === 0) percent = now;
    },
    error() {},
  };
  const stalled = new Promise((_, fail) => {
    const timer = setInterval(() => {
      // Once something has arrived there will be silence only while it is unpacked.
      if (percent > 0 || Date.now() - heard < patience) return;
      clearInterval(timer);
      fail(new Error(`no answer within ${patience / 1000} s`));
    }, 250);
    timer.unref();
  });
  try {
    const found = download({ version: "stable", cachePath: cache, timeout: patience, reporter });
    const executable = await Promise.race([found, stalled]);
    console.log(`  using ${executable}`);
    return executable;
  } catch (error) {
    console.log(`  none can be had here (${error.message || error.code || error})`);
    return undefined;
  } finally {
    over = true;
  }
}
