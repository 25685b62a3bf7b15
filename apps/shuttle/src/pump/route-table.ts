import type { Destination } from '@logs-collector/shuttle/record';

/** Who wants the records of a destination; asked by app and space as a pair, never by a joined text. */
export class RouteTable<T> {
  private readonly apps = new Map<string, Map<string, T[]>>();
  private readonly sites = new Map<string, T[]>();

  constructor(routes: Iterable<readonly [Destination, T]> = []) {
    for (const [destination, target] of routes) this.add(destination, target);
  }

  of(destination: Destination): readonly T[] {
    const found =
      destination.kind === 'app'
        ? this.apps.get(destination.app)?.get(destination.space)
        : this.sites.get(destination.site);
    return found ?? [];
  }

  private add(destination: Destination, target: T): void {
    if (destination.kind === 'site') {
      entry(this.sites, destination.site, () => []).push(target);
      return;
    }
    const spaces = entry(this.apps, destination.app, () => new Map<string, T[]>());
    entry(spaces, destination.space, () => []).push(target);
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
