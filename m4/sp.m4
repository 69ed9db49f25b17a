# SPDX-License-Identifier: MIT
# The three switches of the build. None touches the user's CFLAGS.

# SP_WARNINGS: WARN_CFLAGS = the warnings that this compiler knows; --enable-werror.
AC_DEFUN([SP_WARNINGS], [
AC_ARG_ENABLE([werror],
	[AS_HELP_STRING([--enable-werror], [treat compiler warnings as errors])],
	[], [enable_werror=no])
WARN_CFLAGS=
sp_saved_CFLAGS=$CFLAGS
for sp_flag in -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wpointer-arith -Wwrite-strings -Wformat=2 -Wvla -Wundef
do
	AC_MSG_CHECKING([whether $CC understands $sp_flag])
	CFLAGS="$sp_saved_CFLAGS -Werror $sp_flag"
	AC_COMPILE_IFELSE([AC_LANG_PROGRAM()],
		[AC_MSG_RESULT([yes]); WARN_CFLAGS="$WARN_CFLAGS $sp_flag"],
		[AC_MSG_RESULT([no])])
done
CFLAGS=$sp_saved_CFLAGS
AS_IF([test "x$enable_werror" != xno], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
AC_SUBST([WARN_CFLAGS])
])

# SP_SANITIZERS: SAN_CFLAGS, for compiling and linking; --enable-sanitizers[=LIST].
AC_DEFUN([SP_SANITIZERS], [
AC_ARG_ENABLE([sanitizers],
	[AS_HELP_STRING([--enable-sanitizers@<:@=LIST@:>@],
		[build with sanitizers (address,undefined)])],
	[], [enable_sanitizers=no])
AS_CASE([$enable_sanitizers],
	[no], [SAN_CFLAGS=],
	[yes], [SAN_CFLAGS="-fsanitize=address,undefined"],
	[SAN_CFLAGS="-fsanitize=$enable_sanitizers"])
AS_IF([test -n "$SAN_CFLAGS"], [
	SAN_CFLAGS="$SAN_CFLAGS -fno-sanitize-recover=all -fno-omit-frame-pointer"
	AC_MSG_CHECKING([whether $CC links with $SAN_CFLAGS])
	sp_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $SAN_CFLAGS"
	AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([$CC cannot link with these sanitizers; is its runtime library installed?])])
	CFLAGS=$sp_saved_CFLAGS
])
AC_SUBST([SAN_CFLAGS])
])

# SP_FUZZING: FUZZ_LDFLAGS and the conditional FUZZING; --enable-fuzzing. After SP_SANITIZERS.
AC_DEFUN([SP_FUZZING], [
AC_ARG_ENABLE([fuzzing],
	[AS_HELP_STRING([--enable-fuzzing], [link the fuzz targets with libFuzzer (CC=clang)])],
	[], [enable_fuzzing=no])
FUZZ_LDFLAGS=
AS_IF([test "x$enable_fuzzing" != xno], [
	FUZZ_LDFLAGS="-fsanitize=fuzzer"
	AC_MSG_CHECKING([whether $CC links with $FUZZ_LDFLAGS])
	sp_saved_CFLAGS=$CFLAGS
	CFLAGS="$CFLAGS $SAN_CFLAGS $FUZZ_LDFLAGS"
	AC_LINK_IFELSE([AC_LANG_SOURCE([[
#include <stddef.h>
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);
int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	return data == NULL && size > 0;
}]])], [AC_MSG_RESULT([yes])],
		[AC_MSG_RESULT([no])
		AC_MSG_ERROR([--enable-fuzzing needs clang and its runtime: ./configure CC=clang])])
	CFLAGS=$sp_saved_CFLAGS
	SAN_CFLAGS="$SAN_CFLAGS -fsanitize=fuzzer-no-link"
])
AC_SUBST([FUZZ_LDFLAGS])
AM_CONDITIONAL([FUZZING], [test "x$enable_fuzzing" != xno])
])
