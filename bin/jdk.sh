# Finds a JDK; sourced by the scripts beside it. No process is started on the way: a JDK says its
# version in its file "release".

jdk_wanted=25

# java_feature HOME: sets feature to the JDK's version (25 for "25.0.3"), 0 if HOME is no JDK.
java_feature() {
  feature=0
  [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 0
  while IFS= read -r line; do
    case $line in
      JAVA_VERSION=*)
        line=${line#*\"}
        feature=${line%%[!0-9]*}
        [ -n "$feature" ] || feature=0
        [ "$feature" -ne 1 ] || feature=8 # "1.8.0" and older
        return 0
        ;;
    esac
  done < "$1/release"
}

is_new_enough() {
  [ -n "$1" ] || return 1
  java_feature "$1"
  [ "$feature" -ge "$jdk_wanted" ]
}

# java_on_path: sets jdk to the home of the java that a shell would start.
java_on_path() {
  jdk=$(command -v java) || return 1
  jdk=$(readlink -f "$jdk") || return 1
  jdk=${jdk%/bin/java}
}

# find_jdk: sets jdk, or says what to install and fails.
find_jdk() {
  if [ -n "${EMP_JAVA_HOME:-}" ]; then
    jdk=$EMP_JAVA_HOME
    is_new_enough "$jdk" && return 0
    if [ "$feature" -eq 0 ]; then found="is no JDK"; else found="is Java $feature"; fi
    echo "emp: EMP_JAVA_HOME=$jdk $found, EMP needs JDK $jdk_wanted or newer;" \
      "point it at one, or unset it to have one looked for" >&2
    return 2
  fi
  jdk=${JAVA_HOME:-}
  is_new_enough "$jdk" && return 0
  java_on_path && is_new_enough "$jdk" && return 0
  # Where one JDK is, others are: beside the one on PATH.
  for jdk in "${jdk%/*}"/* /opt/* "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/*; do
    is_new_enough "$jdk" && return 0
  done
  echo "emp: no JDK $jdk_wanted or newer in JAVA_HOME, on PATH or beside the one there, in /opt," \
    "~/.sdkman or ~/.jdks; install one (Debian, Ubuntu: temurin-25-jdk from packages.adoptium.net," \
    "or \"sdk install java 25-tem\") or set EMP_JAVA_HOME" >&2
  return 2
}
