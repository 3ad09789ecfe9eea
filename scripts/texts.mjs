// Texts in two languages are a third of the server. In a bundle that ships they become one compressed table, which is
// opened when the first of them is shown (server/src/language/stored-text.ts).

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { parse } from "acorn";
import { transformSync } from "esbuild";
import { root } from "./lib.mjs";

const SOURCES = join(root, "server/src");
/** Where `t` is defined, for a source that uses it. */
const IMPORTS_T = /import\s*\{[^}]*\bt\b[^}]*\}\s*from\s*"[^"]*\/schema"/;
const READER = join(SOURCES, "language/stored-text.ts");
const NAME = "storedText";

/** The pieces of a literal or a template: texts, and between them expressions. Undefined for anything else. */
function pieces(node) {
  if (node.type === "Literal" && typeof node.value === "string") return { texts: [node.value], values: [] };
  if (node.type !== "TemplateLiteral") return undefined;
  return { texts: node.quasis.map((q) => q.value.cooked), values: node.expressions };
}

/** Every node below, outermost first; `visit` returns true where it has dealt with what is inside. */
function walk(node, visit) {
  if (Array.isArray(node)) for (const n of node) walk(n, visit);
  else if (node && typeof node.type === "string") {
    if (visit(node)) return;
    for (const key of Object.keys(node)) if (key !== "type") walk(node[key], visit);
  }
}

/** A table of the texts of all sources, and the sources without them. */
class Texts {
  /** A value stands in a text as U+0001 and its place in the list of values. */
  table = [];
  places = new Map();

  /** The place of a text in the table; the same text has one. */
  place(en, zh) {
    const key = `${en}\0${zh}`;
    if (/\0/.test(en + zh)) throw new Error(`A text holds a NUL: ${en}`);
    let place = this.places.get(key);
    if (place === undefined) {
      place = this.table.length;
      this.places.set(key, place);
      this.table.push({ en, zh });
    }
    return place;
  }

  /** A module without its texts; undefined for one that has none. */
  without(path) {
    const source = readFileSync(path, "utf8");
    if (!IMPORTS_T.test(source)) return undefined;
    const { code } = transformSync(source, { loader: "ts", target: "es2022", charset: "utf8" });
    const program = parse(code, { ecmaVersion: 2022, sourceType: "module" });
    return `import { ${NAME} } from ${JSON.stringify(READER)};\n${this.rewrite(code, program)}`;
  }

  /** The code of a node in which each `t(…)` of two literals is a look-up. */
  rewrite(code, node) {
    const parts = [];
    let at = node.start;
    walk(node, (inner) => {
      if (inner.type !== "CallExpression" || inner.callee.name !== "t") return false;
      const [en, zh] = inner.arguments.map(pieces);
      if (inner.arguments.length !== 2 || !en || !zh) return false;
      parts.push(code.slice(at, inner.start), this.lookup(code, en, zh));
      at = inner.end;
      return true;
    });
    return parts.join("") + code.slice(at, node.end);
  }

  lookup(code, en, zh) {
    const values = [];
    const pattern = ({ texts, values: expressions }) =>
      texts
        .map((text, n) => {
          if (n === expressions.length) return text;
          const value = this.rewrite(code, expressions[n]);
          if (!values.includes(value)) values.push(value);
          return `${text}\u0001${String.fromCharCode(48 + values.indexOf(value))}`;
        })
        .join("");
    const place = this.place(pattern(en), pattern(zh));
    return values.length > 0 ? `${NAME}(${place}, [${values.join(", ")}])` : `${NAME}(${place})`;
  }
}

/** The plugin of esbuild. */
export function storedTexts() {
  return {
    name: "stored-texts",
    setup(builder) {
      const texts = new Texts();
      const modules = new Map();
      for (const file of readdirSync(SOURCES, { recursive: true }).map(String).sort()) {
        const path = join(SOURCES, file);
        const contents = file.endsWith(".ts") ? texts.without(path) : undefined;
        if (contents !== undefined) modules.set(path, contents);
      }
      builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = modules.get(path);
        return contents === undefined ? undefined : { contents, loader: "js" };
      });
      const packed = (language) => {
        const list = texts.table.map((text) => text[language]).join("\0");
        return deflateRawSync(list, { level: 9 }).toString("base64");
      };
      builder.onResolve({ filter: /^packed-texts$/ }, () => ({ path: "packed-texts", namespace: "texts" }));
      builder.onLoad({ filter: /.*/, namespace: "texts" }, () => ({
        contents: `export default ${JSON.stringify({ en: packed("en"), zh: packed("zh") })};`,
      }));
      // V8 takes two bytes for each character of a file that is not all ASCII. esbuild leaves regular expressions alone.
      builder.onEnd(() => {
        const { outfile } = builder.initialOptions;
        const escaped = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
        writeFileSync(outfile, readFileSync(outfile, "utf8").replace(/[\u0080-\uffff]/g, escaped));
      });
    },
  };
}
