package io.elasticmemory.samples.chaos;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;

import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** Messages to try a proxy on. */
final class Frames {
  private Frames() {}

  static byte[] request(int operation, long number, byte[] payload) {
    MessageHeader header = new MessageHeader().ask(operation, number);
    header.length = payload.length;
    return message(header, payload);
  }

  static byte[] answer(int operation, long number, byte[] payload) {
    MessageHeader header = new MessageHeader().ask(operation, number).answer(MessageLayout.OK);
    header.length = payload.length;
    return message(header, payload);
  }

  /** A message whose payload takes other bytes on its way than its header says. */
  static byte[] message(MessageHeader header, byte[] payload) {
    byte[] bytes = Arrays.copyOf(new byte[HEADER_BYTES], HEADER_BYTES + payload.length);
    header.write(MemorySegment.ofArray(bytes), 0);
    System.arraycopy(payload, 0, bytes, HEADER_BYTES, payload.length);
    return bytes;
  }

  static byte[] random(RandomGenerator random, int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  static Frame frame(int operation, long number, byte[] payload) {
    return new Frame(request(operation, number, payload), operation, System.nanoTime());
  }

  static byte[] join(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      int at = all.length;
      all = Arrays.copyOf(all, at + part.length);
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }
}
