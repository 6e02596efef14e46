import type { Connection, FieldDef, Pool, Submittable } from "pg";

/** What Postgres says of a statement that it has prepared and not run. */
export interface Description {
  /** Empty where it returns no rows. */
  readonly columns: readonly FieldDef[];
  readonly error: Error | null;
}

/** Has Postgres prepare a statement, without values and without running it. */
export async function describeStatement(
  pool: Pool,
  text: string,
): Promise<Description> {
  const client = await pool.connect();
  try {
    return await client.query(new Describing(text)).description;
  } finally {
    client.release();
  }
}

/** The driver's own queries always bind and execute; this one ends after the description. */
class Describing implements Submittable {
  readonly description: Promise<Description>;
  readonly #text: string;
  #columns: readonly FieldDef[] = [];
  #resolve: (description: Description) => void = () => undefined;

  constructor(text: string) {
    this.#text = text;
    this.description = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  submit(connection: Connection): void {
    connection.parse({ text: this.#text, name: "", types: [] }, true);
    connection.describe({ type: "S", name: "" }, true);
    connection.sync();
  }

  handleRowDescription(message: { readonly fields: readonly FieldDef[] }) {
    this.#columns = message.fields;
  }

  /** After an error the driver tells of no end. */
  handleError(error: Error) {
    this.#resolve({ columns: [], error });
  }

  handleReadyForQuery() {
    this.#resolve({ columns: this.#columns, error: null });
  }
}
