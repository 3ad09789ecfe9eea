/** Checks of keepalived that are not found from the text, and why. */
export const EXCEPTIONS: Readonly<Record<string, { readonly why: string; readonly release?: string }>> = {
  "g-startup-invalid": { why: "Whether a user exists, only the machine knows." },
  "g-shutdown-invalid": { why: "Whether a user exists, only the machine knows." },
  "g-cpu-bad": { why: "How many processors are online, only the machine knows." },
  "g-savedir-notdir": { why: "Whether a path is a directory, only the machine knows." },
  "updown-unknown-if": { why: "Whether an interface exists, only the machine knows." },
  "tf-notregular": { why: "Whether a path is a regular file, only the machine knows." },
};
