#!/usr/bin/env bash
# SPDX-FileCopyrightText: 2026 The Areia authors
# SPDX-License-Identifier: Apache-2.0
#
# What `make run` does once areia is built:
#   tools/run.sh BUILD MODEL PROMPT TOKENS CHIP
# MODEL may be a file, a folder, a name that areia can get (it is fetched), or empty: the model in models/.
# A model with a chat template is asked as an assistant.
set -euo pipefail
areia="$1/areia" model="$2" prompt="$3" tokens="$4" chip="$5"
chat=()
if [[ -n "$model" ]]; then
  [[ -e "$model" ]] || "$areia" model get "$model" >/dev/null
  if "$areia" model show "$model" --json | grep -q '"chat_template":true'; then chat=(--chat); fi
fi
[[ -n "$prompt" ]] || { [[ -n "$model" ]] && prompt="Why is the sky blue?" || prompt="ROMEO:"; }
echo "> $prompt" >&2
exec "$areia" run ${model:+"$model"} "${chat[@]}" -p "$prompt" -n "$tokens" --chip "$chip"
