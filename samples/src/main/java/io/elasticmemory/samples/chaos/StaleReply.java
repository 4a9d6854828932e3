package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** An answer comes, and comes again long after: when so many others have come. */
final class StaleReply extends Seldom {
  private static final int HELD_MAX = 32;

  private final Deque<Frame> held = new ArrayDeque<>();

  StaleReply(Odds odds) {
    super(odds);
  }

  @Override
  void strike(Frame frame, Wire wire) throws IOException {
    wire.send(frame);
    held.add(frame);
    if (held.size() >= HELD_MAX) {
      wire.send(held.remove());
    }
  }

  @Override
  public void release(Wire wire) throws IOException {
    Frame late = held.poll();
    held.clear();
    if (late != null) {
      wire.send(late);
    }
  }
}
