import { isRefillError, RefillError } from "../domain/errors.js";

/**
 * What an operation answers; where it is refused because of what another team writes, without that team's export being
 * named.
 */
export async function hidingOtherTeams<T>(
  team: number,
  answer: Promise<T>,
): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const isShared =
      isRefillError(error) &&
      error.code === "DESTINATION_SHARED" &&
      error.details["team"] !== team;
    if (!isShared) throw error;
    throw new RefillError(
      "DESTINATION_SHARED",
      "Expected a destination of its own; got one in which another team's export could write what is called the same. Choose another path, key or table.",
    );
  }
}
