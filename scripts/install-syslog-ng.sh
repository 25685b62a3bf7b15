#!/bin/sh
# Debian's syslog-ng beside Debian's rsyslog, whose packages exclude each other: its files are unpacked into a directory of
# their own, and a command `syslog-ng` in /usr/local/bin runs them. Needs root; does nothing where the command is there.
set -eu

command -v syslog-ng >/dev/null && exit 0
root=/usr/local/lib/syslog-ng-root
packages=$(mktemp -d)
trap 'rm -rf "$packages"' EXIT
chmod 755 "$packages"
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libivykis0 libjson-c5 libnet1 libpcre3 libwrap0 >/dev/null
(cd "$packages" && apt-get download -qq syslog-ng-core >/dev/null 2>&1)
mkdir -p "$root" /var/lib/syslog-ng
dpkg -x "$packages"/syslog-ng-core_*.deb "$root"
cat >/usr/local/bin/syslog-ng <<END
#!/bin/sh
export LD_LIBRARY_PATH=$root/usr/lib/syslog-ng
for modules in $root/usr/lib/syslog-ng/*.*/; do :; done
exec $root/usr/sbin/syslog-ng --module-path "\$modules" "\$@"
END
chmod 755 /usr/local/bin/syslog-ng
