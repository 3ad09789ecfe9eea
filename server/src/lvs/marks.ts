/** What a firewall mark stands for: written in iptables or nftables, so only the user can tell. */
import { parsePort, parseRange } from "../model/build";
import type { AddressRange, Protocol } from "../model/model";
import type { PortRange } from "./ranges";
import type { MarkAnswer } from "./services";

/** Reads `ADDRESS[,ADDRESS…]:PORT[,PORT…]/PROTOCOL`; IPv6 addresses may stand in brackets, port `*` is all of them. */
export function parseMarkAnswer(text: string): MarkAnswer | { readonly wrong: string } {
  const m = /^(.+):([\d,*-]+)\/(tcp|udp|sctp)$/i.exec(text.trim());
  if (!m) return { wrong: text };
  const addresses: AddressRange[] = [];
  for (const word of m[1].split(",")) {
    const range = parseRange(word.trim().replace(/^\[(.*)\]$/, "$1"));
    if (!range) return { wrong: word };
    addresses.push(range);
  }
  const ports: PortRange[] = [];
  if (m[2] !== "*" && m[2] !== "0") {
    for (const word of m[2].split(",")) {
      const [first, last] = word.split("-").map(parsePort);
      if (!first || (word.includes("-") && (!last || last < first))) return { wrong: word };
      ports.push({ first, last: last ?? first });
    }
  }
  return { addresses, ports, protocol: m[3].toUpperCase() as Protocol };
}

/** Answers by mark; what cannot be read is left out, so that the question is asked again. */
export function markAnswers(
  given: Readonly<Record<string, readonly string[]>>,
): Map<number, readonly MarkAnswer[]> {
  const marks = new Map<number, readonly MarkAnswer[]>();
  for (const [mark, texts] of Object.entries(given)) {
    const answers = texts.flatMap((x) => {
      const answer = parseMarkAnswer(x);
      return "wrong" in answer ? [] : [answer];
    });
    if (answers.length > 0) marks.set(Number(mark), answers);
  }
  return marks;
}
