import { totalmem } from "node:os";

const mebibyte = 1024 * 1024;

/**
 * The server's settings, for one machine that also runs the exports. Durability stays as Postgres ships it (fsync and
 * synchronous_commit on): the ledger is a promise.
 */
export function postgresSettings({
  port,
  memorySizeBytes = totalmem(),
}: {
  readonly port: number;
  readonly memorySizeBytes?: number;
}): Readonly<Record<string, string>> {
  return {
    listen_addresses: "127.0.0.1",
    port: String(port),
    // Clients come over TCP; a socket file would need a folder that the server's user may write.
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: `${sharedBuffersSizeMb(memorySizeBytes)}MB`,
    maintenance_work_mem: "128MB",
    work_mem: "16MB",
    // Fewer checkpoints while a bulk load or thousands of small runs are written.
    max_wal_size: "4GB",
    min_wal_size: "256MB",
    random_page_cost: "1.1",
    jit: "off",
    // Ends the queries of a worker that was killed: without it a long count would go on for nobody.
    client_connection_check_interval: "10s",
    TimeZone: "UTC",
    log_timezone: "UTC",
    log_min_messages: "warning",
    log_line_prefix: "%m [%p] %u@%d ",
    // A failed statement's text can carry a secret; the error's own line is enough.
    log_min_error_statement: "panic",
  };
}

/** A quarter of the memory, as Postgres's manual recommends, at most 1 GiB and at least 128 MiB. */
function sharedBuffersSizeMb(memorySizeBytes: number): number {
  const quarter = Math.floor(memorySizeBytes / 4 / mebibyte);
  return Math.min(1024, Math.max(128, quarter));
}
