import type {
  SourceDefinition,
  SourceDefinitions,
  SourceType,
} from "../../definition/sources/source-kinds.js";
import { type ConnectionAccess, resolveAllowed } from "../connection-access.js";
import type { Source, SourceColumn } from "../source.js";
import { openPostgresSource } from "./postgres/postgres-source.js";

/** What a source is given beside its definition. */
interface SourceRequest {
  readonly access: ConnectionAccess;
  /** The zone of the export. */
  readonly exportTimeZone: string;
  /** The columns that the plan found, which alone are exported. Null: no plan has. */
  readonly planned: readonly SourceColumn[] | null;
}

/** How each type of source is opened: `sourceKinds` says all else about it. */
const openers: {
  readonly [T in SourceType]: (
    definition: SourceDefinitions[T],
    request: SourceRequest,
  ) => Promise<Source>;
} = {
  postgres: async (definition, { access, exportTimeZone, planned }) =>
    openPostgresSource({
      connectionString: await resolveAllowed(definition.connection, access),
      definition,
      exportTimeZone,
      isDefaultConnection: definition.connection === "default",
      slots: access.slots ?? null,
      maxStreams: access.maxStreamsPerRun ?? 1,
      planned,
    }),
};

/**
 * Opens the source that a definition asks for.
 * @throws RefillError SECRET_*, SOURCE_HOST_NOT_ALLOWED
 */
export function createSource(
  definition: SourceDefinition,
  request: SourceRequest,
): Promise<Source> {
  return open(definition.type, definition, request);
}

/** Generic, so that the compiler knows that opener and definition are of the same type. */
function open<T extends SourceType>(
  type: T,
  definition: SourceDefinitions[T],
  request: SourceRequest,
): Promise<Source> {
  return openers[type](definition, request);
}
