#!/bin/sh
# Logs Collector: sends files to a ticket from a console. Needs a POSIX shell and curl, nothing else.
#
#   sh uploader.sh -u https://logs.example.org -f /var/log/app.log
#   journalctl -f | sh uploader.sh -u https://logs.example.org -f -
#
# The server replaces the following line, exactly as it stands, when it hands this file out at /uploader.sh; the address
# goes between the single quotes. Left as it is, the address comes from --url or --dst.
DEFAULT_URL=''

# Why things are as they are
# * Transport is tus 1.0.0: what the server has acknowledged is never sent again, whatever happened to the line.
# * No state file: the secret Upload-Key is a digest of token, server, host, path, size and time of modification. Running
#   the same command again, even after a reboot, makes the same key, and the server finds the unfinished upload by it.
# * The token is only ever written to a file nobody else can read and that lives as long as this script (curl -K): what
#   stands in a process's arguments, every user of the machine can read.
# * Everything is in functions called from the last line, so a script cut off while being downloaded does nothing.
# * zsh keeps some of these names for itself where it does not emulate sh; there, and only there, "emulate" says so.
# * Nothing here reads standard input by accident (`curl …/uploader.sh | sh -s -- -f x` reads the script from it).

if command -v emulate >/dev/null 2>&1 && [ "$(emulate)" != sh ]; then
  echo 'Run this with sh, not with zsh: sh uploader.sh -f FILE' >&2
  exit 1
fi
set -u
set -f # no names are ever expanded; CURL_OPTIONS is split at spaces and at nothing else
umask 077

usage() {
  cat <<'EOF'
Usage: uploader.sh -f FILE [FILE ...] [options]

  -f, --file FILE    the file to send; may be given several times; - is standard input
  -t, --token TOKEN  the upload token, or the link to the upload page; better in the variable UPLOAD_TOKEN, since other
                     users of this machine can see a command's options; asked for on the terminal when given nowhere
  -u, --url URL      the server, such as https://logs.example.org (an address that ends in /api/v1/archives/
                     or is a link to the upload page will do)
  -d, --dst HOST     the server's name, reached by https
  -n, --name NAME    the name the file gets there (with one file only)
  -v, --verbose      tell every step
  -h, --help         this text

A lost line is taken up where it broke. When it stays lost, run the same command again: it goes on where it stopped
(standard input, which cannot be read twice, begins anew). Ctrl-C ends a live stream properly: what has arrived is stored.

Variables: UPLOAD_TOKEN; CURL_OPTIONS, further options for curl, split at spaces, such as
  CURL_OPTIONS='--cacert /etc/ssl/company.pem --proxy http://proxy:3128';
curl's own (https_proxy, no_proxy, ...); TMPDIR, where standard input is kept in pieces until the server has them (80 MiB at most);
UPLOADER_GIVE_UP_AFTER, seconds without a byte of progress before giving up (600);
UPLOADER_STALL_AFTER, seconds of silence after which a connection counts as dead (60).

Several files are sent one after the other, each with a receipt of its own. When one fails the others are still tried,
unless the token is the reason. The exit code is that of the first failure:
  0 stored   1 wrong use, unreadable file, no space here, or no curl   2 unknown option
  3 refused by the server, its reason is printed
  4 network, the command that resumes is printed   5 what was stored differs from the file here
EOF
}

# ---------------------------------------------------------------------------------------------------- saying things

# Text that came from elsewhere (also a file's name) must not steer the terminal.
plain() { LC_ALL=C tr -d '\000-\037\177' <<EOF
$1
EOF
}

clear_line() { [ -z "$drawn" ] || printf '\r%79s\r' '' >&2; drawn=''; }
say() { clear_line; printf '%s\n' "$*" >&2; }
# What only somebody who is watching wants to know.
note() { if [ -n "$terminal$verbose" ]; then say "$*"; fi; }
detail() { [ -z "$verbose" ] || say "  $*"; }
usage_error() { say "$*"; say "Try: uploader.sh --help"; exit 1; }

# 'single quoted' for a shell, whatever the text is
quote() { printf "'"; sed "s/'/'\\\\''/g" <<EOF | awk 'NR > 1 { printf "\n" } { printf "%s", $0 }'
$1
EOF
  printf "'"; }

human() { awk -v n="$1" 'BEGIN {
  split("bytes KiB MiB GiB TiB", unit, " "); u = 1
  while (n >= 1024 && u < 5) { n /= 1024; u++ }
  printf(u == 1 ? "%d %s" : "%.1f %s", n, unit[u]) }'; }

# ------------------------------------------------------------------------------------------------- the small tools

now() { date +%s; }
is_number() { case $1 in '' | *[!0-9]*) return 1 ;; esac; }
trim() {
  trimmed=${1#"${1%%[![:space:]]*}"}
  trimmed=${trimmed%"${trimmed##*[![:space:]]}"}
}

# Waits in the background so that a signal is answered at once. Not every sleep knows fractions.
pause() {
  { sleep "$1" 2>/dev/null || sleep 1; } &
  wait "$!"
  return 0
}

# ls -n: five plain fields before the name on every system, and no reading of the whole file (as some wc do)
# shellcheck disable=SC2012
size_of() { LC_ALL=C ls -lnLd "$1" 2>/dev/null | awk 'NR == 1 { print $5 }'; }

# shellcheck disable=SC2012
mtime_of() {
  stat -L -c %Y "$1" 2>/dev/null || stat -L -f %m "$1" 2>/dev/null ||
    LC_ALL=C TZ=UTC ls -lnLd "$1" | awk 'NR == 1 { print $6, $7, $8 }'
}

find_digest_tool() {
  for digest_tool in sha256sum shasum openssl ''; do
    [ -z "$digest_tool" ] || ! command -v "$digest_tool" >/dev/null 2>&1 || break
  done
}

sha256_of_input() {
  case $digest_tool in
    sha256sum) sha256sum ;;
    shasum) shasum -a 256 ;;
    openssl) openssl dgst -sha256 ;;
  esac | sed -n 's/^.*\([0-9a-f]\{64\}\).*$/\1/p'
}

base64_of() {
  if command -v base64 >/dev/null 2>&1; then printf '%s' "$1" | base64
  elif command -v openssl >/dev/null 2>&1; then printf '%s' "$1" | openssl base64
  else
    printf '%s' "$1" | od -An -v -tu1 | awk '
      BEGIN { abc = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/" }
      function digit(n) { return substr(abc, n % 64 + 1, 1) }
      { for (i = 1; i <= NF; i++) byte[n++] = $i }
      END {
        for (i = 0; i < n; i += 3) {
          v = byte[i] * 65536 + byte[i + 1] * 256 + byte[i + 2]
          out = out digit(int(v / 262144)) digit(int(v / 4096)) \
            (i + 1 < n ? digit(int(v / 64)) : "=") (i + 2 < n ? digit(v) : "=")
        }
        print out
      }'
  fi | tr -d '\r\n'
}

# slice FILE START COUNT: these bytes, without reading what lies before them (tail -c +N does on some systems)
slice() {
  {
    dd bs=65536 skip=$(($2 / 65536)) count=1 2>/dev/null | tail -c "+$(($2 % 65536 + 1))"
    cat
  } <"$1" 2>/dev/null | head -c "$3"
}

# json KEY: the top-level text or number of that name in the answer's body, safe to print, empty when there is none
json() {
  LC_ALL=C awk -v want="$1" '
    function utf8(n) {
      if (n < 32 || (n >= 127 && n < 160) || (n >= 8234 && n <= 8238) || (n >= 8294 && n <= 8297)) return n < 14 ? " " : ""
      if (n < 128) return sprintf("%c", n)
      if (n < 2048) return sprintf("%c%c", 192 + int(n / 64), 128 + n % 64)
      if (n < 65536) return sprintf("%c%c%c", 224 + int(n / 4096), 128 + int(n / 64) % 64, 128 + n % 64)
      return sprintf("%c%c%c%c", 240 + int(n / 262144), 128 + int(n / 4096) % 64, 128 + int(n / 64) % 64, 128 + n % 64)
    }
    function hex4(at,   i, v) {
      v = 0
      for (i = 0; i < 4; i++) v = v * 16 + index("0123456789abcdef", tolower(substr(text, at + i, 1))) - 1
      return v < 0 ? 63 : v
    }
    function value(at) { return at in code ? code[at] : 0 }
    # a string whose opening quote is at pos; leaves pos at the closing one
    function string(   out, c, u, low, second, third) {
      out = ""
      for (pos++; pos <= n; pos++) {
        c = substr(text, pos, 1)
        if (c == "\"") break
        if (c == "\\") {
          c = substr(text, ++pos, 1)
          if (c == "u") {
            u = hex4(pos + 1); pos += 4
            if (u >= 55296 && u < 56320 && substr(text, pos + 1, 2) == "\\u") {
              low = hex4(pos + 3); pos += 6
              u = 65536 + (u - 55296) * 1024 + low - 56320
            } else if (u >= 55296 && u < 57344) u = 63
            out = out utf8(u)
          } else out = out (c ~ /[nrtbf]/ ? " " : c)
          continue
        }
        u = value(c)
        second = value(substr(text, pos + 1, 1)); third = value(substr(text, pos + 2, 1))
        if (u < 32 || u == 127) continue
        if (u == 194 && second < 160) { pos++; continue }
        if (u == 226 && second == 128 && third >= 170 && third <= 174) { pos += 2; continue }
        if (u == 226 && second == 129 && third >= 166 && third <= 169) { pos += 2; continue }
        out = out c
      }
      return out
    }
    BEGIN { for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i }
    length(text) < 65536 { text = text $0 "\n" }
    END {
      n = length(text)
      for (pos = 1; pos <= n; pos++) {
        c = substr(text, pos, 1)
        if (c == "\"") {
          s = string()
          if (depth == 1 && naming) { key = s; naming = 0 }
          else if (depth == 1 && key == want) { print s; exit }
        } else if (c == "{" || c == "[") { depth++; if (c == "{" && depth == 1) naming = 1 }
        else if (c == "}" || c == "]") depth--
        else if (c == "," && depth == 1) { naming = 1; key = "" }
        else if (depth == 1 && !naming && key == want && c ~ /[-0-9]/) {
          s = ""
          for (; c ~ /[-+0-9.eE]/; c = substr(text, ++pos, 1)) s = s c
          print s; exit
        }
      }
    }' "$work/body" 2>/dev/null
}

# header NAME (in small letters): of the last answer, also behind a proxy's own or a 100 Continue
header() {
  [ ! -f "$work/head" ] || LC_ALL=C tr -d '\r' <"$work/head" | LC_ALL=C awk -v want="$1" '
    /^HTTP\// { found = "" }
    tolower(substr($0, 1, length(want) + 1)) == want ":" { found = substr($0, length(want) + 2) }
    END { gsub(/^[ \t]+|[ \t]+$/, "", found); gsub(/[^ -~]/, "", found); print found }'
}

# --------------------------------------------------------------------------------------------------- speaking HTTP

# curl's options of one request; with quotes around, \ and " need a backslash
configure() {
  request="$request
$(sed 's/[\\"]/\\&/g; s/^\([a-z-]*\) \(.*\)$/\1 = "\2"/' <<EOF
$1
EOF
  )"
}

begin() { # METHOD URL
  request=''
  configure "url $2"
  configure "header Upload-Token: $token"
  detail "$1 $(plain "$2")"
}

tus() {
  configure 'header Tus-Resumable: 1.0.0'
  configure 'header Expect:'
}

# Only ever in the background, where it becomes curl, so that $! is curl itself. The request comes on standard input,
# and from a file only where that is taken by the bytes to send.
run_curl() {
  # shellcheck disable=SC2086 # split on purpose
  exec curl -g -D "$work/head" -o "$work/body" -w '%{http_code} %{size_upload}' --connect-timeout 20 \
    --speed-limit 1 --speed-time "$stall" ${CURL_OPTIONS:-} "$@" >"$work/said" 2>"$work/meter"
}

forget_answer() { rm -f "$work/head" "$work/body" "$work/said" "$work/meter"; : >"$work/body"; }

# Waits for curl ($!) also when a signal that does not end us comes in between; then reads what it said.
await() {
  curl_pid=$1
  while :; do
    wait "$curl_pid"
    curl_code=$?
    kill -0 "$curl_pid" 2>/dev/null || break
  done
  curl_pid=''
  status=000 sent=0
  [ ! -f "$work/said" ] || read -r status sent <"$work/said" || :
  sent=${sent%%[!0-9]*}
  is_number "$status" || status=000
  # It went well, and there was no space for the words that say so.
  if [ "$status" = 000 ] && [ "$curl_code" -eq 0 ]; then curl_code=23; fi
  [ "$status" = 000 ] || contacted=1
  detail "answer $status (curl $curl_code)"
}

# A request without a body worth mentioning
exchange() {
  forget_answer
  run_curl -K - -s -S --max-time 90 "$@" <<EOF &
$request
EOF
  await "$!"
}

# Requests that carry a file. Whether the line is dead is told by bytes per time, not by time.
transfer() {
  forget_answer
  run_curl -K - "$@" <<EOF &
$request
EOF
  watch_transfer "$!"
}
transfer_slice() { # FILE START COUNT
  forget_answer
  cat >"$work/request" <<EOF
$request
EOF
  slice "$1" "$2" "$3" | run_curl -K "$work/request" -X PATCH -T - &
  watch_transfer "$!"
  rm -f "$work/request"
}
watch_transfer() {
  curl_pid=$1
  ticker_pid=''
  if [ -n "$terminal" ]; then
    ticker &
    ticker_pid=$!
  fi
  await "$1"
  [ -z "$ticker_pid" ] || { kill "$ticker_pid" 2>/dev/null; wait "$ticker_pid" 2>/dev/null; drawn=1; clear_line; }
  ticker_pid=''
}

# One line for who is watching: what curl's own meter says, put in relation to the whole file.
ticker() {
  trap 'exit 0' TERM
  while :; do
    pause 1
    [ -f "$work/meter" ] && tail -c 400 "$work/meter" | tr '\r' '\n' | awk -v from="$offset" -v all="$size" '
      function bytes(s) { return s * (s ~ /k$/ ? 1024 : s ~ /M$/ ? 1048576 : s ~ /G$/ ? 1073741824 : s ~ /T$/ ? 1099511627776 : 1) }
      function text(n,   unit) {
        split("bytes KiB MiB GiB TiB", units, " ")
        for (unit = 1; n >= 1024 && unit < 5; unit++) n /= 1024
        return sprintf(unit == 1 ? "%d %s" : "%.1f %s", n, units[unit])
      }
      NF >= 12 && $6 ~ /^[0-9.]+[kMGT]?$/ && $8 ~ /^[0-9.]+[kMGT]?$/ { there = from + bytes($6); speed = bytes($8); seen = 1 }
      END {
        if (!seen) exit
        line = text(speed) "/s"
        if (all > 0) {
          if (there > all) there = all
          line = sprintf("%3d %%  of %s  %s", int(there * 100 / all), text(all), line)
          if (speed > 0) {
            left = int((all - there) / speed)
            line = line sprintf("  %d:%02d:%02d left", left / 3600, left / 60 % 60, left % 60)
          }
        } else line = text(there) " sent  " line
        printf "\r%-78s", line
      }' >&2
  done
}

# ------------------------------------------------------------------------------------------------ what answers mean

# What kind of answer is it? ok, gone, conflict, moved, retry or refused
judge() {
  case $curl_code in
    23) verdict=hopeless; return ;; # there is no space for the answer, whatever it was
  esac
  case $status in
    000)
      verdict=retry
      # What waiting does not mend: options, addresses, certificates. Then: an unreadable file.
      case $curl_code in 1 | 2 | 3 | 4 | 43 | 48 | 51 | 53 | 54 | 58 | 59 | 60 | 64 | 66 | 77 | 80 | 82 | 83 | 90 | 91 | 98) verdict=hopeless ;; esac
      ;;
    2??) verdict=ok ;;
    3??) verdict=moved ;;
    404 | 410) verdict=gone ;;
    409) verdict=conflict ;;
    423) if [ -n "$(header retry-after)" ]; then verdict=retry; else verdict=refused; fi ;;
    408 | 425 | 429) verdict=retry ;;
    501 | 505 | 507) verdict=refused ;;
    5??) verdict=retry ;;
    *) verdict=refused ;;
  esac
}

from_server() { case $(header content-type) in application/problem+json* | application/json*) ;; *) return 1 ;; esac; }

reason() {
  why=''
  if [ "$status" = 000 ]; then
    why=$(tr '\r' '\n' <"$work/meter" | sed -n 's/^curl: //p' | tail -n 1)
    [ -z "$why" ] || why=$(plain "$why")
    why=${why:-"no connection (curl $curl_code)"}
    case $curl_code in
      35) why="$why. Does the server speak https at this address?" ;;
      60) why="$why. A certificate of your own is trusted with CURL_OPTIONS='--cacert FILE'." ;;
    esac
    return
  fi
  for field in detail error title; do
    [ -n "$why" ] || why=$(json "$field" | head -c 600)
  done
  # The service does not speak so of an upload: something else at this place does.
  case $status in 404 | 405 | 415) from_server && [ -n "$upload" ] || why='' ;; esac
  [ -n "$why" ] || case $status in
    404 | 405 | 410 | 415) why='There is no upload service at this address.' ;;
    407) why='The proxy asks for a login; it can be given with CURL_OPTIONS.' ;;
    423) why='The ticket or the token takes no more files.' ;;
  esac
  [ -n "$why" ] || if from_server; then # to HEAD, whose answers have no words
    case $status in
      429) why='Too many requests.' ;;
      503) why='The server is busy.' ;;
      507) why='The server has not enough free space.' ;;
      *) why='The server did not accept the upload.' ;;
    esac
  else
    case $status in
      3??) why=$(header location); why="The server sends to another address${why:+: $why}. Give that with --url." ;;
      401) why='Something before the server asks for a login of its own; it can be given with CURL_OPTIONS.' ;;
      403) why='Something before the server, a proxy or a firewall, forbids this. It is not the upload token.' ;;
      413) why='A proxy before the server takes nothing this large. Tell the support.' ;;
      429) why='Something before the server has too many requests.' ;;
      502 | 503 | 504) why='A proxy answers, but the server behind it does not.' ;;
      507) why='Something before the server has not enough space.' ;;
      *) why='The server or a proxy before it did not accept the upload.' ;;
    esac
  fi
  why="$why (HTTP $status)"
}

# A refusal ends this file (3); one because of the token ends the following ones, too.
refuse() {
  reason
  say "$shown: refused: $why"
  case $status in 401 | 403) if from_server; then token_trouble=1; fi ;; 423) token_trouble=1 ;; esac
  return 3
}

progress() { last_progress=$(now); backoff=5; }

no_space() { say "$shown: there is no space in ${TMPDIR:-/tmp}; make some, or set TMPDIR to another directory"; return 1; }

# Before the next try: waits as long as the server asks or, with growing and random intervals, as reason commands.
# Fails when there was no progress for so long that it is given up.
hold() {
  limit=$give_up
  # A name that was never found is more likely mistyped than lost; and who gave up once need not wait as long again.
  if [ -z "$contacted" ] && [ "$curl_code" = 6 ] || [ -n "$unfinished" ]; then [ "$limit" -le 60 ] || limit=60; fi
  left=$((last_progress + limit - $(now)))
  if [ "$curl_code" = 23 ]; then no_space; return; fi
  reason
  if [ "$verdict" = hopeless ] || [ "$left" -le 0 ]; then
    case $status in 423) refuse; return 3 ;; esac
    say "$shown: $why"
    return 4
  fi
  wait_for=$(header retry-after)
  is_number "$wait_for" && [ "${#wait_for}" -lt 7 ] || wait_for=''
  wait_for=$(awk -v asked="$wait_for" -v tenths="$backoff" -v left="$left" -v seed="$(now)$$" 'BEGIN {
    srand(seed % 2147483647)
    s = asked != "" && asked > 0 ? asked + rand() / 2 : tenths / 10 * (0.5 + rand())
    if (s > left + 0.5) s = left + 0.5
    printf "%.1f", s }')
  backoff=$((backoff * 2))
  [ "$backoff" -le 300 ] || backoff=300
  note "$shown: $why; trying again in $wait_for s"
  pause "$wait_for"
}

# -------------------------------------------------------------------------------------------------------- tus

# The same upload is found by the same key. Without a digest tool there is only a random one: then a lost answer is
# still found again, but not by the next run.
make_key() { # WHAT
  if [ -n "$digest_tool" ]; then
    key=$(sha256_of_input <<EOF
$token
$base
$(uname -n)
$1
EOF
    )
  else
    key=$(od -An -v -tx1 -N 32 /dev/urandom | tr -cd '0-9a-f')
  fi
}

# Makes the upload, or finds it again. Sets upload, or multipart=1 at a server that does not speak tus.
create() { # LENGTH-HEADER
  upload=''
  while :; do
    begin POST "$base/api/v1/uploads"
    tus
    configure "header $1"
    configure "header Upload-Metadata: filename $(base64_of "$name")"
    configure "header Upload-Key: $key"
    configure 'header Content-Type:'
    configure 'data '
    exchange
    judge
    case $verdict in
      ok)
        location=$(header location)
        # The address is put together from what we were told to use: whatever a proxy made of the host or the path
        # before it, the token goes nowhere else.
        upload=${location##*/api/v1/uploads/}
        upload=${upload%/}
        case $upload in
          '' | *[!A-Za-z0-9._~%:@!+=,-]*) say "$shown: the server gave no usable address for the upload"; return 3 ;;
        esac
        upload=$base/api/v1/uploads/$upload
        return 0
        ;;
      gone) multipart=1; return 0 ;;
      moved) follow || return 3 ;;
      retry | hopeless | conflict) hold || return ;;
      *) if [ "$status" = 405 ]; then multipart=1; return 0; fi; refuse; return ;;
    esac
  done
}

# The only redirection followed is the usual one from http to https at the same place.
follow() {
  location=$(header location)
  old_host=${base#*://}
  case $location in
    "https://$old_host/api/v1/uploads" | "https://$old_host/api/v1/uploads/")
      case $base in http://*) base=https://$old_host; detail "going on with $base"; return 0 ;; esac ;;
  esac
  refuse
}

# Sets offset and length as the server knows them. 10: the upload is gone.
ask_offset() {
  while :; do
    begin HEAD "$upload"
    tus
    exchange -I
    judge
    case $verdict in
      ok)
        offset=$(header upload-offset) length=$(header upload-length)
        if is_number "$offset"; then return 0; fi
        say "$shown: the server's answer makes no sense (no Upload-Offset)"
        return 3
        ;;
      gone) return 10 ;;
      refused | moved)
        # HEAD has no body; the reason is in the body of GET.
        head_status=$status
        begin GET "$upload"
        exchange
        [ "$status" = "$head_status" ] || { forget_answer; status=$head_status; }
        refuse
        return
        ;;
      *)
        # All is there and is being put away: that may take its time.
        if [ "$status" = 503 ] && [ -n "$everything_sent" ] && [ $(($(now) - everything_sent)) -lt $((give_up * 6)) ]; then progress; fi
        hold || return
        ;;
    esac
  done
}

# Another run sends the same upload. Watch it as long as it moves, rather than take it away from each other.
watch_other() {
  case $(json code) in *locked*) ;; *) return 0 ;; esac
  note "$shown: is being sent by another run of this command; watching"
  while :; do
    seen=$offset
    pause "$(awk -v s="$stall" 'BEGIN { print s < 10 ? s : 10 }')"
    ask_offset || return
    [ "$offset" != "$seen" ] || return 0
    [ "$offset" != "$length" ] || return 0
    progress
  done
}

# Sends one PATCH: from $source, which is at $skip where the upload is at offset, $count bytes; sets offset.
# A proxy that accepts only so much at once, or that hands on nothing before it has everything, gets smaller pieces.
patch() {
  before=$offset
  [ "$piece" -eq 0 ] || [ "$count" -le "$piece" ] || count=$piece
  begin PATCH "$upload"
  tus
  configure 'header Content-Type: application/offset+octet-stream'
  configure 'header Content-Range:'
  configure "header Upload-Offset: $offset"
  [ -z "$declare" ] || configure "header Upload-Length: $declare"
  [ $((offset + count)) -ne "$size" ] || everything_sent=$(now)
  if [ $((skip + count)) -eq "$(size_of "$source")" ]; then
    direct=1
    if [ "$skip" -eq 0 ]; then transfer -X PATCH -T "$source"; else transfer -X PATCH -T "$source" -C "$skip"; fi
  else
    direct='' # the file has grown, or only a piece of it is to go
    transfer_slice "$source" "$skip" "$count"
  fi
  judge
  case $verdict in
    ok)
      archive=$(header upload-archive | tr -cd 'A-Za-z0-9._:-')
      digest_there=$(header repr-digest)
      offset=$(header upload-offset)
      is_number "$offset" || offset=$before
      if [ "$offset" -gt "$before" ] || [ -n "$archive" ]; then progress; return 0; fi
      if [ "$count" -eq 0 ]; then return 0; fi
      ;;
    conflict) watch_other || return ;;
    gone) return 10 ;;
    refused | moved)
      if [ "$status" = 413 ] && ! from_server && [ "$count" -gt 262144 ]; then
        smaller $((count / 4))
      elif [ -z "$direct" ] || [ $((skip + count)) -eq "$(size_of "$source")" ]; then
        refuse
        return
      fi # else the file grew between our look and curl's
      ;;
    *) hold || return ;;
  esac
  ask_offset || return
  if [ "$offset" -gt "$before" ]; then
    progress
    lost=0
  elif [ "$sent" -gt 262144 ]; then
    lost=$((lost + 1))
    if [ "$sent" -gt 16777216 ] || [ "$lost" -gt 1 ]; then smaller $((sent / 4)); fi
  fi
}

smaller() {
  piece=$1
  [ "$piece" -le 33554432 ] || piece=33554432
  [ "$piece" -ge 262144 ] || piece=262144
  lost=0
  progress
  detail "sending in pieces of $piece bytes"
}

# The receipt is fetched from the upload's address: also when the last answer was lost. 10: the upload is gone.
fetch_receipt() {
  asked=0
  while :; do
    begin GET "$upload"
    exchange
    judge
    asked=$((asked + 1))
    if [ "$verdict" = ok ]; then
      if [ -n "$(json sha256)" ]; then return 0; fi
      verdict=retry
    fi
    # It is stored, we know by whom and as what: the rest is decoration.
    if [ -n "$archive" ] && [ -n "$digest_there" ] && { [ "$verdict" != retry ] || [ "$asked" -gt 2 ]; }; then
      : >"$work/body"
      return 0
    fi
    case $verdict in
      refused | moved) refuse; return ;;
      gone) return 10 ;;
    esac
    hold || return
  done
}

# --------------------------------------------------------------------------------------------- digest and receipt

# In parallel with the upload, from what was there when it began; a fifo, so that the reader can be stopped.
start_digest() {
  stop_digest
  [ -n "$digest_tool" ] || return 0
  rm -f "$work/fifo"
  mkfifo "$work/fifo" 2>/dev/null || return 0
  sha256_of_input <"$work/fifo" >"$work/digest" &
  digest_pid=$!
}
stop_digest() {
  [ -z "$feeder_pid" ] || kill "$feeder_pid" 2>/dev/null
  [ -z "$digest_pid" ] || kill "$digest_pid" 2>/dev/null
  feeder_pid='' digest_pid=''
  rm -f "$work/digest"
}
start_file_digest() {
  start_digest
  [ -n "$digest_pid" ] || return 0
  head -c "$size" <"$source" >"$work/fifo" 2>/dev/null &
  feeder_pid=$!
}
# Sets "here". Not to be called in a command substitution: a sub-shell cannot wait for its parent's children.
local_digest() {
  here=''
  [ -n "$digest_pid" ] || return 0
  [ ! -s "$work/digest" ] && [ -n "$terminal" ] && { printf '\rchecking ...' >&2; drawn=1; }
  wait "$digest_pid"
  digest_pid='' feeder_pid=''
  clear_line
  here=$(cat "$work/digest")
}

# Compares what is there with what is here, and prints what both sides can hold on to.
finish() {
  there=$(json sha256 | tr -cd '0-9a-fA-F' | tr 'A-F' 'a-f')
  if [ -z "$there" ]; then there=$(hex_digest); fi
  there_size=$(json size)
  local_digest
  if [ -n "$there" ] && [ -n "$here" ] && [ "$there" != "$here" ] || { is_number "$there_size" && [ "$there_size" != "$size" ]; }; then
    say "$shown: what was stored differs from what is here. Keep the file and tell the support."
    say "  here:  $size bytes, SHA-256 ${here:-unknown}"
    say "  there: ${there_size:-unknown} bytes, SHA-256 ${there:-unknown}"
    [ -z "$source" ] || [ "$(mtime_of "$source")" = "$mtime" ] || say "  The file was changed while it was being sent: send a copy of it, which nobody writes to."
    return 5
  fi
  if [ -z "$there" ]; then check='not verified here: the server names no digest'
  elif [ -z "$here" ]; then check='not verified here: no sha256sum, shasum or openssl'
  else check='verified here'; fi
  stored_name=$(json name) stored_id=$(json id)
  printf 'Stored.\n'
  printf '  Name     %s\n' "${stored_name:-$shown}"
  printf '  Size     %s bytes\n' "$size"
  printf '  SHA-256  %s (%s)\n' "${there:-$here}" "$check"
  for field in ticket:Ticket time_create:Time; do
    field_value=$(json "${field%:*}")
    [ -z "$field_value" ] || printf '  %-8s %s\n' "${field#*:}" "$field_value"
  done
  [ -z "${archive:-$stored_id}" ] || printf '  Archive  %s\n' "${archive:-$stored_id}"
}

# sha-256=:base64: as hexadecimal digits
hex_digest() {
  digest_there=${digest_there#*sha-256=:}
  digest_there=${digest_there%%:*}
  awk -v text="$digest_there" 'BEGIN {
    abc = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    sub(/=+$/, "", text)
    # "rest", always below "one", is what the bytes so far leave over. Some awks know no powers.
    for (i = 1; i <= length(text); i++) {
      rest = rest * 64 + index(abc, substr(text, i, 1)) - 1
      one = one > 1 ? one / 4 : 64
      if (one < 64) { out = out sprintf("%02x", int(rest / one)); rest %= one }
    }
    if (length(out) == 64) print out }'
}

# ------------------------------------------------------------------------------------------------- a file, a stream

fresh() { # what every upload begins with
  upload='' multipart='' archive='' digest_there='' declare='' everything_sent='' source=''
  piece=0 lost=0 offset=0 length='' skip=0 count=0 size=0 mtime=''
  progress
}

send_file() { # PATH
  fresh
  path=$1
  # What is open stays the same file when its name is given to another one (log rotation) in the meantime.
  exec 8<"$path" || return 1
  source=/proc/$$/fd/8
  [ -r "$source" ] || source=$path
  size=$(size_of "$source") mtime=$(mtime_of "$source")
  make_key "$(absolute "$path")|$size|$mtime|$name"
  say "$shown: sending $(human "$size")"
  send_until_stored
  outcome=$?
  exec 8<&-
  stop_digest
  return "$outcome"
}

send_until_stored() {
  again=0
  while :; do
    create "Upload-Length: $size" || return
    if [ -n "$multipart" ]; then send_multipart; return; fi
    send_rest
    case $? in 0) finish; return ;; 10) ;; *) return ;; esac
    # Expired or deleted over there: from the beginning, and should the key lead there again, with a new one.
    again=$((again + 1))
    if [ "$again" -gt 5 ]; then refuse; return 3; fi
    note "$shown: the upload is no longer there, starting anew"
    archive='' everything_sent=''
    [ "$again" -lt 2 ] || make_key "$key"
  done
}

send_rest() {
  ask_offset || return
  if [ "$offset" -eq "$size" ]; then note "$shown: everything is there already"
  elif [ "$offset" -gt 0 ]; then note "$shown: going on at $(human "$offset")"; fi
  while [ "$offset" -lt "$size" ]; do
    if [ "$(size_of "$source")" -lt "$size" ]; then
      say "$shown: became shorter while it was being sent; the same command sends what it is now"
      return 5
    fi
    [ -n "$digest_pid" ] || [ -f "$work/digest" ] || start_file_digest
    skip=$offset count=$((size - offset))
    patch || return
  done
  [ -n "$digest_pid" ] || [ -f "$work/digest" ] || start_file_digest
  fetch_receipt
}

# The request of the original: all in one, from the beginning every time.
send_multipart() {
  form_source=$source
  case $source in
    /proc/*) ;;
    *) rm -f "$work/file"; ln -s "$(absolute "$source")" "$work/file" && form_source=$work/file ;;
  esac
  form=$(sed 's/[\\"]/\\&/g' <<EOF
$(plain "$(printf '%s' "$name" | tr '\n' '_')")
EOF
  )
  while :; do
    begin POST "$base/api/v1/archives/"
    configure "header Idempotency-Key: $key"
    [ -n "$digest_pid" ] || [ -f "$work/digest" ] || start_file_digest
    transfer -F "file=@\"$form_source\";filename=\"$form\""
    judge
    case $verdict in
      ok) finish; return ;;
      retry | hopeless) [ "$sent" -lt "$size" ] || progress_once; hold || return ;;
      *) refuse; return ;;
    esac
  done
}
# It all went out, only the answer is missing: that, and only once, is progress.
progress_once() { [ -n "$everything_sent" ] || { everything_sent=$(now); progress; }; }

# Reads fd 3 into files of at most 8 MiB, and not more than eight of them ahead. Nothing is stopped in the middle of a
# read, so nothing gets lost; what has arrived in a file can be sent while it still grows.
spool() {
  trap 'kill "$reader" 2>/dev/null; exit 0' TERM
  # bash would end this here at Ctrl-C, and in the middle of some other work may not answer to it at all; see look.
  trap ': >"$work/asked"' INT
  reader='' n=0
  while :; do
    n=$((n + 1))
    dd bs=65536 count=128 <&3 >"$work/chunk.$n" 2>"$work/dd" &
    reader=$!
    while ! wait "$reader"; do
      kill -0 "$reader" 2>/dev/null || { : >"$work/failed"; exit 1; } # else it was a signal
    done
    [ -s "$work/chunk.$n" ] || break
    : >"$work/done.$n"
    while [ -e "$work/chunk.$((n - 8))" ]; do pause 0.2; done
  done
  : >"$work/end"
}

send_stream() { # fd 3
  fresh
  streaming=1 stopping=''
  make_key "$$ $(now) $name"
  spool </dev/null &
  spooler_pid=$!
  exec 3<&-
  say "$shown: sending what comes in"
  send_chunks
  outcome=$?
  streaming=''
  stop_spooler
  rm -f "$work"/chunk.* "$work"/done.* "$work/end" "$work/failed" "$work/asked"
  exec 9>&-
  stop_digest
  return "$outcome"
}

stop_spooler() {
  [ -n "$spooler_pid" ] || return 0
  kill "$spooler_pid" 2>/dev/null
  wait "$spooler_pid" 2>/dev/null
  spooler_pid=''
}

# Waits until chunk $chunk has bytes behind $taken, is finished, or the stream is at its end; sets more: data, next, end
look() {
  while :; do
    if [ -e "$work/asked" ] && [ -z "$stopping" ]; then interrupted 130; fi
    if [ -n "$stopping" ] && [ -n "$spooler_pid" ]; then
      pause 1 # what was on the way gets a moment to arrive
      stop_spooler
    fi
    whole=''
    if [ -e "$work/done.$chunk" ] || [ -e "$work/end" ] || [ -z "$spooler_pid" ]; then whole=1; fi
    have=$(size_of "$work/chunk.$chunk")
    have=${have:-0}
    if [ "$have" -gt "$taken" ] && { [ -n "$whole" ] || [ $(($(now) - last_sent)) -ge 2 ]; }; then more=data; return; fi
    if [ "$have" -eq "$taken" ] && [ -e "$work/done.$chunk" ]; then more=next; return; fi
    if [ "$have" -eq "$taken" ] && [ -n "$whole" ]; then more=end; return; fi
    if [ -e "$work/failed" ] && [ ! -s "$work/dd" ]; then no_space; return; fi
    if [ -e "$work/failed" ]; then say "$shown: cannot keep what comes in: $(plain "$(tail -n 1 "$work/dd")")"; return 1; fi
    pause 0.3
  done
}

send_chunks() {
  chunk=1 taken=0 total=0 last_sent=$(now) source=''
  last_sent=$((last_sent - 1))
  look || return
  if [ "$more" = end ]; then say "$shown: refused: there was nothing to read, and an empty file is of no use"; return 3; fi
  create 'Upload-Defer-Length: 1' || return
  if [ -n "$multipart" ]; then stream_multipart; return; fi
  start_digest
  [ -z "$digest_pid" ] || exec 9>"$work/fifo"
  offset=0 size=-1
  while :; do
    look || return
    case $more in
      data) send_piece || return ;;
      next) chunk_sent ;;
      end) [ "$taken" -eq 0 ] || chunk_sent; break ;;
    esac
  done
  exec 9>&-
  # Only now its length is known; said with an empty body. The answer may get lost like any other.
  size=$total declare=$total source=/dev/null
  progress
  while :; do
    skip=0 count=0
    everything_sent=$(now)
    : >"$work/piece"
    source=$work/piece
    patch
    keep_stream "$?" || return
    [ -z "$archive" ] || break
    ask_offset
    keep_stream "$?" || return
    [ "$length" != "$total" ] || break
  done
  source=''
  fetch_receipt
  keep_stream "$?" || return
  finish
}

chunk_sent() {
  [ -z "$digest_pid" ] || cat "$work/chunk.$chunk" >&9
  rm -f "$work/chunk.$chunk" "$work/done.$chunk"
  chunk=$((chunk + 1)) taken=0
}

# What is new in the current chunk; $total is what the server has acknowledged.
send_piece() {
  slice "$work/chunk.$chunk" "$taken" $((have - taken)) >"$work/piece"
  # Ctrl-C may have ended that, too.
  [ -z "$stopping" ] || slice "$work/chunk.$chunk" "$taken" $((have - taken)) >"$work/piece"
  if [ "$(size_of "$work/piece")" != $((have - taken)) ]; then no_space; return; fi
  wanted=$((total + have - taken)) base_of_piece=$total
  progress
  while [ "$offset" -lt "$wanted" ]; do
    source=$work/piece skip=$((offset - base_of_piece)) count=$((wanted - offset))
    patch
    keep_stream "$?" || return
    if [ "$offset" -lt "$base_of_piece" ] || [ "$offset" -gt "$wanted" ]; then keep_stream 10; return; fi
  done
  total=$offset taken=$have last_sent=$(now)
  [ -z "$terminal" ] || { printf '\r%-78s' "$(human "$total") sent" >&2; drawn=1; }
}

# A file would be begun anew when its upload is gone; a stream cannot be.
keep_stream() {
  [ "$1" -eq 10 ] || return "$1"
  say "$shown: the server lost the upload, and what was read cannot be read again"
  return 4
}

# A server without tus wants the size first: everything is kept here before it goes.
stream_multipart() {
  : >"$work/stdin"
  while [ "$more" != end ]; do
    if [ "$more" = next ] || [ -n "$whole" ]; then
      cat "$work/chunk.$chunk" >>"$work/stdin" || { say "$shown: no space for what comes in"; return 1; }
      chunk_sent
    else
      pause 0.3
    fi
    look || return
  done
  source=$work/stdin size=$(size_of "$work/stdin") mtime=''
  progress
  send_multipart
}

# -------------------------------------------------------------------------------------------------------- the command

# as it stands in the command that resumes
as_option() { if [ "$1" = - ]; then printf " -f '-'"; else printf ' -f %s' "$(quote "$(absolute "$1")")"; fi; }
absolute() { case $1 in /*) printf '%s' "$1" ;; *) printf '%s' "$PWD/$1" ;; esac; }

set_url() {
  base=$1
  case $base in
    *[!\ -~]* | *[\ \"\\\<\>]*) usage_error 'The address of the server has characters that no address has.' ;;
    *'/u#'*) [ -n "$token" ] || token=${base#*#}; base=${base%%'/u#'*} ;;
  esac
  base=${base%%[#?]*}
  case $base in
    http://* | https://*) ;;
    *://*) usage_error 'The address of the server must begin with https:// or http://.' ;;
    *) base=https://$base ;;
  esac
  strip_slashes
  for tail in /api/v1/archives /api/v1/uploads /api/v1 /uploader.sh /u; do base=${base%"$tail"}; done
  strip_slashes
  case $base in http:/ | https:/ | http: | https:) usage_error 'The address of the server is empty.' ;; esac
}
strip_slashes() { while :; do case $base in *://) return ;; */) base=${base%/} ;; *) return ;; esac; done; }

ask_token() {
  if ! (: </dev/tty) 2>/dev/null; then usage_error 'No upload token: set UPLOAD_TOKEN or give --token.'; fi
  printf 'Upload token: ' >/dev/tty
  tty_state=$(stty -g </dev/tty 2>/dev/null)
  [ -z "$tty_state" ] || stty -echo </dev/tty
  IFS= read -r token </dev/tty
  restore_terminal
  printf '\n' >/dev/tty
}
restore_terminal() { [ -z "$tty_state" ] || stty "$tty_state" </dev/tty; tty_state=''; }

check_token() {
  trim "$token"
  token=$trimmed
  case $token in *'/u#'*) token=${token##*'/u#'} ;; esac
  case $token in
    '') usage_error 'No upload token: set UPLOAD_TOKEN or give --token.' ;;
    *[!!-~]*) usage_error 'The upload token has characters that no token has; was it copied completely?' ;;
  esac
}

make_work() {
  work=$(mktemp -d "${TMPDIR:-/tmp}/uploader.XXXXXXXX" 2>/dev/null)
  if [ -z "$work" ]; then
    work=${TMPDIR:-/tmp}/uploader.$$.$(now)
    mkdir "$work" || { work=''; usage_error 'No directory for temporary files; set TMPDIR.'; }
  fi
}

# shellcheck disable=SC2317 # called by traps
clean_up() {
  for pid in $curl_pid $ticker_pid $feeder_pid $digest_pid $spooler_pid; do kill "$pid" 2>/dev/null; done
  restore_terminal
  [ -z "$work" ] || { set +f; rm -rf "${work:?}"; }
}

# shellcheck disable=SC2317
interrupted() { # CODE
  if [ "$1" = 130 ] && [ -n "$streaming" ] && [ -z "$stopping" ]; then
    stopping=1
    say "$shown: closing: what has arrived is sent and stored (Ctrl-C once more stops at once)"
    return
  fi
  clear_line
  if [ -n "$current" ]; then
    unfinished="$unfinished$(as_option "$current")$waiting"
    resume_command
  fi
  exit "$1"
}

resume_command() {
  case $0 in
    */* | *.sh) how="sh $(quote "$0")" ;;
    *) how="curl -fsS $(quote "$base/uploader.sh") | sh -s --" ;;
  esac
  [ -z "$wanted_name" ] || how="$how -n $(quote "$wanted_name")"
  case $unfinished in
    *"-f '-'"*) say 'Standard input cannot be read twice; what is not stored has to be sent again.' ;;
    *) if [ -n "$digest_tool" ]; then say 'To go on where it stopped, run:'; else say 'To try again, run:'; fi ;;
  esac
  say "  $how -u $(quote "$base")$unfinished"
  say '(The token is not printed: set UPLOAD_TOKEN, or be asked for it.)'
}

# Sends one of the command's files; the result is the exit code it stands for.
send() { # FILE
  current=$1
  case $1 in
    -) name=stdin-$(date -u +%Y%m%dT%H%M%SZ) ;;
    *) current=$(absolute "$1") name=${1##*/} ;;
  esac
  [ -z "$wanted_name" ] || name=$wanted_name
  shown=$(plain "$name")
  if [ "$1" = - ]; then exec 3<&0; send_stream; return; fi
  if [ -d "$1" ]; then say "$shown: is a directory; pack it first: tar czf - DIRECTORY | uploader.sh -f - -n NAME.tar.gz"; return 1; fi
  if [ ! -e "$1" ]; then say "$shown: there is no such file"; return 1; fi
  if [ ! -r "$1" ]; then say "$shown: may not be read"; return 1; fi
  if [ -f "$1" ] && [ -s "$1" ]; then send_file "$1"; return; fi
  # A pipe, a device, or a file whose size nobody knows beforehand, as in /proc
  exec 3<"$1"
  send_stream
}

main() {
  verbose='' terminal='' drawn='' work='' streaming='' stopping='' current='' shown='' unfinished='' token_trouble=''
  curl_pid='' ticker_pid='' feeder_pid='' digest_pid='' spooler_pid='' tty_state='' contacted='' curl_code=0 status=000
  token='' url='' dst='' wanted_name='' stdin_used=''
  [ $# -gt 0 ] || { usage >&2; exit 1; }

  # Options go, the files stay behind as $1, $2 …: the only list of arbitrary names a POSIX shell has.
  to_do=$#
  while [ "$to_do" -gt 0 ]; do
    option=$1
    shift
    to_do=$((to_do - 1))
    case $option in
      --file=* | --token=* | --url=* | --dst=* | --name=*) argument=${option#*=} option=${option%%=*} ;;
      -f | --file | -t | --token | -u | --url | -d | --dst | -n | --name)
        [ "$to_do" -gt 0 ] || usage_error "$option needs a value."
        argument=$1
        shift
        to_do=$((to_do - 1))
        ;;
    esac
    case $option in
      -f | --file)
        case $argument in
          '') usage_error 'The name of the file is empty.' ;;
          -) [ -z "$stdin_used" ] || usage_error 'Standard input can be read only once.'; stdin_used=1 ;;
          -*) argument=./$argument ;;
        esac
        set -- "$@" "$argument"
        ;;
      -t | --token) token=$argument ;;
      -u | --url) url=$argument ;;
      -d | --dst) dst=$argument ;;
      -n | --name) wanted_name=$argument ;;
      -v | --verbose) verbose=1 ;;
      -h | --help) usage; exit 0 ;;
      -*) say "Unknown option: $(plain "$option")"; say 'Try: uploader.sh --help'; exit 2 ;;
      *) set -- "$@" "$option" ;; # what the shell makes of -f *.log
    esac
  done

  [ $# -gt 0 ] || usage_error 'No file: give one with --file.'
  [ $# -eq 1 ] || [ -z "$wanted_name" ] || usage_error '--name goes with one file only.'
  command -v curl >/dev/null 2>&1 || usage_error 'curl is needed and was not found.'
  [ ! -t 2 ] || terminal=1
  give_up=${UPLOADER_GIVE_UP_AFTER:-600} stall=${UPLOADER_STALL_AFTER:-60}
  is_number "$give_up$stall" || usage_error 'UPLOADER_GIVE_UP_AFTER and UPLOADER_STALL_AFTER are seconds.'
  token=${token:-${UPLOAD_TOKEN:-}}
  unset UPLOAD_TOKEN
  set_url "${url:-${dst:-$DEFAULT_URL}}"
  [ "$base" != https:// ] || usage_error 'No server: give its address with --url.'
  trap clean_up EXIT
  trap 'interrupted 130' INT
  trap 'interrupted 143' TERM
  trap 'interrupted 129' HUP
  [ -n "$token" ] || ask_token
  check_token
  find_digest_tool
  make_work
  case $base in
    http://localhost* | http://127.* | http://\[::1\]* | https://*) ;;
    *) note 'Note: this address is http: token and file can be read on the way.' ;;
  esac

  result=0
  waiting=''
  for file; do waiting="$waiting$(as_option "$file")"; done
  for file; do
    waiting=${waiting#"$(as_option "$file")"}
    if [ -n "$token_trouble" ]; then say "$(plain "$file"): not sent, for the same reason"; continue; fi
    send "$file"
    code=$?
    [ "$code" -ne 4 ] || unfinished="$unfinished$(as_option "$current")"
    [ "$result" -ne 0 ] || result=$code
    current=''
  done
  [ -z "$unfinished" ] || resume_command
  [ "$result" -ne 0 ] || printf 'You can close this window.\n'
  exit "$result"
}

main "$@"
