import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { askingCommand, curlCommand, quoted, scriptCommand } from './command-lines.js';

const ORIGIN = 'https://logs.example.com';
const TOKEN = 'abcdefghijklmnopqrstuvwxyz234567';

describe('quoted', () => {
  it.each(['plain', "it's", '$(id) `id` "x" \\', 'два слова'])('is one word for a shell: %s', (text) => {
    expect(execFileSync('sh', ['-c', `printf %s ${quoted(text)}`], { encoding: 'utf8' })).toBe(text);
  });
});

describe('the commands', () => {
  it('hand the token to the script through its environment', () => {
    expect(scriptCommand(ORIGIN, TOKEN, '/var/log/app.log')).toBe(
      `curl -fsS 'https://logs.example.com/uploader.sh' | UPLOAD_TOKEN='${TOKEN}' sh -s -- -f '/var/log/app.log'`,
    );
  });

  it('leave it out where the script asks', () => {
    expect(askingCommand(ORIGIN, 'a.log')).toBe(
      `curl -fsS 'https://logs.example.com/uploader.sh' | sh -s -- -f 'a.log'`,
    );
  });

  it('keep it out of the arguments of curl', () => {
    const [before, after] = curlCommand(ORIGIN, TOKEN, 'a.log').split(' | ');
    expect(before).toBe(`echo 'header = "Upload-Token: ${TOKEN}"'`);
    expect(after).toBe(`curl -fS -K - -T 'a.log' 'https://logs.example.com/api/v1/archives/'`);
  });
});
