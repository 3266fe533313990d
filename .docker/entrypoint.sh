#!/bin/sh
# What a container runs. The first word names a sister server; everything else is the key-value server's command line,
# behind what a container needs: it listens beyond itself, and on PORT. MAX_LISTENERS is read by all of them.
# One thread for V8's compiler beside the server's own: see src/process/background-threads.ts.
# JANUSKV is the program, for whoever tests this.
set -eu

januskv=${JANUSKV:-/januskv/dist/cli.js}

case ${1:-} in
  echo | reverse | proxy | -h | --help | -v | --version) exec node "$januskv" "$@" ;;
esac

exec node --v8-pool-size=1 "$januskv" --port "${PORT:-6379}" --bind '*' '-::*' --protected-mode no "$@"
