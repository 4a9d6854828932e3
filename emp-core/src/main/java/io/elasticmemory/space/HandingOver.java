package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.wire.HandOver;
import io.elasticmemory.wire.HandOverLayout;
import io.elasticmemory.wire.PagerMessageLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** The first words between an application and its pager: it gets the space, and answers. */
final class HandingOver {
  /** How long the pager may say nothing while it starts and opens its donors. */
  private static final long SILENCE_MILLIS_MAX = 60_000;

  private static final long SEND_MILLIS_MAX = 10_000;

  /** Lines it may log before it answers, as they are all kept until then. */
  private static final int LINES_MAX = 1_000;

  private final Pagers pagers;
  private final String remedy;

  HandingOver(Pagers pagers, String remedy) {
    this.pagers = pagers;
    this.remedy = remedy;
  }

  /**
   * Hands the space over.
   *
   * @return the smallest budget the pager can work with
   * @throws EmpException that says why the pager refuses, or that it is lost
   */
  long handOver(HandOver handOver, List<Handle> handles) {
    ControlChannel channel = pagers.channel();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(HandOverLayout.MESSAGE_BYTES_MAX, 8);
      int bytes = write(handOver, message);
      if (!channel.send(message.asSlice(0, bytes), handles, SEND_MILLIS_MAX)) {
        throw notStarted("does not listen");
      }
      return awaitAnswer(channel, message);
    } catch (IOException _) {
      throw notStarted("did not start");
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
    while (lines.size() <= LINES_MAX) {
      int bytes = channel.receive(message, new ArrayList<>(0), SILENCE_MILLIS_MAX);
      if (bytes <= 0) {
        throw notStarted(bytes < 0 ? "did not start" : "says nothing");
      }
      MemorySegment answer = message.asSlice(0, bytes);
      switch (PagerMessageLayout.kind(answer)) {
        case PagerMessageLayout.READY -> {
          lines.forEach(line -> PagerLogLine.log(PagerLog.get(), line));
          return smallestBudget(answer);
        }
        case PagerMessageLayout.REFUSED -> throw refusal(answer);
        default -> lines.add(copy(answer));
      }
    }
    throw notStarted("says a lot and does not answer");
  }

  private long smallestBudget(MemorySegment answer) {
    long bytes = PagerMessageLayout.value(answer);
    if (bytes <= 0) {
      throw notStarted("can work with a budget of %d bytes".formatted(bytes));
    }
    return bytes;
  }

  private static MemorySegment copy(MemorySegment message) {
    return Arena.ofAuto().allocate(message.byteSize(), 8).copyFrom(message);
  }

  private EmpException notStarted(String what) {
    return new EmpException(
        Kind.PAGER,
        "the pager %s: %s; run emp doctor, and %s".formatted(what, pagers.lastWords(), remedy));
  }

  private static EmpException refusal(MemorySegment answer) {
    Kind[] kinds = Kind.values();
    int code = PagerMessageLayout.code(answer);
    Kind kind = code >= 0 && code < kinds.length ? kinds[code] : Kind.PAGER;
    return new EmpException(kind, PagerMessageLayout.text(answer));
  }
}
