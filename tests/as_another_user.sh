#!/bin/sh
# Runs a test as a user who is not root: as_another_user.sh PROGRAM ARGUMENT...
# Exit code 77, a skip, where there is no need for it (whoever runs the tests is such a user) or no way.
[ "$(id -u)" = 0 ] || exit 77
export HOME=/nonexistent
become() { setpriv --reuid=1234 --regid=1234 --clear-groups "$@"; }
for needed in "$1" "$(dirname "$0")/run.sh"; do
    if ! become test -r "$needed"; then
        echo "user 1234 cannot reach $needed: clone into a folder that others may read to run this" >&2
        exit 77
    fi
done
exec setpriv --reuid=1234 --regid=1234 --clear-groups "$@"
