package io.elasticmemory.space;

import io.elasticmemory.port.ControlChannel;
import io.elasticmemory.port.Handle;
import io.elasticmemory.wire.CommandRingLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Ends a space nobody uses any more and whose commands are closed, in this order: the control
 * thread stops, the lifeline lets go, the pager answers that its last call on the memory is done
 * (or all pagers are dead), then the memory goes. Until then the range stays reserved, because a
 * late call would hit whatever lives there next.
 */
final class SpaceEnd {
  /** A pager that has not answered by now is ended. */
  private static final long ANSWER_MILLIS_MAX = 15_000;

  private static final long LOOK_MILLIS = 10;

  private SpaceEnd() {}

  static void end(SpaceParts parts) {
    parts.control().stop();
    parts.made().lifeline().disarm();
    if (!isAnswered(parts)) {
      PagerLog.get().warn("the pager did not answer that it is done, and is ended");
      parts.pagers().kill();
    }
    parts.undo().close();
  }

  private static boolean isAnswered(SpaceParts parts) {
    CompletableFuture<Long> answer = parts.commands().askLast(CommandRingLayout.CLOSE);
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ANSWER_MILLIS_MAX);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment message = arena.allocate(ControlChannel.MESSAGE_BYTES_MAX, 8);
      while (deadline - System.nanoTime() > 0) {
        parts.commands().collect();
        if (answer.isDone() || !listen(parts.pagers().channel(), message)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Takes the pager's last log lines; false when it has gone. */
  private static boolean listen(ControlChannel channel, MemorySegment message) {
    List<Handle> handles = new ArrayList<>(0);
    try {
      int bytes = channel.receive(message, handles, LOOK_MILLIS);
      if (bytes > 0) {
        PagerLogLine.log(PagerLog.get(), message.asSlice(0, bytes));
      }
      return bytes >= 0;
    } catch (IOException e) {
      return false;
    } finally {
      handles.forEach(Handle::close);
    }
  }
}
