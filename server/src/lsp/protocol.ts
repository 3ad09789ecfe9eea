/**
 * Requests beyond the language server protocol, shared by the server and the editor's client. Positions and ranges are
 * those of the protocol; every text is in the language of the session.
 */
import type { PairAnswers, PairField } from "../features/new-configuration";
import type { PacketPath } from "../features/packet-path";
import type { Topology } from "../features/topology";
import type { Position, Range } from "../text/lines";

export interface Location {
  readonly uri: string;
  readonly range: Range;
}

export interface DocumentParams {
  readonly uri: string;
  /** Configuration id (`@id`) to read the file for; without one the first reading that fits. */
  readonly id?: string;
}

// ---------------------------------------------------------------------------------------------- NSX

/** How the virtual machines of a role are found. They are never given by IP address. */
export interface VmChoice {
  readonly tags?: readonly string[];
  readonly names?: readonly string[];
  readonly ids?: readonly string[];
  readonly group?: string;
}

/** What the user chose beyond the settings. */
export interface NsxChoices {
  readonly directors?: VmChoice;
  readonly realServers?: VmChoice;
  /** For a fwmark (number as text): `ADDRESS[,ADDRESS…]:PORT[,PORT…]/PROTOCOL`; port `*` is all. */
  readonly marks?: Readonly<Record<string, readonly string[]>>;
  readonly companion?: boolean;
  readonly realServerPolicy?: boolean;
  readonly ping?: boolean;
  readonly remedy?: "policy" | "exclude-list";
  /** Networks of the clients instead of any. */
  readonly clients?: readonly string[];
  /** Generates in spite of faults. */
  readonly force?: boolean;
}

export interface NsxParams extends DocumentParams {
  /** A place in the virtual server, group or virtual address; without one, all virtual servers. */
  readonly position?: Position;
  readonly form?: string;
  readonly choices?: NsxChoices;
  /** The exclusion list as the manager has it, JSON. */
  readonly currentExcludeList?: string;
}

export interface Message {
  readonly text: string;
  readonly level: "error" | "warning" | "note";
  readonly location?: Location;
}

export interface NsxResult {
  readonly status: "ok" | "nothing" | "question" | "uncertain" | "refused";
  /** For the title of the document: the virtual servers, as `10.29.7.10-80`. */
  readonly name: string;
  readonly form: string;
  readonly language: string;
  readonly extension: string;
  readonly text?: string;
  /** Every packet with the rule that passes it. */
  readonly explanation?: string;
  readonly messages: readonly Message[];
  readonly questions: readonly { readonly mark: number; readonly text: string }[];
  /** How the directors are found, in words. */
  readonly directors: string;
  readonly remedy: "policy" | "exclude-list";
  /** Configuration ids of the file. */
  readonly ids: readonly string[];
}

/** What the client remembers of a workspace. */
export interface NsxState {
  /** A payload was generated once: NSX is in use. */
  readonly used?: boolean;
  /** The companion policy was chosen; undefined: as the setting says. */
  readonly companion?: boolean;
  /** What was copied or saved, by the URI of the configuration. */
  readonly taken?: Readonly<Record<string, readonly ("policy" | "exclude-list")[]>>;
}

export interface NsxFormInfo {
  readonly form: string;
  readonly title: string;
}

/** The form of a payload that another document is compared with, or checked against the configuration. */
export interface NsxDocumentParams extends NsxParams {
  /** The other document, JSON. */
  readonly document: string;
}

export interface TextResult {
  readonly text: string;
  readonly messages: readonly Message[];
}

// ---------------------------------------------------------------------------------------------- views

export interface ResolvedResult {
  readonly text: string;
  readonly ids: readonly string[];
  /** For each line of the text, where it comes from. */
  readonly origins: readonly (Location | null)[];
}

export interface StatusResult {
  /** Release that the file is checked for. */
  readonly release: string;
  readonly role: "root" | "included";
  /** For an included file, the root that is answered for. */
  readonly root: string;
  readonly files: number;
  readonly ids: readonly string[];
  readonly template: boolean;
  readonly errors: number;
  readonly warnings: number;
}

export interface RealServerParams extends NsxParams {
  readonly format: string;
}

export interface CompareParams {
  readonly uri: string;
  /** The other node; without one, the first peer that is known. */
  readonly other?: string;
}

export interface CompareResult {
  readonly left: string;
  readonly right: string;
  readonly sections: readonly {
    readonly kind: string;
    readonly title: string;
    readonly rows: readonly {
      readonly aspect: string;
      readonly verdict: "equal" | "expected" | "fault";
      readonly left: { readonly text: string; readonly location?: Location };
      readonly right: { readonly text: string; readonly location?: Location };
      readonly note?: string;
    }[];
  }[];
}

// ---------------------------------------------------------------------------------------------- wizard

export interface NewPairParams {
  readonly answers: PairAnswers;
  /** All answers are there: compose the files, and complain about what is missing. */
  readonly complete: boolean;
}

export interface NewPairResult {
  readonly problems: readonly { readonly field: PairField; readonly text: string }[];
  /** Configurations of both nodes, set-up of the real servers, NSX payload; empty while there are problems. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** What must be done beyond the files. */
  readonly notes: readonly string[];
  /** One that is free in the workspace. */
  readonly virtualRouterId: number;
}

export interface ConfigTestResult {
  /** `off`: no program is named in the settings. `unavailable`: a host without processes. */
  readonly status: "done" | "failed" | "off" | "untrusted" | "unavailable" | "unsaved";
  readonly text: string;
  /** Messages of keepalived that are shown beside the findings. */
  readonly messages: number;
}

// ---------------------------------------------------------------------------------------------- pictures

/** Where something stands: index of the file, line and character of its start, last line of its block. */
export type PicturePlace = readonly [file: number, line: number, character: number, endLine: number];

export interface TopologyResult {
  /** For the title: the name of the file, with the configuration id. */
  readonly name: string;
  readonly id: string | undefined;
  readonly ids: readonly string[];
  /** URIs that places refer to. */
  readonly files: readonly string[];
  readonly topology: Topology<PicturePlace>;
}

export interface PacketPathResult {
  /** The virtual servers at the position; empty when there is none. */
  readonly title: string;
  readonly paths: readonly PacketPath[];
  readonly messages: readonly Message[];
  readonly questions: readonly { readonly mark: number; readonly text: string }[];
  /** The directors run behind the NSX firewall, as far as is known. */
  readonly nsx: boolean;
}

/** Names of the requests from client to server. */
export const Requests = {
  nsxGenerate: "keepalived/nsx/generate",
  nsxForms: "keepalived/nsx/forms",
  nsxDiff: "keepalived/nsx/diff",
  nsxVerify: "keepalived/nsx/verify",
  ipvs: "keepalived/ipvs",
  realServer: "keepalived/realServer",
  resolved: "keepalived/resolvedConfiguration",
  syntaxTree: "keepalived/syntaxTree",
  status: "keepalived/status",
  peers: "keepalived/peers",
  compare: "keepalived/compare",
  configTest: "keepalived/configTest",
  newPair: "keepalived/newPair",
  topology: "keepalived/topology",
  packetPath: "keepalived/packetPath",
} as const;

/** Names of the notifications from client to server. */
export const Notifications = {
  nsxState: "keepalived/nsx/state",
} as const;

/** Names of the requests from server to client, for hosts without a disk. */
export const FileRequests = {
  readFile: "keepalived/readFile",
  readDirectory: "keepalived/readDirectory",
  findConfigurations: "keepalived/findConfigurations",
} as const;
