package io.elasticmemory.exporter;

import static io.elasticmemory.wire.MessageLayout.HEADER_BYTES;
import static io.elasticmemory.wire.MessageLayout.HELLO_BYTES;
import static io.elasticmemory.wire.MessageLayout.U32;
import static io.elasticmemory.wire.MessageLayout.U64;
import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.wire.MessageHeader;
import io.elasticmemory.wire.MessageLayout;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.zip.CRC32C;

/**
 * A client that sends exactly what a test wants to send, one request at a time or many, and waits
 * no longer than ten seconds for anything.
 */
final class TestClient implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;

  final Socket socket;
  final MessageHeader header = new MessageHeader();
  private final InputStream in;
  private final OutputStream out;

  long space = 1;
  int donor;
  long epoch = 1;
  long connection = 1;
  int role = MessageLayout.URGENT;
  long instance;
  long lease;
  int leasedSlabs;

  /** The bit of a hello's payload that turns over on its way; negative for none. */
  int damagesHelloAt = -1;

  private long request;

  TestClient(InetSocketAddress address) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    socket.connect(address, TIMEOUT_MILLIS);
    in = socket.getInputStream();
    out = socket.getOutputStream();
  }

  /** A client of a space that has said hello and was welcomed. */
  static TestClient of(Exporter exporter, long space) throws IOException {
    TestClient client = new TestClient(exporter.address());
    client.space = space;
    assertThat(client.hello()).isEqualTo(MessageLayout.OK);
    return client;
  }

  static byte[] pattern(int bytes, int seed) {
    byte[] pattern = new byte[bytes];
    new java.util.Random(seed).nextBytes(pattern);
    return pattern;
  }

  // ---- what well-behaved clients ask

  int hello() throws IOException {
    sendHello();
    int status = receive();
    if (status == MessageLayout.OK) {
      instance = header.instance;
      byte[] payload = receive(HELLO_BYTES);
      assertThat(header.payloadCrc).as("checksum of the welcome").isEqualTo(crc(payload));
      MemorySegment welcome = MemorySegment.ofArray(payload);
      lease = welcome.get(U64, MessageLayout.WELCOME_LEASE_AT);
      leasedSlabs = welcome.get(U32, MessageLayout.WELCOME_LEASED_SLABS_AT);
    }
    return status;
  }

  void sendHello() throws IOException {
    byte[] payload = new byte[HELLO_BYTES];
    MemorySegment hello = MemorySegment.ofArray(payload);
    hello.set(U64, MessageLayout.HELLO_SPACE_ID_HIGH_AT, space);
    hello.set(U64, MessageLayout.HELLO_SPACE_ID_LOW_AT, ~space);
    hello.set(U64, MessageLayout.HELLO_CONNECTION_AT, connection);
    hello.set(U32, MessageLayout.HELLO_DONOR_AT, donor);
    hello.set(U32, MessageLayout.HELLO_ROLE_AT, role);
    ask(MessageLayout.HELLO).length = HELLO_BYTES;
    header.instance = 0;
    header.payloadCrc = crc(payload);
    if (damagesHelloAt >= 0) {
      payload[damagesHelloAt >> 3] ^= (byte) (1 << (damagesHelloAt & 7));
    }
    send(payload);
  }

  int lease(long slabs) throws IOException {
    ask(MessageLayout.LEASE).offset = slabs;
    header.lease = 0;
    send();
    int status = receive();
    if (status == MessageLayout.OK) {
      lease = header.lease;
      leasedSlabs = (int) header.offset;
    }
    return status;
  }

  int write(long offset, byte[] bytes) throws IOException {
    sendWrite(offset, bytes);
    return receive();
  }

  void sendWrite(long offset, byte[] bytes) throws IOException {
    sendRaw(writeRequest(offset, bytes));
  }

  byte[] writeRequest(long offset, byte[] bytes) {
    askWrite(offset, bytes);
    return withHeader(bytes);
  }

  byte[] readRequest(long offset, int length) {
    ask(MessageLayout.READ).offset = offset;
    header.length = length;
    return headerBytes();
  }

  void askWrite(long offset, byte[] bytes) {
    ask(MessageLayout.WRITE).offset = offset;
    header.length = bytes.length;
    header.payloadCrc = crc(bytes);
  }

  private static int crc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  int read(long offset, int length) throws IOException {
    sendRead(offset, length);
    return receive();
  }

  void sendRead(long offset, int length) throws IOException {
    sendRaw(readRequest(offset, length));
  }

  byte[] readBytes(long offset, int length) throws IOException {
    assertThat(read(offset, length)).as("status").isEqualTo(MessageLayout.OK);
    assertThat(header.length).isEqualTo(length);
    return receive(length);
  }

  int ping() throws IOException {
    ask(MessageLayout.PING);
    send();
    return receive();
  }

  int release() throws IOException {
    ask(MessageLayout.RELEASE);
    send();
    return receive();
  }

  // ---- bytes

  /** Begins a request with what every request of this client has. */
  MessageHeader ask(int operation) {
    header.ask(operation, ++request);
    header.lease = lease;
    header.epoch = epoch;
    header.instance = instance;
    return header;
  }

  byte[] headerBytes() {
    byte[] bytes = new byte[HEADER_BYTES];
    header.write(MemorySegment.ofArray(bytes), 0);
    return bytes;
  }

  private byte[] withHeader(byte[] payload) {
    byte[] message = java.util.Arrays.copyOf(headerBytes(), HEADER_BYTES + payload.length);
    System.arraycopy(payload, 0, message, HEADER_BYTES, payload.length);
    return message;
  }

  void send() throws IOException {
    sendRaw(headerBytes());
  }

  void send(byte[] payload) throws IOException {
    sendRaw(withHeader(payload));
  }

  void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Receives a header; its status. */
  int receive() throws IOException {
    MessageHeader.Found found = header.read(MemorySegment.ofArray(receive(HEADER_BYTES)), 0);
    assertThat(found).isEqualTo(MessageHeader.Found.HEADER);
    return header.status;
  }

  byte[] receive(int bytes) throws IOException {
    byte[] received = in.readNBytes(bytes);
    if (received.length < bytes) {
      throw new EOFException();
    }
    return received;
  }

  /** True if the other side closes the connection, whatever it says before. */
  boolean isClosedByExporter() throws IOException {
    try {
      while (in.read() >= 0) {
        // Skipped.
      }
      return true;
    } catch (java.net.SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
