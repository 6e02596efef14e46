import type {
  DefinitionPin,
  ExportTest,
} from "../../contract/worker-requests.js";
import { openDestination } from "../../transfer/open-destination.js";
import { openSource } from "../../transfer/open-source.js";
import type { ActivityDependencies } from "../dependencies.js";
import { answerRequest } from "./answer-request.js";

/** Reads what the source offers, then writes, publishes and removes a probe at the destination. */
export function testExport(
  dependencies: ActivityDependencies,
  input: DefinitionPin,
): Promise<ExportTest> {
  const { config, connections } = dependencies;
  return answerRequest(dependencies, input, async (definition, signal) => {
    const source = await openSource(definition, connections);
    try {
      const { columns, warnings, origin } = await source.inspect(signal);
      signal.throwIfAborted();
      const destination = openDestination(
        { batchExportId: input.batchExportId, definition },
        { ...connections, filesRoot: config.filesRoot },
      );
      const facts = {
        columns: columns.map(({ name, type: typeName }) => ({
          name,
          typeName,
        })),
        origin,
      };
      await destination.probe(facts).finally(() => destination.close());
      return {
        columns: columns.map(({ name }) => name),
        warnings,
        destination: destination.identity,
      };
    } finally {
      await source.close();
    }
  });
}
