import { fileURLToPath } from 'node:url';

export type StorageTarget =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Empty, or ends in a slash. */
      readonly prefix: string;
      /** Of a service other than Amazon's. */
      readonly endpoint?: string;
      readonly region?: string;
    };

const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const PREFIX = /^[A-Za-z0-9._-]+(\/[A-Za-z0-9._-]+)*$/;
const REGION = /^[a-z0-9-]{1,64}$/;

/** `file:///absolute/path`, or `s3://bucket/prefix?endpoint=https://host:port&region=name`. */
export function parseStorageUrl(text: string): StorageTarget {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'file:') return { kind: 'file', path: fileURLToPath(url) };
  if (url?.protocol === 's3:') return parseS3(url);
  throw new RangeError('must be file:///path or s3://bucket/prefix?endpoint=…&region=…');
}

function parseS3(url: URL): StorageTarget {
  if (url.username || url.password) throw new RangeError('must not hold credentials; set AWS_ACCESS_KEY_ID and others');
  if (!BUCKET.test(url.host)) throw new RangeError('names no bucket (3 to 63 of a-z, 0-9, dots and dashes)');
  const path = url.pathname.replace(/^\/+|\/+$/g, '');
  if (path !== '' && (!PREFIX.test(path) || path.split('/').some((part) => /^\.+$/.test(part)))) {
    throw new RangeError('has a prefix with other characters than letters, digits, dots, dashes and underscores');
  }
  for (const name of url.searchParams.keys()) {
    if (name !== 'endpoint' && name !== 'region') throw new RangeError('knows no parameters but endpoint and region');
  }
  const region = url.searchParams.get('region') ?? undefined;
  if (region !== undefined && !REGION.test(region)) throw new RangeError('has a region that is none');
  const endpoint = url.searchParams.get('endpoint');
  return {
    kind: 's3',
    bucket: url.host,
    prefix: path === '' ? '' : `${path}/`,
    ...(endpoint === null ? {} : { endpoint: parseEndpoint(endpoint) }),
    ...(region === undefined ? {} : { region }),
  };
}

function parseEndpoint(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.search || url.hash || url.username) {
    throw new RangeError('has an endpoint that is no http or https URL without query and user');
  }
  return url.href.replace(/\/+$/, '');
}
