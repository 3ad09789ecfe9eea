/** Finding blocks, definitions and addresses of all configurations by a part of their name. */
import type { FileRange, Project } from "../checks/project";
import { type Address, parseAddress } from "../language/address";
import { parseRange } from "../model/build";
import { Kind } from "../syntax/records";
import type { Node, Tree } from "../syntax/tree";
import { finish, type Steps } from "../text/steps";
import { marksOf } from "./marks";
import { Role, visitOccurrences } from "./names-index";
import { kindOfBlock, type OutlineKind } from "./outline";

export interface WorkspaceSymbol extends FileRange {
  readonly name: string;
  readonly kind: OutlineKind;
  /** What it stands in or what it is, for example `virtual_server 192.0.2.1 80`. */
  readonly container: string;
}

/** More are not shown; editors ask again when the query gets longer. */
const MAX_SYMBOLS = 256;

const ROLES =
  (1 << Role.Reference) |
  (1 << Role.Declaration) |
  (1 << Role.Vip) |
  (1 << Role.VirtualServer) |
  (1 << Role.RealServer) |
  (1 << Role.SorryServer) |
  (1 << Role.GroupMember) |
  (1 << Role.Peer);

/** How well a name fits: 0 best; undefined: not at all. */
type Fit = 0 | 1 | 2 | 3 | undefined;

/**
 * Symbols whose name has the letters of the query in order; addresses need them side by side. An address finds every way
 * of writing it and the ranges that hold it; a port may follow (`192.0.2.1:80`, `192.0.2.1 80`). Best first.
 */
export const workspaceSymbols = (projects: readonly Project[], query: string): WorkspaceSymbol[] =>
  finish(symbolSteps(projects, query));

/** The same in steps. */
export function* symbolSteps(projects: readonly Project[], query: string): Steps<WorkspaceSymbol[]> {
  const found: Map<string, WorkspaceSymbol>[] = [new Map(), new Map(), new Map(), new Map()];
  const add = (fit: number, key: string, make: () => WorkspaceSymbol | undefined) => {
    if (found[fit].size >= MAX_SYMBOLS || found[fit].has(key)) return;
    const symbol = make();
    if (symbol) found[fit].set(key, symbol);
  };
  const words = query.trim().toLowerCase();
  const address = addressQuery(words);
  for (const project of projects) {
    for (const file of project.files) {
      for (const m of marksOf(file)) {
        const fit = m.kind === "definition" && m.write ? fitOf(`$${m.name}`, words) : undefined;
        if (fit === undefined) continue;
        add(fit, `${m.start} ${file.uri}`, () => ({
          name: `$${m.name}`,
          kind: "definition",
          container: "",
          uri: file.uri,
          start: m.start,
          end: m.end,
        }));
      }
      yield;
    }
    for (const { tree, resolved } of project.views) {
      yield* visitOccurrences(tree, ROLES, (kind, role, start, end) => {
        // An interface that use_vmac creates is found by its own name as well.
        if (role === Role.Reference && kind !== "address") return;
        const text = tree.text.slice(start, end);
        let fit: Fit = kind === "address" ? address && fitOfAddress(text, address) : fitOf(text, words);
        // Addresses that other statements only mention come after those that something answers on.
        if (role === Role.Reference && fit !== undefined && fit < 3) fit = (fit + 1) as Fit;
        if (fit === undefined || found[fit].size >= MAX_SYMBOLS) return;
        const origin = resolved ? resolved.origin(start, end) : { uri: project.root.uri, start, end };
        if (!origin) return;
        add(fit, `${origin.start} ${origin.uri} ${text}`, () => {
          const symbol = describe(tree, kind, role, start, text);
          if (!symbol || (address?.port && !symbol.ports.some((p) => p.startsWith(address.port!))))
            return undefined;
          const { name, container } = symbol;
          return {
            name,
            container,
            kind: symbol.kind,
            uri: origin.uri,
            start: origin.start,
            end: origin.end,
          };
        });
      });
    }
  }
  return found.flatMap((f) => [...f.values()]).slice(0, MAX_SYMBOLS);
}

// ---------------------------------------------------------------------------------------------- matching

function fitOf(name: string, query: string): Fit {
  const text = name.toLowerCase();
  if (query === "") return 3;
  if (text === query) return 0;
  const at = text.indexOf(query);
  if (at === 0) return 1;
  if (at > 0) return 2;
  let p = 0;
  for (const c of query) {
    p = text.indexOf(c, p) + 1;
    if (p === 0) return undefined;
  }
  return 3;
}

interface AddressQuery {
  readonly text: string;
  readonly address: Address | undefined;
  readonly port: string | undefined;
}

/** The query as an address or a part of one; undefined when it cannot be. */
function addressQuery(query: string): AddressQuery | undefined {
  const m = /^\[?([0-9a-f.:]+?)\]?(?:[ ]+(\d+)|(?<=\..*):(\d+)|(?<=\]):(\d+))?$/.exec(query);
  if (!m) return undefined;
  return { text: m[1], address: parseAddress(m[1]), port: m[2] ?? m[3] ?? m[4] };
}

function fitOfAddress(text: string, query: AddressQuery): Fit {
  const at = text.toLowerCase().indexOf(query.text);
  if (query.address) {
    const range = parseRange(text);
    if (range && range.first.family === query.address.family) {
      const { value } = query.address;
      if (range.first.value === value && range.last.value === value) return 0;
      if (range.first.value <= value && value <= range.last.value) return 1;
    }
  }
  return at === 0 ? 1 : at > 0 ? 2 : undefined;
}

// ---------------------------------------------------------------------------------------------- description

function describe(
  tree: Tree,
  kind: string,
  role: Role,
  start: number,
  text: string,
): { name: string; kind: OutlineKind; container: string; ports: readonly string[] } | undefined {
  const path = tree.pathAt(start);
  const node = path[path.length - 1];
  if (!node) return undefined;
  const parent = path[path.length - 2];
  const line = tree.text.slice(start, node.end).replace(/\s+/g, " ");
  if (kind !== "address") {
    const name = kind === "interface" ? "use_vmac" : (node.keyword?.name ?? "");
    return {
      name: text,
      kind: kindOfBlock(name),
      container: kind === "interface" ? header(parent) : name,
      ports: [],
    };
  }
  const outer = path.find((n) => n.parent === undefined);
  switch (role) {
    case Role.VirtualServer:
    case Role.RealServer:
    case Role.SorryServer: {
      const keyword = node.keyword?.name ?? "";
      const container = role === Role.VirtualServer ? keyword : `${keyword} · ${header(parent)}`;
      const shown = role === Role.VirtualServer ? "service" : "server";
      return { name: line, kind: shown, container, ports: [node.word(2)] };
    }
    case Role.Reference: {
      const name = node.kind === Kind.Entry ? line : node.text.replace(/\s+/g, " ");
      return { name, kind: "address", container: header(parent ?? outer), ports: [] };
    }
    default: {
      const list = parent && parent !== outer ? `${parent.keyword?.name} · ` : "";
      const ports = role === Role.GroupMember && node.wordCount > 1 ? [node.word(1)] : [];
      return { name: line, kind: "address", container: `${list}${header(outer)}`, ports };
    }
  }
}

/** A block's header on one line. */
const header = (node: Node | undefined): string => (node ? node.text.replace(/\s+/g, " ") : "");
