/** What a picture and the extension say to each other. The picture's side is never trusted. */
import type { PacketPath } from "../../../server/src/features/packet-path";
import type { Topology } from "../../../server/src/features/topology";

/** Texts of the page, in the language of the user; `{0}` is a number or a name. */
export type Strings = Readonly<Record<string, string>>;

export type ToPicture =
  | {
      readonly type: "topology";
      readonly name: string;
      readonly ids: readonly string[];
      readonly id: string | undefined;
      readonly topology: Topology<unknown>;
      readonly current: string | undefined;
    }
  /** The cursor moved. */
  | { readonly type: "current"; readonly id: string | undefined }
  | {
      readonly type: "paths";
      readonly title: string;
      readonly paths: readonly PacketPath[];
      readonly messages: readonly string[];
      /** Which firewall is shown at first. */
      readonly nsx: boolean;
    };

export type FromPicture =
  | { readonly type: "ready" }
  /** Go to the text of a node or row. */
  | { readonly type: "open"; readonly id: string }
  /** Read the file for another configuration id; empty for none. */
  | { readonly type: "id"; readonly id: string }
  | { readonly type: "export"; readonly format: "svg" | "png"; readonly data: string };

/** A picture larger than this, as text, is none of ours. */
const MAX_EXPORT = 64 * 1024 * 1024;
const MAX_ID = 4096;

/** Reads a message of a picture; undefined if it is none. */
export function readMessage(message: unknown): FromPicture | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, id, format, data } = message as Record<string, unknown>;
  switch (type) {
    case "ready":
      return { type };
    case "open":
    case "id":
      return typeof id === "string" && id.length <= MAX_ID ? { type, id } : undefined;
    case "export":
      if (typeof data !== "string" || data.length > MAX_EXPORT) return undefined;
      if (format === "svg" && data.startsWith("<svg ")) return { type, format, data };
      // PNG comes as base64; its signature is the same for all.
      if (format === "png" && /^iVBORw0KGgo[A-Za-z0-9+/]*={0,2}$/.test(data)) return { type, format, data };
      return undefined;
    default:
      return undefined;
  }
}
