/** Virtual servers of a virtual_server_group: what they need depends on the members, which stand elsewhere. */
import { formatAddress, sameAddress } from "../language/address";
import { t } from "../language/schema";
import type { Config, Located } from "../model/config";
import type { GroupMember, VirtualServerGroup } from "../model/model";
import type { Flat } from "./config";
import { deleteFix, type FixMaker, insertFixes } from "./insert";
import type { Report, Rule } from "./rule";
import type { GroupUse, PortUse, Range } from "./service-reader";
import {
  deletePort,
  fwmarkPort,
  fwmarkProtocol,
  MARK_PROTOCOL,
  MARK_SUSPEND,
  markPortMessage,
  missingProtocol,
  NO_PROTOCOL,
  opsMessage,
  opsProtocol,
  PERSISTENCE,
  portMismatch,
  suspendFwmark,
  ZERO_PORT,
  zeroPort,
} from "./services";

type Member = Extract<GroupMember, { kind: "address" }>;

/** Checks the services of groups. */
export function checkGroups(config: Config, flat: Flat, report: Report): void {
  let groups: Map<string, Located<VirtualServerGroup>> | undefined;
  for (const { item, fact } of flat.services) {
    if (!fact.group) continue;
    // Of two groups of a name keepalived takes the first.
    groups ??= new Map([...config.groups].reverse().map((g) => [g.model.name, g]));
    const group = groups.get(fact.group.name);
    // What stands in lines that could not be read decides, too.
    if (!group || group.model.faults.length > 0 || group.model.members.length === 0) continue;
    new GroupCheck(config, item, fact.record, fact.group, group, report).run(fact);
  }
}

class GroupCheck {
  private readonly base: number;
  private readonly place: Parameters<FixMaker>[0];
  private readonly addresses: readonly Member[];
  private readonly mark: GroupMember | undefined;

  constructor(
    private readonly config: Config,
    item: number,
    private readonly record: number,
    private readonly use: GroupUse,
    private readonly group: Located<VirtualServerGroup>,
    private readonly report: Report,
  ) {
    this.base = config.tree.starts[item];
    this.place = { tree: config.tree, base: this.base };
    this.addresses = group.model.members.filter((m) => m.kind === "address");
    this.mark = group.model.members.find((m) => m.kind === "fwmark");
  }

  run(header: Range): void {
    const { use, addresses, mark } = this;
    if (addresses.length > 0) {
      if (use.complete && !use.protocol)
        this.add(missingProtocol, header, NO_PROTOCOL, addresses[0], insertFixes(this.record, use.protocols));
      if (use.ops && use.protocolName && use.protocolName !== "UDP")
        this.add(opsProtocol, use.ops, opsMessage(use.protocolName), addresses[0], this.deletion(use.ops));
      const portless = addresses.find((a) => a.port === 0);
      if (use.complete && portless && !use.persistent)
        this.add(zeroPort, header, ZERO_PORT, portless, insertFixes(this.record, [PERSISTENCE]));
    } else if (use.protocol && use.protocolName) {
      this.add(fwmarkProtocol, use.protocol, MARK_PROTOCOL, mark, this.deletion(use.protocol));
    }
    if (mark && use.haSuspend)
      this.add(suspendFwmark, use.haSuspend, MARK_SUSPEND, mark, this.deletion(use.haSuspend));
    for (const p of use.ports) this.port(p);
  }

  private port(p: PortUse): void {
    const { addresses, mark } = this;
    if (mark && addresses.length === 0) {
      this.add(fwmarkPort, p, markPortMessage(p.method), mark, deletePort(p.record, p.port));
      return;
    }
    const other = addresses.find((a) => a.port !== p.port);
    if (!other) {
      // The addresses agree, but the marks have no port.
      if (mark) this.add(fwmarkPort, p, markPortMessage(p.method), mark, () => []);
      return;
    }
    const shown = `${formatAddress(other.range.first)}${sameAddress(other.range.first, other.range.last) ? "" : "-…"}`;
    const virtual = other.port || undefined;
    this.add(
      portMismatch,
      p,
      t(
        `${p.method} does not rewrite the packet, so the port of ${shown} in the group stays ${virtual ?? "the one the client chose"} and ${p.port} counts for nothing. Only NAT can map ports.`,
        `${p.method} 不改写报文，组中 ${shown} 的端口仍为 ${virtual ?? "客户端所选端口"}，${p.port} 不起作用。只有 NAT 能映射端口。`,
      ),
      other,
      deletePort(p.record, p.port),
    );
  }

  private deletion(line: Range): FixMaker {
    return deleteFix(line.start, line.end, true);
  }

  private add(
    rule: Rule,
    at: Range,
    message: Parameters<Report["add"]>[3],
    member: GroupMember | undefined,
    make: FixMaker,
  ): void {
    const { base, place } = this;
    this.report.add(rule, base + at.start, base + at.end, message, {
      related: member && [
        {
          ...this.config.range(this.group, member),
          message: t("The member of the group", "组中的条目"),
        },
      ],
      fixes: () =>
        make(place).map((f) => ({
          ...f,
          edits: f.edits.map((e) => ({ ...e, start: e.start + base, end: e.end + base })),
        })),
    });
  }
}
