import type { ApiContent, ApiOperation, ApiParameter } from "./document.js";
import { type Html, html } from "./html.js";
import { type Field, fieldTable, schemaView } from "./schema-table.js";

/** An operation with where it is: `GET /api/projects/{team}/schedules/`. */
export interface PlacedOperation extends ApiOperation {
  readonly method: string;
  readonly path: string;
}

/** All that a client has to know of an operation. */
export function operationSection(operation: PlacedOperation): Html {
  const { operationId, method, path, summary } = operation;
  // What stands in the path is named there.
  const parameters = (operation.parameters ?? []).filter(
    (one) => one.in !== "path",
  );
  return html`<section
    id="${operationId}"
    aria-labelledby="${operationId}-title"
  >
    <h3 id="${operationId}-title">
      <code class="place"><b>${method}</b> ${breakable(path)}</code>
    </h3>
    <p>${summary}. ${scopeText(operation)}</p>
    ${parameters.length === 0 ? "" : fieldTable(parameters.map(fieldOf))}
    ${bodyView(operation.requestBody)} ${answersView(operation.responses)}
  </section> `;
}

function scopeText({ security = [] }: ApiOperation): Html {
  const scopes = security.flatMap((scheme) => Object.values(scheme).flat());
  return html`${scopes.map((scope) => html`Takes <code>${scope}</code>. `)}`;
}

/** Long paths may go on in the next line after a slash. */
function breakable(path: string): readonly Html[] {
  return path.split(/(?<=\/)/).map((part) => html`${part}<wbr />`);
}

function fieldOf(parameter: ApiParameter): Field {
  const { name, in: place, schema, required, description = "" } = parameter;
  return {
    name: place === "query" ? `?${name}=` : `${name}:`,
    isRequired: required,
    schema,
    description,
  };
}

function bodyView(body: ApiContent | undefined): Html {
  const [content] = Object.values(body?.content ?? {});
  if (content === undefined) return html``;
  return html`<h4>
      Body${body?.required === true ? "" : " (may be left out)"}
    </h4>
    ${schemaView(content.schema)}`;
}

function answersView(responses: ApiOperation["responses"]): Html {
  const entries = Object.entries(responses);
  const problems = entries.filter(([status]) => !isSuccess(status));
  return html`${entries.filter(([status]) => isSuccess(status)).map(answerView)}
    <p class="quiet">
      Problems: ${problems.map(([status]) => status).join(", ")}.
    </p>`;
}

function answerView([status, answer]: readonly [string, ApiContent]): Html {
  const [entry] = Object.entries(answer.content ?? {});
  const { description = "" } = answer;
  // What the generator says where the route says nothing.
  const isSilent = description === "Default Response";
  return html`<h4>Answer ${status}</h4>
    ${isSilent ? "" : html`<p>${description}</p>`}
    ${entry === undefined ? "" : schemaView(entry[1].schema)}`;
}

function isSuccess(status: string): boolean {
  return status.startsWith("2");
}
