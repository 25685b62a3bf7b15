import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type CollectionTag, parse } from 'yaml';

/** `source:target[:ro]`, or the long form. */
export type VolumeEntry = string | { readonly type: string; readonly source: string; readonly target: string };

type Environment = Readonly<Record<string, string | null>>;

/** What takes the place of an environment (`!override`) instead of adding to it. */
class Overriding {
  constructor(readonly environment: Environment) {}
}

const TAGS: CollectionTag[] = [
  { tag: '!reset', collection: 'seq', resolve: () => [] },
  // A list of ports takes the place of the other here in any case.
  { tag: '!override', collection: 'seq', resolve: (list) => list },
  { tag: '!override', collection: 'map', resolve: (map) => new Overriding(map.toJSON() as Environment) },
];

interface ServiceEntry {
  readonly extends?: { readonly file: string; readonly service: string };
  readonly image?: string;
  readonly build?: object;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly environment?: Environment | Overriding;
  readonly ports?: readonly string[];
  readonly volumes?: readonly VolumeEntry[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly deploy?: { readonly replicas: number };
}

interface MergedEntry extends Omit<ServiceEntry, 'environment' | 'extends'> {
  readonly environment: Environment;
}

export interface Service extends Omit<MergedEntry, 'environment'> {
  readonly environment: Readonly<Record<string, string>>;
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  /** Of the default network, as `a.b.c.0/24`. */
  readonly subnet: string;
}

interface Document {
  readonly services: Readonly<Record<string, ServiceEntry>>;
  readonly networks?: {
    readonly default: { readonly ipam: { readonly config: readonly [{ readonly subnet: string }] } };
  };
}

const ANY_SUBNET = '172.30.90.0/24';
/** `${NAME}`, `${NAME:-default}`, `${NAME:?complaint}`. */
const VARIABLE = /\$\{([A-Z0-9_]+)(?::([-?])([^}]*))?\}|\$\$/g;

/** A compose file as the engine understands it with this .env: variables put in, `extends` merged. */
export function readComposeFile(path: string, env: Readonly<Record<string, string>>): ComposeFile {
  const { services, networks } = read(path, env);
  return {
    services: Object.fromEntries(
      Object.keys(services).map((name) => {
        const { environment, ...service } = merged(path, name, env);
        return [name, { ...service, environment: passedOn(environment, env) }];
      }),
    ),
    subnet: networks?.default.ipam.config[0].subnet ?? ANY_SUBNET,
  };
}

function read(path: string, env: Readonly<Record<string, string>>): Document {
  const text = readFileSync(path, 'utf8').replaceAll(VARIABLE, (all, name: string, kind?: string, rest = '') => {
    if (all === '$$') return '$';
    const value = env[name] || undefined;
    if (value === undefined && kind === '?') throw new Error(`${path} asks for ${name}: ${rest}`);
    return value ?? rest;
  });
  return parse(text, { customTags: TAGS }) as Document;
}

function merged(path: string, name: string, env: Readonly<Record<string, string>>): MergedEntry {
  const own = read(path, env).services[name];
  if (!own) throw new Error(`${path} has no service ${name}.`);
  const { extends: from, environment, ...service } = own;
  if (!from) return { ...service, environment: environmentOf(environment, {}) };
  const base = merged(join(dirname(path), from.file), from.service, env);
  const places = new Set(own.volumes?.map(targetOf));
  return {
    ...base,
    ...service,
    environment: environmentOf(environment, base.environment),
    volumes: [...(base.volumes ?? []).filter((volume) => !places.has(targetOf(volume))), ...(own.volumes ?? [])],
  };
}

function environmentOf(own: Environment | Overriding | undefined, base: Environment): Environment {
  return own instanceof Overriding ? own.environment : { ...base, ...own };
}

export function targetOf(volume: VolumeEntry): string {
  return typeof volume === 'string' ? (volume.split(':')[1] ?? '') : volume.target;
}

export function sourceOf(volume: VolumeEntry): string {
  return typeof volume === 'string' ? (volume.split(':')[0] ?? '') : volume.source;
}

/** What has no value is taken from .env, or left out. */
function passedOn(environment: Environment, env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const passed = value ?? env[name];
      return passed === undefined ? [] : [[name, String(passed)]];
    }),
  );
}
