import { z } from "zod";

/** A page of a list: absolute URLs of the pages beside it, null where there is none. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    next: z.url().nullable(),
    previous: z.url().nullable(),
    results: z.array(item),
  });
}

export interface PageOf<Item> {
  readonly next: string | null;
  readonly previous: string | null;
  readonly results: readonly Item[];
}
