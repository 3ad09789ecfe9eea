// Lets a test inside the extension host use the keyboard and the mouse of its window and take pictures:
// a small HTTP server on 127.0.0.1 in front of Playwright's page. The other end is test/vscode/suite/ui.ts.

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

/**
 * Starts the bridge for a page.
 * @param {import("playwright-core").Page} page
 * @param {{folder: string, enabled: boolean}} screenshots where pictures go, and whether all are wanted
 * @returns {Promise<{url: string, token: string}>} what the suite needs to reach it
 */
export async function startUiBridge(page, screenshots) {
  const methods = uiMethods(page, screenshots);
  // Any page of the browser could send requests here; only the suite knows the token.
  const token = randomUUID();
  const server = createServer(async (request, response) => {
    let answer;
    try {
      const chunks = [];
      for await (const chunk of request) chunks.push(chunk);
      const call = JSON.parse(Buffer.concat(chunks).toString());
      if (call.token !== token) throw new Error("wrong token");
      if (!Object.hasOwn(methods, call.method)) throw new Error(`no method ${call.method}`);
      answer = { value: await methods[call.method](...call.args.map((arg) => arg ?? undefined)) };
    } catch (error) {
      answer = { error: error.message };
    }
    // The web extension host calls from a worker of another origin.
    response.setHeader("Access-Control-Allow-Origin", "*");
    response.setHeader("Content-Type", "application/json");
    response.end(JSON.stringify(answer));
  });
  await new Promise((done, fail) => server.on("error", fail).listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, token };
}

/**
 * Runs in the page before the workbench: lets it tell extensions another language. The server build has no texts of its own
 * in any other, so the workbench itself stays English.
 */
export function speak(language) {
  Object.defineProperty(globalThis, "_VSCODE_NLS_LANGUAGE", { get: () => language, set: () => {} });
}

function uiMethods(page, screenshots) {
  const find = (selector, { webview = false } = {}) => {
    // A webview is a frame with a frame in it, the inner one holding the extension's page.
    const scope = webview ? page.frameLocator("iframe.webview.ready").frameLocator("#active-frame") : page;
    return scope.locator(selector).first();
  };
  const timeout = (target) => ({ timeout: target?.timeout ?? 10_000 });
  return {
    type: (text) => page.keyboard.type(text, { delay: 20 }),
    press: (keys) => page.keyboard.press(keys),
    click: (where, target) =>
      typeof where === "number"
        ? page.mouse.click(where, target)
        : find(where, target).click(timeout(target)),
    hover: (where, target) =>
      typeof where === "number" ? page.mouse.move(where, target) : find(where, target).hover(timeout(target)),
    text: (selector, target) =>
      // A drawing has no rendered text of its own, only a content.
      find(selector, target).evaluate((e) => e.innerText ?? e.textContent, undefined, timeout(target)),
    attribute: (selector, name, target) => find(selector, target).getAttribute(name, timeout(target)),
    waitFor: (selector, target) =>
      find(selector, target).waitFor({ state: target?.gone ? "hidden" : "visible", ...timeout(target) }),
    setViewport: (width, height) => page.setViewportSize({ width, height }),
    screenshot: async (name, { always = false } = {}) => {
      if (!always && !screenshots.enabled) return undefined;
      mkdirSync(screenshots.folder, { recursive: true });
      const path = join(screenshots.folder, `${name.replace(/[^\p{L}\p{N}.-]+/gu, "-")}.png`);
      await page.screenshot({ path });
      console.log(`  picture: ${path}`);
      return path;
    },
  };
}
