#!/usr/bin/env bats
# SPDX-License-Identifier: ISC
# SPDX-FileCopyrightText: 2026 The imp authors

load helper

setup()    { cd "$BATS_TEST_TMPDIR"; }
teardown() { stop_everything_started; }

@test "one command starts all instances, each with its number where it was asked for" {
  run -0 "$IMP" -n web --instances=3 -p "$PWD/web%i.pid" -l "$PWD/web%i.log" \
    -E 'PORT=80%i' -E 'RATE=5%%' -- \
    sh -c 'echo "$IMP_INSTANCE $PORT $RATE"; exec "$0" --wait' "$PROBE"
  for i in 1 2 3; do
    wait_until test -s "web$i.log"
    [ "$(head -n 1 "web$i.log")" = "$i 80$i 5%" ]
    kill -0 "$(cat "web$i.pid")"
    "$IMP" --status "web@$i" >/dev/null
  done
  run -0 "$IMP" --stop web
  for i in 1 2 3; do
    [ ! -e "web$i.pid" ]
    run -3 "$IMP" --status "web@$i"
  done
}

@test "when one instance cannot start those that did are stopped" {
  mkdir d1 d3
  run -125 --separate-stderr "$IMP" -n web --instances=3 -o "$PWD/d%i/out" -- "$PROBE" --wait
  [[ $stderr == *"cannot open '$PWD/d2/out': No such file or directory"* ]]
  [[ $stderr == *"2 of 3 instances of 'web' could be started; stopping them"* ]]
  for i in 1 2 3; do run -3 "$IMP" --status "web@$i"; done
}

@test "with --partial those that did start stay" {
  mkdir d1 d3
  run -125 --separate-stderr "$IMP" -n web --instances=3 --partial -o "$PWD/d%i/out" -- "$PROBE" --wait
  [[ $stderr == *"2 of 3 instances of 'web' could be started" ]]
  "$IMP" --status web@1 >/dev/null
  run -3 "$IMP" --status web@2
  "$IMP" --status web@3 >/dev/null
  "$IMP" -q --stop web
}

@test "an instance that ran before is not stopped when another cannot start" {
  mkdir d1 d3
  "$IMP" -n web@1 -- "$PROBE" --wait
  run -125 "$IMP" -n web --instances=3 --idempotent -o "$PWD/d%i/out" -- "$PROBE" --wait
  "$IMP" --status web@1 >/dev/null
  run -3 "$IMP" --status web@3
  "$IMP" -q --stop web
}

@test "instances are supervised one by one, with their number in the log" {
  "$IMP" -n web --instances=2 -r --respawn-delay=0 -l "$PWD/log%i" \
    --log-prefix='%n/%i ' -p "$PWD/web%i.pid" -- sh -c 'echo up; exec "$0" --wait' "$PROBE"
  wait_until grep -q '^web@1/1 up' log1
  wait_until grep -q '^web@2/2 up' log2
  first=$(cat web1.pid) second=$(cat web2.pid)
  kill -9 "$second"
  is_replaced() { [ -s web2.pid ] && [ "$(cat web2.pid)" != "$second" ]; }
  wait_until is_replaced
  [ "$(cat web1.pid)" = "$first" ]
  "$IMP" -q --stop web
}

@test "TERM undoes the start of all instances" {
  local status=0
  start "$IMP" -n web --instances=2 -s --ready=notify -- "$PROBE" --wait
  is_starting() { grep -q '^main=' "$IMP_STATE_DIR/web@$1/record"; }
  wait_until is_starting 1
  wait_until is_starting 2
  kill "$started_pid"
  wait "$started_pid" || status=$?
  [[ $status -eq 143 ]]
  nothing_left
  [[ -z $(ls -A "$IMP_STATE_DIR") ]]
}
