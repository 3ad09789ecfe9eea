/** Completion, hover, outline, folding and fix-all: what a person sees while writing. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixAll } from "../../../server/src/features/actions";
import { type Completion, complete, type ListFiles } from "../../../server/src/features/completion";
import { hover } from "../../../server/src/features/hover";
import { folds, outermost, outline } from "../../../server/src/features/outline";
import { fixture } from "../support/fixture";

function completions(marked: string, listFiles?: ListFiles, target?: string): Completion[] {
  const f = fixture(marked, { target });
  return complete(f.context(), f.cursor.offset, listFiles);
}
const labels = (marked: string, listFiles?: ListFiles) => completions(marked, listFiles).map((i) => i.label);

describe("completion", () => {
  const instance = (line: string) => `vrrp_instance A {\n    state BACKUP\n    ${line}\n}\n`;

  it("offers the keywords of the block, those not used yet first", () => {
    const items = completions(instance("<|>"));
    const of = (label: string) => items.find((i) => i.label === label);
    assert.ok(of("priority") && of("virtual_ipaddress"));
    assert.equal(of("real_server"), undefined);
    assert.ok(!of("state") || of("state")!.rank > of("priority")!.rank);
    assert.ok(of("virtual_ipaddress")?.snippet, "a block is inserted whole");
  });

  it("offers only what the release has", () => {
    const has = (target: string) =>
      completions(instance("<|>"), undefined, target).some((i) => i.label === "auth_hmac");
    assert.ok(has("2.4.3"));
    assert.ok(!has("2.2.7"));
  });

  it("offers the values of an argument", () => {
    assert.deepEqual(labels("vrrp_instance A {\n    state <|>\n}\n"), ["MASTER", "BACKUP"]);
    const schedulers = labels("virtual_server 10.0.0.1 80 {\n    lb_algo <|>\n}\n");
    assert.ok(schedulers.includes("wlc") && schedulers.includes("mh"));
  });

  it("offers names, interfaces, addresses and definitions of the configuration, across files", () => {
    const script =
      "include s.conf\nvrrp_instance A {\n    track_script {\n        <|>\n    }\n}\n//- /etc/keepalived/s.conf\nvrrp_script chk {\n}\n";
    assert.deepEqual(labels(`//- /etc/keepalived/keepalived.conf\n${script}`), ["chk"]);
    assert.deepEqual(
      labels("vrrp_instance A {\n    interface eth7\n}\nvrrp_instance B {\n    interface <|>\n}\n"),
      ["eth7"],
    );
    const vip = "vrrp_instance A {\n    virtual_ipaddress {\n        10.0.0.5/24\n    }\n}\n";
    assert.ok(labels(`${vip}virtual_server <|>\n`).includes("10.0.0.5"));
    assert.equal(labels(`$VIP=10.0.0.5\n${vip.replace("10.0.0.5/24", "$<|>")}`)[0], "${VIP}");
  });

  it("offers definitions behind a brace, closed or not", () => {
    for (const use of ["${<|>", "${<|>}", "${V<|>I", "10.0.0.${<|>}"])
      assert.ok(labels(`$VIP=1\nvirtual_server ${use}\n`).includes("${VIP}"), use);
    const [item] = completions("$VIP=1\nvirtual_server ${V<|>I} 80\n");
    assert.equal(item.end - item.start, "${VI}".length, "what is there is replaced");
  });

  it("offers paths and rule codes", () => {
    const files = () => [
      { name: "a.conf", folder: false },
      { name: "d", folder: true },
    ];
    assert.deepEqual(labels("include <|>\n", files), ["a.conf", "d/"]);
    assert.ok(labels("# keepalived-disable-next-line <|>\n").includes("unknown-keyword"));
  });

  it("keeps quiet in an ordinary comment", () => {
    assert.deepEqual(labels("# prior<|>\n"), []);
  });
});

describe("hover", () => {
  const at = (marked: string, locale?: "zh-cn") => {
    const f = fixture(marked, { locale });
    return hover(f.context(), f.cursor.offset)?.text ?? "";
  };

  it("explains a keyword with range, default and release", () => {
    assert.match(at("vrrp_instance A {\n    prior<|>ity 100\n}\n"), /priority[\s\S]*1[\s\S]*255[\s\S]*100/);
    assert.match(at("vrrp_instance A {\n    auth_h<|>mac k\n}\n"), /2\.\d\.\d/);
    assert.match(at("vrrp_instance A {\n    prior<|>ity 100\n}\n", "zh-cn"), /[\u4e00-\u9fff]/);
  });

  it("tells what a definition stands for", () => {
    assert.match(at("$V=10.0.0.9\nvirtual_server $<|>V 80 {\n}\n"), /10\.0\.0\.9/);
  });

  it("has nothing to say of blank space", () => {
    assert.equal(at("vrrp_instance A {\n<|>\n}\n"), "");
  });
});

describe("the outline and folding", () => {
  const f = fixture(
    "# region web\nvrrp_instance A {\n    virtual_ipaddress {\n        10.0.0.1\n    }\n}\n# endregion\n\n# one\n# two\n$X=a \\\n  b\nvirtual_server 10.0.0.1 80 {\n    real_server 10.0.0.2 80 {\n    }\n}\n<|>",
  );
  const { file } = f.context();

  it("name blocks as their owner knows them", () => {
    const items = outline(file);
    assert.ok(items.some((i) => i.name.includes("A")));
    const server = items.find((i) => i.name.includes("10.0.0.1 80"));
    assert.ok(server?.children.some((i) => i.name.includes("10.0.0.2 80")));
  });

  it("fold blocks, runs of comments, regions and long definitions", () => {
    const shown = folds(file).map((fold) => [
      fold.kind,
      file.text.slice(fold.start, fold.end).split("\n")[0],
    ]);
    for (const wanted of [
      ["region", "# region web"],
      ["comment", "# one"],
      [undefined, "vrrp_instance A {"],
      [undefined, "$X=a \\"],
    ])
      assert.ok(
        shown.some(([kind, line]) => kind === wanted[0] && String(wanted[1]).endsWith(String(line).trim())),
        `${wanted} in ${JSON.stringify(shown)}`,
      );
  });

  it("fold the outermost blocks where an editor takes only so many", () => {
    const server = (n: number) => `    real_server 10.0.1.${n} 80 {\n        TCP_CHECK {\n        }\n    }\n`;
    const text = `vrrp_script a { }\n${Array.from({ length: 4 }, (_, n) => `virtual_server 10.0.0.${n} 80 {\n${server(n)}${server(n + 9)}}\n`).join("")}<|>`;
    const { file } = fixture(text).context();
    const all = folds(file);
    const levels = (most?: number) => outermost(file, all, most).map((f) => f.level);
    const of = (...counts: number[]) => counts.flatMap((count, level) => Array(count).fill(level));
    assert.deepEqual(levels().sort(), of(5, 8, 8));
    assert.deepEqual(levels(21).sort(), of(5, 8, 8));
    // The script stands on one line.
    assert.deepEqual(levels(20).sort(), of(4, 8, 8));
    assert.deepEqual(levels(13).sort(), of(4, 8, 1));
    assert.deepEqual(levels(12).sort(), of(4, 8));
    assert.deepEqual(levels(3).sort(), of(3));
    assert.deepEqual(levels(0), []);
    assert.deepEqual(levels(-1).length, 21);
    const ends = outermost(file, all, 3).map((f) => f.end);
    assert.deepEqual(
      ends,
      [...ends].sort((a, b) => a - b),
      "the first ones of the level that is not taken whole",
    );
  });
});

describe("fix all", () => {
  it("makes the safe fixes at once, and leaves what is a choice", () => {
    const f = fixture(
      "vrrp_instance A {\n    state backup\n    interface eth0\n    virtual_router_id 9\n    priority 300\n    virtual_ipaddress {\n        10.0.0.1/24\n    }\n    lvs_sync_daemon_interface eth0\n}\n<|>",
    );
    const { findings } = f.project();
    const safe = findings.filter((x) => x.fixes().some((fix) => fix.safe));
    assert.ok(safe.length > 0 && safe.length < findings.length, "some are safe, some are not");
    const done = fixAll(f.source(f.cursor.uri), findings);
    assert.ok(done);
    const text = f.edited(done.edits);
    const after = fixture(`${text}<|>`).project().findings;
    assert.deepEqual(
      after.filter((x) => x.fixes().some((fix) => fix.safe)),
      [],
    );
    assert.match(text, /priority 300/, "which priority is meant only its owner knows");
  });
  it("leaves an unclosed block that a flag opens", () => {
    const { findings } = fixture("virtual_server 10.0.0.1 80 {\n    alpha off {\n<|>").project();
    const titles = findings.find((f) => f.rule.code === "extra-argument")!.fixes();
    assert.deepEqual(
      titles.map((fix) => fix.title.en),
      ["Delete “off”"],
    );
  });
});
