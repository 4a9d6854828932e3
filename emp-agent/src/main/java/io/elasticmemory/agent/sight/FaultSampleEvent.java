package io.elasticmemory.agent.sight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/** One of the page faults in a space, at most 20 a second. */
@Name("io.elasticmemory.FaultSample")
@Label("Fault Sample")
@Description("One of the page faults in a space, at most 20 a second.")
@Category("EMP")
@StackTrace(false)
final class FaultSampleEvent extends Event {
  @Label("Faulting Thread")
  @Description("With a virtual thread on it, its carrier.")
  @Nullable Thread faultingThread;

  @Label("Kind")
  @Description("Where the bytes came from, or what else the fault was for.")
  String kind = "";

  @Label("Wait in the Pager")
  @Timespan
  long pagerWait;

  @Label("Offset in the Space")
  long offset;

  @Label("Line")
  @Description("The innermost frame that is not of the JDK.")
  String line = "";

  @Label("Stack")
  @Description("Frames, the innermost first, taken when the fault had ended.")
  String stack = "";
}
