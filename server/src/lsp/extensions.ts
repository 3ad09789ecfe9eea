/** Requests beyond the protocol, for commands of the editor's client. */
import { dialectOf, placeIn, type Reading } from "../checks/project";
import { compareNodes } from "../cluster/compare";
import { type ClusterNode, nodesOf, pairs } from "../cluster/nodes";
import { say } from "../features/diagnostics";
import { composePair } from "../features/new-configuration";
import { packetPaths } from "../features/packet-path";
import { holesOf, wantedAt } from "../features/subject";
import { syntaxTreeText } from "../features/syntax-tree";
import { type BlockPlace, topology } from "../features/topology";
import { type Text, t } from "../language/schema";
import { formatIpvs, formatIpvsSave, ipvsTable } from "../lvs/ipvs";
import { markAnswers } from "../lvs/marks";
import { KIT_FORMATS, type KitFormat, realServerKit } from "../lvs/real-server";
import type { Reason } from "../lvs/services";
import { parseRange } from "../model/build";
import { Config } from "../model/config";
import { differences, fits } from "../nsx/diff";
import { explainText } from "../nsx/explain";
import { FORMS, render } from "../nsx/forms";
import { infraBody } from "../nsx/forms/hierarchical";
import { type Generated, type GenerateOptions, generate } from "../nsx/generate";
import type { Category } from "../nsx/objects";
import type { VmSelector } from "../nsx/policy";
import { select, type Wanted } from "../nsx/select";
import { makeSourceFile, pathOf } from "../workspace/files";
import {
  type CompareParams,
  type CompareResult,
  type DocumentParams,
  type Location,
  type Message,
  type NewPairParams,
  type NewPairResult,
  Notifications,
  type NsxChoices,
  type NsxDocumentParams,
  type NsxFormInfo,
  type NsxParams,
  type NsxResult,
  type NsxState,
  type PacketPathResult,
  type PicturePlace,
  type RealServerParams,
  Requests,
  type ResolvedResult,
  type StatusResult,
  type TextResult,
  type TopologyResult,
  type VmChoice,
} from "./protocol";
import type { RequestContext, Server } from "./server";
import type { NsxSettings } from "./settings";

/** Milliseconds that a request waits at most for includes that are on their way, and between two looks. */
const PATIENCE = 5000;
const STEP = 25;

/** A reading of the document's configuration and what is wanted in it. */
interface Subject {
  readonly context: RequestContext;
  readonly reading: Reading;
  readonly wanted: Wanted;
}

export function registerExtensions(server: Server): void {
  const { connection, session } = server;
  const text = (x: Text) => say(x, session.locale);

  /** A handler that always answers: a fault is logged by the guard and reaches the client as null. */
  const on = <P extends { uri: string }>(
    method: string,
    handler: (context: RequestContext, params: P) => object | null,
  ) =>
    connection.onRequest(method, async (params: P) => {
      await settled(method, params?.uri);
      return server.guard<object | null>(method, null, () => {
        const context = server.contextOf(params.uri);
        return context ? handler(context, params) : null;
      });
    });

  /**
   * Where there is no disk, includes are read while the editor goes on. What these requests make (payloads, tables,
   * pictures) would be about half a configuration without them.
   */
  const settled = async (method: string, uri: string): Promise<void> => {
    const pending = () => server.guard(method, false, () => server.contextOf(uri)?.project.pending === true);
    for (let ms = 0; ms < PATIENCE && pending(); ms += STEP)
      await new Promise<void>((again) => setTimeout(again, STEP));
  };

  const locationIn = (reading: Reading, start: number, end: number): Location | undefined => {
    const place = placeIn(reading, start, end);
    return place && { uri: place.uri, range: session.rangeIn(place.uri, place.start, place.end) };
  };
  const locate = (reading: Reading, reason: Reason): Location | undefined => {
    if (!reason.at || !reason.span) return undefined;
    const { start, end } = reading.config.range(reason.at, reason.span);
    return locationIn(reading, start, end);
  };
  const message = (reading: Reading, reason: Reason, level: Message["level"]): Message => ({
    text: text(reason.text),
    level,
    location: locate(reading, reason),
  });

  /** The first reading in which the wanted place means something. */
  const subjectOf = (context: RequestContext, params: NsxParams): Subject => {
    const readings = context.project.views.filter((v) => params.id === undefined || v.id === params.id);
    const all = readings.length > 0 ? readings : context.project.views;
    const subjects = all.map((reading): Subject => {
      const wanted: Wanted = params.position
        ? wantedAt(reading, context.file.uri, context.file.text, context.offsetAt(params.position))
        : { kind: "all" };
      return { context, reading, wanted };
    });
    return (
      subjects.find((s) => select(s.reading.config, s.wanted).services.some((x) => !x.ignored)) ??
      subjects.find((s) => select(s.reading.config, s.wanted).address !== undefined) ??
      subjects[0]
    );
  };

  const optionsOf = (choices: NsxChoices, reading: Reading): GenerateOptions => {
    const { nsx } = session.settings;
    return {
      directors: selectorOf(choices.directors) ?? directorsOf(nsx),
      realServers: selectorOf(choices.realServers) ?? { tags: [nsx.realServerTag] },
      category: nsx.category as Category,
      domain: nsx.domain || undefined,
      project: nsx.project || undefined,
      globalManager: nsx.globalManager,
      companion: choices.companion ?? nsx.companionPolicy,
      realServerPolicy: choices.realServerPolicy,
      ping: choices.ping,
      remedy: choices.remedy,
      force: choices.force,
      clients: (choices.clients ?? []).flatMap((c) => parseRange(c) ?? []),
      marks: markAnswers(choices.marks ?? {}),
      holes: holesOf(reading.resolved),
      locale: session.locale,
    };
  };

  const wrongChoices = (choices: NsxChoices): Message[] =>
    (choices.clients ?? [])
      .filter((c) => !parseRange(c))
      .map((c) => ({
        level: "error" as const,
        text: text(t(`“${c}” is not an address or network.`, `“${c}” 不是地址或网络。`)),
      }));

  const messagesOf = (reading: Reading, generated: Generated): Message[] => [
    ...generated.reasons.map((r) => message(reading, r, generated.status === "nothing" ? "note" : "error")),
    ...generated.warnings.map((w) => message(reading, w, w.level)),
  ];

  on(Requests.nsxGenerate, (context, params: NsxParams): NsxResult => {
    const choices = params.choices ?? {};
    const form = FORMS.find((f) => f.form === params.form) ?? FORMS[0];
    const { reading, wanted } = subjectOf(context, params);
    const options = optionsOf(choices, reading);
    const generated = generate(reading.config, wanted, {
      ...options,
      remedy: form.form === "exclude-list" ? "exclude-list" : options.remedy,
    });
    const rendered =
      generated.payload &&
      render(generated.payload, form.form, {
        remedy: generated.remedy,
        currentExcludeList: parseJson(params.currentExcludeList),
      });
    server.payloadGenerated();
    return {
      status: generated.status,
      name: nameOf(generated),
      form: form.form,
      language: form.language,
      extension: form.extension,
      text: rendered?.text,
      explanation: generated.payload && explainText(generated, session.locale),
      messages: [
        ...wrongChoices(choices),
        ...messagesOf(reading, generated),
        ...(rendered?.notes ?? []).map((n) => ({ text: text(n), level: "note" as const })),
      ],
      questions: generated.questions.map((q) => ({ mark: q.mark, text: text(q.text) })),
      directors: selectorText(options.directors!),
      remedy: generated.remedy,
      ids: context.project.ids,
    };
  });

  connection.onNotification(Notifications.nsxState, (state: NsxState) => {
    server.nsxState(state);
    server.refresh();
  });

  connection.onRequest(Requests.nsxForms, (): NsxFormInfo[] =>
    FORMS.map((f) => ({ form: f.form, title: text(f.title) })),
  );

  on(Requests.nsxDiff, (context, params: NsxDocumentParams): TextResult => {
    const current = parseJson(params.document);
    if (current === undefined) return notJson(text);
    const { reading, wanted } = subjectOf(context, params);
    const generated = generate(reading.config, wanted, optionsOf(params.choices ?? {}, reading));
    const messages = messagesOf(reading, generated);
    if (!generated.payload) return { text: "", messages };
    const changes = differences(infraBody(generated.payload), current);
    const lines = changes.map((c) => text(c.text));
    return { text: `${lines.join("\n") || text(t("No change.", "没有变化。"))}\n`, messages };
  });

  on(Requests.nsxVerify, (context, params: NsxDocumentParams): TextResult => {
    const document = parseJson(params.document);
    if (document === undefined) return notJson(text);
    const { reading } = subjectOf(context, { ...params, position: undefined });
    const generated = generate(
      reading.config,
      { kind: "all" },
      {
        ...optionsOf(params.choices ?? {}, reading),
        companion: true,
        realServerPolicy: true,
        ping: true,
        force: true,
        remedy: "policy",
      },
    );
    const fit = fits(generated, document);
    if (fit.empty)
      return {
        text: "",
        messages: [{ level: "error", text: text(t("There is no policy in it.", "其中没有策略。")) }],
      };
    const lines = [
      ...fit.missing.map((m) => `${text(t("Missing: ", "缺少："))}${text(m.text)}`),
      ...fit.stale.map((m) => `${text(t("Left over: ", "多余："))}${text(m.text)}`),
      ...fit.uncovered.map((s) => text(t(`Not in the payload: ${s.title}`, `策略中没有：${s.title}`))),
    ];
    if (fit.missing.length === 0 && fit.stale.length === 0)
      lines.unshift(
        text(
          t(
            `The payload fits: ${fit.covered.map((s) => s.title).join(", ") || "no virtual server is concerned"}.`,
            `策略与配置一致：${fit.covered.map((s) => s.title).join("、") || "不涉及虚拟服务器"}。`,
          ),
        ),
      );
    return {
      text: `${lines.join("\n")}\n`,
      messages: generated.reasons.map((r) => message(reading, r, "error")),
    };
  });

  on(Requests.ipvs, (context, params: DocumentParams & { save?: boolean }): TextResult => {
    const { reading } = subjectOf(context, params);
    const table = ipvsTable(reading.config);
    return {
      text: params.save ? formatIpvsSave(table) : formatIpvs(table),
      messages: table.notes.map((n) => message(reading, n, "warning")),
    };
  });

  on(Requests.realServer, (context, params: RealServerParams): TextResult => {
    const format = (KIT_FORMATS as readonly string[]).includes(params.format) ? params.format : "sh";
    const { reading, wanted } = subjectOf(context, params);
    const selection = select(reading.config, wanted);
    const services = selection.services.filter((s) => !s.ignored);
    const faults = [
      ...selection.services.flatMap((s) => (s.ignored ? [s.ignored] : [])),
      ...services.flatMap((s) => s.faults),
    ].map((r) => message(reading, r, "error"));
    if (selection.empty) return { text: "", messages: [{ level: "note", text: text(selection.empty) }] };
    if (faults.length > 0 && !params.choices?.force) return { text: "", messages: faults };
    const kit = realServerKit(services, format as KitFormat, markAnswers(params.choices?.marks ?? {}));
    return {
      text: kit.text ?? "",
      messages: [...faults, ...kit.notes.map((n) => ({ text: text(n), level: "note" as const }))],
    };
  });

  on(Requests.resolved, (context, params: DocumentParams): ResolvedResult => {
    const reading = context.project.views.find((v) => v.id === params.id) ?? context.project.views[0];
    const { resolved } = reading;
    const content = resolved?.text ?? context.project.root.text;
    const origins: (Location | null)[] = [];
    for (let at = 0; at <= content.length; ) {
      const next = content.indexOf("\n", at);
      const end = next < 0 ? content.length : next;
      origins.push(locationIn(reading, at, end) ?? null);
      at = end + 1;
    }
    return { text: content, ids: context.project.ids, origins };
  });

  on(Requests.syntaxTree, (context): { text: string } => ({ text: syntaxTreeText(context.file.tree) }));

  on(Requests.status, (context): StatusResult => {
    const findings = server.findings(context.file.uri);
    const root = context.project.root.uri;
    return {
      release: session.settings.target,
      role: root === context.file.uri ? "root" : "included",
      root,
      files: context.project.files.length,
      ids: context.project.ids,
      template: context.file.template !== undefined,
      errors: findings.filter((f) => f.severity === "error").length,
      warnings: findings.filter((f) => f.severity === "warning").length,
    };
  });

  // -------------------------------------------------------------------------------------------- peers

  /** Nodes that the document stands for, and those that share an instance with them. */
  const peersOf = (context: RequestContext) => {
    const root = context.project.root.uri;
    const own = nodesOf(context.project.views);
    const others = session.peerCandidates(root).flatMap((uri) => nodesOf(session.readingsOf(uri)));
    return { own, others: [...own.slice(1), ...others] };
  };

  on(Requests.peers, (context): { uri: string; label: string; peer: boolean }[] => {
    const { own, others } = peersOf(context);
    return others.map((o) => ({
      uri: nodeKey(o),
      label: o.label,
      peer: own.some((n) => n !== o && pairs(n, o).length > 0),
    }));
  });

  on(Requests.compare, (context, params: CompareParams): CompareResult | null => {
    const { own, others } = peersOf(context);
    const left = own[0];
    const right =
      others.find((o) => nodeKey(o) === params.other) ??
      others.find((o) => left && pairs(left, o).length > 0);
    if (!left || !right) return null;
    const compared = compareNodes(left, right, true);
    const cell = (c: { text: string; place?: { uri: string; start: number; end: number } }) => ({
      text: c.text,
      location: c.place && {
        uri: c.place.uri,
        range: session.rangeIn(c.place.uri, c.place.start, c.place.end),
      },
    });
    return {
      left: left.label,
      right: right.label,
      sections: compared.sections.map((s) => ({
        kind: s.kind,
        title: s.title,
        rows: s.rows.map((r) => ({
          aspect: r.aspect,
          verdict: r.verdict,
          left: cell(r.left),
          right: cell(r.right),
          note: r.verdict === "fault" && r.note ? text(r.note) : undefined,
        })),
      })),
    };
  });

  // -------------------------------------------------------------------------------------------- wizard

  connection.onRequest(Requests.newPair, (params: NewPairParams): NewPairResult => {
    const none: NewPairResult = {
      problems: [],
      files: [],
      notes: [],
      virtualRouterId: freeVirtualRouterId(),
    };
    return server.guard(Requests.newPair, none, () => {
      const pair = composePair(params.answers, params.complete);
      const problems = pair.problems.map((p) => ({ field: p.field, text: text(p.text) }));
      if (!params.complete || pair.nodes.length === 0) return { ...none, problems };
      const files = pair.nodes.map((n) => ({ path: `${n.name}/keepalived.conf`, text: n.text }));
      const dialect = dialectOf(session.settings.target);
      const config = new Config(makeSourceFile("new:", 0, pair.nodes[0].text, dialect).tree);
      const kit = realServerKit(select(config, { kind: "all" }).services, "sh");
      if (kit.text !== undefined) files.push({ path: "real-server.sh", text: kit.text });
      const { nsx } = session.settings;
      const generated = generate(
        config,
        { kind: "all" },
        {
          directors: directorsOf(nsx),
          realServers: { tags: [nsx.realServerTag] },
          category: nsx.category as Category,
          domain: nsx.domain || undefined,
          project: nsx.project || undefined,
          globalManager: nsx.globalManager,
          companion: true,
          locale: session.locale,
        },
      );
      if (generated.payload)
        files.push({ path: "policy.nsx.json", text: render(generated.payload, "hierarchical").text });
      const notes = [...generated.reasons, ...generated.warnings.filter((w) => w.level === "warning")].map(
        (r) => text(r.text),
      );
      return { ...none, files, notes };
    });
  });

  /** A virtual_router_id that no configuration of the workspace has, the usual 51 first. */
  const freeVirtualRouterId = (): number => {
    const taken = new Set(
      session
        .peerCandidates("")
        .flatMap((uri) => nodesOf(session.readingsOf(uri)))
        .flatMap((node) => node.instances.map((i) => i.virtualRouterId)),
    );
    for (let id = 51; id < 256; id++) if (!taken.has(id)) return id;
    return 51;
  };

  // -------------------------------------------------------------------------------------------- pictures

  on(Requests.topology, (context, params: DocumentParams): TopologyResult => {
    const { views, root, ids } = context.project;
    const reading =
      views.find((v) => v.id === params.id) ?? views.find((v) => v.config.instances.length > 0) ?? views[0];
    const { own, others } = peersOf(context);
    const graph = topology(
      reading,
      own.find((n) => n.reading === reading),
      others,
      session.locale,
    );
    const files: string[] = [];
    const place = ({ uri, start, fullEnd }: BlockPlace): PicturePlace => {
      let file = files.indexOf(uri);
      if (file < 0) file = files.push(uri) - 1;
      const range = session.rangeIn(uri, start, fullEnd);
      return [file, range.start.line, range.start.character, range.end.line];
    };
    return {
      name: `${pathOf(root.uri).split("/").slice(-2).join("/")}${reading.id === undefined ? "" : ` @${reading.id}`}`,
      id: reading.id,
      ids,
      files,
      topology: {
        edges: graph.edges,
        nodes: graph.nodes.map((n) => ({
          ...n,
          place: n.place && place(n.place),
          rows: n.rows.map((r) => ({ ...r, place: r.place && place(r.place) })),
        })),
      },
    };
  });

  on(Requests.packetPath, (context, params: NsxParams): PacketPathResult => {
    const { reading, wanted } = subjectOf(context, params);
    const found = packetPaths(reading, wanted, optionsOf(params.choices ?? {}, reading), session.locale);
    return {
      title: found.title,
      paths: found.paths,
      messages: found.reasons.map((r) => message(reading, r, found.paths.length > 0 ? "warning" : "note")),
      questions: found.questions.map((q) => ({ mark: q.mark, text: text(q.text) })),
      nsx: session.settings.nsx.enabled || session.usesNsx,
    };
  });
}

/** A node in requests: its root file, with the configuration id as fragment. */
const nodeKey = (n: ClusterNode): string =>
  n.reading.id === undefined ? n.reading.root.uri : `${n.reading.root.uri}#${n.reading.id}`;

const notJson = (text: (x: Text) => string): TextResult => ({
  text: "",
  messages: [{ level: "error", text: text(t("The document is no JSON.", "该文档不是 JSON。")) }],
});

function parseJson(text: string | undefined): unknown {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function selectorOf(choice: VmChoice | undefined): VmSelector | undefined {
  if (!choice) return undefined;
  if (choice.group) return { group: choice.group };
  const { tags, names, ids } = choice;
  return tags?.length || names?.length || ids?.length ? { tags, names, ids } : undefined;
}

/** The directors as the settings name them: by tag unless something more exact is given. */
const directorsOf = (nsx: NsxSettings): VmSelector => ({
  group: nsx.directorGroup || undefined,
  names: nsx.directorVmNames,
  ids: nsx.directorVmIds,
  tags:
    nsx.directorGroup || nsx.directorVmNames.length > 0 || nsx.directorVmIds.length > 0
      ? []
      : [nsx.directorTag],
});

function selectorText(selector: VmSelector): string {
  if (selector.group) return selector.group;
  return [
    ...(selector.tags ?? []).map((x) => `tag ${x}`),
    ...(selector.names ?? []).map((x) => `VM ${x}`),
    ...(selector.ids ?? []).map((x) => `id ${x}`),
  ].join(", ");
}

/** Part of a file name: the first virtual server, and how many there are. */
function nameOf(generated: Generated): string {
  const services = generated.services.filter((s) => !s.ignored);
  if (services.length === 0) return "none";
  const first = services[0].title
    .replace(/^\[?([\da-f:.]+)\]?[: ](\d+)/i, "$1-$2")
    .replace(/[^\w.-]+/g, "-")
    .toLowerCase();
  return services.length === 1 ? first : `${first}-and-${services.length - 1}-more`;
}
