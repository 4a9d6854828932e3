package io.elasticmemory.agent.sight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The program's native memory lies in a space. In every chunk of a recording, so that each has it,
 * whenever it was begun.
 */
@Name("io.elasticmemory.SpaceOpened")
@Label("Space Opened")
@Description("The program's native memory lies in a space.")
@Category("EMP")
@StackTrace(false)
@Period("beginChunk")
final class SpaceOpenedEvent extends Event {
  @Label("Memory Path")
  String path = "";

  @Label("Capacity")
  @DataAmount
  long capacity;

  @Label("DRAM Budget")
  @DataAmount
  long dram;

  @Label("Process Id of the Pager")
  long pagerPid;

  @Label("Opened In")
  @Timespan(Timespan.MILLISECONDS)
  long openedIn;
}
