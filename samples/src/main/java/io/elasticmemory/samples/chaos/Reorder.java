package io.elasticmemory.samples.chaos;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A message comes after the one that follows it. If none does, it comes a little late. */
final class Reorder extends Seldom {
  private @Nullable Frame held;

  Reorder(Odds odds) {
    super(odds);
  }

  @Override
  public void pass(Frame frame, Wire wire) throws IOException, InterruptedException {
    if (held == null) {
      super.pass(frame, wire);
    } else {
      wire.note();
      wire.send(frame);
      release(wire);
    }
  }

  @Override
  void strike(Frame frame, Wire wire) {
    held = frame;
  }

  @Override
  public void idle(Wire wire) throws IOException {
    release(wire);
  }

  @Override
  public void release(Wire wire) throws IOException {
    Frame late = held;
    held = null;
    if (late != null) {
      wire.send(late);
    }
  }
}
