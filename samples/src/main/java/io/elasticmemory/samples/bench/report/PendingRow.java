package io.elasticmemory.samples.bench.report;

import java.util.List;

/**
 * A promise that this version cannot measure yet. It stands in the list so that nobody takes the
 * list for complete.
 *
 * @param missing what it would take
 */
record PendingRow(String name, String title, Target target, String placement, String missing)
    implements Row {

  @Override
  public List<Estimate> estimates() {
    return List.of();
  }

  @Override
  public Measurement measure(Workloads workloads) throws NotMeasuredException {
    throw NotMeasuredException.leftOut("this version has no " + missing);
  }
}
