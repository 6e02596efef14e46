/** Text that is HTML already. Only `html` makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text, which is escaped, HTML, and lists of either. */
export type HtmlPart = string | number | Html | readonly HtmlPart[];

/** HTML whose values are escaped, wherever they come from. */
export function html(
  strings: TemplateStringsArray,
  ...parts: readonly HtmlPart[]
): Html {
  const texts = strings.map((text, index) => {
    const part = parts[index];
    return part === undefined ? text : text + textOf(part);
  });
  return new Html(texts.join(""));
}

function textOf(part: HtmlPart): string {
  if (part instanceof Html) return part.text;
  if (typeof part === "object") return part.map(textOf).join("");
  return escape(String(part));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (one) => entities[one] ?? one);
}
