"""The same export by another program, in a process of its own: prints seconds, CPU seconds and peak memory.

Arguments: the peer, the database's URL, the table. A peer that is a program of its own is counted with its children.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

peer, url, table = sys.argv[1:4]


def duckdb(options):
    import duckdb
    import duckdb_extension_postgres_scanner as scanner

    def export(folder):
        extension = os.path.join(
            os.path.dirname(scanner.__file__),
            "extensions",
            "v" + duckdb.__version__,
            "postgres_scanner.duckdb_extension",
        )
        connection = duckdb.connect()
        connection.execute(f"load '{extension}'")
        connection.execute("set preserve_insertion_order = false")
        connection.execute(f"attach '{url}' as source (type postgres, read_only)")
        path = os.path.join(folder, "out")
        connection.execute(f"copy (from source.public.{table}) to '{path}' ({options})")

    return export


def adbc():
    import adbc_driver_postgresql.dbapi as driver
    import pyarrow.parquet as parquet

    def export(folder):
        with driver.connect(url) as connection, connection.cursor() as cursor:
            cursor.execute(f"select * from {table}")
            batches = cursor.fetch_record_batch()
            path = os.path.join(folder, "out.parquet")
            with parquet.ParquetWriter(path, batches.schema, compression="zstd") as writer:
                for batch in batches:
                    writer.write_batch(batch)

    return export


def connectorx():
    import connectorx
    import pyarrow.parquet as parquet

    def export(folder):
        rows = connectorx.read_sql(url, f"select * from {table}", return_type="arrow")
        parquet.write_table(rows, os.path.join(folder, "out.parquet"), compression="zstd")

    return export


def dlt(file_format):
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["DATA_WRITER__DISABLE_COMPRESSION"] = "true"
    import dlt
    from dlt.sources.sql_database import sql_table

    def export(folder):
        pipeline = dlt.pipeline(
            pipeline_name="bench",
            pipelines_dir=os.path.join(folder, "state"),
            destination=dlt.destinations.filesystem(bucket_url=f"file://{folder}/out"),
            dataset_name="bench",
        )
        rows = sql_table(
            credentials=url.replace("postgresql://", "postgresql+psycopg2://"),
            table=table,
            backend="connectorx" if file_format == "parquet" else "sqlalchemy",
            backend_kwargs={"conn": url} if file_format == "parquet" else {},
        )
        pipeline.run(rows, loader_file_format=file_format, write_disposition="replace")

    return export


def sling(file_format):
    import sling_linux_amd64 as package

    program = os.path.join(os.path.dirname(package.__file__), "bin", "sling-linux-amd64")
    os.chmod(program, 0o755)

    def export(folder):
        environment = {**os.environ, "SLING_DISABLE_TELEMETRY": "true", "HOME": folder}
        subprocess.run(
            [
                program,
                *["run", "--src-conn", url + "?sslmode=disable"],
                *["--src-stream", f"public.{table}"],
                *["--tgt-object", f"file://{folder}/out.{file_format}"],
                *["--tgt-options", json.dumps({"format": file_format})],
            ],
            check=True,
            env=environment,
            stdout=subprocess.DEVNULL,
        )

    return export


def shell(command):
    def export(folder):
        environment = {**os.environ, "URL": url, "OUT": os.path.join(folder, "out")}
        subprocess.run(["bash", "-o", "pipefail", "-c", command], check=True, env=environment)

    return export


json_lines = f"select row_to_json(r) from {table} r"
psql_json = (
    f'psql "$URL" -qc "copy ({json_lines}) to stdout'
    " (format csv, quote e'\\x01', delimiter e'\\x02')\""
)

exports = {
    "duckdb parquet zstd": lambda: duckdb("format parquet, compression zstd, compression_level 1"),
    "duckdb csv": lambda: duckdb("format csv, header"),
    "duckdb jsonl": lambda: duckdb("format json"),
    "duckdb jsonl zstd": lambda: duckdb("format json, compression zstd"),
    "duckdb jsonl gzip": lambda: duckdb("format json, compression gzip"),
    "adbc parquet zstd": adbc,
    "connectorx parquet zstd": connectorx,
    "dlt parquet": lambda: dlt("parquet"),
    "dlt jsonl": lambda: dlt("jsonl"),
    "sling jsonl": lambda: sling("jsonlines"),
    "psql to nowhere": lambda: shell(f'psql "$URL" -qc "copy {table} to stdout (format binary)" > /dev/null'),
    "psql csv": lambda: shell(f'psql "$URL" -qc "copy {table} to stdout (format csv, header)" > "$OUT"'),
    "psql jsonl": lambda: shell(f'{psql_json} > "$OUT"'),
    "psql jsonl, gzip 1": lambda: shell(f'{psql_json} | gzip -1 > "$OUT"'),
}

export = exports[peer]()  # imports, which are not counted
with tempfile.TemporaryDirectory() as folder:
    begin = time.perf_counter()
    export(folder)
    seconds = time.perf_counter() - begin
    written = sum(
        os.path.getsize(os.path.join(parent, name))
        for parent, _, names in os.walk(folder)
        for name in names
    )
usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
print(
    json.dumps(
        {
            "seconds": seconds,
            "cpuSeconds": sum(usage.ru_utime + usage.ru_stime for usage in usages),
            "peakMb": max(usage.ru_maxrss for usage in usages) / 1024,
            "megabytes": written / 1e6,
        }
    )
)
