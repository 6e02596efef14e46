import ts from "typescript";

/** Deep enough for every argument of the store; what lies deeper in a definition changes no statement. */
const deepest = 5;

/**
 * Values of a type: of a union one of each member, of an object one with each property changed in turn. What they say does
 * not matter: a statement is only prepared, never run.
 */
export class StandIns {
  readonly #checker: ts.TypeChecker;
  readonly #connection: unknown;
  #numbers = 0;

  /** `connection` stands in for every pool and client of Postgres. */
  constructor(checker: ts.TypeChecker, connection: unknown) {
    this.#checker = checker;
    this.#connection = connection;
  }

  /** Lists of arguments: the first, and those that differ from it in one place. */
  argumentsOf(signature: ts.Signature): readonly (readonly unknown[])[] {
    const required = signature.parameters.filter(
      ({ valueDeclaration: node }) =>
        node !== undefined &&
        ts.isParameter(node) &&
        node.initializer === undefined &&
        node.questionToken === undefined,
    );
    return combinations(
      required.map((parameter) =>
        this.#valuesOf(
          this.#checker.getTypeOfSymbol(parameter),
          parameter.name,
          0,
        ),
      ),
    );
  }

  #valuesOf(type: ts.Type, path: string, depth: number): readonly unknown[] {
    if (depth > deepest) return [null];
    if (isConnection(type)) return [this.#connection];
    if (type.isUnion()) {
      return type.types
        .toSorted((one, other) => rank(one) - rank(other))
        .flatMap((member) => this.#valuesOf(member, path, depth));
    }
    if (type.isLiteral()) {
      return [typeof type.value === "object" ? 1n : type.value];
    }
    if (type.flags & ts.TypeFlags.BooleanLiteral) {
      return [this.#checker.typeToString(type) === "true"];
    }
    if (type.flags & ts.TypeFlags.StringLike) return [`a ${path}`];
    if (type.flags & ts.TypeFlags.NumberLike) return [this.#nextNumber()];
    if (type.flags & ts.TypeFlags.BigIntLike) {
      return [BigInt(this.#nextNumber())];
    }
    if (type.flags & ts.TypeFlags.Undefined) return [undefined];
    if (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) {
      return this.#objectsOf(type, path, depth);
    }
    return [null];
  }

  #objectsOf(type: ts.Type, path: string, depth: number): readonly unknown[] {
    if (this.#checker.isArrayType(type) || this.#checker.isTupleType(type)) {
      return combinations(
        this.#checker
          .getTypeArguments(type as ts.TypeReference)
          .map((item) => this.#valuesOf(item, path, depth + 1)),
      );
    }
    const properties = this.#checker.getPropertiesOfType(type);
    const values = properties.map((property) =>
      this.#valuesOf(
        this.#checker.getTypeOfSymbol(property),
        `${path}.${property.name}`,
        depth + 1,
      ),
    );
    return combinations(values).map((list) =>
      Object.fromEntries(
        properties.map(({ name }, index) => [name, list[index]]),
      ),
    );
  }

  /** Each another one, so that values don't pass for each other. */
  #nextNumber(): number {
    this.#numbers += 1;
    return this.#numbers;
  }
}

function isConnection(type: ts.Type): boolean {
  const name = (type.aliasSymbol ?? type.getSymbol())?.name ?? "";
  return ["Queryable", "Pool", "PoolClient", "ClientBase"].includes(name);
}

/** Nothing comes last, so that the plainest call has all that may be left out. */
function rank({ flags }: ts.Type): number {
  return flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined) ? 1 : 0;
}

/** The first values of all; then each further value of each, beside the first of the others. */
function combinations(
  values: readonly (readonly unknown[])[],
): readonly (readonly unknown[])[] {
  const plain = values.map(([first]) => first);
  return [
    plain,
    ...values.flatMap((list, index) =>
      list.slice(1).map((value) => plain.with(index, value)),
    ),
  ];
}
