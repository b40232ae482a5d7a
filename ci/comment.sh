#!/usr/bin/env bash
# Puts a plan on a pull request of GitHub, in the one comment that holds this stack's plan.
#
#   ci/comment.sh PLAN.md
#
# Reads GITHUB_REPOSITORY, PULL_REQUEST (its number), and what `gh` logs in with: GH_TOKEN.
set -euo pipefail

plan=$1
# The first line tells it from every other comment, of this workflow's and of others'.
marker=$(head -n 1 "$plan")
export MARKER=$marker
comments="repos/$GITHUB_REPOSITORY/issues/$PULL_REQUEST/comments"
ours='.[] | select(.user.login == "github-actions[bot]" and (.body | startswith(env.MARKER))) | .id'
comment=$(gh api --paginate "$comments" --jq "$ours")
comment=${comment%%$'\n'*} # the oldest
if [[ -n $comment ]]; then
  gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$comment" --field body=@"$plan"
else
  gh api --silent --method POST "$comments" --field body=@"$plan"
fi
