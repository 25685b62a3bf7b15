/** Why the import cannot be done, in words for the administrator: shown as it stands, without a stack. */
export class ImportError extends Error {}
