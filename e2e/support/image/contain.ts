/**
 * What an engine does, as a shell script: a read-only root with /proc, a few devices and volumes, and a user who has no
 * capabilities and cannot get any. Arguments: root, uid, gid, working directory, pairs of a directory and its place, an
 * empty one, the command.
 */
const CONTAIN = `
root=$1 uid=$2 gid=$3 directory=$4
shift 4
/bin/mount --bind "$root" "$root"
/bin/mount -o remount,bind,ro "$root"
/bin/mount -t proc proc "$root/proc"
/bin/mount -t tmpfs -o mode=755 tmpfs "$root/dev"
/bin/mknod -m 666 "$root/dev/null" c 1 3
/bin/mknod -m 666 "$root/dev/urandom" c 1 9
while [ -n "$1" ]; do
  /bin/mount --bind "$1" "$root$2"
  shift 2
done
shift
unset PWD
exec /usr/bin/setpriv --no-new-privs --inh-caps=-all --bounding-set=-all,+sys_chroot,+setuid,+setgid \\
  /usr/bin/unshare --root "$root" --wd "$directory" --setuid "$uid" --setgid "$gid" "$@"
`;

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Confinement {
  readonly root: string;
  readonly owner: Owner;
  readonly workingDirectory: string;
  /** What of this machine is where in the root; the places have to be there. */
  readonly mounts: Readonly<Record<string, string>>;
}

/** The command line that runs `command` as an engine would, in a mount and process namespace of its own. */
export function contained({ root, owner, workingDirectory, mounts }: Confinement, command: readonly string[]) {
  const pairs = Object.entries(mounts).flatMap(([place, from]) => [from, place]);
  const given = [root, String(owner.uid), String(owner.gid), workingDirectory, ...pairs, ''];
  return ['/usr/bin/unshare', '--mount', '--pid', '--fork', '/bin/sh', '-ec', CONTAIN, 'contain', ...given, ...command];
}

/** The command line that runs `command` beside the first process of a container, as `docker exec` does. */
export function inside(pid: number, { owner, workingDirectory }: Confinement, command: readonly string[]): string[] {
  const target = ['--target', String(pid), '--mount', '--pid', '--net', '--root', `--wdns=${workingDirectory}`];
  const user = ['--setuid', String(owner.uid), '--setgid', String(owner.gid)];
  return ['/usr/bin/nsenter', ...target, ...user, ...command];
}
