package io.elasticmemory.samples.prove.chaos;

import io.elasticmemory.samples.prove.Item;
import io.elasticmemory.samples.prove.Stage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;

/** Item 5: everything at the same time, with one seed. */
public final class ChaosItem implements Item {
  /** Runs with different seeds. */
  public static final int RUNS = 3;

  private final double minutes;
  private final int number;

  /**
   * One of several.
   *
   * @param minutes for which things happen
   * @param number of the run, which has a seed of its own
   */
  public ChaosItem(double minutes, int number) {
    this.minutes = minutes;
    this.number = number;
  }

  @Override
  public int number() {
    return 5;
  }

  @Override
  public String title() {
    return "all of it at the same time for %.0f min, run %d of %d: no wrong word, no hang"
        .formatted(minutes, number, RUNS);
  }

  @Override
  public void show(Stage stage) throws IOException {
    StringWriter sum = new StringWriter();
    PrintWriter out = new PrintWriter(sum, true);
    long seed = stage.seed() + number;
    Chaos chaos = new Chaos(minutes, seed, out, new PrintWriter(new SayingWriter(stage), true));
    boolean isGood = chaos.run();
    chaos.sumUp();
    String said = String.join("; ", sum.toString().lines().map(String::strip).toList());
    stage.check(isGood, said);
  }
}
