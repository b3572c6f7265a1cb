# shellcheck shell=bash
# Sourced by the scripts of tools/. Leaves us in the checkout's top directory, whatever directory we were called from.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

program="tools/$(basename "$0")"
say() { echo "$program: $*"; }
fail() { say "$@" >&2; exit 1; }

# As the checkout's owner, so that a build made by sudo does not stand in its owner's way afterwards.
as_owner() {
    local owner
    owner=$(stat -c %U .)
    if ((EUID == 0)) && [[ $owner != root && $owner != UNKNOWN ]]; then
        runuser -u "$owner" -- env HOME="$(getent passwd "$owner" | cut -d: -f6)" "$@"
    else
        "$@"
    fi
}

# configure DIRECTORY [meson option...]: sets a build directory up, or gives an existing one these options.
configure() {
    local directory=$1
    shift
    if [[ -f $directory/build.ninja ]]; then
        (($# == 0)) || as_owner meson configure "$directory" "$@"
    else
        as_owner meson setup "$directory" "$@"
    fi
}
