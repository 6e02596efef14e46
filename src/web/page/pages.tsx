import { useState } from "preact/hooks";

/** Where someone is in what the API gives page by page. */
export interface Pages {
  /** Of the page that is shown; undefined: the first one. */
  readonly cursor: string | undefined;
  readonly first: () => void;
  readonly back: () => void;
  readonly on: (cursor: string) => void;
}

/** Begins with the first page. The API's links lead on; the way back is remembered here. */
export function usePages(): Pages {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  return {
    cursor: cursors.at(-1),
    first: () => {
      setCursors([]);
    },
    back: () => {
      setCursors(cursors.slice(0, -1));
    },
    on: (cursor) => {
      setCursors([...cursors, cursor]);
    },
  };
}

/** The buttons that lead to the pages before and after; nothing where there is one page alone. */
export function PageButtons(props: {
  readonly label: string;
  readonly names: { readonly back: string; readonly on: string };
  readonly pages: Pages;
  /** The answer's link to its next page. */
  readonly next: string | null;
}) {
  const { label, names, pages } = props;
  const next = cursorOf(props.next);
  if (pages.cursor === undefined && next === null) return null;
  return (
    <nav class="pages" aria-label={label}>
      <button disabled={pages.cursor === undefined} onClick={pages.back}>
        {names.back}
      </button>
      <button
        disabled={next === null}
        onClick={() => {
          if (next !== null) pages.on(next);
        }}
      >
        {names.on}
      </button>
    </nav>
  );
}

/** The link is as the server sees itself, which a proxy may see otherwise: what counts is the place that it names. */
function cursorOf(link: string | null): string | null {
  return link === null
    ? null
    : new URL(link, location.href).searchParams.get("cursor");
}
