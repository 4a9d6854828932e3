package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** Each message comes so much later, in its order; they travel side by side, as on a long way. */
final class Latency implements Mischief {
  private final RandomGenerator random;
  private final int latencyMillis;
  private final int jitterMillis;

  /**
   * A long way.
   *
   * @param jitterMillis how much longer at most
   */
  Latency(RandomGenerator random, int latencyMillis, int jitterMillis) {
    this.random = random;
    this.latencyMillis = latencyMillis;
    this.jitterMillis = jitterMillis;
  }

  @Override
  public void pass(Frame frame, Wire wire) throws IOException, InterruptedException {
    wire.note();
    long delay = TimeUnit.MILLISECONDS.toNanos(latencyMillis + random.nextInt(jitterMillis + 1));
    TimeUnit.NANOSECONDS.sleep(frame.arrivedNanos() + delay - System.nanoTime());
    wire.send(frame);
  }
}
