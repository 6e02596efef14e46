import { log } from "@temporalio/activity";
import { redact } from "../../config/redact.js";
import type { Claim } from "../../store/runs/claims.js";
import { withoutSecrets } from "../../transfer/without-secrets.js";
import type { ActivityDependencies } from "../dependencies.js";
import type { ExportSession } from "./export-session.js";

/** Logs what happened to one attempt at a run, under its ids, and without a secret. */
export class RunLog {
  readonly #session: ExportSession;
  readonly #about: Readonly<Record<string, unknown>>;

  constructor(
    session: ExportSession,
    run: { readonly label: string },
    { runId, attempt }: Pick<Claim, "runId" | "attempt">,
  ) {
    this.#session = session;
    this.#about = {
      batch_export_id: session.batchExportId,
      run: run.label,
      run_id: runId,
      run_attempt: attempt,
    };
  }

  async warn(
    message: string,
    error: unknown,
    facts: Readonly<Record<string, unknown>> = {},
  ): Promise<void> {
    const { definition, dependencies } = this.#session;
    const { connections } = dependencies;
    const text = await withoutSecrets(String(error), definition, connections);
    log.warn(message, { ...this.#about, ...facts, error: text });
  }

  /** Of a text that holds no secret. */
  error(message: string, error: string): void {
    log.error(message, { ...this.#about, error });
  }
}

/** What may be logged of an error that the ledger or Temporal gave: not the way into the ledger. */
export function loggedError(
  { connections }: Pick<ActivityDependencies, "connections">,
  error: unknown,
): string {
  return redact(String(error), [connections.defaultUrl]);
}
