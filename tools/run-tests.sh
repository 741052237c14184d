#!/bin/sh
# usage: run-tests.sh [PROJECT...]
# Runs the test projects, all under tests/ unless some are named, and counts from the TRX files, which must agree with what the runner printed.
# The last line is "N passed, N failed[, N skipped]". Fails if a test failed, a project ran none, or the counts disagree.
set -u
configuration=${CONFIGURATION:-Release}
results=$PWD/artifacts/tests
rm -rf "$results"
mkdir -p "$results"

# The value of one counter of a TRX file: total, executed, passed, failed and others.
counter() { sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# The last number that the runner printed after a word, as in "  failed: 0".
printed() { awk -v word="$2:" '$1 == word && NF == 2 { n = $2 } END { print n + 0 }' "$1"; }

# What failed in a TRX file, with the beginning of what it said, so that the end of the output tells it however long the rest is.
failures() {
  awk 'BEGIN { RS = "<UnitTestResult " } NR > 1 && /^[^>]*outcome="Failed"/ {
    name = $0; sub(/^[^>]*testName="/, "", name); sub(/".*/, "", name)
    said = $0; if (!sub(/.*<Message>/, "", said)) said = ""; sub(/<\/Message>.*/, "", said)
    gsub(/[[:space:]]+/, " ", said); print "FAILED " name ": " substr(said, 1, 1500) }' "$1" | sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&#xA;/ /g; s/&#xD;//g; s/&amp;/\&/g'
}

passed=0 failed=0 skipped=0 broken=0
complain() { echo "run-tests: $1" >&2; broken=1; }

[ $# -gt 0 ] || set -- tests/*Tests/*.csproj
for project; do
  name=$(basename "$project" .csproj)
  trx=$results/$name.trx
  log=$results/$name.log
  echo "==> $name"
  { dotnet test --project "$project" --configuration "$configuration" --no-build --results-directory "$results" \
      --report-trx --report-trx-filename "$name.trx" 2>&1; echo $? >"$results/$name.exit"; } | tee "$log"

  if [ ! -s "$trx" ]; then
    complain "$name left no results: no test ran"
    continue
  fi

  p=$(counter "$trx" passed) t=$(counter "$trx" total) e=$(counter "$trx" executed)
  s=$((t - e)) f=$((e - p))
  [ "$e" -gt 0 ] || complain "$name ran no test"
  [ "$(printed "$log" succeeded) $(printed "$log" failed) $(printed "$log" skipped)" = "$p $f $s" ] ||
    complain "$name: the results say $p passed, $f failed, $s skipped, which is not what the runner printed"
  [ "$(cat "$results/$name.exit")" -eq 0 ] || [ "$f" -gt 0 ] || complain "$name: the runner failed though no test did"
  passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
done

for trx in "$results"/*.trx; do
  [ ! -s "$trx" ] || failures "$trx"
done

[ $((passed + failed)) -gt 0 ] || complain "no test ran"
if [ "$skipped" -gt 0 ]; then echo "$passed passed, $failed failed, $skipped skipped"; else echo "$passed passed, $failed failed"; fi
[ "$broken" -eq 0 ] && [ "$failed" -eq 0 ]
