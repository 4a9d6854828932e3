package io.elasticmemory.tiering.store;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.port.Stream;
import io.elasticmemory.port.Transfer;
import io.elasticmemory.port.Transfer.Outcome;
import io.elasticmemory.tiering.store.LinkFailure.Trouble;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Answers on their way in. An exporter is believed no more than a client: an answer must be to a
 * request that is under way and of the length that was asked for. Payloads go straight into their
 * frames. Allocates nothing as long as the exporter does as it should.
 */
final class Receiver {
  private static final int SHOWN_BYTES = 8;

  private final Flights flights;
  private final Control control;
  private final Sender sender;
  private final MemorySegment buffer = Arena.ofAuto().allocate((Flights.MAX + 2) * HEADER_BYTES, 8);
  private final MessageHeader header = new MessageHeader();
  private final SegmentCrc crc = new SegmentCrc();

  /** Bytes at the start of the buffer that are not used yet. */
  private int filled;

  /** The read whose payload comes next, -1 if a header does. */
  private int payloadPlace = -1;

  private int payloadReceived;
  private String refusal = "";

  /** Null unless payloads may travel compressed. */
  private final @Nullable PieceReceiver pieces;

  /** Whether the payload that comes next does. */
  private boolean inPieces;

  Receiver(Flights flights, Control control, Sender sender, @Nullable WireCompression compression) {
    this.flights = flights;
    this.control = control;
    this.sender = sender;
    pieces = compression == null ? null : new PieceReceiver(compression);
  }

  /** The connection is lost. */
  void reset() {
    filled = 0;
    payloadPlace = -1;
  }

  /** The last transfer that was refused, in words; empty if none was. */
  String refusal() {
    return refusal;
  }

  /** True if the exporter has to answer something. */
  boolean isOwed() {
    return control.isOwed() || flights.sentReads() + flights.sentWrites() > 0;
  }

  // ---- the welcome

  /** Receives the answer to a hello; null as long as it is not complete. */
  @Nullable Welcome receiveWelcome(Stream stream) throws IOException {
    if (filled < HEADER_BYTES) {
      receiveInto(stream, HEADER_BYTES);
      requireMagic();
      if (filled < HEADER_BYTES) {
        return null;
      }
      requireWelcome(header.read(buffer, 0));
    }
    receiveInto(stream, HEADER_BYTES + HELLO_BYTES);
    if (filled < HEADER_BYTES + HELLO_BYTES) {
      return null;
    }
    filled = 0;
    if (crc.of(buffer, HEADER_BYTES, HELLO_BYTES) != header.payloadCrc) {
      throw new LinkFailure(Trouble.BROKEN, "its welcome arrived damaged");
    }
    control.answer(header);
    return Welcome.read(header.instance, buffer, HEADER_BYTES);
  }

  private void receiveInto(Stream stream, int upTo) throws IOException {
    long bytes = stream.receive(buffer, filled, upTo - filled);
    if (bytes < 0) {
      throw new LinkFailure(Trouble.FOREIGN, "it closed the connection without a proper answer");
    }
    filled += (int) bytes;
  }

  /** Says early that this is no exporter: what else talks may talk less than a header. */
  private void requireMagic() throws LinkFailure {
    if (filled >= Integer.BYTES
        && buffer.get(MessageLayout.U32, MessageLayout.MAGIC_AT) != MessageLayout.MAGIC) {
      throw foreign();
    }
  }

  private void requireWelcome(MessageHeader.Found found) throws LinkFailure {
    if (found == MessageHeader.Found.GARBAGE) {
      throw foreign();
    }
    if (found == MessageHeader.Found.OTHER_VERSION) {
      // Its checksum is unknown, so nothing else it says may have consequences.
      throw new LinkFailure(
          Trouble.VERSION,
          "it speaks protocol version %d and this build version %d"
              .formatted(header.version, MessageLayout.VERSION));
    }
    if (header.status != MessageLayout.OK) {
      throw refused();
    }
    if (header.operation != (MessageLayout.HELLO | MessageLayout.ANSWER)
        || header.request != control.number()
        || header.length != HELLO_BYTES
        || header.instance == 0) {
      throw foreign();
    }
  }

  private LinkFailure refused() {
    return switch (header.status) {
      case MessageLayout.TOO_MANY_CONNECTIONS ->
          new LinkFailure(Trouble.FULL, "it has as many connections as it may");
      case MessageLayout.SUPERSEDED ->
          new LinkFailure(Trouble.GONE, "a newer pager of this space has taken over");
      case MessageLayout.BUSY -> new LinkFailure(Trouble.BROKEN, "it is busy, try again");
      default -> new LinkFailure(Trouble.FOREIGN, MessageLayout.describeStatus(header.status));
    };
  }

  private LinkFailure foreign() {
    byte[] bytes = buffer.asSlice(0, Math.min(filled, SHOWN_BYTES)).toArray(JAVA_BYTE);
    return new LinkFailure(
        Trouble.FOREIGN, "it sent " + HexFormat.ofDelimiter(" ").formatHex(bytes));
  }

  // ---- answers

  /**
   * Receives answers.
   *
   * @param bytesMax after so many bytes it is enough for this time
   * @return bytes received
   */
  long receive(Stream stream, long bytesMax) throws IOException {
    if (pieces != null) {
      pieces.turn();
    }
    long total = 0;
    boolean dry = false;
    while (!dry && total < bytesMax && isOwed() && (pieces == null || !pieces.isTired())) {
      long wanted = wanted(bytesMax - total);
      long bytes = receiveNext(stream, wanted);
      if (bytes < 0) {
        throw new LinkFailure(Trouble.BROKEN, "the exporter closed the connection");
      }
      total += bytes;
      dry = bytes < wanted;
    }
    return total;
  }

  private long wanted(long bytesMax) {
    if (payloadPlace >= 0) {
      return payloadWanted(bytesMax);
    }
    int place = placeOfOnlyAnswer();
    return place < 0
        ? headersWanted()
        : HEADER_BYTES - filled + Math.min(bytesMax, flights.transfer(place).bytes());
  }

  private long receiveNext(Stream stream, long wanted) throws IOException {
    if (payloadPlace >= 0) {
      return receivePayload(stream, wanted);
    }
    int place = placeOfOnlyAnswer();
    return place < 0 ? receiveHeaders(stream, wanted) : receiveAnswer(stream, place, wanted);
  }

  /** The read whose answer is the only thing that can come; -1 if there is none. */
  private int placeOfOnlyAnswer() {
    return pieces == null && !control.isOwed() ? flights.onlyRead() : -1;
  }

  /** The header and its payload with one call: half the time of two for 4 KiB. */
  private long receiveAnswer(Stream stream, int place, long wanted) throws IOException {
    Transfer transfer = flights.transfer(place);
    int missing = HEADER_BYTES - filled;
    long bytes =
        stream.receive(
            buffer, filled, missing, transfer.frames(), transfer.frameOffset(), wanted - missing);
    filled += (int) Math.clamp(bytes, 0, missing);
    if (filled == HEADER_BYTES) {
      filled = 0;
      requireHeader(0);
      use();
      count(bytes - missing);
    }
    return bytes;
  }

  private void count(long payloadBytes) throws LinkFailure {
    if (payloadPlace >= 0) {
      payloadReceived = (int) payloadBytes;
      endIfComplete();
    } else if (payloadBytes > 0) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter sends more than its answer");
    }
  }

  /** Looks at an event that no answer explains: the end of the connection, or nonsense. */
  void receiveNothing(Stream stream) throws IOException {
    long bytes = stream.receive(buffer, 0, HEADER_BYTES);
    if (bytes < 0) {
      throw new LinkFailure(Trouble.BROKEN, "the exporter closed the connection");
    }
    if (bytes > 0) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter sends what nobody asked for");
    }
  }

  private long payloadWanted(long bytesMax) {
    if (inPieces) {
      return requireNonNull(pieces).wanted(bytesMax);
    }
    return Math.min(bytesMax, flights.transfer(payloadPlace).bytes() - payloadReceived);
  }

  private long receivePayload(Stream stream, long wanted) throws IOException {
    Transfer transfer = flights.transfer(payloadPlace);
    if (inPieces) {
      return receivePieces(stream, transfer, wanted);
    }
    long bytes =
        stream.receive(transfer.frames(), transfer.frameOffset() + payloadReceived, wanted);
    payloadReceived += (int) Math.max(0, bytes);
    endIfComplete();
    return bytes;
  }

  private void endIfComplete() {
    if (payloadReceived == flights.transfer(payloadPlace).bytes()) {
      flights.end(payloadPlace, Outcome.DONE);
      payloadPlace = -1;
    }
  }

  private long receivePieces(Stream stream, Transfer transfer, long wanted) throws IOException {
    PieceReceiver receiver = requireNonNull(pieces);
    long bytes = receiver.receive(stream, transfer, wanted);
    if (receiver.isDone(transfer)) {
      flights.end(payloadPlace, receiver.isDamaged() ? damaged(transfer) : Outcome.DONE);
      payloadPlace = -1;
    }
    return bytes;
  }

  private Outcome damaged(Transfer transfer) {
    refusal =
        "the %d bytes at %d arrived from the exporter damaged, they do not decompress"
            .formatted(transfer.bytes(), transfer.position());
    return Outcome.FAILED;
  }

  /** While no read is under way only headers can come, and many are taken at once. */
  private long headersWanted() {
    int headers = flights.sentReads() > 0 ? 1 : flights.sentWrites() + (control.isOwed() ? 1 : 0);
    return (long) headers * HEADER_BYTES - filled;
  }

  private long receiveHeaders(Stream stream, long wanted) throws IOException {
    long bytes = stream.receive(buffer, filled, wanted);
    filled += (int) Math.max(0, bytes);
    int used = 0;
    while (filled - used >= HEADER_BYTES) {
      requireHeader(used);
      use();
      used += HEADER_BYTES;
    }
    if (used > 0) {
      MemorySegment.copy(buffer, used, buffer, 0, filled - used);
      filled -= used;
    }
    return bytes;
  }

  private void requireHeader(int at) throws LinkFailure {
    if (payloadPlace >= 0 || header.read(buffer, at) != MessageHeader.Found.HEADER) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter sends what is no answer");
    }
  }

  private void use() throws LinkFailure {
    if (control.isOwed() && header.request == control.number()) {
      requireOperation(control.operation());
      control.answer(header);
      return;
    }
    int place = flights.sentPlace(header.request);
    if (place < 0) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter answers what nobody asked");
    }
    if (sender.isSending(place)) {
      // If it ended now, its frame would be its owner's again while it is still being sent.
      throw new LinkFailure(Trouble.FOREIGN, "the exporter answers a write it does not have yet");
    }
    Transfer transfer = flights.transfer(place);
    requireOperation(sender.operation(transfer));
    if (header.status == MessageLayout.OK) {
      done(place, transfer);
    } else {
      refused(place, transfer);
    }
  }

  private void requireOperation(int operation) throws LinkFailure {
    if (header.operation != (operation | MessageLayout.ANSWER)) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter answers something else than was asked");
    }
  }

  private void done(int place, Transfer transfer) throws LinkFailure {
    if (header.length != (transfer.isWrite() ? 0 : transfer.bytes())) {
      throw new LinkFailure(Trouble.FOREIGN, "the exporter answers with another length than asked");
    }
    if (transfer.isWrite()) {
      flights.end(place, Outcome.DONE);
    } else {
      payloadPlace = place;
      payloadReceived = 0;
      beginPieces();
    }
  }

  private void beginPieces() {
    inPieces = header.operation == (MessageLayout.READ_COMPRESSED | MessageLayout.ANSWER);
    if (inPieces) {
      requireNonNull(pieces).begin();
    }
  }

  private void refused(int place, Transfer transfer) throws LinkFailure {
    if (header.status == MessageLayout.NO_LEASE) {
      throw new LinkFailure(Trouble.GONE, "the exporter has ended the lease");
    }
    refusal =
        "the exporter refused to %s %d bytes at %d: %s"
            .formatted(
                transfer.isWrite() ? "write" : "read",
                transfer.bytes(),
                transfer.position(),
                MessageLayout.describeStatus(header.status));
    flights.end(place, Outcome.FAILED);
  }
}
