"""The same export by DuckDB's Postgres scanner, in a process of its own: prints seconds, CPU seconds and peak memory."""

import json
import os
import resource
import sys
import tempfile
import time

import duckdb

url, table, options = sys.argv[1:4]
extension = os.path.join(
    os.path.dirname(__import__("duckdb_extension_postgres_scanner").__file__),
    "extensions",
    "v" + duckdb.__version__,
    "postgres_scanner.duckdb_extension",
)
with tempfile.TemporaryDirectory() as folder:
    begin = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"load '{extension}'")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"attach '{url}' as source (type postgres, read_only)")
    path = os.path.join(folder, "out")
    connection.execute(f"copy (from source.public.{table}) to '{path}' ({options})")
    seconds = time.perf_counter() - begin
    megabytes = os.path.getsize(path) / 1e6
usage = resource.getrusage(resource.RUSAGE_SELF)
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpuSeconds": usage.ru_utime + usage.ru_stime,
            "peakMb": usage.ru_maxrss / 1024,
            "megabytes": megabytes,
        }
    )
)
