#!/bin/bash
# Asks the collector on this port of the loopback whether it is well: 0 when /health answers 200, else 1 with what it said.
# Nothing but bash is needed, so that the image holds no HTTP client.
set -u
port="${1:-9464}"
if ! exec 3<>"/dev/tcp/127.0.0.1/${port}"; then
  echo "nothing listens on 127.0.0.1:${port}" >&2
  exit 1
fi
printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "${port}" >&3
IFS= read -r -t 4 status <&3 || status="no answer in time"
status="${status%$'\r'}"
case "${status}" in
  "HTTP/1."[01]" 200"*) exit 0 ;;
  *) echo "${status}" >&2; exit 1 ;;
esac
