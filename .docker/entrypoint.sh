#!/bin/sh
# What a container runs. The first word names a sister server; everything else is the key-value server's command line,
# behind what a container needs: it listens beyond itself, on PORT, with MAX_LISTENERS threads for input and output.
# JANUSKV is the program, for whoever tests this.
set -eu

januskv=${JANUSKV:-/januskv/dist/cli.js}

case ${1:-} in
  echo | reverse | proxy | -h | --help | -v | --version) exec node "$januskv" "$@" ;;
esac

exec node "$januskv" --port "${PORT:-6379}" --bind '*' '-::*' --protected-mode no \
  ${MAX_LISTENERS:+--io-threads "$MAX_LISTENERS"} "$@"
