package io.elasticmemory.tiering.words;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.WordsLayout.GRANT_BYTES;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.EmpException;
import io.elasticmemory.port.RemoteWords;
import io.elasticmemory.port.RemoteWords.Answer;
import io.elasticmemory.port.RemoteWords.Outcome;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import io.elasticmemory.wire.WordsLayout.Grant;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whatever answers to a client of words: it is told what is wrong, or how an operation ended, in
 * time, and nothing else is thrown. An answer that was not a good one is never DONE.
 */
class WordsAnswersFuzzTest {
  private static final int TRIES = 4_000;
  private static final int REPAIRED = 1;
  private static final int HEAD_BYTES = 1;

  /** A welcome, a grant and an answer, one behind the other. */
  private static final int GRANT_AT = HEADER_BYTES + HELLO_BYTES;

  private static final int ANSWER_AT = GRANT_AT + HEADER_BYTES + GRANT_BYTES;
  private static final int ALL_BYTES = ANSWER_AT + HEADER_BYTES;

  private static byte[] sample(int flags) {
    byte[] bytes = new byte[HEAD_BYTES + ALL_BYTES];
    bytes[0] = (byte) flags;
    MemorySegment answers = MemorySegment.ofArray(bytes).asSlice(HEAD_BYTES);
    answers.set(U32, HEADER_BYTES + MessageLayout.WELCOME_LEASE_MILLIS_AT, 30_000);
    answers.set(U32, HEADER_BYTES + MessageLayout.WELCOME_ABILITIES_AT, MessageLayout.WORDS);
    Grant.byExporter(8).write(answers.asSlice(GRANT_AT + HEADER_BYTES));
    put(answers, 0, MessageLayout.HELLO, 1, HELLO_BYTES);
    put(answers, GRANT_AT, MessageLayout.WORDS_OPEN, 2, GRANT_BYTES);
    put(answers, ANSWER_AT, MessageLayout.ADD_WORD, 3, 0);
    return bytes;
  }

  private static void put(
      MemorySegment answers, int at, int operation, long request, int payloadBytes) {
    MessageHeader header = new MessageHeader().ask(operation, request).answer(MessageLayout.OK);
    header.instance = 77;
    header.offset = 5;
    header.length = payloadBytes;
    header.payloadCrc =
        payloadBytes == 0 ? 0 : new SegmentCrc().of(answers, at + HEADER_BYTES, payloadBytes);
    header.write(answers, at);
  }

  @Test
  void takesTheAnswersThatAreDamagedBelow() {
    byte[] good = sample(0);
    try (RemoteWords words = open(Arrays.copyOfRange(good, HEAD_BYTES, good.length))) {
      assertThat(words.count()).isEqualTo(8);
      assertThat(words.fetchAndAdd(0, 1)).isEqualTo(new Answer(Outcome.DONE, 5));
      assertThat(words.fetchAndAdd(0, 1).outcome()).isEqualTo(Outcome.NOT_DONE);
    }
  }

  @Test
  void survivesWhateverIsAnswered() {
    List<byte[]> samples = new ArrayList<>(List.of(sample(0), sample(REPAIRED)));
    new Mutations("WordsAnswersFuzzTest").tryOn(samples, TRIES, this::answers);
  }

  @FuzzTest
  void answers(byte[] data) {
    if (data.length < HEAD_BYTES) {
      return;
    }
    byte[] bytes = Arrays.copyOfRange(data, HEAD_BYTES, data.length);
    if ((data[0] & REPAIRED) != 0 && bytes.length >= ALL_BYTES) {
      repair(MemorySegment.ofArray(bytes));
    }
    try (RemoteWords words = open(bytes)) {
      assertThat(words.count()).isPositive();
      Answer answer = words.fetchAndAdd(0, 1);
      boolean isGood = answer.outcome() == Outcome.DONE;
      assertThat(isGood || !words.lastFailure().isEmpty()).isTrue();
      assertThat(isGood || answer.before() == 0).isTrue();
    } catch (EmpException e) {
      assertThat(e.kind()).isEqualTo(EmpException.Kind.DONOR);
    }
  }

  /** The damage is then behind the checksums. */
  private static void repair(MemorySegment answers) {
    int[] payloads = {HELLO_BYTES, GRANT_BYTES, 0};
    int[] starts = {0, GRANT_AT, ANSWER_AT};
    for (int i = 0; i < starts.length; i++) {
      int at = starts[i];
      SegmentCrc crc = new SegmentCrc();
      if (payloads[i] > 0) {
        int sum = crc.of(answers, at + HEADER_BYTES, payloads[i]);
        answers.set(U32, at + MessageLayout.PAYLOAD_CRC_AT, sum);
      }
      int sum = crc.of(answers, at, MessageLayout.HEADER_CRC_AT);
      answers.set(U32, at + MessageLayout.HEADER_CRC_AT, sum);
    }
  }

  private static RemoteWords open(byte[] answers) {
    SaidSockets sockets = new SaidSockets(answers);
    return ExporterWords.open(
        "the exporter",
        new InetSocketAddress("127.0.0.1", 1),
        sockets,
        sockets::nanoTime,
        Duration.ofSeconds(1),
        null);
  }
}
