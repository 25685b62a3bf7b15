import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { failureOf } from './failure.js';

const SHUTTLE = join(import.meta.dirname, '../../../../../libs/shuttle/src/delivery/channels');
/** What a receiver is said to have done, wherever the shuttle's channels say it. */
const SENTENCE = /(?<quote>['"])(?<text>The receiver(?:(?!\k<quote>).)+\.)\k<quote>/g;

function sentencesIn(file: string): string[] {
  const source = readFileSync(join(SHUTTLE, file), 'utf8');
  return [...source.matchAll(SENTENCE)].map(({ groups }) => groups?.text ?? '');
}

describe('What the log shuttle says of a receiver', () => {
  it('has words of our own for all that a connection fails of', () => {
    const sentences = sentencesIn('failure-text.ts');
    expect(sentences.length).toBeGreaterThan(15);
    expect(sentences.filter((sentence) => failureOf(sentence) === undefined)).toEqual([]);
  });

  it('keeps the status that a receiver answered', () => {
    expect(failureOf('The receiver answered 503.')).toEqual({ key: 'answered', status: '503' });
  });

  it('leaves alone what it does not know', () => {
    expect(failureOf('The connection failed (ESOMETHING).')).toBeUndefined();
  });
});
