#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What every file of the tree keeps to: a licence line, nothing of one machine, nothing half done. One TAP line per rule.
set -eu
cd "${HZ_SRCDIR:-$(dirname "$0")/..}"

# All text files that belong to the project, from git where there is a checkout, else what a release holds.
files() {
	if [ -e .git ] && git -C . rev-parse --is-inside-work-tree >/dev/null 2>&1; then
		git -c core.quotePath=false ls-files
	else
		find README.md quickstart configure.ac Makefile.am src models scenarios plots queries tests docs -type f \
			! -name '*.o' ! -name '*.log' ! -name '*.trs' ! -name '.dirstamp' ! -path '*/.deps/*'
	fi | grep -Ev '^COPYING$|^tests/data/|\.(png|svg|xz|hzt)$'
}

n=0
report() {
	n=$((n + 1))
	if [ -z "$2" ]; then
		echo "ok $n - $1"
	else
		printf '%s\n' "$2" | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
}

list=$(files)
existing=$(printf '%s\n' "$list" | while read -r f; do if [ -f "$f" ]; then printf '%s\n' "$f"; fi; done)

no_licence() {
	printf '%s\n' "$existing" | grep -Ev '\.md$|^\.gitignore$' | while read -r f; do
		head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || echo "$f"
	done
}

matches() {
	printf '%s\n' "$existing" | tr '\n' '\0' | xargs -0 grep -nIE "$1" /dev/null || [ $? -eq 123 ] || [ $? -eq 1 ]
}

report "every file names its licence" "$(no_licence)"
report "no path of one machine" "$(matches '(^|[^[:alnum:]._$}/-])/(home|root|work|Users|mnt|media)/[[:alnum:]]')"
report "nothing left half done" "$(matches '(^|[^[:alnum:]_])(TO''DO|FIX''ME|XX''X|HA''CK)([^[:alnum:]_]|$)')"
echo "1..$n"
