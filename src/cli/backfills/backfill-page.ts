import type { Config } from "../../config/config.js";
import { readDevFile } from "../../embedded/dev-file.js";
import { getBackfill } from "../../operations/backfills/read-backfill.js";
import { withContext } from "../context.js";
import type { Output } from "../terminal/output.js";
import type { Surroundings } from "../terminal/surroundings.js";

/**
 * Prints the link to a backfill's page, and opens it in the person's browser. What stands in the way of either is said, and
 * ends nothing.
 * @throws RefillError BACKFILL_NOT_FOUND, SERVERS_NOT_FOUND, DATABASE_*
 */
export async function openBackfillPage(request: {
  readonly config: Config;
  readonly surroundings: Surroundings;
  readonly output: Pick<Output, "notice">;
  readonly id: string;
}): Promise<void> {
  const { config, surroundings, output, id } = request;
  const { backfill } = await withContext({ config }, (context) =>
    getBackfill(context, { id }),
  );
  const root = await pageRoot(config);
  if (root === null) {
    output.notice(
      "Expected a page to open; got none: no `refill dev` serves it here. Set REFILL_PAGE_URL to where people reach that of `refill server`.",
    );
    return;
  }
  const url = `${root}#/${String(backfill.team)}/${backfill.batch_export}/backfills/${backfill.id}`;
  output.notice(url);
  surroundings.openUrl(url, (reason) => {
    output.notice(`No browser was opened: ${reason}. Open the link yourself.`);
  });
}

/** Where the page is, with the slash at the end; null where that is not known. */
async function pageRoot({
  api,
  servers,
  dataDir,
}: Config): Promise<string | null> {
  const dev = servers === null ? await readDevFile(dataDir) : null;
  const url = api.pageUrl ?? dev?.api_url ?? null;
  return url === null ? null : url.replace(/\/*$/, "/");
}
