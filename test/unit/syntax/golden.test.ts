/** Syntax trees of configurations, as people can read them. */
import { describe } from "node:test";
import { syntaxTreeText } from "../../../server/src/features/syntax-tree";
import { Tree } from "../../../server/src/syntax/tree";
import { golden } from "../support/golden";

describe("syntax trees", () => golden("syntax", (text) => syntaxTreeText(Tree.parse(text))));
