/** Requests beyond the protocol, for commands of the editor's client. */
import { dialectOf, placeIn, type Reading } from "../checks/project";
import { compareNodes } from "../cluster/compare";
import { type ClusterNode, nodesOf, pairs } from "../cluster/nodes";
import { say } from "../features/diagnostics";
import { composePair } from "../features/new-configuration";
import { packetPathSteps } from "../features/packet-path";
import { holesOf, wantedAt } from "../features/subject";
import { syntaxTreeSteps } from "../features/syntax-tree";
import { type BlockPlace, topologySteps } from "../features/topology";
import { type Text, t } from "../language/schema";
import { formatIpvsSaveSteps, formatIpvsSteps, ipvsSteps } from "../lvs/ipvs";
import { markAnswers } from "../lvs/marks";
import { KIT_FORMATS, type KitFormat, realServerKit } from "../lvs/real-server";
import type { Reason } from "../lvs/services";
import { parseRange } from "../model/build";
import { Config } from "../model/config";
import { differenceSteps, fitSteps, fitText } from "../nsx/diff";
import { explainTextSteps } from "../nsx/explain";
import { FORMS, render, renderSteps } from "../nsx/forms";
import { infraBody } from "../nsx/forms/hierarchical";
import { type Generated, type GenerateOptions, generate, generateSteps } from "../nsx/generate";
import type { Category } from "../nsx/objects";
import type { VmSelector } from "../nsx/policy";
import { select, selectSteps, type Wanted } from "../nsx/select";
import type { Steps } from "../text/steps";
import { makeSourceFile, pathOf } from "../workspace/files";
import { type CancellationToken, LSPErrorCodes, ResponseError } from "./library";
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

  /**
   * A handler that answers unless it is cancelled: a fault is logged and reaches the client as null, and when the text
   * changes, the work begins again.
   */
  const on = <P extends { uri: string }>(
    method: string,
    handler: (context: RequestContext, params: P) => Steps<object | null>,
  ) =>
    connection.onRequest(method, async (params: P, token: CancellationToken) => {
      for (;;) {
        try {
          await settled(method, params?.uri, token);
          return await server.long<object | null>(method, token, null, () =>
            server.aboutDocument(params.uri, null, (context) => handler(context, params)),
          );
        } catch (e) {
          if (!(e instanceof ResponseError && e.code === LSPErrorCodes.ContentModified)) throw e;
        }
      }
    });

  /**
   * Where there is no disk, includes are read while the editor goes on. What these requests make (payloads, tables,
   * pictures) would be about half a configuration without them.
   */
  const settled = async (method: string, uri: string, token: CancellationToken): Promise<void> => {
    for (let ms = 0; ms < PATIENCE; ms += STEP) {
      const projects = await server.long(method, token, [], () => session.projectsOfSteps(uri), false);
      if (!projects[0]?.pending) return;
      await new Promise<void>((again) => setTimeout(again, STEP));
    }
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
  const subjectOf = function* (context: RequestContext, params: NsxParams): Steps<Subject> {
    const readings = context.project.views.filter((v) => params.id === undefined || v.id === params.id);
    const all = readings.length > 0 ? readings : context.project.views;
    const subjects = all.map((reading): Subject => {
      const wanted: Wanted = params.position
        ? wantedAt(reading, context.file.uri, context.file.text, context.offsetAt(params.position))
        : { kind: "all" };
      return { context, reading, wanted };
    });
    // Most configurations have one reading.
    if (subjects.length === 1) return subjects[0];
    let addressed: Subject | undefined;
    for (const subject of subjects) {
      const { services, address } = yield* selectSteps(subject.reading.config, subject.wanted);
      if (services.some((x) => !x.ignored)) return subject;
      if (address !== undefined) addressed ??= subject;
    }
    return addressed ?? subjects[0];
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

  const messages = function* (
    reading: Reading,
    reasons: readonly Reason[],
    level: Message["level"],
  ): Steps<Message[]> {
    const list: Message[] = [];
    for (const reason of reasons) {
      list.push(message(reading, reason, level));
      yield;
    }
    return list;
  };

  const messagesOf = function* (reading: Reading, generated: Generated): Steps<Message[]> {
    const list = yield* messages(
      reading,
      generated.reasons,
      generated.status === "nothing" ? "note" : "error",
    );
    for (const w of generated.warnings) {
      list.push(message(reading, w, w.level));
      yield;
    }
    return list;
  };

  on(Requests.nsxGenerate, function* (context, params: NsxParams): Steps<NsxResult> {
    const choices = params.choices ?? {};
    const form = FORMS.find((f) => f.form === params.form) ?? FORMS[0];
    const { reading, wanted } = yield* subjectOf(context, params);
    const options = optionsOf(choices, reading);
    const generated = yield* generateSteps(reading.config, wanted, {
      ...options,
      remedy: form.form === "exclude-list" ? "exclude-list" : options.remedy,
    });
    const rendered =
      generated.payload &&
      (yield* renderSteps(generated.payload, form.form, {
        remedy: generated.remedy,
        currentExcludeList: parseJson(params.currentExcludeList),
      }));
    server.payloadGenerated();
    return {
      status: generated.status,
      name: nameOf(generated),
      form: form.form,
      language: form.language,
      extension: form.extension,
      text: rendered?.text,
      explanation: generated.payload && (yield* explainTextSteps(generated, session.locale)),
      messages: [
        ...wrongChoices(choices),
        ...(yield* messagesOf(reading, generated)),
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

  on(Requests.nsxDiff, function* (context, params: NsxDocumentParams): Steps<TextResult> {
    const current = parseJson(params.document);
    if (current === undefined) return notJson(text);
    const { reading, wanted } = yield* subjectOf(context, params);
    const generated = yield* generateSteps(reading.config, wanted, optionsOf(params.choices ?? {}, reading));
    const messages = yield* messagesOf(reading, generated);
    if (!generated.payload) return { text: "", messages };
    const changes = yield* differenceSteps(infraBody(generated.payload), current);
    const lines = changes.map((c) => text(c.text));
    return { text: `${lines.join("\n") || text(t("No change.", "没有变化。"))}\n`, messages };
  });

  on(Requests.nsxVerify, function* (context, params: NsxDocumentParams): Steps<TextResult> {
    const document = parseJson(params.document);
    if (document === undefined) return notJson(text);
    const { reading } = yield* subjectOf(context, { ...params, position: undefined });
    const generated = yield* generateSteps(
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
    const fit = yield* fitSteps(generated, document);
    if (fit.empty)
      return {
        text: "",
        messages: [{ level: "error", text: text(t("There is no policy in it.", "其中没有策略。")) }],
      };
    return {
      text: `${fitText(fit).map(text).join("\n")}\n`,
      messages: yield* messages(reading, generated.reasons, "error"),
    };
  });

  on(Requests.ipvs, function* (context, params: DocumentParams & { save?: boolean }): Steps<TextResult> {
    const { reading } = yield* subjectOf(context, params);
    const table = yield* ipvsSteps(reading.config);
    return {
      text: yield* params.save ? formatIpvsSaveSteps(table) : formatIpvsSteps(table),
      messages: yield* messages(reading, table.notes, "warning"),
    };
  });

  on(Requests.realServer, function* (context, params: RealServerParams): Steps<TextResult> {
    const format = (KIT_FORMATS as readonly string[]).includes(params.format) ? params.format : "sh";
    const { reading, wanted } = yield* subjectOf(context, params);
    const selection = yield* selectSteps(reading.config, wanted);
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

  on(Requests.resolved, function* (context, params: DocumentParams): Steps<ResolvedResult> {
    const reading = context.project.views.find((v) => v.id === params.id) ?? context.project.views[0];
    const { resolved } = reading;
    const content = resolved?.text ?? context.project.root.text;
    const origins: (Location | null)[] = [];
    for (let at = 0; at <= content.length; ) {
      const next = content.indexOf("\n", at);
      const end = next < 0 ? content.length : next;
      origins.push(locationIn(reading, at, end) ?? null);
      at = end + 1;
      yield;
    }
    return { text: String(content), ids: context.project.ids, origins };
  });

  on(Requests.syntaxTree, function* (context): Steps<{ text: string }> {
    return { text: yield* syntaxTreeSteps(context.file.tree) };
  });

  on(Requests.status, function* (context): Steps<StatusResult> {
    yield* server.findingSteps(context.file.uri);
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
  const peersOf = function* (context: RequestContext) {
    const root = context.project.root.uri;
    yield* session.peerSteps(root);
    const own = nodesOf(context.project.views);
    const others = session.peerCandidates(root).flatMap((uri) => nodesOf(session.readingsOf(uri)));
    return { own, others: [...own.slice(1), ...others] };
  };

  on(Requests.peers, function* (context): Steps<{ uri: string; label: string; peer: boolean }[]> {
    const { own, others } = yield* peersOf(context);
    return others.map((o) => ({
      uri: nodeKey(o),
      label: o.label,
      peer: own.some((n) => n !== o && pairs(n, o).length > 0),
    }));
  });

  on(Requests.compare, function* (context, params: CompareParams): Steps<CompareResult | null> {
    const { own, others } = yield* peersOf(context);
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

  on(Requests.topology, function* (context, params: DocumentParams): Steps<TopologyResult> {
    const { views, root, ids } = context.project;
    const reading =
      views.find((v) => v.id === params.id) ?? views.find((v) => v.config.instances.length > 0) ?? views[0];
    const { own, others } = yield* peersOf(context);
    const graph = yield* topologySteps(
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
    const nodes: TopologyResult["topology"]["nodes"][number][] = [];
    for (const n of graph.nodes) {
      nodes.push({
        ...n,
        place: n.place && place(n.place),
        rows: n.rows.map((r) => ({ ...r, place: r.place && place(r.place) })),
      });
      yield;
    }
    return {
      name: `${pathOf(root.uri).split("/").slice(-2).join("/")}${reading.id === undefined ? "" : ` @${reading.id}`}`,
      id: reading.id,
      ids,
      files,
      topology: { edges: graph.edges, nodes },
    };
  });

  on(Requests.packetPath, function* (context, params: NsxParams): Steps<PacketPathResult> {
    const { reading, wanted } = yield* subjectOf(context, params);
    const options = optionsOf(params.choices ?? {}, reading);
    const found = yield* packetPathSteps(reading, wanted, options, session.locale);
    return {
      title: found.title,
      paths: found.paths,
      messages: yield* messages(reading, found.reasons, found.paths.length > 0 ? "warning" : "note"),
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
