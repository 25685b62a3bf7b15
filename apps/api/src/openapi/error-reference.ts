import type { ErrorKind } from '../common/errors/coded-error.js';

/** `docs/errors.md`: every code that an answer may carry. */
export function errorsMarkdown(kinds: readonly ErrorKind[]): string {
  const rows = kinds.map(({ code, status, title }) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${title} |`);
  return [
    '# Error codes',
    '',
    'Every error is `application/problem+json` (RFC 9457). Programs compare `code`, which never changes; `detail` says in words',
    'what happened and what to do. This page is generated from the code by `pnpm emit`.',
    '',
    '| Code | Status | Meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The page to which the `type` of every problem leads. */
export function errorsPage(kinds: readonly ErrorKind[]): string {
  const rows = kinds.map(
    ({ code, status, title }) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Error codes · Logs Collector</title></head>
<body>
<h1>Error codes</h1>
<table>
<thead><tr><th>Code</th><th>Status</th><th>Meaning</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
