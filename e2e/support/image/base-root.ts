import { execFileSync } from 'node:child_process';
import { cpSync, lstatSync, mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TOOLCHAIN = join(import.meta.dirname, '../../../scripts/toolchain/node_modules');
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** What a build needs of an operating system: a C library, a shell with its tools, and what Node and `strip` load. */
const DEBIAN_PACKAGES = [
  ...['libc6', 'libgcc-s1', 'libstdc++6', 'zlib1g', 'libzstd1'],
  ...['dash', 'coreutils', 'libacl1', 'libattr1', 'libgmp10', 'libpcre2-8-0', 'libselinux1', 'libssl3'],
  ...['binutils', 'binutils-common', `binutils-${gnuArchitecture()}-linux-gnu`, 'libbinutils'],
  ...['libctf-nobfd0', 'libctf0', 'libjansson4'],
];

/** The environment that belongs to it: whom this machine trusts, and where its packages come from. */
export function baseEnvironment(): Record<string, string> {
  return {
    PATH: '/usr/local/bin:/usr/bin',
    NODE_EXTRA_CA_CERTS: CERTIFICATES,
    SSL_CERT_FILE: CERTIFICATES,
    npm_config_cafile: CERTIFICATES,
    npm_config_registry: execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim(),
  };
}

/**
 * Lays out the root file system that stands for the official Node image where no container registry can be reached: this
 * machine's Debian packages, the pinned Node, and npm.
 */
export function layOutBaseRoot(root: string): void {
  for (const name of ['bin', 'lib', 'lib64', 'sbin']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  for (const name of ['root', 'tmp', 'usr/local/bin']) mkdirSync(join(root, name), { recursive: true });
  copyFiles(packageFiles(), root);
  copyFiles([CERTIFICATES, '/etc/passwd', '/etc/group'], root);
  cpSync(join(TOOLCHAIN, `node-linux-${process.arch}/bin/node`), join(root, 'usr/local/bin/node'));
  const npm = realpathSync(execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim());
  cpSync(dirname(dirname(npm)), join(root, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(root, 'usr/local/bin/npm'));
}

function packageFiles(): string[] {
  const listed = execFileSync('dpkg', ['-L', ...DEBIAN_PACKAGES], { encoding: 'utf8' }).split('\n');
  return listed.filter((path) => path.startsWith('/') && !path.startsWith('/usr/share/') && isFileOrLink(path));
}

/** Packages also name files that another package has put elsewhere. */
function isFileOrLink(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isDirectory();
}

/** Through the links of `root`, as /bin is one to /usr/bin. */
function copyFiles(paths: readonly string[], root: string): void {
  const input = paths.map((path) => path.slice(1)).join('\n');
  const archive = execFileSync('tar', ['-C', '/', '-cf', '-', '--files-from=-'], { input, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-C', root, '--keep-directory-symlink', '-xf', '-'], { input: archive });
}

function gnuArchitecture(): string {
  return process.arch === 'arm64' ? 'aarch64' : 'x86-64';
}
