/** For a POSIX shell, whatever the text is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The script, which resumes by itself. The token goes through the environment: what stands in a command's arguments,
 * every user of the machine can read.
 */
export function scriptCommand(origin: string, token: string, file: string): string {
  return `curl -fsS ${quoted(`${origin}/uploader.sh`)} | UPLOAD_TOKEN=${quoted(token)} sh -s -- -f ${quoted(file)}`;
}

/** The same, asking for the token on the terminal: it then stands in no history either. */
export function askingCommand(origin: string, file: string): string {
  return `curl -fsS ${quoted(`${origin}/uploader.sh`)} | sh -s -- -f ${quoted(file)}`;
}

/** curl alone, any version; the header comes by its standard input for the same reason. */
export function curlCommand(origin: string, token: string, file: string): string {
  const header = quoted(`header = "Upload-Token: ${token}"`);
  return `echo ${header} | curl -fS -K - -T ${quoted(file)} ${quoted(`${origin}/api/v1/archives/`)}`;
}
