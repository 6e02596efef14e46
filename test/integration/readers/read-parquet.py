"""Prints the values of a Parquet file's columns, named by the arguments after the path, as one JSON document: {reader: {column: [text or null or list, ...]}}.

Numbers and texts are as the reader has them; floats are the hexadecimal digits of their bytes; dates, times and timestamps
are whole numbers, days and microseconds since 1970, because Python has none for infinity or years before 1.
"""

import json
import struct
import sys

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet


def main(path, names):
    readers = {
        "pyarrow": parquet.read_table(path),
        "duckdb": duckdb.sql("from read_parquet(?)", params=[path]).to_arrow_table(),
    }
    json.dump({name: columns_of(table.select(names)) for name, table in readers.items()}, sys.stdout)


def columns_of(table):
    return {
        name: whole.to_pylist() if pa.types.is_string(whole.type) else [text_of(value, whole.type) for value in whole.to_pylist()]
        for name, whole in ((name, numbers_as_text(table.column(name))) for name in table.column_names)
    }


def numbers_as_text(column):
    """Whole numbers as text, times as the numbers they are stored as: a column at once takes far less time than its values do."""
    kind = column.type
    if pa.types.is_timestamp(kind) or pa.types.is_time64(kind):
        column = column.cast(pa.int64())
    if pa.types.is_date32(kind):
        column = column.cast(pa.int32())
    return column.cast(pa.string()) if pa.types.is_integer(column.type) else column


def text_of(value, kind):
    if value is None:
        return None
    if isinstance(value, list):
        return [text_of(item, kind.value_type) for item in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">f" if pa.types.is_float32(kind) else ">d", value).hex()
    if isinstance(value, bytes):
        return value.hex()
    if pa.types.is_decimal(kind):
        return format(value, "f")
    return str(value)


main(sys.argv[1], sys.argv[2:])
