/** What somebody has chosen, pasted or dropped, before anything of it is read. */
export type Chosen = { readonly files: readonly File[] } | { readonly entries: readonly FileSystemEntry[] };
