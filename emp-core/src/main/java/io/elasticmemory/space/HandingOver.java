package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.port.Sockets.Listener;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOverLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The first words between an application and its pager: it connects, gets the space, answers. */
final class HandingOver {
  /** A JVM that has not connected by now never will. */
  private static final long CONNECT_MILLIS_MAX = 30_000;

  /** How long the pager may say nothing while it opens its donors. */
  private static final long SILENCE_MILLIS_MAX = 60_000;

  private static final long SEND_MILLIS_MAX = 10_000;
  private static final long LOOK_MILLIS = 50;

  private final PagerProcess pager;
  private final PagerSettings settings;

  HandingOver(PagerProcess pager, PagerSettings settings) {
    this.pager = pager;
    this.settings = settings;
  }

  /** Waits for the pager, which may end before it comes. */
  ControlChannel accept(Listener listener) {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_MILLIS_MAX);
    while (pager.isAlive() && deadline - System.nanoTime() > 0) {
      try {
        return listener.accept(pager.pid(), LOOK_MILLIS);
      } catch (IOException e) {
        // No pager yet.
      }
    }
    throw notStarted();
  }

  private EmpException notStarted() {
    return new EmpException(
        Kind.PAGER,
        "the pager did not start: %s; run emp doctor, and %s"
            .formatted(pager.lastWords(), settings.remedy()));
  }

  /**
   * Hands the space over.
   *
   * @return the smallest budget the pager can work with
   * @throws EmpException that says why the pager refuses, or that it is lost
   */
  long handOver(ControlChannel channel, HandOver handOver, List<Handle> handles) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(HandOverLayout.MESSAGE_BYTES_MAX, 8);
      int bytes = write(handOver, message);
      if (!channel.send(message.asSlice(0, bytes), handles, SEND_MILLIS_MAX)) {
        throw new EmpException(Kind.PAGER, "the pager does not listen: " + pager.lastWords());
      }
      return awaitAnswer(channel, message);
    } catch (IOException e) {
      throw new EmpException(
          Kind.PAGER, "the pager is lost: %s (%s)".formatted(pager.lastWords(), e.getMessage()), e);
    }
  }

  private static int write(HandOver handOver, MemorySegment message) {
    try {
      if (handOver.handles() > ControlChannel.HANDLES_MAX) {
        throw new IllegalArgumentException("too many files and devices: " + handOver.handles());
      }
      return HandOverLayout.write(handOver, message);
    } catch (IllegalArgumentException e) {
      throw new EmpException(
          Kind.PATH, e.getMessage() + "; use fewer entries or shorter names in the path", e);
    }
  }

  /** Log lines are held back until the answer, because a refusal says all in its one line. */
  private long awaitAnswer(ControlChannel channel, MemorySegment message) throws IOException {
    List<MemorySegment> lines = new ArrayList<>(0);
    while (true) {
      int bytes = channel.receive(message, new ArrayList<>(0), SILENCE_MILLIS_MAX);
      if (bytes <= 0) {
        throw noAnswer(bytes < 0);
      }
      MemorySegment answer = message.asSlice(0, bytes);
      switch (PagerMessageLayout.kind(answer)) {
        case PagerMessageLayout.READY -> {
          lines.forEach(line -> PagerLogLine.log(PagerLog.get(), line));
          return PagerMessageLayout.value(answer);
        }
        case PagerMessageLayout.REFUSED -> throw refusal(answer);
        default -> lines.add(copy(answer));
      }
    }
  }

  private static MemorySegment copy(MemorySegment message) {
    return Arena.ofAuto().allocate(message.byteSize(), 8).copyFrom(message);
  }

  private EmpException noAnswer(boolean ended) {
    pager.close();
    return new EmpException(
        Kind.PAGER,
        "the pager %s while the space was being opened: %s"
            .formatted(ended ? "ended" : "said nothing", pager.lastWords()));
  }

  private static EmpException refusal(MemorySegment answer) {
    Kind[] kinds = Kind.values();
    int code = PagerMessageLayout.code(answer);
    Kind kind = code >= 0 && code < kinds.length ? kinds[code] : Kind.PAGER;
    return new EmpException(kind, PagerMessageLayout.text(answer));
  }
}
