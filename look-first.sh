#!/bin/sh
# Looks whether this machine can run Soundings, before anything is downloaded, and says in one sentence what is
# missing. `--python` prints the Python to use and nothing else.
set -eu

stop() {
    echo "Soundings cannot be installed here: $1" >&2
    exit 1
}

find_python() {
    for name in ${PYTHON:-} python3.13 python3.12 python3.11 python3.14 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
}

python=$(find_python)
if [ "${1:-}" = --python ]; then
    echo "$python"
    exit 0
fi

case "$(uname -s)-$(uname -m)" in
    Linux-x86_64 | Linux-aarch64 | Darwin-arm64) ;;
    *) stop "it needs Linux on x86_64 or arm64, or a Mac with Apple silicon (on Windows use WSL2), and this is $(uname -s) on $(uname -m)." ;;
esac
if [ "$(uname -s)" = Linux ] && ldd --version 2>&1 | grep -qi musl; then
    stop "it needs a Linux with glibc, and this one has musl (Alpine); take Debian, Ubuntu, Fedora or similar."
fi
if [ "$(uname -s)" = Darwin ] && [ "$(sw_vers -productVersion | cut -d. -f1)" -lt 14 ]; then
    stop "it needs macOS 14 or newer, and this is $(sw_vers -productVersion)."
fi
[ -n "$python" ] ||
    stop "it needs Python 3.11 to 3.14; install it (Debian and Ubuntu: apt install python3 python3-venv; Mac: python.org)."
"$python" -c 'import ensurepip, venv' 2>/dev/null ||
    stop "$python has no venv; install it (Debian and Ubuntu: apt install python3-venv)."
free=$(df -Pk . | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge 3000 ] || stop "it needs 3 GB of free disk, and this folder's disk has $free MB."
