export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** Colours for a terminal, or none: then every text stays as it is. */
export function createPaint(enabled: boolean): Paint {
  const code = (open: number, close: number) => (text: string) =>
    enabled ? `\u001b[${open}m${text}\u001b[${close}m` : text;
  return {
    good: code(32, 39),
    bad: code(31, 39),
    faint: code(2, 22),
    strong: code(1, 22),
  };
}
