package io.elasticmemory.samples.prove.agent;

import io.elasticmemory.samples.bench.agent.AgentBench;
import io.elasticmemory.samples.bench.agent.AgentFigure;
import io.elasticmemory.samples.bench.agent.AgentResult;
import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import io.elasticmemory.samples.workload.Progress;
import java.io.IOException;
import java.util.Locale;

/** Item 6: what the agent adds to a start and to allocations. */
final class CostItem implements Item {
  private static final double HOOKS_MILLIS_MAX = 300;
  private static final double SPACE_MILLIS_MAX = 1000;
  private static final double SMALL_RATIO_MAX = 1.05;
  private static final double SMALL_NANOS_MAX = 2;

  private final AgentScale scale;

  CostItem(AgentScale scale) {
    this.scale = scale;
  }

  @Override
  public int number() {
    return 6;
  }

  @Override
  public String title() {
    return "hooks within 300 ms, the space within a second, small allocations as fast as ever";
  }

  @Override
  public void show(Stage stage) throws IOException {
    AgentResult result = new AgentBench(scale.starts(), stage.workplace(), Progress.NONE).run();
    for (AgentFigure figure : AgentFigure.values()) {
      double without = result.without(figure).orElse(Double.NaN);
      double with = result.with(figure).orElse(Double.NaN);
      stage.check(
          !scale.isTimed() ? with > 0 : isGood(figure, without, with),
          String.format(Locale.ROOT, "%s: %.1f, without %.1f", figure.label(), with, without));
    }
  }

  /** Whether it is as promised; of some nothing is. */
  private static boolean isGood(AgentFigure figure, double without, double with) {
    return switch (figure) {
      case hooksMillis -> with < HOOKS_MILLIS_MAX;
      case spaceMillis -> with < SPACE_MILLIS_MAX;
      case smallDirectNanos, smallArenaNanos ->
          with <= Math.max(without * SMALL_RATIO_MAX, without + SMALL_NANOS_MAX);
      case mainMillis, firstLargeMillis, largeArenaMicros, largeTouchedMicros -> with > 0;
    };
  }
}
