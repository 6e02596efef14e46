import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** A file of src, read for what the rules look at. `path` is relative to src: `store/pool.ts`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
  /** String and template literals, in the order of the text; a substitution reads as `?`. */
  readonly literals: readonly string[];
  readonly readsEnvironment: boolean;
}

interface Import {
  readonly specifier: string;
  /** Only types come through: nothing of it is there at run time. */
  readonly typeOnly: boolean;
}

/** All TypeScript files below `root`; those with JSX go by their name without the x, as their imports do. */
export function readSourceFiles(root: string): readonly SourceFile[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => path.replaceAll("\\", "/"))
    .sort()
    .map((path) =>
      parseSourceFile(path, readFileSync(join(root, path), "utf8")),
    )
    .map((file) => ({ ...file, path: file.path.replace(/x$/, "") }));
}

/** Parses one file, with TypeScript's own parser. */
export function parseSourceFile(path: string, text: string): SourceFile {
  const imports: Import[] = [];
  const literals: string[] = [];
  let readsEnvironment = false;
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== null) imports.push(found);
    const literal = literalOf(node);
    if (literal !== null) literals.push(literal);
    readsEnvironment ||= isEnvironment(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return { path, text, imports, literals, readsEnvironment };
}

/** Static, re-exporting and dynamic imports, and types named by `import("...")`. */
function importOf(node: ts.Node): Import | null {
  if (ts.isImportDeclaration(node)) {
    return toImport(node.moduleSpecifier, isTypeOnlyImport(node));
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return toImport(node.moduleSpecifier, node.isTypeOnly);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return toImport(node.argument.literal, true);
  }
  const isDynamic =
    ts.isCallExpression(node) &&
    node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isDynamic ? toImport(node.arguments[0], false) : null;
}

function toImport(node: ts.Node | undefined, typeOnly: boolean): Import | null {
  return node !== undefined && ts.isStringLiteralLike(node)
    ? { specifier: node.text, typeOnly }
    : null;
}

function isTypeOnlyImport(node: ts.ImportDeclaration): boolean {
  const clause = node.importClause;
  if (clause === undefined) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return (
    clause.name === undefined &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.every((element) => element.isTypeOnly)
  );
}

function literalOf(node: ts.Node): string | null {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return null;
  const rest = node.templateSpans.map((span) => `?${span.literal.text}`);
  return node.head.text + rest.join("");
}

function isEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.expression.getText() === "process" && node.name.text === "env";
  }
  if (ts.isElementAccessExpression(node)) {
    return /^process\[["'`]env["'`]\]$/.test(node.getText());
  }
  // `import { env } from "node:process"`, `const { env } = process`
  if (ts.isImportDeclaration(node)) {
    return /["'](node:)?process["']/.test(node.moduleSpecifier.getText());
  }
  return (
    ts.isVariableDeclaration(node) && node.initializer?.getText() === "process"
  );
}
