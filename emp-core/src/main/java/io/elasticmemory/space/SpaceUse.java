package io.elasticmemory.space;

/** Who uses a space: its arenas, and the calls that are under way. */
final class SpaceUse {
  private int openArenas;
  private int autoArenas;
  private int calls;
  private boolean closing;
  private boolean ended;

  synchronized void openArena() {
    requireOpen();
    openArenas++;
  }

  synchronized void closeArena() {
    openArenas--;
  }

  synchronized void openAutoArena() {
    requireOpen();
    autoArenas++;
  }

  /** True if the space was waiting for this one only, and is to be ended now. */
  synchronized boolean closeAutoArena() {
    autoArenas--;
    return mayEnd();
  }

  /** Begins a call, which must be ended. */
  synchronized void beginCall() {
    requireOpen();
    calls++;
  }

  synchronized void endCall() {
    calls--;
    notifyAll();
  }

  /**
   * Refuses everything from now on.
   *
   * @return false if that was so already
   * @throws IllegalStateException if arenas are open that their owners must close
   */
  synchronized boolean beginClosing() {
    if (closing) {
      return false;
    }
    if (openArenas > 0) {
      throw new IllegalStateException(
          "%d confined or shared %s of this space %s still open; close them before the space"
              .formatted(
                  openArenas,
                  openArenas == 1 ? "arena" : "arenas",
                  openArenas == 1 ? "is" : "are"));
    }
    closing = true;
    return true;
  }

  /** Takes it back. */
  synchronized void cancelClosing() {
    closing = false;
  }

  /** True, once, if the space is closing and nobody can reach its memory any more. */
  synchronized boolean mayEnd() {
    if (!closing || autoArenas > 0 || ended) {
      return false;
    }
    ended = true;
    return true;
  }

  /** Waits until no call is under way; only when closing. */
  synchronized void awaitCalls() {
    boolean interrupted = false;
    while (calls > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void requireOpen() {
    if (closing) {
      throw CommandRings.closedSpace();
    }
  }
}
