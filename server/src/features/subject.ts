/** What questions about the meaning of a configuration are asked of: one reading, and the place that is meant. */
import type { Reading } from "../checks/project";
import { type Text, t } from "../language/schema";
import type { Wanted } from "../nsx/select";
import { Lines, lineStartAt } from "../text/lines";
import type { Source } from "../text/pieces";
import type { Resolved } from "../workspace/resolve";

/** Places of a resolved text where an include could not be read; what it holds is not known. */
export function holesOf(resolved: Resolved | undefined): { at: number; text: Text }[] {
  const holes: { at: number; text: Text }[] = [];
  for (const { place, fault } of resolved?.problems ?? []) {
    if (fault.kind !== "include" && fault.kind !== "include-nomatch") continue;
    const file = resolved?.files[place.file];
    const site = resolved?.includes.find(
      (s) => s.place.file === place.file && s.place.start <= place.start && place.start <= s.place.end,
    );
    const line = file ? new Lines(file.tree.text).positionAt(place.start).line + 1 : 0;
    holes.push({
      at: site?.at ?? -1,
      text: t(
        `line ${line}: the include ${fault.pattern} could not be read; what it holds is not known`,
        `第 ${line} 行：无法读取 include ${fault.pattern}，其内容未知`,
      ),
    });
  }
  return holes;
}

/** What stands on the line of an offset of a file, wherever the reading has that line. */
export function wantedAt(reading: Reading, uri: string, text: Source, offset: number): Wanted {
  const { resolved } = reading;
  if (!resolved) return { kind: "offset", offset };
  const lineStart = lineStartAt(text, offset);
  const next = text.indexOf("\n", offset);
  const line = text.slice(lineStart, next < 0 ? text.length : next);
  const first = lineStart + (line.length - line.trimStart().length);
  const last = lineStart + line.trimEnd().length;
  const ranges = resolved
    .offsetsOf(uri, first)
    .map((at) => ({ start: at, end: at + Math.max(0, last - first) }));
  return { kind: "ranges", ranges };
}
