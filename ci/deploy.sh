#!/usr/bin/env bash
# Runs Pulumi on a stack of this program, as both CI templates do:
#
#   ci/deploy.sh preview    what `pulumi up` would do; refused where it would lose audit data (ci/check_plan.py)
#   ci/deploy.sh up         the same, then `pulumi up`, then the manifest
#   ci/deploy.sh drift      the manifest, and where AWS is no longer what the stack's state says; changes neither
#
# Reads MESHTRAIL_STACK, the stack; MESHTRAIL_CONFIG, the file of its settings, where it is not the Pulumi.STACK.yaml
# beside the program; MESHTRAIL_MAY_LOSE, the names of resources that may go; and MESHTRAIL_OUT, the folder that is
# written to: plan.md or drift.txt, and manifest.json. Everything else is Pulumi's own: the backend, the passphrase,
# AWS's credentials.
#
# Exits with 0, with 1 when the plan is refused, AWS has drifted or Pulumi failed, and with 3 for wrong usage.
set -euo pipefail

wrong() { echo "deploy.sh: $1" >&2; exit 3; }
command=${1:-}
[[ $command =~ ^(preview|up|drift)$ ]] || wrong "preview, up or drift?"
stack=${MESHTRAIL_STACK:-}
[[ -n $stack ]] || wrong "MESHTRAIL_STACK is not set: name the stack"
program=$(cd "$(dirname "$0")/.." && pwd)
# Pulumi takes a file that is not there for an empty one, and the program's defaults would be provisioned.
config=${MESHTRAIL_CONFIG:-$program/Pulumi.${stack##*/}.yaml}
[[ -f $config ]] || wrong "there is no $config: name the stack's settings in MESHTRAIL_CONFIG"
config=$(realpath "$config")
out=${MESHTRAIL_OUT:-meshtrail-deploy}
mkdir -p "$out"
rm -f "$out"/plan.md "$out"/drift.txt "$out"/manifest.json

run() { pulumi --cwd "$program" --non-interactive --color never "$@" --stack "$stack"; }
summary() { if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat >>"$GITHUB_STEP_SUMMARY"; else cat >/dev/null; fi; }

# GitHub reads commands from a job's output, and what is printed quotes what AWS and the settings say.
resume() { :; }
if [[ ${GITHUB_ACTIONS:-} == true ]]; then
  token=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
  echo "::stop-commands::$token"
  resume() { echo "::$token::"; }
fi
# The plan itself holds the stack's configuration, and stays here.
plan=$(mktemp)
trap 'rm -f "$plan"; resume' EXIT

preview() {
  local failed=0 refused=0
  run preview --config-file "$config" --json >"$plan" || failed=1
  python3 "$program/ci/check_plan.py" "$plan" --stack "$stack" --may-lose "${MESHTRAIL_MAY_LOSE:-}" >"$out/plan.md" ||
    refused=1
  summary <"$out/plan.md"
  cat "$out/plan.md"
  ((!failed && !refused)) || exit 1
}

manifest() {
  # Beside it first: a job that fails here leaves no half of one.
  run stack output manifest --json >"$plan" || exit 1
  cp "$plan" "$out/manifest.json"
}

case $command in
  preview) preview ;;
  up)
    preview
    # Pulumi's own preview was just made, and judged.
    run up --config-file "$config" --yes --skip-preview --suppress-outputs || exit 1
    manifest
    ;;
  drift)
    manifest
    status=0
    run refresh --config-file "$config" --preview-only --expect-no-changes --diff --suppress-outputs \
      >"$out/drift.txt" 2>&1 || status=$?
    cat "$out/drift.txt"
    if ((status)); then
      {
        echo "### Drift of \`$stack\`"
        echo
        echo "AWS is not what the stack's state says, or could not be asked. Neither was changed."
        echo
        sed 's/^/    /' "$out/drift.txt"
      } | summary
      echo "drift: docs/drift.md says what \`pulumi up --refresh\` puts back, and what it must not" >&2
      exit 1
    fi
    ;;
esac
