#!/usr/bin/env bash
#
# npm run engine: a Docker Engine for the full lab, on Debian and Ubuntu, as root, from the distribution's own packages;
# and, where no image registry answers, stand-ins for the two base images, built on this machine. What is there already
# is left as it is, so it can be run again at any time.
#
# It keeps package files and logs in ${XDG_CACHE_HOME:-$HOME/.cache}/managed-identity-lab.
set -euo pipefail

minimum_engine=26.0 # as in lab/src/docker/engine.ts
minimum_compose=2.26
node_major=24
registry_seconds=${LAB_REGISTRY_SECONDS:-20} # how long a registry may take to begin its answer
state=${XDG_CACHE_HOME:-$HOME/.cache}/managed-identity-lab

main() {
  mkdir -p "$state"
  exec 9>"$state/engine.lock"
  flock 9 # two at once would install, and build, the same thing twice
  has_programs || install_programs
  answers || start_engine
  say "Docker Engine $(docker version --format '{{.Server.Version}}'), Compose $(docker compose version --short)"
  base_image debian:bookworm-slim debian
  base_image "node:$node_major-bookworm-slim" node
  say 'Ready for the full lab: npm start'
}

say() { printf 'engine: %s\n' "$*"; }

fail() {
  printf 'engine: %s\n' "$@" >&2
  exit 1
}

need_root() {
  [ "$(id -u)" = 0 ] || fail "$1 This needs root: sudo npm run engine"
}

# at_least MINIMUM FOUND: compares versions, without FOUND's epoch and leading v.
at_least() {
  local found=${2#v}
  found=${found#*:}
  [[ $found == [0-9]* ]] && [ "$(printf '%s\n%s\n' "$1" "$found" | sort -V | head -n 1)" = "$1" ]
}

# ---------------------------------------------------------------- programs

has_programs() {
  at_least "$minimum_engine" "$(engine_version)" &&
    at_least "$minimum_compose" "$(docker compose version --short 2>/dev/null)" &&
    docker buildx version >/dev/null 2>&1
}

# The engine that answers, which may run elsewhere; otherwise the one that is installed.
engine_version() {
  if answers; then
    docker version --format '{{.Server.Version}}'
  else
    dockerd --version 2>/dev/null | sed -n 's/^Docker version \([^ ,]*\).*/\1/p'
  fi
}

install_programs() {
  local ID='' ID_LIKE='' VERSION_CODENAME='' PRETTY_NAME='this system'
  # shellcheck disable=SC1091
  [ -r /etc/os-release ] && . /etc/os-release
  [[ " $ID $ID_LIKE " =~ \ (debian|ubuntu)\  ]] ||
    fail "$PRETTY_NAME is neither Debian nor Ubuntu. Install Docker with Engine $minimum_engine and Compose $minimum_compose or newer, as Docker's documentation says."
  need_root "Docker Engine $minimum_engine, Compose $minimum_compose and buildx have to be installed."
  if dpkg-query --show docker-ce >/dev/null 2>&1; then
    fail "Docker's own packages are installed, without Engine $minimum_engine, Compose $minimum_compose and buildx. Bring them up to date: apt-get install docker-ce docker-compose-plugin docker-buildx-plugin"
  fi
  say "Reading the package lists of $PRETTY_NAME …"
  # A source that cannot be read, perhaps of another vendor, is no reason to stop: apt says what is missing, if anything.
  quietly apt-get update || say 'Not every package list could be read; going on.'

  local compose
  if compose=$(compose_package) && at_least "$minimum_engine" "$(candidate docker.io)"; then
    local packages=(docker.io "$compose" docker-buildx)
    [[ $(candidate docker-cli) == [0-9]* ]] && packages+=(docker-cli)
    say "Installing ${packages[*]} …"
    install_packages "${packages[@]}" iptables ca-certificates
  elif [ "$ID:$VERSION_CODENAME" = debian:bookworm ]; then
    install_from_release trixie
  else
    fail "The packages of $PRETTY_NAME are older than Engine $minimum_engine and Compose $minimum_compose. Install Docker as its documentation says."
  fi
  has_programs || fail 'The packages are installed, and still the docker command does not offer what the lab needs. See: docker version, docker compose version, docker buildx version'
  if [ -n "${SUDO_USER:-}" ]; then
    say "To use Docker without root: sudo usermod -aG docker $SUDO_USER, and log in again."
  fi
}

candidate() { apt-cache policy "$1" | sed -n 's/^  Candidate: //p'; }

# Ubuntu has Compose 2 under another name than Debian, where an older release still has Compose 1 under that one.
compose_package() {
  local name
  for name in docker-compose-v2 docker-compose; do
    if at_least "$minimum_compose" "$(candidate "$name")"; then
      echo "$name"
      return
    fi
  done
  return 1
}

# The engine's packages of a later Debian release, with what they depend on from this release wherever that will do. The
# later release is known to these commands only: apt's configuration, lists and caches stay as they are.
install_from_release() {
  local release=$1 own=$state/apt mirror
  mirror=$(debian_mirror)
  say "The packages of this release are too old: taking those of $release, from $mirror"
  install_packages iptables runc tini ca-certificates debian-archive-keyring
  rm -rf "$own"
  mkdir -p "$own"/{parts,lists/partial,cache/archives/partial,debs}
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $release main" >"$own/parts/$release.list"
  local options=(-oDir::Etc::SourceList=/dev/null -oDir::Etc::SourceParts="$own/parts"
    -oDir::State::Lists="$own/lists" -oDir::Cache="$own/cache" -oAPT::Sandbox::User=root)
  quietly apt-get "${options[@]}" update
  (cd "$own/debs" && quietly apt-get "${options[@]}" download docker.io docker-cli docker-compose docker-buildx containerd)
  say "Installing $(cd "$own/debs" && echo ./*.deb | sed -E 's#\./([^_]*)_[^ ]*#\1#g') …"
  install_packages "$own"/debs/*.deb
  rm -rf "$own"
}

# Where apt gets this machine's Debian from; the archive itself, not its updates or security repositories.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's own variables
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk '$2 == "bookworm" && $1 !~ /^(cdrom|file|copy):/ { print $1; exit }'
}

install_packages() {
  DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a \
    quietly apt-get install --yes --no-install-recommends -oDPkg::Lock::Timeout=300 "$@"
}

# What a command says goes to the log; its end is shown when the command fails.
quietly() {
  if "$@" >>"$state/install.log" 2>&1 </dev/null 9>&-; then return; fi
  tail -n 15 "$state/install.log" >&2
  say "This did not work: ${*:0:4} … (all of it: $state/install.log)"
  return 1
}

# ---------------------------------------------------------------- engine

answers() { docker info >/dev/null 2>&1; }

start_engine() {
  need_root 'The Docker Engine has to be started.'
  if [ -d /run/systemd/system ]; then
    say 'Starting the Docker Engine (systemctl enable --now docker) …'
    quietly systemctl enable --now docker
  elif ! pgrep -x dockerd >/dev/null 2>&1; then
    say "Starting the Docker Engine; nothing here starts it by itself, so run this again after a restart. Its log: $state/dockerd.log"
    setsid dockerd >"$state/dockerd.log" 2>&1 </dev/null 9>&- &
  fi
  local second
  for second in {1..60}; do
    answers && return
    sleep 1
  done
  [ -r "$state/dockerd.log" ] && tail -n 8 "$state/dockerd.log" >&2
  fail "The Docker Engine has not answered for $second seconds."
}

# ---------------------------------------------------------------- base images

# base_image TAG TARGET: there already, or from a registry, or built here.
base_image() {
  if docker image inspect "$1" >/dev/null 2>&1; then
    say "$1: there"
  elif pull "$1"; then
    say "$1: pulled"
  else
    say "$1: no registry has given it; building a stand-in from packages. This takes a minute or two …"
    build_stand_in "$1" "$2"
    say "$1: built"
  fi
}

# A registry that answers may take its time with the layers; one that does not answer is not waited for.
pull() {
  local log=$state/pull.log pid waited
  : >"$log"
  docker pull "$1" >>"$log" 2>&1 9>&- &
  pid=$!
  for ((waited = 0; waited < registry_seconds * 5; waited++)); do
    if ! kill -0 "$pid" 2>/dev/null || grep -q 'Pulling from' "$log"; then
      wait "$pid"
      return
    fi
    sleep 0.2
  done
  kill "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
  return 1
}

# build_stand_in TAG TARGET: Debian's minimal system, trusting whom this machine trusts, which matters behind a proxy that
# opens TLS; as target `node` with Node and npm from their npm packages, laid out as in the official image.
build_stand_in() {
  need_root 'Building a base image needs debootstrap.'
  local context=$state/image
  mkdir -p "$context"
  [ -s "$context/debian.tar" ] || pack_debian "$context"
  if [ "$2" = node ] && [ ! -x "$context/node/bin/node" ]; then pack_node "$context"; fi
  mkdir -p "$context"/{node,npm} # COPY of the other target wants them to exist
  cp /etc/ssl/certs/ca-certificates.crt "$context/machine.crt"
  cat >"$context/Dockerfile" <<'DOCKERFILE'
FROM scratch AS debian
ADD debian.tar /
COPY machine.crt /usr/local/share/ca-certificates/machine.crt
RUN update-ca-certificates
LABEL managed-identity-lab.stand-in="true"
CMD ["bash"]

FROM debian AS node
COPY node/bin/node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \
 && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \
 && groupadd --gid 1000 node \
 && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
# Node brings its own list of authorities: this adds the machine's.
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
DOCKERFILE
  quietly docker build --target "$2" --tag "$1" "$context"
}

pack_debian() {
  local root=$1/root mirror=''
  command -v debootstrap >/dev/null || install_packages debootstrap
  # Elsewhere than on Debian apt knows no mirror of Debian, debootstrap does; it needs Debian's keys to check what it gets.
  mirror=$(debian_mirror)
  [ -n "$mirror" ] || install_packages debian-archive-keyring
  rm -rf "$root"
  # shellcheck disable=SC2086 # no mirror, no argument
  quietly debootstrap --variant=minbase --include=ca-certificates bookworm "$root" $mirror
  # Slim as the official image: without what only people read, and without package files. Devices are the engine's business.
  # Directories stay: apt does not make them again.
  tar -C "$root" -cf "$1/debian.tar.part" --exclude='./dev/*' --exclude='./var/cache/apt/*.bin' --exclude='*.deb' \
    --exclude='./var/lib/apt/lists/*_*' --exclude='./var/log/*.log' --exclude='./usr/share/doc/*' \
    --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' .
  mv "$1/debian.tar.part" "$1/debian.tar"
  rm -rf "$root"
}

pack_node() {
  local architecture packages=$1/packages
  case $(dpkg --print-architecture) in
    amd64) architecture=x64 ;;
    arm64) architecture=arm64 ;;
    *) fail "There is no npm package of Node for $(dpkg --print-architecture)." ;;
  esac
  rm -rf "$packages" "$1/node" "$1/npm"
  mkdir -p "$packages" "$1/npm"
  # npm checks what it downloads against the registry's digests.
  quietly npm pack --pack-destination "$packages" "node-linux-$architecture@$node_major" npm@11
  mkdir "$packages/node"
  tar -C "$packages/node" -xzf "$packages"/node-linux-"$architecture"-*.tgz --strip-components=1
  tar -C "$1/npm" -xzf "$packages"/npm-*.tgz --strip-components=1
  mkdir -p "$1/node/bin"
  mv "$packages/node/bin/node" "$1/node/bin/node"
  rm -rf "$packages"
}

# Sourced, it only offers its functions: that is how its test looks at them.
if [ "${BASH_SOURCE[0]}" = "$0" ]; then main; fi
