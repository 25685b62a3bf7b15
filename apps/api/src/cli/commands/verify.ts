import { DigestPool } from '@logs-collector/blob-store/digest-pool';
import { ArchivesRepository } from '../../archives/archives.repository.js';
import { parseSubset, type Subset } from '../../archives/upkeep/subset.rules.js';
import { Verifier } from '../../archives/upkeep/verifier.js';
import { AuditAnchor } from '../../audit/audit-anchor.js';
import { AuditChainRepository } from '../../audit/audit-chain.repository.js';
import { AuditVerifier } from '../../audit/audit-verifier.js';
import { ChainEndSeal } from '../../audit/chain-end-seal.js';
import { openBlobStore } from '../../storage/open-blob-store.js';
import { type Command, type CommandCall, EXIT, UsageError } from '../command.js';
import { type InstallationAccess, withInstallation } from '../installation-access.js';
import { Throughput } from '../throughput.js';

export const verify: Command = {
  positionals: [],
  options: {
    subset: {
      type: 'string',
      value: 'n/t',
      description: 'only the n-th of t parts, always the same archives: 1/7 to 7/7 on the days of a week',
    },
  },
  help: [
    'Names every archive that is missing or damaged and writes down what it found: a download of such an archive is answered accordingly. It reads, and writes one short transaction for each archive whose state has changed. Then holds the audit trail against its chain and names every entry that was changed, removed or inserted behind the back of the program.',
    'Exit codes: 0 all is as it was received and recorded, 1 something is not, 2 called wrongly.',
  ],
  run,
};

async function run({ values, print }: CommandCall): Promise<number> {
  const text = values.get('subset');
  const subset = text === undefined ? undefined : parseSubset(text);
  if (text !== undefined && !subset) throw new UsageError('--subset must be n/t with 1 ≤ n ≤ t, for example 1/7.');
  return withInstallation(async (access) => {
    const badArchives = await verifyArchives(access, subset, print);
    const trailFaults = await verifyTrail(access, print);
    return badArchives + trailFaults > 0 ? EXIT.failed : EXIT.done;
  });
}

async function verifyArchives(
  { settings, database, audit }: InstallationAccess,
  subset: Subset | undefined,
  print: CommandCall['print'],
): Promise<number> {
  const digests = new DigestPool();
  try {
    const store = await openBlobStore(settings);
    const verifier = new Verifier(new ArchivesRepository(database), store, digests, audit, database);
    const throughput = new Throughput();
    let checked = 0;
    let bad = 0;
    for await (const { archive, found } of verifier.verifyAll(subset)) {
      checked += 1;
      throughput.add(archive.sizeBytes);
      if (found === 'stored') continue;
      bad += 1;
      print(`${found}: ${archive.id} ${JSON.stringify(archive.name)} (${archive.sizeBytes} bytes)`);
    }
    print(`${checked} archives checked, ${bad} missing or damaged (${throughput})`);
    return bad;
  } finally {
    await digests.close();
  }
}

/** Prints where the chain under the audit trail ends: noted elsewhere, it shows later that nothing was taken back. */
async function verifyTrail(
  { database, record, keyRing }: InstallationAccess,
  print: CommandCall['print'],
): Promise<number> {
  const [chain, ends] = [new AuditChainRepository(database), new ChainEndSeal(keyRing)];
  const verifier = new AuditVerifier(chain, ends, new AuditAnchor(record, keyRing, chain, ends));
  const { end, faults } = await verifier.verify(({ kind, position, eventId }) => {
    print(`audit trail: ${kind} at ${position ?? 'its end'}${eventId === undefined ? '' : `, event ${eventId}`}`);
  });
  print(`audit trail: ${end.position} entries sealed, ${faults} faults, ends with ${end.hash.slice(0, 16)}`);
  return faults;
}
