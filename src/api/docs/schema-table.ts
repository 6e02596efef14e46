import type { ApiSchema } from "./document.js";
import { type Html, html } from "./html.js";

/** A line of a table of fields. */
export interface Field {
  /** With where it is in the whole: `runs[].data_interval_start`. */
  readonly name: string;
  readonly isRequired: boolean;
  readonly schema: ApiSchema;
  readonly description: string;
}

/** A table of fields: what each is called, what it holds, and what it means. */
export function fieldTable(fields: readonly Field[]): Html {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Holds</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        ${fields.map(fieldRow)}
      </tbody>
    </table>
  </div>`;
}

/** What a schema is: its fields where it is an object that has some, else its type in a line. */
export function schemaView(schema: ApiSchema): Html {
  const fields = fieldsOf(schema);
  const { description = "" } = schema;
  return html`<p>${typeText(schema)}${description && `: ${description}`}</p>
    ${fields.length === 0 ? "" : fieldTable(fields)}`;
}

/** The fields of an object, with those of the objects and lists in it. */
function fieldsOf(schema: ApiSchema, prefix = ""): readonly Field[] {
  if (schema.items !== undefined) {
    return fieldsOf(schema.items, `${prefix}[]`);
  }
  const dot = prefix === "" ? "" : ".";
  return Object.entries(schema.properties ?? {}).flatMap(([key, member]) => {
    const name = `${prefix}${dot}${key}`;
    const isRequired = schema.required?.includes(key) === true;
    const description = member.description ?? "";
    const field = { name, isRequired, schema: member, description };
    return [field, ...fieldsOf(member, name)];
  });
}

/** Where the page tells of a component. */
export function componentAnchor(name: string): string {
  return `schema-${name}`;
}

function fieldRow({ name, isRequired, schema, description }: Field): Html {
  return html`<tr>
    <td><code>${name}</code>${isRequired ? " (required)" : ""}</td>
    <td>${typeText(schema)} ${boundsText(schema)}</td>
    <td>${description}</td>
  </tr> `;
}

function typeText(schema: ApiSchema): Html {
  const [first] = schema.allOf ?? [];
  if (first !== undefined) return typeText(first);
  if (schema.anyOf !== undefined) {
    return html`${schema.anyOf.map((one, index) => html`${index === 0 ? "" : " or "}${typeText(one)}`)}`;
  }
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#${componentAnchor(name)}">${name}</a>`;
  }
  if (schema.items !== undefined) {
    return html`array of ${typeText(schema.items)}`;
  }
  if (schema.enum !== undefined) {
    return html`one of ${schema.enum.map(String).join(", ")}`;
  }
  const { type = "anything", format } = schema;
  const name = [type].flat().join(" or ");
  return html`${name}${format === undefined ? "" : `, ${format}`}`;
}

/** Not of int64, whose bounds its format says. */
function boundsText(schema: ApiSchema): string {
  const { minimum, maximum, format } = schema;
  const value = schema.default;
  return [
    ...(minimum === undefined || format === "int64"
      ? []
      : [`from ${String(minimum)} to ${String(maximum)}`]),
    ...(schema.pattern === undefined ? [] : [`like ${schema.pattern}`]),
    ...(value === undefined ? [] : [`else ${JSON.stringify(value)}`]),
  ].join("; ");
}
