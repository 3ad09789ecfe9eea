/** Settings `keepalived.*`: read, checked, and reported where they make no sense. */
import type { Profile, Severity } from "../checks/rule";
import { ruleByCode } from "../checks/rule";
import { NEWEST_RELEASE, RELEASES } from "../language";
import { type Text, t } from "../language/schema";
import { CATEGORIES } from "../nsx/objects";

/** How virtual machines of the directors are named in NSX payloads, and more of `keepalived.nsx.*`. */
export interface NsxSettings {
  readonly enabled: boolean;
  readonly directorTag: string;
  readonly directorVmNames: readonly string[];
  readonly directorVmIds: readonly string[];
  readonly directorGroup: string;
  readonly realServerTag: string;
  readonly category: string;
  readonly domain: string;
  readonly project: string;
  readonly globalManager: boolean;
  readonly companionPolicy: boolean;
}

export interface InlayHintSettings {
  readonly defaults: boolean;
  readonly definitions: boolean;
  readonly networks: boolean;
  readonly priorities: boolean;
}

export interface FormatSettings {
  readonly alignValues: boolean;
}

export interface CodeLensSettings {
  readonly references: boolean;
  readonly nsx: boolean;
  readonly packets: boolean;
  readonly ipvs: boolean;
}

export interface Settings {
  /** Release to check for; never `auto`. */
  readonly target: string;
  readonly profile: Profile;
  readonly severity: Readonly<Record<string, Severity | "off">>;
  readonly nsx: NsxSettings;
  readonly inlayHints: InlayHintSettings;
  readonly format: FormatSettings;
  readonly codeLens: CodeLensSettings;
  /** Files of the peer node, by path relative to the workspace folder or absolute. */
  readonly peers: readonly string[];
  /** The keepalived program to check saved files with: an absolute path or a name on the path; empty for none. */
  readonly executablePath: string;
}

export const DEFAULT_SETTINGS: Settings = {
  target: NEWEST_RELEASE,
  profile: "recommended",
  severity: {},
  nsx: {
    enabled: false,
    directorTag: "role|lvs-director",
    directorVmNames: [],
    directorVmIds: [],
    directorGroup: "",
    realServerTag: "role|real-server",
    category: "Infrastructure",
    domain: "default",
    project: "",
    globalManager: false,
    companionPolicy: false,
  },
  inlayHints: { defaults: true, definitions: true, networks: true, priorities: true },
  format: { alignValues: false },
  codeLens: { references: true, nsx: true, packets: true, ipvs: true },
  peers: [],
  executablePath: "",
};

const PROFILES: readonly string[] = ["essential", "recommended", "all"];
const LEVELS: readonly string[] = ["error", "warning", "information", "hint", "off"];

/** Reads the section `keepalived`. What is malformed keeps its default and is told in `complaints`. */
export function readSettings(section: unknown): { settings: Settings; complaints: Text[] } {
  const complaints: Text[] = [];
  const wrong = (name: string, value: unknown, expected: Text) =>
    complaints.push(
      t(
        `Setting keepalived${name && `.${name}`}: ${shown(value)} is not ${expected.en}; the default is used.`,
        `设置 keepalived${name && `.${name}`}：${shown(value)} 不是${expected.zh}；使用默认值。`,
      ),
    );
  const group = (name: string, value: unknown): Record<string, unknown> => {
    if (value === undefined || value === null) return {};
    if (typeof value === "object" && !Array.isArray(value)) return value as Record<string, unknown>;
    wrong(name, value, t("a group of settings", "一组设置"));
    return {};
  };
  const root = group("", section);
  const diagnostics = group("diagnostics", root.diagnostics);
  const pick = <T>(
    name: string,
    value: unknown,
    fallback: T,
    valid: (v: unknown) => boolean,
    expected: Text,
  ): T => {
    if (value === undefined || value === null) return fallback;
    if (valid(value)) return value as T;
    wrong(name, value, expected);
    return fallback;
  };
  const isText = (v: unknown) => typeof v === "string";
  const isFlag = (v: unknown) => typeof v === "boolean";
  const isTexts = (v: unknown) => Array.isArray(v) && v.length <= MAX_TEXTS && v.every(isText);
  const TEXT = t("a text", "文本");
  const FLAG = t("true or false", "true 或 false");
  const TEXTS = t("a list of texts", "文本列表");

  const target = pick(
    "targetVersion",
    root.targetVersion,
    "auto",
    (v) => v === "auto" || RELEASES.includes(v as string),
    t("a known release", "已知版本"),
  );
  const severity: Record<string, Severity | "off"> = {};
  for (const [code, level] of Object.entries(group("diagnostics.severity", diagnostics.severity))) {
    if (!ruleByCode(code))
      complaints.push(
        t(
          `Setting keepalived.diagnostics.severity: there is no rule ${shown(code)}.`,
          `设置 keepalived.diagnostics.severity：没有规则 ${shown(code)}。`,
        ),
      );
    else if (!LEVELS.includes(level as string))
      wrong(
        `diagnostics.severity.${code}`,
        level,
        t("error, warning, information, hint or off", "error、warning、information、hint 或 off"),
      );
    else severity[code] = level as Severity | "off";
  }
  const nsx = group("nsx", root.nsx);
  const hints = group("inlayHints", root.inlayHints);
  const format = group("format", root.format);
  const lens = group("codeLens", root.codeLens);
  const d = DEFAULT_SETTINGS;
  const settings: Settings = {
    target: target === "auto" ? NEWEST_RELEASE : target,
    profile: pick(
      "diagnostics.profile",
      diagnostics.profile,
      d.profile,
      (v) => PROFILES.includes(v as string),
      t("essential, recommended or all", "essential、recommended 或 all"),
    ),
    severity,
    nsx: {
      enabled: pick("nsx.enabled", nsx.enabled, d.nsx.enabled, isFlag, FLAG),
      directorTag: pick(
        "nsx.directorTag",
        nsx.directorTag,
        d.nsx.directorTag,
        (v) => isText(v) && (v as string).length > 0,
        TEXT,
      ),
      directorVmNames: pick(
        "nsx.directorVmNames",
        nsx.directorVmNames,
        d.nsx.directorVmNames,
        isTexts,
        TEXTS,
      ),
      directorVmIds: pick("nsx.directorVmIds", nsx.directorVmIds, d.nsx.directorVmIds, isTexts, TEXTS),
      directorGroup: pick("nsx.directorGroup", nsx.directorGroup, d.nsx.directorGroup, isText, TEXT),
      realServerTag: pick("nsx.realServerTag", nsx.realServerTag, d.nsx.realServerTag, isText, TEXT),
      category: pick(
        "nsx.category",
        nsx.category,
        d.nsx.category,
        (v) => (CATEGORIES as readonly unknown[]).includes(v),
        t(CATEGORIES.join(", "), CATEGORIES.join("、")),
      ),
      domain: pick("nsx.domain", nsx.domain, d.nsx.domain, isText, TEXT),
      project: pick("nsx.project", nsx.project, d.nsx.project, isText, TEXT),
      globalManager: pick("nsx.globalManager", nsx.globalManager, d.nsx.globalManager, isFlag, FLAG),
      companionPolicy: pick("nsx.companionPolicy", nsx.companionPolicy, d.nsx.companionPolicy, isFlag, FLAG),
    },
    inlayHints: {
      defaults: pick("inlayHints.defaults", hints.defaults, d.inlayHints.defaults, isFlag, FLAG),
      definitions: pick("inlayHints.definitions", hints.definitions, d.inlayHints.definitions, isFlag, FLAG),
      networks: pick("inlayHints.networks", hints.networks, d.inlayHints.networks, isFlag, FLAG),
      priorities: pick("inlayHints.priorities", hints.priorities, d.inlayHints.priorities, isFlag, FLAG),
    },
    format: {
      alignValues: pick("format.alignValues", format.alignValues, d.format.alignValues, isFlag, FLAG),
    },
    codeLens: {
      references: pick("codeLens.references", lens.references, d.codeLens.references, isFlag, FLAG),
      nsx: pick("codeLens.nsx", lens.nsx, d.codeLens.nsx, isFlag, FLAG),
      packets: pick("codeLens.packets", lens.packets, d.codeLens.packets, isFlag, FLAG),
      ipvs: pick("codeLens.ipvs", lens.ipvs, d.codeLens.ipvs, isFlag, FLAG),
    },
    peers: pick("peers", root.peers, d.peers, isTexts, TEXTS),
    executablePath: pick(
      "executablePath",
      root.executablePath,
      d.executablePath,
      // A path from some folder of a workspace could name a program of that workspace.
      (v) => isText(v) && /^(?:[^/\\]*|[/\\].*|[A-Za-z]:[/\\].*)$/s.test((v as string).trim()),
      t("an absolute path or the name of a program", "绝对路径或程序名"),
    ).trim(),
  };
  if (complaints.length > MAX_COMPLAINTS) {
    const more = complaints.splice(MAX_COMPLAINTS).length;
    complaints.push(
      t(`${more} more settings keepalived.* are malformed.`, `另有 ${more} 项 keepalived.* 设置有误。`),
    );
  }
  return { settings, complaints };
}

/** Each complaint is a message that somebody has to close. */
const MAX_COMPLAINTS = 5;
/** Nobody has so many peers or machines; each peer is a file that is looked for. */
const MAX_TEXTS = 1000;

/** A value in a message: all of it could be megabytes. */
function shown(value: unknown): string {
  const text = typeof value === "object" && value !== null ? summaryOf(value) : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

const summaryOf = (value: object): string => (Array.isArray(value) ? "[…]" : "{…}");
