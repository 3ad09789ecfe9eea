/** Loaded when the first text is shown: its tables take half a megabyte. */
export { inflateSync, strFromU8 } from "fflate/browser";
