package io.elasticmemory.agent.sight;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** Within about a second so much has left DRAM that it is an eighth of it or more. */
@Name("io.elasticmemory.EvictionBurst")
@Label("Eviction Burst")
@Description("Within about a second so much has left DRAM that it is an eighth of it or more.")
@Category("EMP")
@StackTrace(false)
final class EvictionBurstEvent extends Event {
  @Label("Blocks")
  long blocks;

  @Label("Dirty Blocks")
  @Description("Those that had to be stored first.")
  long dirtyBlocks;

  @Label("Bytes")
  @DataAmount
  long bytes;

  @Label("Period")
  @Timespan
  long period;
}
