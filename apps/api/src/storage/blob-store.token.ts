/** Injection token for the `BlobStore` that STORAGE_URL names. */
export const BLOB_STORE = Symbol('BlobStore');
