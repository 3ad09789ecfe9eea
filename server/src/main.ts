/** The program, and the web worker: one bundle serves both, so that the core and its data are shipped once. */
import { runProgram } from "./cli/main";
import { serveWorker } from "./lsp/worker";

const node = typeof process === "object" && process.versions?.node !== undefined;
if (node) runProgram();
else void serveWorker();
