package io.elasticmemory.samples.chaos;

import java.io.IOException;

/**
 * Ends the connection in order now and then, but its end comes late: what is sent meanwhile is
 * lost.
 */
final class SlowClose extends Seldom {
  private static final int DELAY_MILLIS = 200;

  SlowClose(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException, InterruptedException {
    end(wire);
  }

  @Override
  public void end(Wire wire) throws IOException, InterruptedException {
    Thread.sleep(DELAY_MILLIS);
    wire.finish();
  }
}
