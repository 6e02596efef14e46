import type { OperationContext } from "../../operations/context.js";
import { isTemporalUnavailable } from "../../temporal/classify-error.js";
import type { TemporalGateway } from "../../temporal/gateway.js";
import { RETRY_AFTER_SECONDS } from "./problem.js";

/**
 * The context of a server that many ask: once Temporal did not answer, which takes up to ten seconds to find out, it
 * counts as away for as long as clients are told to wait, and the ledger answers at once.
 */
export function failFast(context: OperationContext): OperationContext {
  let away: { readonly error: unknown; readonly untilMs: number } | null = null;
  const noted = async <T>(call: () => Promise<T>): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (isTemporalUnavailable(error)) {
        away = {
          error,
          untilMs: context.nowMs() + RETRY_AFTER_SECONDS * 1_000,
        };
      }
      throw error;
    }
  };
  return {
    ...context,
    temporal: async () => {
      if (away !== null && context.nowMs() < away.untilMs) throw away.error;
      const gateway = await noted(() => context.temporal());
      return noting(gateway, noted);
    },
  };
}

/** The gateway with each of its calls noted. */
function noting(
  gateway: TemporalGateway,
  noted: <T>(call: () => Promise<T>) => Promise<T>,
): TemporalGateway {
  return new Proxy(gateway, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) =>
        noted(() => Promise.resolve(Reflect.apply(member, target, args)));
    },
  });
}
