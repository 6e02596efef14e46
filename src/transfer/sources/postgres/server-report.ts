/** What pg, the socket or the server said when something went wrong. Holds no connection string. */
export interface ServerReport {
  /** The SQLSTATE; null when the server did not speak. */
  readonly state: string | null;
  /** Node's code, such as ECONNREFUSED; null where there is none. */
  readonly system: string | null;
  readonly message: string;
  readonly hint: string | null;
}

/** Reads whatever was thrown. */
export function readReport(error: unknown): ServerReport {
  if (typeof error !== "object" || error === null) {
    return { state: null, system: null, message: "nothing", hint: null };
  }
  const { code, message, hint, errors } = error as Record<string, unknown>;
  if (Array.isArray(errors) && errors.length > 0) return readReport(errors[0]); // one for each address of a host
  const isState = typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);
  const fromServer = isState && "severity" in error;
  return {
    state: fromServer ? code : null,
    system: !fromServer && typeof code === "string" ? code : null,
    message: code === "ERR_INVALID_URL" ? malformedUrl : text(message, code),
    hint: typeof hint === "string" ? hint : null,
  };
}

/** Said instead of Node's message, whose error carries the whole connection string. */
const malformedUrl = "the connection string is not a URL";

function text(message: unknown, code: unknown): string {
  if (typeof message === "string" && message !== "") return message;
  return typeof code === "string" ? code : "no reason given";
}

/** The message, and the hint where there is one, on one line. */
export function reportText({ message, hint }: ServerReport): string {
  return `${oneLine(message)}${hint === null ? "" : ` (${oneLine(hint)})`}`;
}

/** Whether the two sides could not agree on who the other is: a certificate, a password, or no URL at all. */
export function isRefusedIdentity({ system, message }: ServerReport): boolean {
  if (system === null) return authenticationTrouble.test(message);
  return system === "ERR_INVALID_URL" || certificateTrouble.test(system);
}

const certificateTrouble =
  /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/;

/** What pg throws as a plain error when the two sides cannot agree on who the other is. */
const authenticationTrouble =
  /SASL|SCRAM|password|does not support SSL|certificate/i;

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, " ").replace(/[.\s]+$/, "");
}
