/** Code lenses: who refers to a declared name, and what can be derived from a virtual server. */
import type { View } from "../checks/project";
import { KEYWORDS, keywordById } from "../language";
import { type NameKind, type Text, t } from "../language/schema";
import { KEYWORD, KIND, Kind, NEXT } from "../syntax/records";
import { Node } from "../syntax/tree";
import { type FeatureContext, viewsOf } from "./context";
import { type Reference, referencesOf } from "./navigation";

export type CodeLens = { readonly start: number; readonly end: number } & (
  | { readonly kind: "references"; readonly nameKind: NameKind; readonly name: string }
  | { readonly kind: "nsx" }
  | { readonly kind: "packets" }
  | { readonly kind: "ipvs" }
);

export interface LensOptions {
  readonly references: boolean;
  readonly nsx: boolean;
  readonly packets: boolean;
  readonly ipvs: boolean;
}

const VIRTUAL_SERVER = keywordById("virtual_server")?.index;

/** Editors show lenses of whole files; beyond this many nobody is helped. */
export const MAX_LENSES = 1000;

/** The lenses of a file, in order. What a lens counts is worked out when it comes into view. */
export function codeLenses(c: FeatureContext, options: LensOptions): CodeLens[] {
  const lenses: CodeLens[] = [];
  const wantsServices = options.nsx || options.packets || options.ipvs;
  if (!options.references && !wantsServices) return lenses;
  const { tree } = c.file;
  const services = wantsServices ? new Services(c) : undefined;
  for (let i = 0; i < tree.items.length && lenses.length < MAX_LENSES; i++) {
    const item = tree.items[i];
    const { data } = item;
    for (let r = 0; r < data.length && lenses.length < MAX_LENSES; r = data[r + NEXT]) {
      if ((data[r + KIND] & 0xff) !== Kind.Statement || data[r + KEYWORD] < 0) continue;
      const { spec } = KEYWORDS[data[r + KEYWORD]];
      // Nothing refers to a sync group.
      if (options.references && spec.declares && spec.declares !== "vrrp_sync_group") {
        const node = new Node(tree, item, tree.starts[i], r, undefined);
        if (node.wordCount > 1 && node.word(1) !== "")
          lenses.push({
            kind: "references",
            nameKind: spec.declares,
            name: node.word(1),
            start: node.wordStart(1),
            end: node.wordEnd(1),
          });
      } else if (services && data[r + KEYWORD] === VIRTUAL_SERVER) {
        const node = new Node(tree, item, tree.starts[i], r, undefined);
        const range = { start: node.start, end: node.end };
        const blocks = services.of(node);
        if (options.nsx && blocks.some(bypassesDirector)) lenses.push({ kind: "nsx", ...range });
        if (options.packets && blocks.length > 0) lenses.push({ kind: "packets", ...range });
        if (options.ipvs && blocks.length > 0) lenses.push({ kind: "ipvs", ...range });
      }
    }
  }
  return lenses;
}

/** Places that refer to the name of a lens. */
export function lensReferences(c: FeatureContext, kind: NameKind, name: string): Reference[] {
  return referencesOf(c.project, { kind, name }, false);
}

export const lensTitle = (lens: { readonly kind: CodeLens["kind"] }, count: number): Text => {
  switch (lens.kind) {
    case "references":
      return t(
        count === 1 ? "1 reference" : count === 0 ? "no references" : `${count} references`,
        count === 0 ? "无引用" : `${count} 个引用`,
      );
    case "nsx":
      return t("NSX stateless policy", "NSX 无状态策略");
    case "packets":
      return t("packet path", "报文路径");
    case "ipvs":
      return t("IPVS table", "IPVS 表");
  }
};

const METHOD = /^(lb_kind|lvs_method|sorry_server_lvs_method)$/;

/** Replies do not come back through the director: a stateful firewall sees half of each connection. */
const bypassesDirector = (service: Node): boolean =>
  service.children.some(
    (n) =>
      (METHOD.test(n.keyword?.name ?? "") && n.wordCount > 1 && /^(DR|TUN)$/.test(n.word(1))) ||
      (n.keyword?.name === "real_server" && bypassesDirector(n)),
  );

/** What the virtual servers of a file become when includes and definitions are taken in. */
class Services {
  private readonly resolved: boolean;
  private readonly found = new Map<number, Node[]>();

  constructor(c: FeatureContext) {
    const views = viewsOf(c);
    this.resolved = views.some((v) => v.resolved !== undefined);
    if (this.resolved) for (const view of views) this.collect(view, c.file.uri);
  }

  /** The blocks of the readings that a block of the file stands for. */
  of(node: Node): readonly Node[] {
    return this.resolved ? (this.found.get(node.start) ?? []) : [node];
  }

  private collect({ tree, resolved }: View, uri: string): void {
    for (let i = 0; i < tree.items.length; i++) {
      const item = tree.items[i];
      for (let r = 0; r < item.data.length; r = item.data[r + NEXT]) {
        if (item.data[r + KEYWORD] !== VIRTUAL_SERVER) continue;
        const node = new Node(tree, item, tree.starts[i], r, undefined);
        const origin = resolved?.origin(node.start, node.start + 1);
        if (!origin?.verbatim || origin.uri !== uri) continue;
        const known = this.found.get(origin.start);
        if (known) known.push(node);
        else this.found.set(origin.start, [node]);
      }
    }
  }
}
