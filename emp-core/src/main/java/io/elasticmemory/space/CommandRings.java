package io.elasticmemory.space;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.port.Stripes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The command rings of a space, one for each shard. A command on a range goes, whole, to each shard
 * that has a stripe in the range, and each does its part of it; it is done when all have answered.
 * Usable from every thread.
 */
final class CommandRings {
  private final Stripes stripes;
  private final List<CommandRing> rings;

  /** Rings in the order of the shards. */
  CommandRings(Stripes stripes, List<CommandRing> rings) {
    this.stripes = stripes;
    this.rings = List.copyOf(rings);
  }

  /**
   * Asks for something on a range that is not empty; see {@link CommandRing#ask}. The answer is the
   * first in the order of the shards that is not 0.
   */
  CompletableFuture<Long> ask(int operation, long offset, long bytes) {
    return all(concerned(offset, bytes).map(ring -> ring.ask(operation, offset, bytes, 0)));
  }

  /**
   * The same, of each stripe of the range by itself: for what a shard does also on blocks of which
   * it knows nothing yet.
   */
  CompletableFuture<Long> askByStripe(int operation, long offset, long bytes) {
    List<CompletableFuture<Long>> asked = new ArrayList<>();
    long end = offset + bytes;
    for (long at = offset; at < end; ) {
      int stripe = stripes.stripeOf(at);
      long next = Math.min(end, stripes.offsetOf(stripe) + stripes.bytesOfStripe(stripe));
      asked.add(rings.get(stripes.shardOfStripe(stripe)).ask(operation, at, next - at, 0));
      at = next;
    }
    return all(asked.stream());
  }

  /**
   * Waits for an answer, which comes, or fails when the space is closed.
   *
   * @throws EmpException of kind CLOSED if it is closed meanwhile
   */
  static long await(CompletableFuture<Long> asked) {
    try {
      return asked.join();
    } catch (CompletionException e) {
      throw closedMeanwhile(e);
    }
  }

  /** The refusal of a space that was closed while a call waited for its pager. */
  static EmpException closedMeanwhile(Exception e) {
    return new EmpException(
        Kind.CLOSED, "the space was closed while this call waited for its pager", e);
  }

  /** Asks the first shard for something that concerns the whole space. */
  CompletableFuture<Long> askFirst(int operation, long argument) {
    return rings.getFirst().ask(operation, 0, 0, argument);
  }

  /** Asks for something that may as well not happen, as far as there is room for it. */
  void hint(int operation, long offset, long bytes, long argument) {
    concerned(offset, bytes).forEach(ring -> ring.hint(operation, offset, bytes, argument));
  }

  /**
   * Says that single places will be read soon; what does not fit is forgotten. Takes no lock.
   *
   * @param base offset in the space that is added to each
   */
  void hint(long base, long[] offsets) {
    int hinted = 0;
    for (long offset : offsets) {
      int shard = stripes.shardOf(base + offset);
      hinted |= rings.get(shard).hint(base + offset) ? 1 << shard : 0;
    }
    for (int rest = hinted; rest != 0; rest &= rest - 1) {
      rings.get(Integer.numberOfTrailingZeros(rest)).ring();
    }
  }

  /** Completes what the pager has done. */
  void collect() {
    rings.forEach(CommandRing::collect);
  }

  /** Closes all, see {@link CommandRing#close}. */
  void close() {
    rings.forEach(CommandRing::close);
  }

  /** The last command of closed rings; done when the last shard has answered. */
  CompletableFuture<Long> askLast(int operation) {
    return all(rings.stream().map(ring -> ring.askLast(operation)));
  }

  /** The refusal of a closed space. */
  static EmpException closedSpace() {
    return CommandRing.closedSpace();
  }

  private Stream<CommandRing> concerned(long offset, long bytes) {
    return IntStream.range(0, rings.size())
        .filter(shard -> stripes.concerns(shard, offset, bytes))
        .mapToObj(rings::get);
  }

  private static CompletableFuture<Long> all(Stream<CompletableFuture<Long>> asked) {
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    asked.forEach(answers::add);
    if (answers.size() == 1) {
      return answers.getFirst();
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            _ ->
                answers.stream()
                    .map(CompletableFuture::join)
                    .filter(answer -> answer != 0)
                    .findFirst()
                    .orElse(0L));
  }
}
