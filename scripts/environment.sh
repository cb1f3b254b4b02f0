# Sourced by scripts/demo and scripts/test: a Python that is new enough, and an environment of the project's own.
# ZHITU_VENV: where the environment is (default .venv). PYTHON: the Python to make it with.

venv=${ZHITU_VENV:-.venv}

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Installs Debian packages; fails quietly where there is no apt or no right to use it.
debian_install() {
    command -v apt-get >/dev/null || return 1
    as_root apt-get update -qq >/dev/null 2>&1 || return 1
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null 2>&1
}

find_python() {
    local python
    for python in "${PYTHON:-}" python3 python3.13 python3.12 python3.11; do
        if [ -n "$python" ] && command -v "$python" >/dev/null &&
            "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return
        fi
    done
    return 1
}

make_environment() {
    [ -x "$venv/bin/python" ] && return
    local python
    if ! python=$(find_python); then
        say "Installing python3-venv (asks the package manager)"
        debian_install python3 python3-venv || true
        python=$(find_python) || {
            echo "Python 3.11 or newer with venv is needed: install it, or set PYTHON to one" >&2
            exit 1
        }
    fi
    say "Making an environment in $venv"
    "$python" -m venv "$venv"
}

# install_project [extras]: the project in the environment, anew when pyproject.toml has changed since.
install_project() {
    local mark="$venv/.installed${1:-}"
    [ -e "$mark" ] && [ ! pyproject.toml -nt "$mark" ] && return
    say "Installing zhitu${1:-} and what it needs"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable ".${1:-}"
    touch "$mark"
}
