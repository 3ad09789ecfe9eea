/** Code lenses: who refers to a declared name, and what can be derived from a virtual server. */
import { KEYWORDS, keywordById } from "../language";
import { type NameKind, type Text, t } from "../language/schema";
import { KEYWORD, KIND, Kind, NEXT } from "../syntax/records";
import { Node } from "../syntax/tree";
import type { FeatureContext } from "./context";
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
  for (let i = 0; i < tree.items.length && lenses.length < MAX_LENSES; i++) {
    const item = tree.items[i];
    const { data } = item;
    for (let r = 0; r < data.length && lenses.length < MAX_LENSES; r = data[r + NEXT]) {
      if ((data[r + KIND] & 0xff) !== Kind.Statement || data[r + KEYWORD] < 0) continue;
      const { spec } = KEYWORDS[data[r + KEYWORD]];
      // Nothing refers to a sync group.
      if (options.references && spec.declares && spec.declares !== "vrrp_sync_group") {
        const node = new Node(tree, item, tree.starts[i], r, undefined);
        const name = node.wordCount > 1 ? node.word(1) : "";
        const nameKind = spec.declares;
        // An instance works without being named anywhere: only a sync group does so, and few need one.
        const counts =
          name !== "" && (nameKind !== "vrrp_instance" || lensReferences(c, nameKind, name).length > 0);
        if (counts)
          lenses.push({
            kind: "references",
            nameKind,
            name,
            start: node.wordStart(1),
            end: node.wordEnd(1),
          });
      } else if (wantsServices && data[r + KEYWORD] === VIRTUAL_SERVER) {
        const node = new Node(tree, item, tree.starts[i], r, undefined);
        const range = { start: node.start, end: node.end };
        // Above NAT too: the command says why NAT needs no policy.
        if (options.nsx) lenses.push({ kind: "nsx", ...range });
        if (options.packets) lenses.push({ kind: "packets", ...range });
        if (options.ipvs) lenses.push({ kind: "ipvs", ...range });
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
