#!/usr/bin/env bash
#
# npm run browser: Chromium for the tests of the page, on Debian and Ubuntu, as root, from the distribution's own packages.
# A browser that is there is left as it is; CHROMIUM names one that lies elsewhere.
set -euo pipefail

say() { printf 'browser: %s\n' "$*"; }

for browser in ${CHROMIUM:-} chromium chromium-browser google-chrome; do
  if command -v "$browser" >/dev/null; then
    say "$("$browser" --version 2>/dev/null | head -n 1): $(command -v "$browser")"
    exit 0
  fi
done

if ! command -v apt-get >/dev/null; then
  say 'there is none, and this system has no apt: install Chromium, and name it by CHROMIUM' >&2
  exit 1
fi
if [ "$(id -u)" != 0 ]; then
  say 'there is none. Installing it needs root: sudo npm run browser' >&2
  exit 1
fi
say 'installing chromium'
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install --yes --no-install-recommends chromium fonts-dejavu-core >/dev/null
say "$(chromium --version | head -n 1)"
