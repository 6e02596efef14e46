/** The database that global-setup.mjs makes on the shared Postgres. */
export const templateName: string;
