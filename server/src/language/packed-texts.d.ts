/** What scripts/texts.mjs puts into the bundle: the texts of each language, joined by NUL, deflated, in Base64. */
declare module "packed-texts" {
  const packed: Readonly<Record<"en" | "zh", string>>;
  export default packed;
}
