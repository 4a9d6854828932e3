# emp run: starts a program with the agent. Sourced by bin/emp, which is replaced by the program.

run_usage() {
  cat <<'TEXT'
Usage: emp run [OPTION]… [--] COMMAND [ARGUMENT]…

Runs a Java program with native memory that may be larger than this machine's: what it
allocates off the heap, and is large enough, lies in a space. The program is not changed.

      --path=PATH       the memory path; default: that of the environment (EMP_PMEM_PATH)
      --min=SIZE        smaller allocations stay ordinary, such as 64k; default: 1m
      --include=NAMES   only what these classes or packages allocate, such as
                        org.acme.Table:org.acme.io.*
      --exclude=NAMES   not what these allocate
      --strict          refuse to start, and to allocate elsewhere, instead of going on
                        without the space
      --usermode        where the kernel's own faults may not be handled, be content with
                        those of the program
  -h, --help            show this

If COMMAND is not java itself but a script that starts it, the agent is added through
JAVA_TOOL_OPTIONS, and every JVM that the script starts opens a space of its own.

Exit code: that of the program; 2 if it was not started.

Examples:
  emp run --path 'dram:1024|/var/tmp/spill:8192:0' -- java -jar program.jar
  EMP_PMEM_PATH='dram:1024|10.0.0.7:65536:0' emp run java -cp classes Main
TEXT
}

run_refuse() {
  echo "emp: $1; see emp run --help" >&2
  exit 2
}

# Options of the agent, the path last because it may hold commas.
run_options=
run_path=

run_option() {
  case $2 in *,*) run_refuse "$1 is '$2', and must not hold a comma" ;; esac
  run_options="$run_options${run_options:+,}$1=$2"
}

run_program() {
  while [ $# -gt 0 ]; do
    case $1 in
      --) shift; break ;;
      -h | --help) run_usage; exit 0 ;;
      --strict | --usermode) run_options="$run_options${run_options:+,}${1#--}=true" ;;
      --path=*) run_path=${1#*=} ;;
      --min=* | --include=* | --exclude=*)
        name=${1%%=*}
        run_option "${name#--}" "${1#*=}"
        ;;
      --path | --min | --include | --exclude)
        [ $# -gt 1 ] || run_refuse "$1 needs a value"
        if [ "$1" = --path ]; then run_path=$2; else run_option "${1#--}" "$2"; fi
        shift
        ;;
      -*) run_refuse "unknown option '$1'" ;;
      *) break ;;
    esac
    shift
  done
  [ $# -gt 0 ] || run_refuse "there is no command to run"
  [ -z "$run_path" ] || run_options="$run_options${run_options:+,}path=$run_path"
  agent=-javaagent:$root/emp-agent/target/emp-agent.jar${run_options:+=$run_options}

  command=$1
  shift
  case ${command##*/} in
    java) exec "$command" "$agent" "$@" ;;
  esac
  # The JVM splits it at blanks, and takes quotes away.
  case $agent in
    *\'*\"* | *\"*\'*) run_refuse "for a script the options must not hold both kinds of quotes" ;;
    *\'*) agent="\"$agent\"" ;;
    *[[:space:]]* | *\"*) agent="'$agent'" ;;
  esac
  JAVA_TOOL_OPTIONS="${JAVA_TOOL_OPTIONS:-}${JAVA_TOOL_OPTIONS:+ }$agent" exec "$command" "$@"
}
