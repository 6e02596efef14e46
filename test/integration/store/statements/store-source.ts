import { join, relative } from "node:path";
import ts from "typescript";

const root = join(__dirname, "../../../..");

/** A function that takes a connection to the ledger, and so runs statements. */
export interface StatementFunction {
  /** As `runs/claims.ts claimRun`. */
  readonly name: string;
  readonly file: string;
  readonly exportName: string;
  readonly signature: ts.Signature;
}

/** A `sql` in the source: a statement, or a part of one. */
export interface Template {
  /** As `runs/claims.ts:84`. */
  readonly place: string;
  /** What it says between its values; tells it from others while it runs. */
  readonly strings: readonly string[];
  /** What it is said to return; null: nothing is said. */
  readonly row: ts.Type | null;
}

/** A folder of statements, read with their types. */
export class StoreSource {
  readonly checker: ts.TypeChecker;
  readonly #folder: string;
  readonly #files: readonly ts.SourceFile[];

  constructor(folder: string) {
    this.#folder = join(root, folder);
    const program = ts.createProgram(
      ts.sys.readDirectory(this.#folder, [".ts"]),
      compilerOptions(),
    );
    this.checker = program.getTypeChecker();
    this.#files = program
      .getSourceFiles()
      .filter(({ fileName }) => fileName.startsWith(`${this.#folder}/`));
  }

  functions(): readonly StatementFunction[] {
    return this.#files.flatMap((file) => {
      const module = this.checker.getSymbolAtLocation(file);
      if (module === undefined) return [];
      return this.checker.getExportsOfModule(module).flatMap((symbol) => {
        const [signature] = this.checker
          .getTypeOfSymbol(symbol)
          .getCallSignatures();
        if (signature === undefined || !runsOwnStatements(signature)) return [];
        return [
          {
            name: `${this.#nameOf(file)} ${symbol.name}`,
            file: file.fileName,
            exportName: symbol.name,
            signature,
          },
        ];
      });
    });
  }

  templates(): readonly Template[] {
    return this.#files.flatMap((file) => {
      const found: Template[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isTaggedTemplateExpression(node) && isSql(node.tag)) {
          found.push(this.#templateOf(node, file));
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    });
  }

  /** Where `query` of a connection is called, as `runs/claims.ts:84`. */
  queries(): readonly string[] {
    return this.#files.flatMap((file) => {
      const found: string[] = [];
      const visit = (node: ts.Node): void => {
        if (ts.isPropertyAccessExpression(node) && node.name.text === "query") {
          found.push(this.#placeOf(node, file));
        }
        ts.forEachChild(node, visit);
      };
      visit(file);
      return found;
    });
  }

  #templateOf(
    { template, typeArguments, tag }: ts.TaggedTemplateExpression,
    file: ts.SourceFile,
  ): Template {
    const [row] = typeArguments ?? [];
    return {
      place: this.#placeOf(tag, file),
      strings: ts.isNoSubstitutionTemplateLiteral(template)
        ? [template.text]
        : [
            template.head.text,
            ...template.templateSpans.map(({ literal }) => literal.text),
          ],
      row: row === undefined ? null : this.checker.getTypeFromTypeNode(row),
    };
  }

  #placeOf(node: ts.Node, file: ts.SourceFile): string {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
    return `${this.#nameOf(file)}:${line + 1}`;
  }

  #nameOf(file: ts.SourceFile): string {
    return relative(this.#folder, file.fileName);
  }
}

function compilerOptions(): ts.CompilerOptions {
  const config = ts.getParsedCommandLineOfConfigFile(
    join(root, "tsconfig.json"),
    {},
    { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => undefined },
  );
  if (config === undefined) throw new Error("tsconfig.json can't be read");
  return config.options;
}

function isSql(tag: ts.Expression): boolean {
  return ts.isIdentifier(tag) && tag.text === "sql";
}

/** Not one that is handed a statement: that is its caller's. */
function runsOwnStatements({ parameters }: ts.Signature): boolean {
  const types = parameters.map(({ valueDeclaration: node }) =>
    node !== undefined && ts.isParameter(node)
      ? (node.type?.getText() ?? "")
      : "",
  );
  return (
    /^(Queryable|Pool)$/.test(types[0] ?? "") &&
    !types.some((type) => type.startsWith("Sql"))
  );
}
