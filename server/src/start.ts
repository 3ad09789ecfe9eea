/** Starts the program in Node: `main.ts`, from code that V8 kept where it can. */
import * as path from "node:path";
import { loadProgram } from "./host/compiled-code";
import { compileLess, withUsualFlags } from "./host/v8";

const args = process.argv.slice(2);
const serving = args.includes("--stdio") || args.includes("--node-ipc");
const use = serving ? "serve" : /^[a-z][a-z-]*$/.exec(args[0] ?? "")?.[0];

// V8 takes only code that was compiled under the same flags.
compileLess();
const program = loadProgram(path.join(__dirname, "server.js"), use ?? "help");
if (use !== undefined && !args.includes("--help"))
  process.on("exit", (code) => {
    // 2 is a wrong call, which has compiled next to nothing.
    if (code < 2) withUsualFlags(() => program.keep(serving));
  });
program.run();
