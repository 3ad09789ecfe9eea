/** A strict reading of XML, enough to tell whether a picture can be opened by any program. */
import assert from "node:assert/strict";

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decode(text: string): string {
  assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-f]+);)/i, "an & that begins no entity");
  const forbidden = [...text].filter((c) => c < " " && !"\t\n\r".includes(c));
  assert.deepEqual(forbidden, [], "characters that XML forbids");
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (_, hex, decimal, name) =>
    name ? ENTITIES[name] : String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)),
  );
}

/** Parses a document; fails where it is not well-formed. */
export function parseXml(text: string): Element {
  const top: Element = { name: "", attributes: {}, children: [], text: "" };
  const open: Element[] = [top];
  let at = 0;
  for (const m of text.matchAll(/<(\/?)([\w:-]+)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>/g)) {
    const parent = open[open.length - 1];
    const between = text.slice(at, m.index);
    assert.ok(
      !between.includes("<"),
      `not an element: ${between.slice(between.indexOf("<"), between.indexOf("<") + 60)}`,
    );
    parent.text += decode(between);
    at = m.index + m[0].length;
    const [, close, name, list, empty] = m;
    if (close) {
      assert.equal(open.pop()?.name, name, `</${name}> closes another element`);
      continue;
    }
    const attributes: Record<string, string> = {};
    for (const a of list.matchAll(/([\w:-]+)="([^"]*)"/g)) {
      assert.ok(!(a[1] in attributes), `${a[1]} twice in <${name}>`);
      attributes[a[1]] = decode(a[2]);
    }
    const element: Element = { name, attributes, children: [], text: "" };
    parent.children.push(element);
    if (!empty) open.push(element);
  }
  assert.ok(!text.slice(at).includes("<"), "the end is no element");
  assert.equal(open.length, 1, `<${open[open.length - 1].name}> is not closed`);
  assert.equal(top.children.length, 1, "one root element");
  return top.children[0];
}

/** An element and all below it. */
export const everyElement = (element: Element): Element[] => [
  element,
  ...element.children.flatMap(everyElement),
];

/** The texts of a picture, hints left out. */
export const textsOf = (element: Element): string[] =>
  everyElement(element)
    .filter((e) => e.name === "text")
    .map((e) => e.text);

/** Nothing in a picture runs or is fetched. */
export function assertHarmless(root: Element): void {
  for (const { name, attributes } of everyElement(root)) {
    assert.match(name, /^(svg|g|path|rect|circle|line|text|title|style)$/, `<${name}>`);
    for (const [key, value] of Object.entries(attributes)) {
      assert.doesNotMatch(key, /^on|href|^style$/i, `${key} of <${name}>`);
      assert.doesNotMatch(value, /javascript:|url\(/i, `${key} of <${name}>`);
      assert.doesNotMatch(value, /NaN|undefined|Infinity/, `${key}="${value}" of <${name}>`);
    }
  }
}
