package io.elasticmemory.samples.chaos;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.samples.workload.Seeds;
import io.elasticmemory.wire.MessageLayout;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What each kind of mischief makes of the messages that pass. */
class KindTest {
  private static final long SEED = Seeds.choose("KindTest");

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final RecordedWire wire = new RecordedWire();
  private final List<Frame> frames = new ArrayList<>();

  KindTest() {
    for (int number = 1; number <= 40; number++) {
      byte[] payload = Frames.random(random, 100 + random.nextInt(3000));
      frames.add(Frames.frame(MessageLayout.WRITE, number, payload));
    }
  }

  /** What was sent, call by call. */
  private static final class RecordedWire implements Mischief.Wire {
    final List<byte[]> sent = new ArrayList<>();
    int noted;
    boolean finished;
    boolean reset;

    @Override
    public void send(byte[] bytes, int from, int count) {
      assertThat(finished || reset).as("sent after the end").isFalse();
      byte[] part = new byte[count];
      System.arraycopy(bytes, from, part, 0, count);
      sent.add(part);
    }

    @Override
    public void finish() {
      finished = true;
    }

    @Override
    public void reset() {
      reset = true;
    }

    @Override
    public void note() {
      noted++;
    }

    byte[] all() {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      sent.forEach(all::writeBytes);
      return all.toByteArray();
    }
  }

  private Mischief begin(Kind kind, double toxicity) {
    return kind.begin(random.split(), toxicity);
  }

  private byte[] bytes(int index) {
    return frames.get(index).bytes();
  }

  private byte[] allBytes() {
    return Frames.join(frames.stream().map(Frame::bytes).toArray(byte[][]::new));
  }

  private void passAll(Mischief mischief) throws Exception {
    for (Frame frame : frames) {
      mischief.pass(frame, wire);
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"LATENCY", "JITTER", "BANDWIDTH", "SLICER", "TIMEOUT", "BLACK_HOLE"})
  void withoutToxicityIsHarmless(Kind kind) throws Exception {
    passAll(begin(kind, 0));
    assertThat(wire.all()).isEqualTo(allBytes());
    assertThat(wire.noted).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"LATENCY", "BANDWIDTH"})
  void takesTimeAndChangesNothing(Kind kind) throws Exception {
    byte[] large = new byte[20_000];
    Frame frame = Frames.frame(MessageLayout.WRITE, 1, large);
    begin(kind, 1).pass(frame, wire);
    assertThat(System.nanoTime() - frame.arrivedNanos())
        .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(19));
    assertThat(wire.all()).isEqualTo(frame.bytes());
    assertThat(wire.noted).isOne();
  }

  @Test
  void jitterKeepsTheOrder() throws Exception {
    passAll(begin(Kind.JITTER, 1));
    assertThat(wire.all()).isEqualTo(allBytes());
  }

  @Test
  void slicesHeadersIntoSingleBytes() throws Exception {
    passAll(begin(Kind.SLICER, 1));
    assertThat(wire.all()).isEqualTo(allBytes());
    assertThat(wire.sent.subList(0, HEADER_BYTES)).allMatch(part -> part.length == 1);
  }

  @Test
  void resetsInTheMiddleOfAMessage() throws Exception {
    begin(Kind.RESET_PEER, 1).pass(frames.getFirst(), wire);
    assertThat(wire.reset).isTrue();
    assertThat(wire.all().length).isLessThan(frames.getFirst().length());
  }

  @Test
  void finishesInTheMiddleOfAMessage() throws Exception {
    begin(Kind.LIMIT_DATA, 1).pass(frames.getFirst(), wire);
    assertThat(wire.finished).isTrue();
    assertThat(wire.all().length).isLessThan(frames.getFirst().length());
  }

  @Test
  void finishesLateBetweenMessages() throws Exception {
    long begun = System.nanoTime();
    begin(Kind.SLOW_CLOSE, 1).pass(frames.getFirst(), wire);
    assertThat(wire.finished).isTrue();
    assertThat(wire.sent).isEmpty();
    assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(199));
  }

  @Test
  void aTimeoutHoldsAllBackUntilItIsOver() throws Exception {
    Mischief mischief = begin(Kind.TIMEOUT, 1);
    passAll(mischief);
    mischief.idle(wire);
    mischief.end(wire);
    assertThat(wire.sent).isEmpty();
    assertThat(wire.finished).isFalse();
    mischief.release(wire);
    assertThat(wire.all()).isEqualTo(allBytes());
    assertThat(wire.finished).isTrue();
  }

  @Test
  void aBlackHoleKeepsAllForEver() throws Exception {
    Mischief mischief = begin(Kind.BLACK_HOLE, 0);
    passAll(mischief);
    mischief.release(wire);
    assertThat(wire.sent).isEmpty();
    assertThat(wire.noted).isEqualTo(frames.size());
  }

  @Test
  void dropsSomeMessages() throws Exception {
    passAll(begin(Kind.DROP, 0.5));
    assertThat(wire.noted).isBetween(1, frames.size() - 1);
    assertThat(wire.sent).hasSize(frames.size() - wire.noted);
  }

  @Test
  void duplicatesMessages() throws Exception {
    begin(Kind.DUPLICATE, 1).pass(frames.getFirst(), wire);
    assertThat(wire.sent).containsExactly(bytes(0), bytes(0));
  }

  @Test
  void reordersNeighbours() throws Exception {
    Mischief mischief = begin(Kind.REORDER, 1);
    mischief.pass(frames.get(0), wire);
    mischief.pass(frames.get(1), wire);
    assertThat(wire.sent).containsExactly(bytes(1), bytes(0));
    mischief.pass(frames.get(2), wire);
    mischief.idle(wire);
    assertThat(wire.sent).hasSize(3).endsWith(bytes(2));
  }

  @Test
  void sendsOldMessagesAgainLongAfter() throws Exception {
    Mischief mischief = begin(Kind.STALE_REPLY, 1);
    passAll(mischief);
    assertThat(wire.sent).hasSizeGreaterThan(frames.size());
    assertThat(wire.sent.get(32)).isEqualTo(bytes(0));
    int before = wire.sent.size();
    mischief.release(wire);
    assertThat(wire.sent).hasSize(before + 1);
  }

  @Test
  void flipsOneTo64BitsOfTheHeaderOnly() throws Exception {
    passAll(begin(Kind.FLIP_HEADER, 1));
    for (int i = 0; i < frames.size(); i++) {
      assertThat(flipped(i, 0, HEADER_BYTES)).isBetween(1, 64);
      assertThat(flipped(i, HEADER_BYTES, bytes(i).length)).isZero();
    }
  }

  @Test
  void flipsOneTo64BitsOfThePayloadOnly() throws Exception {
    passAll(begin(Kind.FLIP_PAYLOAD, 1));
    for (int i = 0; i < frames.size(); i++) {
      assertThat(flipped(i, 0, HEADER_BYTES)).isZero();
      assertThat(flipped(i, HEADER_BYTES, bytes(i).length)).isBetween(1, 64);
    }
  }

  private int flipped(int index, int from, int to) {
    int bits = 0;
    for (int at = from; at < to; at++) {
      bits += Integer.bitCount((wire.sent.get(index)[at] ^ bytes(index)[at]) & 0xff);
    }
    return bits;
  }

  @Test
  void doesNotTouchAMessageWithoutPayload() throws Exception {
    Frame ping = Frames.frame(MessageLayout.PING, 1, new byte[0]);
    begin(Kind.FLIP_PAYLOAD, 1).pass(ping, wire);
    assertThat(wire.all()).isEqualTo(ping.bytes());
    assertThat(wire.noted).isZero();
  }

  @Test
  void truncatesAMessageAndGoesOn() throws Exception {
    passAll(begin(Kind.TRUNCATE, 1));
    assertThat(wire.sent).hasSize(frames.size());
    for (int i = 0; i < frames.size(); i++) {
      assertThat(bytes(i)).startsWith(wire.sent.get(i)).hasSizeGreaterThan(wire.sent.get(i).length);
    }
  }

  @Test
  void leavesAtLeastOneByteOfATruncatedMessage() throws Exception {
    RandomGenerator lowest = () -> 0;
    passAll(Kind.TRUNCATE.begin(lowest, 1));
    assertThat(wire.sent).hasSize(frames.size()).allMatch(part -> part.length == 1);
  }
}
