package io.elasticmemory.agent.sight;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** An exporter, a file or a device has failed transfers, or has kept them too long. */
@Name("io.elasticmemory.DonorLost")
@Label("Donor Lost")
@Description("An exporter, a file or a device has failed transfers, or has kept them too long.")
@Category("EMP")
@StackTrace(false)
final class DonorLostEvent extends Event {
  @Label("Failed Transfers")
  long failedTransfers;

  @Label("Late Transfers")
  long lateTransfers;
}
