// `npm run test:oracle`: builds the comparison with keepalived (test/oracle) and runs it. See --help.

import { join } from "node:path";
import { buildOracle } from "./build.mjs";
import { ensureDependencies, execute, main, root } from "./lib.mjs";

await main(async () => {
  await ensureDependencies();
  await buildOracle();
  const args = ["--enable-source-maps", join(root, "out/test/oracle/main.js"), ...process.argv.slice(2)];
  return execute(process.execPath, args, { label: "comparing with keepalived", pulse: false });
});
