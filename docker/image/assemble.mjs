// Lays out the root file system of the image and prints what each part weighs. Runs in the Dockerfile's build stage.
//
//   node docker/image/assemble.mjs <directory>        after the build

import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';

const sourceDir = resolve(import.meta.dirname, '../..');
const [root] = process.argv.slice(2);
const { APP_DIR = '/app', USER_NAME = 'logs-collector', USER_GROUP = USER_NAME } = process.env;
const { APP_UID = '1000', APP_GID = '1000' } = process.env;
const nodePackage = join(sourceDir, `scripts/toolchain/node_modules/node-linux-${process.arch}`);
const nativeAddon = `prebuilds/linux-${process.arch}.node`;

/** Which files of a package the server reads; the rest are sources, other machines' libraries and other pages. */
const PACKAGES = {
  'better-sqlite3': ['package.json', 'LICENSE', 'lib', nativeAddon],
  'swagger-ui-dist': ['package.json', 'LICENSE', 'swagger-ui.css', 'swagger-ui-bundle.js'],
};

function place(from, to) {
  const target = join(root, to);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(from, target, { recursive: true, dereference: true });
}

function write(path, text) {
  const target = join(root, path);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** The very Node that the tests ran on, without its symbols. */
function placeNode() {
  const target = join(root, 'usr/local/bin/node');
  mkdirSync(dirname(target), { recursive: true });
  execFileSync('strip', ['-o', target, join(nodePackage, 'bin/node')]);
  chmodSync(target, 0o755);
  place(join(nodePackage, 'LICENSE'), 'usr/share/licenses/node/LICENSE');
}

/** What the dynamic loader would load for these files, under the names by which it looks for them. */
function placeLibraries() {
  const node = join(nodePackage, 'bin/node');
  const addon = join(sourceDir, 'apps/api/node_modules/better-sqlite3', nativeAddon);
  const loader = /(\/lib\S*\/ld-linux\S*)/.exec(librariesOf(node))?.[1];
  if (loader === undefined) throw new Error(`No dynamic loader found for ${node}`);
  const listing = librariesOf(node) + execFileSync(loader, ['--list', addon], { encoding: 'utf8' });
  const paths = new Set(listing.match(/(?<=\s)\/\S+(?=\s\()/g));
  for (const path of paths) place(path, path);
}

function librariesOf(program) {
  return execFileSync(program, [], { encoding: 'utf8', env: { LD_TRACE_LOADED_OBJECTS: '1' } });
}

function placeSystemFiles() {
  write('etc/passwd', `${USER_NAME}:x:${APP_UID}:${APP_GID}::/:/sbin/nologin\n`);
  write('etc/group', `${USER_GROUP}:x:${APP_GID}:\n`);
  write('etc/nsswitch.conf', 'hosts: files dns\n');
  write('etc/ssl/certs/ca-certificates.crt', `${rootCertificates.join('\n')}\n`);
}

function placeProgram() {
  for (const app of ['api', 'shuttle']) {
    const bundle = join(sourceDir, 'apps', app, 'bundle');
    if (existsSync(bundle)) place(bundle, join(APP_DIR, 'apps', app, 'bundle'));
  }
  for (const name of ['entry.mjs', 'healthcheck.mjs']) place(join(import.meta.dirname, name), join(APP_DIR, name));
  place(join(sourceDir, 'package.json'), join(APP_DIR, 'package.json'));
  place(join(sourceDir, 'LICENSE'), join(APP_DIR, 'LICENSE'));
}

function placePackages() {
  for (const [name, files] of Object.entries(PACKAGES)) {
    const from = join(sourceDir, 'apps/api/node_modules', name);
    for (const file of files) place(join(from, file), join(APP_DIR, 'node_modules', name, file));
  }
}

function placeScripts() {
  for (const name of ['uploader.sh', 'uploader.ps1']) {
    place(join(sourceDir, 'scripts', name), join(APP_DIR, 'scripts', name));
  }
}

function sizeOf(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

const PARTS = {
  Node: placeNode,
  libraries: placeLibraries,
  'system files': placeSystemFiles,
  program: placeProgram,
  packages: placePackages,
  'web pages': () => place(join(sourceDir, 'apps/web/dist'), join(APP_DIR, 'apps/web/dist')),
  'upload scripts': placeScripts,
};

mkdirSync(root, { recursive: true });
let total = 0;
for (const [part, work] of Object.entries(PARTS)) {
  work();
  const now = sizeOf(root);
  console.log(`${((now - total) / 1e6).toFixed(2).padStart(8)} MB  ${part}`);
  total = now;
}
console.log(`${(total / 1e6).toFixed(2).padStart(8)} MB  in all`);
