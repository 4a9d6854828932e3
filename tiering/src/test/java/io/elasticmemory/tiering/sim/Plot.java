package io.elasticmemory.tiering.sim;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What happens in a tiny space from beginning to end; its text says all, so that it can be played
 * again.
 *
 * @param late transfers end as late as possible, and not at once
 * @param situation what has happened before the first of the pager's steps is counted
 * @param kill the step at which the pager is killed, or {@link #NEVER}
 * @param later so many steps after that its successor is killed, too, or {@link #NEVER}
 */
record Plot(
    TinySpace space, boolean late, List<Act> situation, List<Act> acts, long kill, long later) {
  /** No step. */
  static final long NEVER = Long.MAX_VALUE / 2;

  private static final Pattern TEXT =
      Pattern.compile("(\\w+) (LATE|AT_ONCE) \\[(.*?)] ([^+]*?)(?: \\+(\\d+)(?: \\+(\\d+))?)?");

  /** Nothing happens yet. */
  static Plot begin(TinySpace space, boolean late, List<Act> situation) {
    return new Plot(space, late, situation, List.of(), NEVER, NEVER);
  }

  /** The same with these acts. */
  Plot with(List<Act> chosen) {
    return new Plot(space, late, situation, chosen, kill, later);
  }

  /** The same with the pager killed at a step, or if it is already, with its successor. */
  Plot killed(long step) {
    return kill == NEVER
        ? new Plot(space, late, situation, acts, step, NEVER)
        : new Plot(space, late, situation, acts, kill, step - kill);
  }

  /** What {@link #toString} has said. */
  static Plot parse(String text) {
    Matcher found = TEXT.matcher(text);
    if (!found.matches()) {
      throw new IllegalArgumentException("this is no plot: " + text);
    }
    return new Plot(
        TinySpace.valueOf(found.group(1)),
        found.group(2).equals("LATE"),
        Act.parse(found.group(3)),
        Act.parse(found.group(4)),
        step(found.group(5)),
        step(found.group(6)));
  }

  private static long step(String text) {
    return text == null ? NEVER : Long.parseLong(text);
  }

  @Override
  public String toString() {
    return space
        + (late ? " LATE [" : " AT_ONCE [")
        + text(situation)
        + "] "
        + text(acts)
        + (kill == NEVER ? "" : " +" + kill)
        + (later == NEVER ? "" : " +" + later);
  }

  private static String text(List<Act> acts) {
    return acts.stream().map(Act::toString).collect(Collectors.joining(" "));
  }
}
