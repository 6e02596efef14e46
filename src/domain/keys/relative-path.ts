/** S3 allows keys of 1,024 bytes; file systems allow more. */
const maxPathBytes = 1_024;

/**
 * File systems allow names of 255 bytes. The rest is for the format's suffix and for what is added to the name of a
 * file that is still being written.
 */
const maxSegmentBytes = 200;

/** Control and format characters, half surrogate pairs, unassigned ones, and the separators of lines and paragraphs. */
const unprintable = /[\p{C}\p{Zl}\p{Zp}]/u;

/**
 * Why a path could leave its root or can't be written everywhere; empty when it is safe below any root.
 * Segments are separated by `/` on every platform.
 */
export function relativePathProblems(path: string): readonly string[] {
  if (path === "") return ["expected a relative path; it is empty"];
  const problems: string[] = [];
  if (unprintable.test(path) || path.includes("\\")) {
    problems.push(
      "expected printable characters without a backslash; separate folders with /",
    );
  }
  if (path.startsWith("/")) {
    problems.push("expected a relative path; it begins with /");
  }
  return [
    ...problems,
    ...segmentProblems(path.replace(/^\//, "").split("/")),
    ...sizeProblems(path),
  ];
}

function segmentProblems(segments: readonly string[]): readonly string[] {
  const problems: string[] = [];
  if (segments.some((segment) => segment === "." || segment === "..")) {
    problems.push('"." and ".." are not allowed as folders or names');
  }
  if (segments.includes("")) {
    problems.push(
      "expected a name between and after slashes; there is an empty one",
    );
  }
  const longest = Math.max(...segments.map(sizeBytes));
  if (longest > maxSegmentBytes) {
    problems.push(
      `expected names of at most ${maxSegmentBytes} bytes between slashes, which leaves room for a suffix; one has ${longest}`,
    );
  }
  return problems;
}

function sizeProblems(path: string): readonly string[] {
  const size = sizeBytes(path);
  return size > maxPathBytes
    ? [`expected at most ${maxPathBytes} bytes; it has ${size}`]
    : [];
}

function sizeBytes(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
