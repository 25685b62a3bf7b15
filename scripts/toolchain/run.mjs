// Runs a package script with the Node and pnpm that this repository pins, whatever Node started us.
// Plain JavaScript for any Node >= 18, because nothing is installed yet when it runs.
//
//   node scripts/toolchain/run.mjs <package script> [arguments…]

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const toolchainDir = dirname(fileURLToPath(import.meta.url));
const rootDir = resolve(toolchainDir, '..', '..');
const PINNED_MAJOR = 24;

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

/** Runs an installer; its output is shown only when it fails, so that `npm start` stays readable. */
function install(command, args, options) {
  const result = spawnSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], ...options });
  if (result.error) fail(`${command} could not be started: ${result.error.message}`);
  if (result.status !== 0) fail(`${command} ${args.join(' ')} failed:\n${result.stdout}\n${result.stderr}`);
}

/** Calls `work` unless `stampFile` says that it was done for these very input files. */
function whenStale(stampFile, inputs, work) {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(readFileSync(input));
  const digest = hash.digest('hex');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest) return;
  work();
  writeFileSync(stampFile, digest);
}

function installToolchain() {
  const inputs = ['package.json', 'package-lock.json'].map((name) => join(toolchainDir, name));
  whenStale(join(toolchainDir, 'node_modules', '.stamp'), inputs, () => {
    process.stderr.write('Preparing the pinned Node and pnpm…\n');
    // --no-save: the lock file lists the binaries of every platform, an install of one must not prune it.
    install('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: toolchainDir });
  });
}

/** The folder of the pinned Node package for this machine, or undefined to keep the Node we run on. */
function pinnedNodeDir() {
  const dir = join(toolchainDir, 'node_modules', `node-${process.platform}-${process.arch}`);
  if (existsSync(join(dir, 'bin', 'node'))) return dir;
  if (Number(process.versions.node.split('.')[0]) === PINNED_MAJOR) return undefined;
  return fail(
    `Node ${PINNED_MAJOR} is needed and is not available for ${process.platform}-${process.arch}; install it and try again.`,
  );
}

function pinnedEnvironment() {
  const nodeDir = pinnedNodeDir();
  const path = [join(toolchainDir, 'node_modules', '.bin'), join(rootDir, 'node_modules', '.bin'), process.env.PATH];
  const env = { ...process.env };
  if (nodeDir) {
    path.unshift(join(nodeDir, 'bin'));
    // Packages that must be compiled use the headers of the Node that runs them.
    env.npm_config_nodedir = nodeDir;
  }
  env.PATH = path.join(delimiter);
  return env;
}

function installWorkspace(env) {
  const inputs = [join(rootDir, 'pnpm-lock.yaml'), join(rootDir, 'pnpm-workspace.yaml')];
  whenStale(join(toolchainDir, 'node_modules', '.workspace-stamp'), inputs, () => {
    process.stderr.write('Installing the dependencies, which takes a minute or two…\n');
    install('pnpm', ['install', '--frozen-lockfile'], { cwd: rootDir, env });
  });
  if (!existsSync(join(rootDir, 'node_modules')))
    install('pnpm', ['install', '--frozen-lockfile'], { cwd: rootDir, env });
}

const [script, ...args] = process.argv.slice(2);
if (!script) fail('Which package script? node scripts/toolchain/run.mjs <script> [arguments…]');
installToolchain();
const env = pinnedEnvironment();
installWorkspace(env);

const command = JSON.parse(readFileSync(join(rootDir, 'package.json'), 'utf8')).scripts[script];
if (!command) fail(`package.json has no script ${script}.`);
if (script.startsWith('run:') && !existsSync(join(rootDir, 'apps', 'web', 'dist', 'index.html')))
  process.stderr.write('Building the server and its pages, once…\n');
// Not through pnpm, which would stand between us and the server and keep signals to itself. A script that ends in
// `exec …` becomes the very process that we signal.
const child = spawn('sh', ['-c', `${command} "$@"`, script, ...args], { cwd: rootDir, env, stdio: 'inherit' });
// The child gets the terminal's Ctrl-C by itself; a signal sent to this process alone is passed on.
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
process.on('SIGINT', () => undefined);
// npm keeps a SIGTERM to itself and ends. Its child sees nothing but a new parent, and must not live on unnoticed.
if (process.env.npm_lifecycle_event) {
  const npm = process.ppid;
  setInterval(() => {
    if (process.ppid !== npm) child.kill('SIGTERM');
  }, 250).unref();
}
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
