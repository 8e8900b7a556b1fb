# What the scripts of the applications share; sourced by them.

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
