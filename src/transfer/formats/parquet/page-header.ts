import { ThriftWriter } from "./thrift-writer.js";

/** Encodings of parquet.thrift. */
export const encoding = { plain: 0, hybrid: 3, dictionary: 8 } as const;

export type PageKind =
  | { readonly kind: "dictionary"; readonly entries: number }
  | {
      readonly kind: "data";
      /** With NULLs, and with empty and absent lists. */
      readonly levels: number;
      readonly isIndexed: boolean;
    };

/** The header that stands before a page. Data pages are of the first version, which every reader knows. */
export function pageHeader(
  kind: PageKind,
  plainBytes: number,
  compressedBytes: number,
): Buffer {
  const thrift = new ThriftWriter();
  thrift.i32(1, kind.kind === "data" ? 0 : 2);
  thrift.i32(2, plainBytes);
  thrift.i32(3, compressedBytes);
  if (kind.kind === "data") {
    thrift.struct(5, () => {
      thrift.i32(1, kind.levels);
      thrift.i32(2, kind.isIndexed ? encoding.dictionary : encoding.plain);
      thrift.i32(3, encoding.hybrid);
      thrift.i32(4, encoding.hybrid);
    });
  } else {
    thrift.struct(7, () => {
      thrift.i32(1, kind.entries);
      thrift.i32(2, encoding.plain);
    });
  }
  return thrift.finish();
}
