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
 * over                     one has ended because nobody needs it: when all have, it is in order
 * stop REASON              print the reason and kill the application
 * bye                      the space has ended in order
 * </pre>
 *
 * Anything else, such as what a crashing JVM prints, is passed over. A pager is started by the
 * command of the one before, unless {@link io.elasticmemory.wire.NextPagerLayout} has another one
 * by then. One that fails within a minute is followed by one of the command before its own, and so
 * on in turn: a build that cannot do it costs the program no pager, nor does a {@link PagerArchive}
 * that harms, for before the first command comes that without one. On SIGUSR1 to the shell that
 * waits for a pager its successor is started already, to wait for its turn. After {@link
 * io.elasticmemory.port.PagerProgram#DONE}, and when the first says {@link
 * io.elasticmemory.port.PagerProgram#REFUSED}, no other pager is started. After any other end the
 * next one is, at once if it was killed or is among the first that failed, then a second later.
 * When the sixth in a row has failed within a minute each and nobody serves, the application is
 * killed. It also kills a pager that stands still because of a signal, at once if there is a
 * standby, else after ten seconds, for its program may be stopped with it: that it was stopped
 * interrupts the shell's wait, which says 145 (128 and SIGCHLD) then; one that is bash hears
 * nothing of it and leaves it to the standby. Whatever happens, at most one line is printed. All of
 * it stays deaf to the signals of a terminal, so that it outlives an application that is being
 * ended by them, and to a standard error that nobody reads any more.
 */
final class WatcherScript {
  /**
   * The script. Its arguments are the process id of the application, {@code standby} or nothing,
   * the file that may have another command, the command of a pager as one quoted line, the same
   * without an archive, and the archive without which that is taken at once.
   */
  static final String TEXT =
      """
      trap '' INT QUIT TERM HUP PIPE
      application=$1
      standby=$2
      next=$3
      first=$4
      plain=$5
      archive=$6
      this=$first
      other=$plain
      begin() {
        read -r number command <"$next"
        case $command in
          *" #$number")
            [ "$number" = "$seen" ] || { other=$this; this=$command; seen=$number; } ;;
        esac
        command=$this
        [ "$this" != "$first" ] || [ -e "$archive" ] || command=$plain
        eval "exec $command" 2>&4 4>&- &
      }
      is_stopped() {
        status=
        read -r status </proc/$1/stat
        case ${status##*) } in T*) ;; *) false ;; esac
      }
      succeed() {
        role=$1
        failures=0
        refused=0
        [ $role = standby ] || refused=3
        seen=
        heir=
        trap : USR1
        trap : CHLD
        while :; do
          read -r begun rest </proc/uptime
          if [ -n "$heir" ] && kill -0 $heir; then pid=$heir; else begin; pid=$!; fi
          heir=
          while wait $pid; code=$?; [ $code -eq 145 ] || [ $code -eq 138 ]; do
            if [ $code -eq 138 ]; then
              [ -n "$heir" ] && kill -0 $heir || { begin; heir=$!; }
              continue
            fi
            patience=10
            [ -z "$standby" ] || patience=0
            while is_stopped $pid; do
              [ $patience -gt 0 ] || { kill -9 $pid; break; }
              patience=$((patience - 1))
              sleep 1
            done
          done
          read -r ended rest </proc/uptime
          soon=yes
          [ $((${ended%.*} - ${begun%.*})) -lt 60 ] || { soon=; failures=0; }
          case $code in
            0 | $refused) ;;
            137) failures=0 ;;
            *)
              failures=$((failures + 1))
              echo "exit code $code" >&4
              [ -z "$soon" ] || { before=$other; other=$this; this=$before; } ;;
          esac
          echo "ended $role $pid $failures" || exit
          case $code in
            0) echo over; exit ;;
            $refused) exit ;;
          esac
          refused=0
          [ $failures -lt 4 ] || sleep 1
          [ -z "$standby" ] || sleep 0.3
        done
      }
      {
        [ -z "$standby" ] || succeed standby &
        succeed first
        wait
      } 2>/dev/null | {
        exec 4>&-
        active=
        served=
        over=
        reason=
        while read -r word rest; do
          case $word in
            serving) active=$rest served=1 over= ;;
            bye) exit ;;
            over) over=1 ;;
            stop) reason=$rest; break ;;
            ended)
              failures=${rest##* }
              [ -n "$served" ] || [ "${rest%% *}" = standby ] || exit
              case $rest in *" $active $failures") active= ;; esac
              [ -z "$served" ] || [ -n "$active" ] || [ $failures -lt 6 ] || { over=; break; } ;;
          esac
        done
        if [ -z "$reason" ]; then
          [ -n "$served" ] && [ -z "$over" ] || exit
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
