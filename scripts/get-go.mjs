// Brings Go, with which the S3 server of the tests is built, from the Go module registry where the machine has none that
// will do. Kept in an ignored folder. Needs busybox to unpack it.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const VERSION = '1.26.8';
/** SHA-256 of the archives for which Go's own checksum database vouches. */
const DIGESTS = {
  x64: { name: 'linux-amd64', sha256: '30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7' },
  arm64: { name: 'linux-arm64', sha256: '02b36b6787b3ac767668f630e2998df45a3b1f9ffee08d1bf3ef6487cd658d99' },
};
const cache = join(resolve(import.meta.dirname, '..'), '.cache');
const directory = join(cache, `go-${VERSION}`);

/** A command that is Go 1.26 or later: the machine's, or the one that was brought; undefined where there can be none. */
export async function goCommand() {
  if (isRecent(spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout)) return 'go';
  const command = join(directory, 'bin/go');
  if (existsSync(command)) return command;
  try {
    await bring();
    return command;
  } catch (error) {
    console.error(`Go could not be brought: ${error.message}`);
    return undefined;
  }
}

function isRecent(version) {
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return Number(major) > 1 || Number(minor) >= 26;
}

async function bring() {
  const build = DIGESTS[process.arch];
  if (process.platform !== 'linux' || !build) throw new Error('there is none here for this machine');
  const [registry = ''] = (process.env.GOPROXY ?? '').split(/[,|]/);
  const base = /^https?:/.test(registry) ? registry.replace(/\/$/, '') : 'https://proxy.golang.org';
  const name = `golang.org/toolchain/@v/v0.0.1-go${VERSION}.${build.name}.zip`;
  const answer = await fetch(`${base}/${name}`);
  if (!answer.ok) throw new Error(`the registry answers ${answer.status}`);
  const archive = Buffer.from(await answer.arrayBuffer());
  if (createHash('sha256').update(archive).digest('hex') !== build.sha256) throw new Error('it is another archive');
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, 'go-fetching-'));
  try {
    unpack(archive, temporary);
    renameSync(join(temporary, `golang.org/toolchain@v0.0.1-go${VERSION}.${build.name}`), directory);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** A module's archive has no modes: its programs are made to be ones. */
function unpack(archive, into) {
  const file = join(into, 'go.zip');
  writeFileSync(file, archive);
  const script = 'busybox unzip -q go.zip && chmod -R +x golang.org/*/bin golang.org/*/pkg/tool';
  const { status, stderr } = spawnSync('sh', ['-c', script], { cwd: into, encoding: 'utf8' });
  if (status !== 0) throw new Error(`it could not be unpacked: ${stderr}`);
}
