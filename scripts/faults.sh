#!/usr/bin/env bash
# The book under faults, long: killed at random moments ROUNDS times on each database, the disk full, the server gone for a while.
# usage: scripts/faults.sh [ROUNDS [SEED]]; the same seed gives the same run.
set -euo pipefail
cd "$(dirname "$0")/.."

export JIXIAO_FAULTS_ROUNDS="${1:-50}" JIXIAO_FAULTS_SEED="${2:-$(date +%s)}"
# A server of its own: it is ended without warning.
export JIXIAO_TEST_POSTGRES_DIR="/tmp/jixiao-postgres-faults-$(id -u)"
script="$PWD/scripts/postgres.sh"
eval "$("$script" start)"
trap '"$script" stop' EXIT
export JIXIAO_FAULTS_BOUNCE="'$script' crash && sleep 1 && '$script' start >/dev/null"
echo "JIXIAO_FAULTS_SEED=$JIXIAO_FAULTS_SEED JIXIAO_FAULTS_ROUNDS=$JIXIAO_FAULTS_ROUNDS"
cargo test --workspace --locked --test faults -- --nocapture --test-threads=1
