/**
 * One connection along a path, packet by packet and leg by leg: handshake, the first data, and a large transfer. Whoever
 * knows what a firewall decides about a packet is asked at each vNIC; the connection ends at the first refusal.
 */
import { type Text, t } from "../language/schema";
import type { Direction, Vnic } from "./packets";
import type { Path, Step } from "./path";

/** What a firewall did to a packet at one vNIC. */
export interface Verdict {
  readonly passed: boolean;
  /** In a few words: the state or the rule that decided. */
  readonly reason: Text;
  /** What there is to say about a refusal, as a sentence. */
  readonly detail?: Text;
}

/** A packet as a firewall is asked about it. */
export interface Sent {
  readonly step: Step;
  readonly vnic: Vnic;
  readonly direction: Direction;
  readonly flags: "SYN" | "SYN-ACK" | "ACK" | undefined;
  /** Bytes of TCP payload. */
  readonly length: number;
}

/** Decides about a packet; undefined where no firewall stands. */
export type Decide = (sent: Sent) => Verdict | undefined;

/** Who has a lot to send. */
export type Transfer = "upload" | "download";

export interface Hop {
  readonly kind: "hop";
  /** Number of the packet; a packet keeps it when it is forwarded. */
  readonly packet: number;
  /** `SYN`, `DATA`, … */
  readonly name: Text;
  readonly step: Step;
  /** Not the packet's first hop. */
  readonly again: boolean;
  /** One for each vNIC of the step, in order, until the first refusal. */
  readonly verdicts: readonly (Verdict | undefined)[];
}

/** Packets that are not shown one by one. */
export interface Gap {
  readonly kind: "gap";
  readonly text: Text;
}

export interface Exchange {
  readonly events: readonly (Hop | Gap)[];
  /** Where the connection ended; undefined when everything arrived. */
  readonly refusal:
    | {
        readonly vnic: Vnic;
        readonly direction: Direction;
        readonly verdict: Verdict;
        readonly bytes: number;
      }
    | undefined;
}

/** Payload of a full segment on Ethernet without TCP options. */
const SEGMENT = 1460;
/** Segments of the large transfer, about 1 MB: well beyond every window that a firewall assumes. */
const SEGMENTS = 700;

const REQUEST_LEGS: ReadonlySet<Step["leg"]> = new Set(["request", "forwarded", "tunnelled", "translated"]);

const bytesText = (n: number): string => n.toString().replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * Plays a connection. Without `decide` it is only what a capture shows, and the large transfer is left out.
 */
export function play(path: Path, decide?: Decide, transfer: Transfer = "upload"): Exchange {
  const there = path.steps.filter((s) => REQUEST_LEGS.has(s.leg));
  const back = path.steps.filter((s) => !REQUEST_LEGS.has(s.leg));
  const events: (Hop | Gap)[] = [];
  let refusal: Exchange["refusal"];
  let packet = 0;
  let bytes = 0;

  /** Sends a packet over its hops, as far as it gets. */
  const transmit = (
    steps: readonly Step[],
    flags: Sent["flags"],
    length: number,
  ): Omit<Hop, "packet" | "name">[] => {
    const hops: Omit<Hop, "packet" | "name">[] = [];
    for (const [i, step] of steps.entries()) {
      const verdicts: (Verdict | undefined)[] = [];
      hops.push({ kind: "hop", step, again: i > 0, verdicts });
      for (const { vnic, direction } of step.seen) {
        const verdict = decide?.({ step, vnic, direction, flags, length });
        verdicts.push(verdict);
        if (!verdict || verdict.passed) continue;
        refusal = { vnic, direction, verdict, bytes };
        return hops;
      }
    }
    bytes += length;
    return hops;
  };
  const show = (name: Text, hops: readonly Omit<Hop, "packet" | "name">[]) => {
    packet++;
    for (const hop of hops) events.push({ ...hop, packet, name });
  };
  /** Sends and shows; false when the packet was refused. */
  const send = (steps: readonly Step[], name: Text, flags: Sent["flags"], length = 0): boolean => {
    show(name, transmit(steps, flags, length));
    return refusal === undefined;
  };

  const others = (rounds: readonly [Text, Text][]) => {
    for (const [ask, answer] of rounds)
      if (!send(there, ask, undefined) || !send(back, answer, undefined)) return;
    if (!decide) return;
    for (let n = 0; n < SEGMENTS; n++) {
      const hops = [...transmit(there, undefined, SEGMENT), ...(refusal ? [] : transmit(back, undefined, 0))];
      if (refusal) return show(rounds[0][0], hops);
    }
    events.push({
      kind: "gap",
      text: t(`${SEGMENTS} more packets each way pass`, `之后双向各 ${SEGMENTS} 个报文均通过`),
    });
  };

  const tcp = () => {
    const ack = t("ACK", "ACK");
    const data = (n: number) => t(`DATA ${n}/${SEGMENTS}`, `数据 ${n}/${SEGMENTS}`);
    if (!send(there, t("SYN", "SYN"), "SYN")) return;
    if (!send(back, t("SYN-ACK", "SYN-ACK"), "SYN-ACK")) return;
    if (!send(there, ack, "ACK")) return;
    const [forth, other] = transfer === "upload" ? [there, back] : [back, there];
    if (!send(forth, decide ? data(1) : t("DATA", "数据"), "ACK", SEGMENT)) return;
    if (!send(other, ack, "ACK") || !decide) return;
    // The segments in between are only told; the one that is refused, or the last one, is shown.
    for (let n = 2; n <= SEGMENTS; n++) {
      const hops = transmit(forth, "ACK", SEGMENT);
      if (refusal || n === SEGMENTS) {
        if (n > 2)
          events.push({
            kind: "gap",
            text: t(
              `segments 2–${n - 1} pass: ${bytesText((n - 1) * SEGMENT)} bytes so far`,
              `第 2–${n - 1} 段均通过：至此共 ${bytesText((n - 1) * SEGMENT)} 字节`,
            ),
          });
        return show(data(n), hops);
      }
      const back = transmit(other, "ACK", 0);
      if (refusal) return show(ack, back);
    }
  };

  if (path.front.protocol === "TCP") tcp();
  else if (path.front.protocol === "SCTP")
    others([
      [t("INIT", "INIT"), t("INIT ACK", "INIT ACK")],
      [t("COOKIE ECHO", "COOKIE ECHO"), t("COOKIE ACK", "COOKIE ACK")],
    ]);
  else others([[t("request", "请求"), t("answer", "应答")]]);
  return { events, refusal };
}
