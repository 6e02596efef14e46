import { expect, test } from "@jest/globals";
import { chooseCodec } from "../../../src/transfer/formats/zstd-codec.js";

const noPackage = () => Promise.reject(new Error("ERR_MODULE_NOT_FOUND"));

test("Node's own zstd is taken where there is one, without loading the package", async () => {
  const frame = Buffer.from("a frame");
  const node = {
    constants: { ZSTD_c_compressionLevel: 100 },
    zstdCompress: (
      bytes: Uint8Array,
      { params }: { readonly params: unknown },
      done: (error: Error | null, bytes?: Uint8Array) => void,
    ) => {
      expect(params).toEqual({ 100: 7 });
      done(null, bytes);
    },
    zstdDecompress: (
      _: Uint8Array,
      __: object,
      done: (error: Error | null) => void,
    ) => {
      done(new Error("corrupt"));
    },
  };
  const codec = await chooseCodec(node, noPackage);
  expect(await codec.compress(frame, 7)).toBe(frame);
  await expect(codec.decompress(frame)).rejects.toThrow("corrupt");
});

test("the package does it where Node has none, and its frames are undone", async () => {
  const codec = await chooseCodec({}, () => import("@toondepauw/node-zstd"));
  const text = Buffer.from("a text, a text, a text").subarray(3);
  const frame = await codec.compress(text, 3);
  expect(Buffer.from(await codec.decompress(frame)).equals(text)).toBe(true);
  await expect(codec.decompress(frame.subarray(0, 9))).rejects.toThrow();
});

test("a Node without zstd and without the package says what to do", async () => {
  await expect(chooseCodec({}, noPackage)).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringMatching(
      /^Node \S+ has no zstd\. Run the worker on Node 22\.15 or later, install the package @toondepauw\/node-zstd, or /,
    ) as unknown,
  });
});
