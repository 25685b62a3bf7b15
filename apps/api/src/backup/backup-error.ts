/** Why a backup cannot be made or used, in words for the administrator and without secrets. */
export class BackupError extends Error {}
