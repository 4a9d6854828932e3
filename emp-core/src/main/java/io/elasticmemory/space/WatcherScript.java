package io.elasticmemory.space;

/**
 * The shell that watches a pager from outside both JVMs. It reads the pager's standard output:
 *
 * <pre>
 * serving         from now on the pager's end is a failure
 * stop REASON     print the reason and kill the application
 * bye             the pager ends in order
 * </pre>
 *
 * Anything else, such as what a crashing JVM prints, is passed over. Whatever happens, at most one
 * line is printed. It stays deaf to the signals of a terminal, so that it outlives an application
 * that is being ended by them, and to a standard error that nobody reads any more.
 */
final class WatcherScript {
  /** The script; its argument is the process id of the application. */
  static final String TEXT =
      """
      trap '' INT QUIT TERM HUP PIPE
      serving=
      reason=
      while IFS= read -r line; do
        case $line in
          serving) serving=1 ;;
          bye) exit 0 ;;
          'stop '*) reason=${line#stop }; break ;;
        esac
      done
      if [ -z "$reason" ]; then
        [ -n "$serving" ] || exit 0
        reason='the pager has ended; the memory of this process is lost, so it is ended too'
      fi
      printf 'emp: %s\\n' "$reason" >&2
      kill -9 "$1" 2>/dev/null
      exit 0
      """;

  private WatcherScript() {}
}
