package io.elasticmemory.space;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Doorbell;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Sockets;
import io.elasticmemory.thread.SpaceThreads;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The thread that hears the pager: log lines go to slf4j, answers to the command rings, and what it
 * wants to be unmapped is. It can stand still behind a safepoint that waits for a fault that waits
 * for the pager, so the pager never waits for it.
 */
final class ControlThread {
  /** The watcher and the kernel need far less to end this process. */
  private static final long LAST_RESORT_MILLIS = 500;

  private static final int EXIT_CODE = 134;

  private final Sockets sockets;
  private final ControlChannel channel;
  private final Doorbell bell;
  private final Doorbell stopBell;
  private final CommandRings rings;
  private final List<UnmapQueue> unmaps;
  private final FaultSamples samples;
  private final Thread thread;
  private volatile boolean stopping;
  private boolean pagerGone;

  /**
   * A thread that is not started yet.
   *
   * @param bell rung by the pager when commands are done
   * @param stopBell rung here, to end the thread
   */
  ControlThread(
      String name,
      Sockets sockets,
      ControlChannel channel,
      Doorbell bell,
      Doorbell stopBell,
      CommandRings rings,
      List<UnmapQueue> unmaps,
      FaultSamples samples) {
    this.sockets = sockets;
    this.channel = channel;
    this.bell = bell;
    this.stopBell = stopBell;
    this.rings = rings;
    this.unmaps = List.copyOf(unmaps);
    this.samples = samples;
    this.thread = SpaceThreads.daemon(name, this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends the thread and waits for it. */
  void stop() {
    stopping = true;
    stopBell.ring();
    SpaceThreads.awaitEnd(thread);
  }

  private void run() {
    try {
      hear();
    } catch (Throwable e) {
      // Also an OutOfMemoryError: whoever waits for an answer would wait for ever.
      giveUp(e);
    }
  }

  private void giveUp(Throwable reason) {
    try {
      PagerLog.get().error("the pager is not heard any more; commands fail from now on", reason);
    } finally {
      rings.close();
    }
  }

  private void hear() {
    try (Poller poller = sockets.openPoller();
        Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
      poller.watch(bell, Poller.READ, _ -> collect());
      poller.watch(stopBell, Poller.READ, _ -> stopBell.silence());
      poller.watch(channel, Poller.READ, _ -> receive(message));
      while (!stopping && !pagerGone) {
        poller.await(-1);
      }
    }
    if (pagerGone && !stopping) {
      endThisProcess();
    }
  }

  private void collect() {
    bell.silence();
    // First: a sample is worth most while its fault lasts.
    samples.announced();
    rings.collect();
    unmaps.forEach(queue -> queue.serve(() -> stopping));
  }

  private void receive(MemorySegment message) {
    List<Handle> handles = new ArrayList<>(0);
    try {
      int bytes = channel.receive(message, handles, 0);
      if (bytes < 0) {
        pagerGone = true;
      } else if (bytes > 0) {
        PagerLogLine.log(PagerLog.get(), message.asSlice(0, bytes));
      }
    } catch (IOException e) {
      pagerGone = true;
    }
    handles.forEach(Handle::close);
  }

  /** The watcher or the lifeline have done this long before; this is for a machine without both. */
  private static void endThisProcess() {
    try {
      Thread.sleep(LAST_RESORT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.err.println("emp: the pager has ended; the memory of this process is lost");
    Runtime.getRuntime().halt(EXIT_CODE);
  }
}
