import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inflateRawSync } from "node:zlib";

interface ZipEntry {
  name: string;
  /** When unpacked. */
  size: number;
  content: () => Buffer;
}

/** The files of a ZIP archive, from its central directory. */
function zipEntries(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf("PK\x05\x06");
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const entries: ZipEntry[] = [];
  for (let i = 0; i < count; i++) {
    const [name, extra, comment] = [28, 30, 32].map((field) => archive.readUInt16LE(at + field));
    const [packed, start] = [archive.readUInt32LE(at + 20), archive.readUInt32LE(at + 42)];
    entries.push({
      content: () => {
        const from = start + 30 + archive.readUInt16LE(start + 26) + archive.readUInt16LE(start + 28);
        return inflateRawSync(archive.subarray(from, from + packed));
      },
      name: archive.toString("utf8", at + 46, at + 46 + name),
      size: archive.readUInt32LE(at + 24),
    });
    at += 46 + name + extra + comment;
  }
  return entries;
}

/** What may be in the VSIX; .vscodeignore is meant to let nothing else through. */
const allowed = [
  /^\[Content_Types\]\.xml$/,
  /^extension\.vsixmanifest$/,
  /^extension\/(package(\.nls(\.[\w-]+)?)?|language-configuration)\.json$/,
  /^extension\/(readme([.-][\w-]+)?\.md|changelog\.md|LICENSE\.txt)$/i,
  /^extension\/dist\/client\.js$/,
  /^extension\/dist\/pictures\.js$/,
  /^extension\/dist\/third-party-notices\.txt$/,
  /^extension\/server\/dist\/(cli|server)\.js$/,
  /^extension\/l10n\/bundle\.l10n\.[\w-]+\.json$/,
  /^extension\/media\/[\w-]+\.png$/,
  /^extension\/media\/walkthrough\/[\w-]+\.svg$/,
  /^extension\/samples\/[\w./-]+$/,
  /^extension\/schemas\/[\w.-]+\.json$/,
  /^extension\/snippets\/[\w-]+\.code-snippets$/,
  /^extension\/syntaxes\/[\w-]+\.tmLanguage\.json$/,
];

/** A configuration with many kinds of faults. */
const FAULTS = `global_defs {
  router_id LVS_DEVEL
  vrrp_strict
  no_such_keyword 3
}
vrrp_script check {
  script "/bin/true"
  wieght 5
}
vrrp_instance A {
  state MASTR
  interface eth0
  virtual_router_id 300
  priority 255
  nopreempt
  authentication {
    auth_type PASS
    auth_pass longer-than-eight
  }
  virtual_ipaddress {
    10.0.0.1/33
    10.0.0.2
  }
  track_script {
    missing
  }
}
virtual_server 10.0.0.9 80 {
  lb_algo rr
  lb_kind DR
  real_server 10.0.1.5 8080 {
    weight 1
  }
}
`;

describe("the VSIX", () => {
  const folder = mkdtempSync(join(tmpdir(), "keepalived-vsix-"));
  let output = "";
  let archive: Buffer;
  let entries: ZipEntry[];

  before(() => {
    const file = join(folder, "keepalived.vsix");
    output = execFileSync(process.execPath, ["scripts/package.mjs", file], { encoding: "utf8" });
    archive = readFileSync(file);
    entries = zipEntries(archive);
  });
  after(() => rmSync(folder, { recursive: true }));

  it("holds the extension and nothing else", () => {
    const names = entries.map(({ name }) => name);
    const strangers = names.filter((name) => !allowed.some((pattern) => pattern.test(name)));
    assert.deepEqual(strangers, []);
    for (const pattern of allowed)
      assert.ok(
        names.some((name) => pattern.test(name)),
        `nothing matches ${pattern}`,
      );
  });

  it("brings the licence of each package whose code it holds", () => {
    const notices = entries
      .find(({ name }) => name === "extension/dist/third-party-notices.txt")!
      .content()
      .toString();
    const rows = [...readFileSync("SECURITY.md", "utf8").matchAll(/^\| (@?[\w/-]+) \| [\w.-]+ \|$/gm)];
    const packages = rows.map(([, name]) => name).filter((name) => !/^(Package|---)$/.test(name));
    assert.ok(packages.length > 5);
    for (const name of packages) {
      const section = notices.split(new RegExp(`^-+\\n${name} [\\d.]+\\n-+\\n`, "m"))[1];
      assert.match(section ?? "", /^\s*.*(licen[cs]e|copyright)/i, name);
      assert.match(section, /permission is hereby granted/i, name);
    }
  });

  it("is packed without a warning", () => {
    assert.doesNotMatch(output, /warning/i);
  });

  it("is small", () => {
    assert.ok(archive.length <= 600 * 1024, `${archive.length} bytes`);
  });

  it("has a small client", () => {
    const { size } = entries.find(({ name }) => name === "extension/dist/client.js")!;
    assert.ok(size <= 450 * 1024, `${size} bytes`);
  });

  describe("has a server", () => {
    let program: string;
    before(() => {
      program = join(folder, "cli.js");
      for (const file of ["cli.js", "server.js"])
        writeFileSync(
          join(folder, file),
          entries.find(({ name }) => name === `extension/server/dist/${file}`)!.content(),
        );
    });

    it("of which every character takes one byte in memory", () => {
      assert.match(readFileSync(join(folder, "server.js"), "utf8"), /^[\0-\x7f]*$/);
    });

    // Texts are packed when it is made: see scripts/texts.mjs.
    for (const locale of ["en", "zh-cn"])
      it(`that says what the one of the sources says: ${locale}`, () => {
        const golden = ["nsx", "packets", "topology"].flatMap((kind) =>
          readdirSync(`test/golden/${kind}`)
            .filter((name) => name.endsWith(".conf"))
            .map((name) => `test/golden/${kind}/${name}`),
        );
        const faults = join(folder, "faults.conf");
        writeFileSync(faults, FAULTS);
        const services = golden
          .filter((file) => file.includes("/nsx/"))
          .map((file) => {
            const lines = readFileSync(file, "utf8").split("\n");
            return { file, line: 1 + lines.findIndex((line) => line.startsWith("virtual_server")) };
          })
          .filter(({ line }, n) => line > 0 && n % 6 === 0);
        for (const args of [
          ["check", "--profile", "all", "--nsx", "--format", "sarif", faults, ...golden],
          ["check", "--profile", "all", "--target-version", "2.0.10", faults],
          ...services.map(({ file, line }) => ["packets", file, "--line", `${line}`]),
          ...services.map(({ file }) => ["nsx", file, "--all", "--companion"]),
        ]) {
          const said = (server: string) => {
            const run = spawnSync(process.execPath, [server, ...args], {
              encoding: "utf8",
              env: { ...process.env, LC_ALL: locale === "en" ? "C" : "zh_CN.UTF-8" },
            });
            return { status: run.status, stdout: run.stdout, stderr: run.stderr };
          };
          const packed = said(program);
          assert.deepEqual(packed, said("server/dist/cli.js"));
          assert.ok(packed.stdout.length > 0, args.join(" "));
        }
      });
  });
});
