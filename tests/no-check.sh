#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Stands in for the unit tests where Check is missing, so that nobody takes their absence for success.
echo "1..0 # SKIP all unit tests: Check is not installed (apt-get install check), then configure again"
