# SPDX-License-Identifier: GPL-3.0-or-later
libhotzone_a_SOURCES += \
	src/trace/codec.c src/trace/codec.h \
	src/trace/event.c src/trace/event.h \
	src/trace/fields.c src/trace/fields.h \
	src/trace/footer.c src/trace/footer.h \
	src/trace/head.c src/trace/head.h \
	src/trace/import.c src/trace/import.h \
	src/trace/input.c src/trace/input.h \
	src/trace/lines.c src/trace/lines.h \
	src/trace/live.c src/trace/live.h \
	src/trace/native.c src/trace/native.h \
	src/trace/native_write.c src/trace/native_write.h \
	src/trace/pages.c src/trace/pages.h \
	src/trace/pairing.c src/trace/pairing.h \
	src/trace/reader.c src/trace/reader.h \
	src/trace/scan.h \
	src/trace/summary.c src/trace/summary.h
dist_doc_DATA += docs/trace-format.md
