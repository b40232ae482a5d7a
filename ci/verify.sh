#!/usr/bin/env bash
# Verifies once, keeps the document, and renders the rest from it. What both CI templates run.
#
# Reads MESHTRAIL_MANIFEST, _STACK, _REGIONS, _SINCE, _SELECT, _SKIP, _FAIL_ON, _WAIVERS (each as the option of
# `meshtrail verify` it is named after; lists separated by spaces), and MESHTRAIL_OUT, the folder that is written to.
# Exits as `meshtrail verify` does: 0, 1 something failed, 2 could not be verified, 3 wrong usage.
set -euo pipefail

out=${MESHTRAIL_OUT:-meshtrail-report}
mkdir -p "$out"
rm -f "$out"/report.*
arguments=(--quiet --json "$out/report.json")
one() { if [[ -n $2 ]]; then arguments+=("$1" "$2"); fi; }
many() {
  local -a values
  read -ra values <<<"$2"
  for value in "${values[@]}"; do arguments+=("$1" "$value"); done
}
one --manifest "${MESHTRAIL_MANIFEST:-}"
one --stack "${MESHTRAIL_STACK:-}"
many --region "${MESHTRAIL_REGIONS:-}"
one --since "${MESHTRAIL_SINCE:-}"
many --select "${MESHTRAIL_SELECT:-}"
many --skip "${MESHTRAIL_SKIP:-}"
one --fail-on "${MESHTRAIL_FAIL_ON:-}"
one --waivers "${MESHTRAIL_WAIVERS:-}"

# GitHub reads commands from a job's output, and the report quotes records that anybody may have written.
if [[ ${GITHUB_ACTIONS:-} == true ]]; then
  token=$(python3 -c 'import secrets; print(secrets.token_hex(16))')
  echo "::stop-commands::$token"
fi
status=0
meshtrail verify "${arguments[@]}" || status=$?
if [[ ${GITHUB_ACTIONS:-} == true ]]; then
  echo "::$token::"
fi

if [[ -s $out/report.json ]]; then
  for format in html junit markdown sarif; do
    case $format in junit) ending=xml ;; markdown) ending=md ;; *) ending=$format ;; esac
    meshtrail report "$out/report.json" --output "$format" --write "$out/report.$ending"
  done
  if [[ -n ${GITHUB_STEP_SUMMARY:-} ]]; then cat "$out/report.md" >>"$GITHUB_STEP_SUMMARY"; fi
fi
exit "$status"
