# What the scripts of the applications share; sourced by them.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# begin BINARY: $storyteller, the model that ships, and an empty folder $work to stand in, which goes at
# the end. Skips where the model is not in the tree.
begin() {
  storyteller=$(realpath "${1:?usage: $0 BINARY}") || exit
  export STORYTELLER_MODEL=$root/models/everyday.storyteller
  [ -f "$STORYTELLER_MODEL" ] || { echo "skipped: models/everyday.storyteller is not there"; exit 77; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work" || exit 1
}

# is WHAT GOT WANTED: the same. holds WHAT GOT PART...: each part is in it. lacks: none is.
failed=0
is() { [ "$2" = "$3" ] && echo "ok      $1" || { echo "FAILED  $1: got '$2', wanted '$3'"; failed=1; }; }
holds() {
  local what=$1 got=$2 part
  shift 2
  for part in "$@"; do
    case $got in *"$part"*) ;; *) echo "FAILED  $what: '$part' is not in: $got"; failed=1; return ;; esac
  done
  echo "ok      $what"
}
lacks() {
  local what=$1 got=$2 part
  shift 2
  for part in "$@"; do
    case $got in *"$part"*) echo "FAILED  $what: '$part' is in: $got"; failed=1; return ;; esac
  done
  echo "ok      $what"
}
