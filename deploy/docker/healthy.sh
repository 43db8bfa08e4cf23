#!/bin/bash
# Asks the host's own readiness; bash alone, because the runtime image has no curl.
exec 3<>/dev/tcp/127.0.0.1/8080 || exit 1
printf 'GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
IFS= read -r -t 5 status <&3 && [[ $status == *' 200 '* ]]
