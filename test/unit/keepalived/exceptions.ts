/** Checks of keepalived that are not found from the text, and why. */
export const EXCEPTIONS: Readonly<Record<string, { readonly why: string; readonly release?: string }>> = {};
