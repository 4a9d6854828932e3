package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonObject;
import java.util.Optional;

/**
 * What became of a row.
 *
 * @param row which
 * @param measurement empty if there is none
 * @param reason why there is none; empty if there is one
 * @param isFailure whether that was a failure
 * @param seconds how long it took
 */
record RowResult(
    Row row, Optional<Measurement> measurement, String reason, boolean isFailure, double seconds) {

  static RowResult measured(Row row, Measurement measurement, double seconds) {
    return new RowResult(row, Optional.of(measurement), "", false, seconds);
  }

  static RowResult missing(Row row, NotMeasuredException why, double seconds) {
    return new RowResult(row, Optional.empty(), why.reason(), why.isFailure(), seconds);
  }

  /** What was not measured does not hold. */
  boolean holds() {
    return measurement.isPresent() && row.target().holds(measurement.get().value());
  }

  String describeValue() {
    return measurement
        .map(measured -> row.target().describe(measured.value()))
        .orElse("not measured");
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject().put("name", row.name());
    measurement.ifPresentOrElse(
        measured -> json.put("value", measured.value()), () -> json.putNull("value"));
    json.put("target", row.target().text())
        .put("unit", row.target().unit())
        .put("holds", holds())
        .put("rounds", measurement.map(Measurement::rounds).orElse(0))
        .put("placement", row.placement())
        .put("measure", row.title())
        .put("seconds", seconds);
    return measurement.isPresent() ? json : json.put("reason", reason);
  }
}
