import { Column, Entity, type EntityOptions, PrimaryColumn, Unique } from 'typeorm';

const options: EntityOptions = { name: 'drain' };

const time = { to: (value: number) => value, from: Number };

/** A URL to which the lines of an app or a site go. */
@Entity(options)
@Unique(['kind', 'name', 'space', 'urlHash'])
export class Drain {
  /** Any UUID-shaped text. */
  @PrimaryColumn({ type: 'varchar', length: 64 })
  id = '';

  @Column({ type: 'varchar', length: 4 })
  kind: 'app' | 'site' = 'app';

  /** The app, or the site. */
  @Column({ type: 'varchar', length: 255 })
  name = '';

  /** Empty for a site. */
  @Column({ type: 'varchar', length: 255 })
  space = '';

  /** The whole URL, sealed: credentials stand before the `@`, and often in the path or the query too. */
  @Column({ name: 'url_sealed', type: 'text' })
  urlSealed = '';

  /** Keyed hash of the URL's canonical text, so that one URL is registered once. */
  @Column({ name: 'url_hash', type: 'varchar', length: 64 })
  urlHash = '';

  /** Certificates and key for its connections, sealed: JSON with PEM texts. */
  @Column({ name: 'tls_sealed', type: 'text', nullable: true })
  tlsSealed: string | null = null;

  /** It takes lines and delivers none. */
  @Column({ name: 'is_paused', type: 'boolean', default: false })
  isPaused = false;

  /** Counts changes, so that every instance sees each of them. */
  @Column({ type: 'integer', default: 0 })
  revision = 0;

  /** Milliseconds since the epoch. */
  @Column({ name: 'created_at', type: 'bigint', transformer: time })
  createdAt = 0;

  @Column({ name: 'updated_at', type: 'bigint', transformer: time })
  updatedAt = 0;
}
