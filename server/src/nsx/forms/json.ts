/** JSON as a person would lay it out: lists of plain values and small objects on one line. */
import { finish, type Steps } from "../../text/steps";

const WIDTH = 100;

/** Formats a value with an indentation of two blanks. */
export const json = (value: unknown): string => finish(jsonSteps(value));

/** The same in steps. */
export function* jsonSteps(value: unknown, indent = ""): Steps<string> {
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((element) => ["", element] as const)
    : Object.entries(value).filter(([, element]) => element !== undefined);
  if (entries.length === 0) return isList ? "[]" : "{}";
  const flat = entries.every(([, element]) => element === null || typeof element !== "object");
  if (flat && (isList || entries.length <= 2)) {
    const line = entries
      .map(([key, element]) =>
        isList ? JSON.stringify(element) : `${JSON.stringify(key)}: ${JSON.stringify(element)}`,
      )
      .join(", ");
    const text = isList ? `[${line}]` : `{ ${line} }`;
    if (text.length + indent.length <= WIDTH) return text;
  }
  if (isList && value.length === 1) {
    const only = yield* jsonSteps(value[0], indent);
    if (!only.includes("\n")) return `[${only}]`;
  }
  const lines: string[] = [];
  for (const [key, element] of entries) {
    const text =
      element !== null && typeof element === "object"
        ? yield* jsonSteps(element, inner)
        : (JSON.stringify(element) ?? "null");
    lines.push(`${inner}${isList ? "" : `${JSON.stringify(key)}: `}${text}`);
  }
  yield;
  return isList ? `[\n${lines.join(",\n")}\n${indent}]` : `{\n${lines.join(",\n")}\n${indent}}`;
}
