package io.elasticmemory.samples.chaos;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A cut way that heals: nothing comes through, and all of it when it is over, however late, as TCP
 * has it. Whoever sent it may long have given the connection up.
 */
final class Timeout implements Mischief {
  private final Queue<Frame> held = new ArrayDeque<>();
  private boolean ended;

  @Override
  public void pass(Frame frame, Wire wire) {
    wire.note();
    held.add(frame);
  }

  @Override
  public void end(Wire wire) {
    ended = true;
  }

  @Override
  public void release(Wire wire) throws IOException {
    while (!held.isEmpty()) {
      wire.send(held.remove());
    }
    if (ended) {
      wire.finish();
    }
  }
}
