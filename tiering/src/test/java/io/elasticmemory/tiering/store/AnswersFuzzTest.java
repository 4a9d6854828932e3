package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.port.Poller;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.PackedLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever an exporter answers, and to whatever greeting: the donor throws nothing, writes nothing
 * outside of the frames that were given to it, ends each transfer once, and is well again when the
 * exporter is.
 */
class AnswersFuzzTest {
  private static final int TRIES = 400;
  private static final int BLOCK = 64 << 10;
  private static final int GUARD_BYTES = 4096;
  private static final byte GUARD = 0x5a;
  private static final int REPAIRS = 1;
  private static final int COMPRESSES = 2;
  private static final int GREETS = 4;
  private static final int HEAD_BYTES = 1;
  private static final int WORLDS_KEPT = 32;

  private int worlds;
  private final MemorySegment frames =
      Arena.ofAuto().allocate(2L * (BLOCK + GUARD_BYTES) + GUARD_BYTES, 4096);

  @Test
  void survivesWhateverIsAnswered() {
    List<byte[]> samples = new ArrayList<>();
    for (int flags = 0; flags < 8; flags++) {
      samples.add(sample(flags, new byte[BLOCK]));
      samples.add(sample(flags, piece(10)));
      samples.add(sample(flags, piece(PackedLayout.PIECE_BYTES)));
    }
    new Mutations("AnswersFuzzTest").tryOn(samples, TRIES, this::answers);
  }

  private static byte[] sample(int flags, byte[] payload) {
    int operation = (flags & GREETS) != 0 ? MessageLayout.HELLO : operation(flags);
    MessageHeader header = new MessageHeader().ask(operation, 256).answer(MessageLayout.OK);
    header.length = BLOCK;
    header.instance = 77;
    byte[] bytes = new byte[HEAD_BYTES + HEADER_BYTES + payload.length];
    bytes[0] = (byte) flags;
    header.write(MemorySegment.ofArray(bytes), HEAD_BYTES);
    System.arraycopy(payload, 0, bytes, HEAD_BYTES + HEADER_BYTES, payload.length);
    return bytes;
  }

  private static int operation(int flags) {
    return (flags & COMPRESSES) != 0 ? MessageLayout.READ_COMPRESSED : MessageLayout.READ;
  }

  private static byte[] piece(int sentBytes) {
    byte[] bytes = new byte[PackedLayout.PREFIX_BYTES + sentBytes];
    MemorySegment piece = MemorySegment.ofArray(bytes);
    int crc = new SegmentCrc().of(piece, PackedLayout.PREFIX_BYTES, sentBytes);
    piece.set(MessageLayout.U32, PackedLayout.SENT_BYTES_AT, sentBytes);
    piece.set(MessageLayout.U32, PackedLayout.SENT_CRC_AT, crc);
    return bytes;
  }

  @FuzzTest
  void answers(byte[] data) {
    if (data.length < HEAD_BYTES + HEADER_BYTES) {
      return;
    }
    new World(data[0]).survive(Arrays.copyOfRange(data, HEAD_BYTES, data.length));
    if (++worlds % WORLDS_KEPT == 0) {
      // Megabytes of each lie off the heap, which the collector knows nothing of.
      System.gc();
    }
  }

  private final class World {
    private final int flags;
    private final FakeExporter exporter = new FakeExporter(1);
    private final Poller poller = exporter.openPoller();
    private final ExporterDonor donor;
    private final List<Transfer> ended = new ArrayList<>();

    World(int flags) {
      this.flags = flags;
      WireCompression compression = (flags & COMPRESSES) != 0 ? TestDonors.compression() : null;
      donor = TestDonors.connect(exporter, poller, TestDonors.borrowing(1), compression);
      frames.fill(GUARD);
    }

    void survive(byte[] answer) {
      if ((flags & GREETS) != 0) {
        exporter.answers = false;
        exporter.cut();
        run(100);
      }
      exporter.answers = false;
      Transfer read = start(false, 0);
      Transfer write = start(true, 1);
      run(2);
      for (FakeStream stream : List.copyOf(exporter.streams)) {
        byte[] sent = answer.clone();
        repair(stream, MemorySegment.ofArray(sent));
        stream.toClient.put(MemorySegment.ofArray(sent), 0, sent.length);
      }
      run(5);
      exporter.cut();
      exporter.answers = true;
      run(1_500);
      assertThat(ended).contains(read, write);
      assertThat(new HashSet<>(ended)).as("none ends twice").hasSameSizeAs(ended);
      requireGuards();
      donor.close();
      poller.close();
    }

    private Transfer start(boolean write, int place) {
      Transfer transfer = new Transfer();
      transfer.ask(write, !write, (long) place * BLOCK, frames, frameAt(place), BLOCK);
      assertThat(donor.start(transfer)).isTrue();
      return transfer;
    }

    private void run(long millis) {
      long end = exporter.clock().nanoTime() + millis * 1_000_000;
      do {
        donor.poll(ended::add);
        poller.await(1_000_000);
        exporter.pass(1);
      } while (exporter.clock().nanoTime() < end);
    }

    /** The damage is then behind the checksum, in an answer to what was asked. */
    private void repair(FakeStream stream, MemorySegment answer) {
      FakeStream.Pipe asked = stream.toExporter;
      if ((flags & REPAIRS) == 0 || asked.size() < HEADER_BYTES) {
        return;
      }
      MessageHeader request = new MessageHeader();
      request.read(asked.bytes(), asked.first());
      answer.set(MessageLayout.U32, MessageLayout.MAGIC_AT, MessageLayout.MAGIC);
      answer.set(MessageLayout.U16, MessageLayout.VERSION_AT, (short) MessageLayout.VERSION);
      answer.set(MessageLayout.U64, MessageLayout.REQUEST_AT, request.request);
      int crc = new SegmentCrc().of(answer, 0, MessageLayout.HEADER_CRC_AT);
      answer.set(MessageLayout.U32, MessageLayout.HEADER_CRC_AT, crc);
    }
  }

  private static long frameAt(int place) {
    return GUARD_BYTES + (long) place * (BLOCK + GUARD_BYTES);
  }

  private void requireGuards() {
    for (int i = 0; i < 3; i++) {
      long at = (long) i * (BLOCK + GUARD_BYTES);
      byte[] guard = frames.asSlice(at, GUARD_BYTES).toArray(ValueLayout.JAVA_BYTE);
      assertThat(guard).as("outside of the frames").containsOnly(GUARD);
    }
  }
}
