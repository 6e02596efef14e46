import { Client } from "pg";

/** One connection of the superuser's, for what concerns the whole server. */
export async function withAdmin<T>(
  url: string,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
