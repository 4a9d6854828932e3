package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.PAYLOAD_BYTES_MAX;
import static io.elasticmemory.wire.MessageLayout.SLAB_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;
import static java.util.Objects.requireNonNull;

import io.elasticmemory.EmpException;
import io.elasticmemory.codec.Lz4;
import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import io.elasticmemory.wire.SegmentCrc;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is said on one connection, from hello to bye. Nothing a client sends is believed: a header
 * has its checksum, a range its lease, a lease its tenant.
 *
 * <pre>
 *   hello ──▶ waits for older connections to end ──▶ welcome ──▶ requests, one by one ──▶ end
 *     └────────────────── what makes no sense: refused ──────────────┴───────────────────▲
 * </pre>
 */
final class Conversation {
  private static final Logger log = LoggerFactory.getLogger(Conversation.class);

  /** How long a newcomer waits for its predecessors to end; each needs one failing system call. */
  private static final long PREDECESSORS_MILLIS_MAX = 5_000;

  private final Connection connection;
  private final MessageChannel messages;
  private final Lending lending;
  private final Arena arena;
  private final MessageHeader header = new MessageHeader();
  private final CRC32C crc = new CRC32C();
  private Tenants.@Nullable Tenant tenant;

  /** Made when it is first needed. */
  private @Nullable PiecedPayloads pieces;

  /** The way past us to the slabs; it ends with the conversation. */
  private @Nullable SlabsSession rdma;

  /** Made when it is first needed. */
  private @Nullable WordRequests words;

  private long lastRequest;

  /** Why the conversation is over; null while it goes on. */
  private @Nullable String over;

  /** A conversation whose buffers live as long as the arena. */
  Conversation(Connection connection, MessageChannel messages, Lending lending, Arena arena) {
    this.connection = connection;
    this.messages = messages;
    this.lending = lending;
    this.arena = arena;
  }

  /** Serves the client to the end; says why it was the end. */
  String run() throws IOException, InterruptedException {
    try {
      greet();
      while (over == null) {
        serve();
      }
      return over;
    } finally {
      messages.forget();
      closeRdma();
      if (words != null) {
        words.close();
      }
      if (tenant != null) {
        lending.tenants().ended(connection, tenant);
      }
    }
  }

  // ---- hello

  private void greet() throws IOException, InterruptedException {
    if (!next(Deadline.HANDSHAKE_NANOS)) {
      return;
    }
    if (header.operation != MessageLayout.HELLO || header.length != HELLO_BYTES) {
      refuse(MessageLayout.BAD_REQUEST, "does not begin with a hello");
      return;
    }
    if (!messages.await(HELLO_BYTES, Deadline.MESSAGE_NANOS)) {
      over = "the client ended after half a hello";
      return;
    }
    if (!messages.hasCrc(HELLO_BYTES, header.payloadCrc)) {
      refuse(MessageLayout.BAD_REQUEST, "says hello in a way that was damaged");
      return;
    }
    Hello hello = messages.readHello(header.epoch);
    if (hello.isPlausible()) {
      takeIn(hello);
    } else {
      refuse(MessageLayout.BAD_REQUEST, "says hello in a way that makes no sense");
    }
  }

  private void takeIn(Hello hello) throws IOException, InterruptedException {
    connection.saidHello(hello);
    Tenants.Greeting greeting = lending.tenants().greet(connection, hello);
    if (greeting == null) {
      refuse(MessageLayout.SUPERSEDED, "a newer one of its space was here before");
      return;
    }
    tenant = greeting.tenant();
    for (Connection older : greeting.older()) {
      older.close("superseded by " + connection);
    }
    for (Connection older : greeting.older()) {
      if (!older.awaitEnd(PREDECESSORS_MILLIS_MAX)) {
        refuse(MessageLayout.BUSY, "its predecessor does not end");
        return;
      }
    }
    welcome(greeting.tenant());
    log.debug("{}: {}", connection, hello);
  }

  private void welcome(Tenants.Tenant tenant) throws IOException {
    Lease lease = tenant.lease();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment payload = arena.allocate(HELLO_BYTES);
      payload.set(U64, MessageLayout.WELCOME_LEASE_AT, lease == null ? 0 : lease.id());
      payload.set(U32, MessageLayout.WELCOME_LEASED_SLABS_AT, lease == null ? 0 : lease.slabs());
      payload.set(U32, MessageLayout.WELCOME_FREE_SLABS_AT, lending.pool().freeSlabs());
      payload.set(U32, MessageLayout.WELCOME_TOTAL_SLABS_AT, lending.pool().slabs());
      payload.set(U32, MessageLayout.WELCOME_LEASE_MILLIS_AT, lending.leaseMillis());
      payload.set(U32, MessageLayout.WELCOME_PAYLOAD_BYTES_MAX_AT, PAYLOAD_BYTES_MAX);
      payload.set(U32, MessageLayout.WELCOME_ABILITIES_AT, lending.abilities());
      MessageHeader answer = answer(MessageLayout.OK, HELLO_BYTES);
      answer.payloadCrc = new SegmentCrc().of(payload, 0, HELLO_BYTES);
      messages.write(answer, payload);
    }
  }

  // ---- requests

  private void serve() throws IOException, InterruptedException {
    if (!next(lending.leaseNanos())) {
      return;
    }
    Tenants.Tenant tenant = requireNonNull(this.tenant);
    tenant.heard();
    if (header.epoch != connection.hello().epoch() || header.instance != lending.instance()) {
      refuse(MessageLayout.BAD_REQUEST, "names another epoch or exporter than at its hello");
      return;
    }
    switch (header.operation) {
      case MessageLayout.READ -> read(tenant, null);
      case MessageLayout.WRITE -> write(tenant, null);
      case MessageLayout.READ_COMPRESSED, MessageLayout.WRITE_COMPRESSED -> serveInPieces(tenant);
      case MessageLayout.PING -> messages.write(answer(MessageLayout.OK, 0));
      case MessageLayout.LEASE -> lease(tenant);
      case MessageLayout.RELEASE -> release(tenant);
      case MessageLayout.RDMA_OPEN -> openRdma(tenant);
      case MessageLayout.RDMA_CLOSE -> {
        closeRdma();
        messages.write(answer(MessageLayout.OK, 0));
      }
      case MessageLayout.WORDS_OPEN, MessageLayout.SWAP_WORD, MessageLayout.ADD_WORD ->
          serveWords();
      case MessageLayout.BYE -> bye();
      default -> refuse(MessageLayout.BAD_REQUEST, "asks for operation " + header.operation);
    }
  }

  private void lease(Tenants.Tenant tenant) throws IOException, InterruptedException {
    if (header.offset < 1 || header.offset > MessageLayout.SLABS_MAX) {
      messages.write(answer(MessageLayout.BAD_RANGE, 0));
      return;
    }
    Tenants.Grant grant = lending.tenants().lease(tenant, (int) header.offset);
    Lease lease = grant.lease();
    header.lease = lease == null ? 0 : lease.id();
    header.offset = grant.slabs();
    messages.write(answer(MessageLayout.OK, 0));
  }

  private void release(Tenants.Tenant tenant) throws IOException {
    // Slabs are not free while answers from them wait, or a device may touch them.
    messages.flush();
    closeRdma();
    boolean released = lending.tenants().release(tenant, header.lease);
    messages.write(answer(released ? MessageLayout.OK : MessageLayout.NO_LEASE, 0));
  }

  private void openRdma(Tenants.Tenant tenant) throws IOException {
    RdmaService service = lending.rdma();
    if (service == null) {
      refuse(MessageLayout.BAD_REQUEST, "asks for RDMA, which it was not offered");
      return;
    }
    closeRdma();
    Lease lease = tenant.lease(header.lease);
    int status;
    try {
      rdma = lease == null ? null : service.open(lease);
      status = rdma == null ? MessageLayout.NO_LEASE : MessageLayout.OK;
    } catch (EmpException e) {
      log.warn("{}: no RDMA: {}", connection, e.getMessage());
      status = MessageLayout.NO_RDMA;
    }
    header.offset = rdma == null ? 0 : rdma.token();
    MessageHeader opened = answer(status, rdma == null ? 0 : rdma.directoryKey());
    opened.epoch = rdma == null ? 0 : rdma.directoryAddress();
    messages.write(opened);
  }

  private void closeRdma() {
    if (rdma != null) {
      rdma.close();
      rdma = null;
    }
  }

  private void serveWords() throws IOException {
    SharedWords shared = lending.words();
    if (shared == null) {
      refuse(MessageLayout.BAD_REQUEST, "asks for words, which it was not offered");
      return;
    }
    if (words == null) {
      words = new WordRequests(messages, lending, shared);
    }
    header.instance = lending.instance();
    String wrong = words.serve(header);
    if (wrong != null) {
      refuse(MessageLayout.BAD_REQUEST, wrong);
    }
  }

  private void bye() throws IOException {
    messages.flush();
    over = "bye";
  }

  /** As read and write, with a payload that travels compressed. */
  private void serveInPieces(Tenants.Tenant tenant) throws IOException {
    Lz4 lz4 = lending.lz4();
    if (lz4 == null) {
      refuse(MessageLayout.BAD_REQUEST, "asks for compression, which it was not offered");
      return;
    }
    if (pieces == null) {
      pieces = new PiecedPayloads(messages, lz4, arena);
    }
    if (header.operation == MessageLayout.READ_COMPRESSED) {
      read(tenant, pieces);
    } else {
      write(tenant, pieces);
    }
  }

  private void read(Tenants.Tenant tenant, @Nullable PiecedPayloads inPieces) throws IOException {
    int length = header.length;
    Lease lease = tenant.lease(header.lease);
    if (lease == null || !lease.enter()) {
      messages.write(answer(MessageLayout.NO_LEASE, 0));
      return;
    }
    boolean collected = false;
    try {
      if (length > PAYLOAD_BYTES_MAX || !lease.holds(header.offset, length)) {
        messages.write(answer(MessageLayout.BAD_RANGE, 0));
      } else if (inPieces == null) {
        ByteBuffer bytes = bytes(lease, length);
        collected = true;
        messages.write(answer(MessageLayout.OK, length), bytes, lease);
      } else {
        ByteBuffer bytes = bytes(lease, length);
        messages.write(answer(MessageLayout.OK, length));
        inPieces.send(bytes);
      }
    } finally {
      if (!collected) {
        lease.leave();
      }
    }
  }

  private void write(Tenants.Tenant tenant, @Nullable PiecedPayloads inPieces) throws IOException {
    int length = header.length;
    if (length < 1 || length > PAYLOAD_BYTES_MAX) {
      refuse(MessageLayout.BAD_REQUEST, "writes " + length + " bytes at once");
      return;
    }
    Lease lease = tenant.lease(header.lease);
    if (lease == null || !lease.enter()) {
      answerWrite(skip(length, inPieces, MessageLayout.NO_LEASE));
      return;
    }
    int status;
    boolean held = false;
    try {
      status = store(lease, length, inPieces);
    } finally {
      held = lease.leave();
    }
    answerWrite(held || MessageLayout.endsConnection(status) ? status : MessageLayout.NO_LEASE);
  }

  private void answerWrite(int status) throws IOException {
    if (MessageLayout.endsConnection(status)) {
      refuse(status, "writes a piece of a size that none has");
    } else {
      messages.write(answer(status, 0));
    }
  }

  private int store(Lease lease, int length, @Nullable PiecedPayloads inPieces) throws IOException {
    if (!lease.holds(header.offset, length)) {
      return skip(length, inPieces, MessageLayout.BAD_RANGE);
    }
    ByteBuffer bytes = bytes(lease, length);
    if (inPieces == null) {
      messages.receive(bytes);
      return check(bytes.flip());
    }
    return switch (inPieces.receive(bytes)) {
      case GOOD -> check(bytes);
      case DAMAGED -> MessageLayout.BAD_CHECKSUM;
      case ILLEGAL -> MessageLayout.BAD_REQUEST;
    };
  }

  /** What was stored must be what was to be stored, however it travelled. */
  private int check(ByteBuffer bytes) {
    crc.reset();
    crc.update(bytes);
    boolean good = (int) crc.getValue() == header.payloadCrc;
    return good ? MessageLayout.OK : MessageLayout.BAD_CHECKSUM;
  }

  private int skip(int length, @Nullable PiecedPayloads inPieces, int status) throws IOException {
    if (inPieces == null) {
      messages.skip(length);
      return status;
    }
    return inPieces.skip(length) ? status : MessageLayout.BAD_REQUEST;
  }

  private ByteBuffer bytes(Lease lease, int length) {
    int slab = lease.slabOf(header.offset);
    return lending.pool().bytes(slab, (int) (header.offset % SLAB_BYTES), length);
  }

  // ---- headers

  /** Takes the next header apart; false if the conversation is over. */
  private boolean next(long idleNanos) throws IOException {
    if (!messages.await(HEADER_BYTES, idleNanos)) {
      over = "ended by the client";
      return false;
    }
    switch (messages.read(header)) {
      case HEADER -> requireNext();
      case OTHER_VERSION -> {
        int version = header.version;
        header.clear();
        refuse(MessageLayout.BAD_VERSION, "speaks version " + version);
      }
      case GARBAGE -> {
        header.clear();
        refuse(MessageLayout.BAD_REQUEST, "sends what is no message");
      }
    }
    return over == null;
  }

  /** A request that came twice, or late, would be done twice, or over what came after it. */
  private void requireNext() throws IOException {
    if (header.request <= lastRequest) {
      refuse(
          MessageLayout.BAD_REQUEST,
          "sends request %d after request %d".formatted(header.request, lastRequest));
    }
    lastRequest = header.request;
  }

  private MessageHeader answer(int status, int length) {
    header.answer(status);
    header.length = length;
    header.instance = lending.instance();
    return header;
  }

  /** Answers with a status that ends the connection. */
  private void refuse(int status, String why) throws IOException {
    over = why;
    messages.write(answer(status, 0));
    messages.linger();
  }
}
