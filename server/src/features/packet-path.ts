/** The packet paths of the virtual servers at a place, as pictures: alone, and through each set-up of the firewall. */
import type { Reading } from "../checks/project";
import type { Text } from "../language/schema";
import { t } from "../language/schema";
import { play, type Transfer } from "../lvs/exchange";
import { pathsOf } from "../lvs/path";
import { holderOf, type Picture, pictureOf } from "../lvs/path-picture";
import type { Reason } from "../lvs/services";
import { type GenerateOptions, generateSteps, type Question } from "../nsx/generate";
import { FIREWALL_MODES, type FirewallMode, judge, wallsOf } from "../nsx/path-firewall";
import { selectSteps, type Wanted } from "../nsx/select";
import type { Steps } from "../text/steps";
import { type Locale, say } from "./diagnostics";

/** One way of forwarding of a virtual server. */
export interface PacketPath {
  /** For choosing among several. */
  readonly label: string;
  /** Only TCP has a large transfer that a half-seen connection breaks. */
  readonly tcp: boolean;
  readonly pictures: readonly PathView[];
}

export interface PathView {
  readonly mode: "none" | FirewallMode;
  readonly transfer: Transfer;
  readonly picture: Picture;
}

export interface PacketPaths {
  /** `10.29.7.10:80 TCP`; empty when there is none. */
  readonly title: string;
  readonly paths: readonly PacketPath[];
  /** Why there is none, or what makes it uncertain. */
  readonly reasons: readonly Reason[];
  readonly questions: readonly Question[];
}

/** More paths than this nobody looks at one by one. */
const MAX_PATHS = 40;

export function* packetPathSteps(
  reading: Reading,
  wanted: Wanted,
  options: GenerateOptions,
  locale: Locale,
): Steps<PacketPaths> {
  const { config } = reading;
  const selection = yield* selectSteps(config, wanted);
  const services = selection.services.filter((s) => !s.ignored);
  const reasons: Reason[] = [
    ...selection.services.flatMap((s) => (s.ignored ? [s.ignored] : [])),
    ...services.flatMap((s) => s.faults),
    ...(selection.empty ? [{ text: selection.empty }] : []),
  ];
  const made = { ...options, remedy: "policy" } as const;
  const honest = services.length > 0 ? yield* generateSteps(config, wanted, made) : undefined;
  // Faults and open questions are told beside the picture, not instead of it.
  const forced = honest?.status === "uncertain" || honest?.status === "question";
  const generated = forced ? yield* generateSteps(config, wanted, { ...made, force: true }) : honest;
  const ordinary = wallsOf(undefined);
  const walls = { stateful: ordinary, "exclude-list": ordinary, generated: wallsOf(generated?.payload) };
  const text = (x: Text) => say(x, locale);
  const paths: PacketPath[] = [];
  for (const service of services) {
    if (paths.length >= MAX_PATHS) break;
    for (const path of pathsOf(service, options.marks)) {
      if (paths.length >= MAX_PATHS) break;
      const holder = holderOf(config, path);
      const tcp = path.front.protocol === "TCP";
      const pictures: PathView[] = [
        { mode: "none", transfer: "upload", picture: pictureOf(path, play(path), { locale, holder }) },
      ];
      for (const mode of FIREWALL_MODES) {
        for (const transfer of tcp ? (["upload", "download"] as const) : (["upload"] as const)) {
          const { exchange, filters, lines } = judge(path, mode, transfer, walls[mode], options.clients);
          yield;
          const all = lines.map((line) => ({ tone: line.tone, text: text(line.text) }));
          // Why nothing was generated for it, for example because NAT needs nothing.
          if (mode === "generated" && generated && !generated.payload)
            for (const reason of generated.reasons)
              all.unshift({ tone: "plain" as const, text: text(reason.text) });
          pictures.push({
            mode,
            transfer,
            picture: pictureOf(path, exchange, { locale, holder, filters, lines: all }),
          });
        }
      }
      const server = path.servers[0] ?? "";
      const more = path.servers.length - 1;
      paths.push({
        label: `${path.title} → ${server}${more > 0 ? text(t(` and ${more} more`, ` 等 ${more + 1} 台`)) : ""}`,
        tcp,
        pictures,
      });
    }
  }
  return {
    title: [...new Set(services.map((s) => s.title))].join(", "),
    paths,
    reasons,
    questions: honest?.questions ?? [],
  };
}
