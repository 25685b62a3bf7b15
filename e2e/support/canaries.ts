/** Where a canary was found, without the text around it, which may hold others. */
export interface Sighting {
  readonly canary: string;
  readonly place: string;
}

/** Secrets by name, and whether any of them, as it is or encoded, has flown to where it should not be. */
export class Canaries {
  private readonly secrets = new Map<string, string>();

  /** Adds a secret and answers it. Short ones would be found by chance. */
  keep(name: string, secret: string | undefined): string {
    if (secret === undefined || secret.length < 10) throw new Error(`The canary ${name} is too short to be sure of.`);
    this.secrets.set(name, secret);
    return secret;
  }

  get count(): number {
    return this.secrets.size;
  }

  sightings(place: string, text: string): Sighting[] {
    return [...this.secrets]
      .filter(([, secret]) => spellings(secret).some((spelling) => text.includes(spelling)))
      .map(([canary]) => ({ canary, place }));
  }
}

function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  // The last characters of base64 depend on what follows.
  const base64 = bytes.toString('base64').replace(/.{0,2}=*$/, '');
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64, bytes.toString('hex')];
}
