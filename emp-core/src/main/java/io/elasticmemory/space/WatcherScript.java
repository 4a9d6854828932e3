package io.elasticmemory.space;

/**
 * The shell that keeps a space's pagers running and watches them from outside all JVMs.
 *
 * <pre>
 *   watcher ── one after the other ── pager ──┐ standard output
 *           └─ one after the other ── standby ┤
 *                                             ▼
 *              reader: kills the application when there is a reason to
 * </pre>
 *
 * What the reader is told, a line each:
 *
 * <pre>
 * serving PID              from now on this pager serves the space
 * ended ROLE PID FAILURES  a pager has ended; it is so many in a row that failed by themselves
 * stop REASON              print the reason and kill the application
 * bye                      the space has ended in order
 * </pre>
 *
 * Anything else, such as what a crashing JVM prints, is passed over. After {@link
 * io.elasticmemory.port.PagerProgram#DONE} and {@link io.elasticmemory.port.PagerProgram#REFUSED}
 * no other pager is started. After any other end the next one is, at once if it was killed or is
 * among the first that failed, then a second later. When the sixth in a row has failed within a
 * minute each and nobody serves, the application is killed. With a standby it also kills a pager
 * that stands still because of a signal: that it was stopped interrupts the shell's wait, which
 * says 145 (128 and SIGCHLD) then; one that is bash hears nothing of it and leaves it to the
 * standby. Whatever happens, at most one line is printed. All of it stays deaf to the signals of a
 * terminal, so that it outlives an application that is being ended by them, and to a standard error
 * that nobody reads any more.
 */
final class WatcherScript {
  /**
   * The script. Its arguments are the process id of the application, {@code standby} or nothing,
   * and the command of a pager.
   */
  static final String TEXT =
      """
      trap '' INT QUIT TERM HUP PIPE
      application=$1
      standby=$2
      shift 2
      succeed() {
        role=$1
        shift
        failures=0
        [ -z "$standby" ] || trap : CHLD
        while :; do
          read -r begun rest </proc/uptime
          "$@" 2>&4 4>&- &
          pid=$!
          while wait $pid; code=$?; [ $code -eq 145 ]; do
            status=
            read -r status </proc/$pid/stat
            case ${status##*) } in T*) kill -9 $pid ;; esac
          done
          read -r ended rest </proc/uptime
          [ $((${ended%.*} - ${begun%.*})) -lt 60 ] || failures=0
          case $code in
            0 | 3) ;;
            137) failures=0 ;;
            *) failures=$((failures + 1)); echo "exit code $code" >&4 ;;
          esac
          echo "ended $role $pid $failures" || exit
          case $code in 0 | 3) exit ;; esac
          [ $failures -lt 4 ] || sleep 1
          [ -z "$standby" ] || sleep 0.3
        done
      }
      {
        [ -z "$standby" ] || succeed standby "$@" &
        succeed first "$@"
        wait
      } 2>/dev/null | {
        exec 4>&-
        active=
        served=
        reason=
        while read -r word rest; do
          case $word in
            serving) active=$rest served=1 ;;
            bye) exit ;;
            stop) reason=$rest; break ;;
            ended)
              failures=${rest##* }
              [ -n "$served" ] || [ "${rest%% *}" = standby ] || exit
              case $rest in *" $active $failures") active= ;; esac
              [ -n "$active" ] || [ $failures -lt 6 ] || break ;;
          esac
        done
        if [ -z "$reason" ]; then
          [ -n "$served" ] || exit
          reason='the pager has ended and no other can be started;'
          reason="$reason the memory of this process is lost, so it is ended too"
        fi
        printf 'emp: %s\\n' "$reason" >&2
        kill -9 "$application" 2>/dev/null
      }
      exit 0
      """;

  private WatcherScript() {}
}
