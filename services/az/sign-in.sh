#!/bin/sh
# az, signed in as the operator of every tenant at its first use. Whoever signs out, or in as somebody else, stays so until
# the operators' secrets or subscriptions change. Inside a machine there is no operator: there it is `az login --identity`.
set -eu

# What the platform sets in a function app or a pod. az knows App Service by one more variable, which is there in Azure too.
if [ -e /run/platform/env ]; then
  set -a
  . /run/platform/env
  set +a
  [ -z "${MSI_SECRET:-}" ] || export APPSETTING_WEBSITE_SITE_NAME="$(hostname)"
fi

# The index of az's commands takes a second to make, so the image brings it.
[ -e "$AZURE_CONFIG_DIR/commandIndex.json" ] || cp /usr/local/share/az/commandIndex.json "$AZURE_CONFIG_DIR/"

operators=/run/operator/credentials.json
signed_in="$AZURE_CONFIG_DIR/.signed-in" # the checksum of the file by which that was done
if [ -e "$operators" ] && ! sha256sum --check --status "$signed_in" 2>/dev/null; then
  # One at a time: two commands may be each other's first. The first tenant comes last, so that its first subscription is
  # the default. Secrets go through a pipe, because command lines can be read by others.
  exec 9>"$AZURE_CONFIG_DIR/.signing-in"
  flock 9
  if ! sha256sum --check --status "$signed_in" 2>/dev/null; then
    jq -r 'reverse[] | [.clientId, .tenantId, .clientSecret] | join(" ")' "$operators" | while read -r client tenant secret; do
      printf %s "$secret" | az login --service-principal --username "$client" --tenant "$tenant" --password @- >/dev/null
    done
    sha256sum "$operators" >"$signed_in"
  fi
  exec 9>&-
fi

# az keeps a token for as long as the system's clock says, and the lab's may have been moved meanwhile: it asks for a new one
# in each command. What it signed in with stays.
tokens="$AZURE_CONFIG_DIR/msal_token_cache.json"
if [ -e "$tokens" ]; then
  jq 'del(.AccessToken)' "$tokens" >"$tokens.$$" && mv "$tokens.$$" "$tokens" || rm -f "$tokens.$$"
fi
exec az "$@"
