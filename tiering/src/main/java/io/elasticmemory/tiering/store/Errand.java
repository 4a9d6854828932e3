package io.elasticmemory.tiering.store;

import io.elasticmemory.port.Transfer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transfer of the owner's on its way through a mirror, with a part for each side. It is over when
 * it has been reported and no side has a part of it any more.
 */
final class Errand {
  final int index;
  final Part[] parts = {new Part(), new Part()};

  /** Null when it is free, and from its report on. */
  @Nullable Transfer owner;

  boolean active;
  boolean answered;
  boolean write;
  boolean urgent;
  int firstSlot;
  int lastSlot;
  long begunAt;

  Errand(int index) {
    this.index = index;
    parts[1].side = 1;
  }

  Transfer owner() {
    return Objects.requireNonNull(owner);
  }

  boolean isOpen() {
    return parts[0].isOpen() || parts[1].isOpen();
  }

  /** Parts that no side has taken are not wanted any more. */
  void dropWaiting() {
    for (Part part : parts) {
      if (part.stage == Part.Stage.WAITING) {
        part.stage = Part.Stage.IDLE;
      }
    }
  }
}
