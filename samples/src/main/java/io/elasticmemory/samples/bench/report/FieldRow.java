package io.elasticmemory.samples.bench.report;

import io.elasticmemory.samples.JsonTree;
import java.io.IOException;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A row whose value is a field of a workload's JSON.
 *
 * @param words what follows {@code emp bench}
 * @param quickWords instead of them in a trial
 * @param field finds the value in its JSON; the rounds are in the field {@code rounds} at the top
 * @param seconds how long it takes, roughly
 */
record FieldRow(
    String name,
    String title,
    Target target,
    String placement,
    List<String> words,
    List<String> quickWords,
    ToDoubleFunction<JsonTree> field,
    double seconds)
    implements Row {

  FieldRow {
    words = List.copyOf(words);
    quickWords = List.copyOf(quickWords);
  }

  @Override
  public List<Estimate> estimates() {
    return List.of(estimate(words, seconds));
  }

  @Override
  public Measurement measure(Workloads workloads) throws IOException, NotMeasuredException {
    JsonTree json = run(workloads, words, quickWords);
    return new Measurement(field.applyAsDouble(json), (int) json.number("rounds"));
  }

  static Estimate estimate(List<String> words, double seconds) {
    return new Estimate(String.join(" ", words), seconds);
  }

  /** Runs a workload with one of two lists of words. */
  static JsonTree run(Workloads workloads, List<String> words, List<String> quickWords)
      throws IOException, NotMeasuredException {
    return workloads.run((workloads.isQuick() ? quickWords : words).toArray(String[]::new));
  }
}
