import { statSync } from 'node:fs';
import type { Browser } from '@playwright/test';

/** The chunks that our page sends, and nothing else of it: no progress, no memory, nothing drawn. */
const SEND = `async (token) => {
  const [file] = document.querySelector('input').files;
  const common = { 'Tus-Resumable': '1.0.0', 'Upload-Token': token };
  const size = String(file.size);
  const begun = await fetch('/api/v1/uploads', { method: 'POST', headers: { ...common, 'Upload-Length': size } });
  const place = begun.headers.get('Location');
  const patch = (offset, chunk) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PATCH', place);
    const type = 'application/offset+octet-stream';
    const headers = { ...common, 'Upload-Offset': String(offset), 'Content-Type': type };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(request.responseText)));
    request.onerror = () => reject(new Error('The line was lost.'));
    request.send(chunk);
  });
  const MIB = 1024 * 1024;
  for (let offset = 0, bytes = MIB; offset < file.size; offset += bytes, bytes = 64 * MIB)
    await patch(offset, file.slice(offset, offset + bytes));
  const receipt = await fetch(place, { headers: common }).then((answer) => answer.json());
  if (!receipt.sha256) throw new Error(JSON.stringify(receipt));
}`;

/** What the browser itself allows: uploads a file from an empty page of the same origin and answers MB/s. */
export async function bareUpload(browser: Browser, origin: string, token: string, path: string): Promise<number> {
  // What the API answers may load nothing by its own policy.
  const context = await browser.newContext({ bypassCSP: true });
  try {
    const page = await context.newPage();
    await page.goto(`${origin}/api/openapi.json`);
    await page.setContent('<input type="file">');
    const startedAt = performance.now();
    await page.locator('input').setInputFiles(path);
    await page.evaluate(`(${SEND})(${JSON.stringify(token)})`);
    return statSync(path).size / 1e3 / (performance.now() - startedAt);
  } finally {
    await context.close();
  }
}
