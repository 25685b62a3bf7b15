/** Codes that every door for uploads may answer, for the API's description. */
export const DOOR_PROBLEMS = [
  ...['upload_token_missing', 'upload_token_unknown', 'ticket_resolved', 'token_expired', 'token_revoked'],
  ...['attempts_exhausted', 'attempts_in_use', 'file_empty', 'body_cut', 'body_timeout', 'archive_too_large'],
  ...['storage_full', 'digest_mismatch', 'too_many_uploads', 'shutting_down', 'upload_busy', 'upload_header_invalid'],
  ...['upload_key_reused'],
] as const;

/** Codes of the resumable door besides. */
export const TUS_PROBLEMS = [
  ...['tus_version_unsupported', 'upload_not_found', 'upload_offset_mismatch', 'upload_locked', 'upload_finished'],
  ...['upload_length_exceeded', 'checksum_mismatch', 'upload_finishing'],
] as const;
