package io.elasticmemory.samples.prove.disk;

import io.elasticmemory.EmpException;
import io.elasticmemory.samples.bench.fault.Placement;
import io.elasticmemory.samples.process.CProgram;
import io.elasticmemory.samples.process.Workplace;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A mounted file system in user space: the kernel asks, and a server of this process answers. A
 * small program in C is between them, because Java has no call to mount; it unmounts when this is
 * closed, and when this process ends in whatever way. For any thread.
 */
final class FuseConnection implements AutoCloseable {
  private static final int SECONDS_MAX = 10;
  private static final int MESSAGE_BYTES_MAX = (1 << 20) + 8192;

  /** Answers requests one after the other, in the order in which the kernel asks. */
  @FunctionalInterface
  interface Server {
    /**
     * The answer, at once; what is late says so, and keeps nobody waiting. Null if none is wanted.
     *
     * @param request with its header, in the order of the machine
     */
    @Nullable FuseAnswer answer(ByteBuffer request) throws IOException;
  }

  private final Process relay;
  private final Path directory;
  private final Server server;
  private final CountDownLatch heard = new CountDownLatch(1);
  private volatile boolean isMounted;

  private FuseConnection(Process relay, Path directory, Server server) {
    this.relay = relay;
    this.directory = directory;
    this.server = server;
  }

  /**
   * Mounts it over a directory, at the longest until the workplace ends.
   *
   * @throws EmpException of kind PLATFORM if it cannot be mounted, or there is no C compiler
   */
  static FuseConnection mount(Workplace workplace, Path directory, Server server)
      throws IOException {
    CProgram program = CProgram.compile(workplace, Placement.class, "fuse_pipe");
    Process relay = program.begin(directory.toString());
    FuseConnection connection = new FuseConnection(relay, directory, server);
    Thread.ofPlatform().daemon().name("fuse").start(connection::serve);
    if (!connection.isMountedSoon()) {
      connection.close();
      throw new EmpException(
          EmpException.Kind.PLATFORM,
          "no file system of this process could be mounted at "
              + directory
              + "; that takes root, /dev/fuse and an empty directory");
    }
    return connection;
  }

  /** The relay passes nothing on before it has mounted. */
  private boolean isMountedSoon() {
    try {
      return heard.await(SECONDS_MAX, TimeUnit.SECONDS) && isMounted;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void serve() {
    try (DataInputStream requests = new DataInputStream(relay.getInputStream())) {
      while (true) {
        ByteBuffer request = next(requests);
        isMounted = true;
        heard.countDown();
        answer(request);
      }
    } catch (IOException e) {
      // It has been unmounted, or never was mounted.
    } finally {
      heard.countDown();
    }
  }

  private static ByteBuffer next(DataInputStream requests) throws IOException {
    byte[] length = requests.readNBytes(Integer.BYTES);
    if (length.length < Integer.BYTES) {
      throw new IOException("no more requests");
    }
    int bytes = ByteBuffer.wrap(length).order(ByteOrder.nativeOrder()).getInt();
    if (bytes < FuseLayout.REQUEST_HEADER_BYTES || bytes > MESSAGE_BYTES_MAX) {
      throw new IOException("a request of " + bytes + " bytes is none");
    }
    ByteBuffer request = FuseAnswer.body(bytes).putInt(bytes);
    requests.readFully(request.array(), Integer.BYTES, bytes - Integer.BYTES);
    return request;
  }

  private void answer(ByteBuffer request) throws IOException {
    long number = request.getLong(FuseLayout.NUMBER_AT);
    FuseAnswer answer = answerOrError(request);
    if (answer == null) {
      return;
    }
    FuseAnswer.Moment later = answer.later();
    if (later == null) {
      send(number, answer);
    } else {
      Thread.ofVirtual().start(() -> sendLate(number, answer, later));
    }
  }

  /** Whoever waits must hear of it when the server fails. */
  private @Nullable FuseAnswer answerOrError(ByteBuffer request) {
    try {
      return server.answer(request);
    } catch (IOException e) {
      return FuseAnswer.failed(FuseLayout.EIO);
    }
  }

  private void sendLate(long number, FuseAnswer answer, FuseAnswer.Moment later) {
    try {
      later.await();
      send(number, answer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      // It has been unmounted.
    }
  }

  private void send(long number, FuseAnswer answer) throws IOException {
    byte[] body = answer.body().array();
    ByteBuffer message = FuseAnswer.body(FuseLayout.ANSWER_HEADER_BYTES + body.length);
    message.putInt(message.capacity()).putInt(-answer.errno()).putLong(number).put(body);
    OutputStream out = relay.getOutputStream();
    synchronized (out) {
      out.write(message.array());
      out.flush();
    }
  }

  /**
   * Unmounts it: all who wait for an answer get an error. Closing twice is harmless.
   *
   * @throws IOException if the relay does not end by itself; then it is killed, and its directory
   *     may still be mounted
   */
  @Override
  public void close() throws IOException {
    try {
      relay.getOutputStream().close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!relay.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
        Workplace.end(relay);
        throw new IOException(
            "fuse_pipe did not end in %d s and was killed; unmount it with umount -l %s"
                .formatted(SECONDS_MAX, directory));
      }
    } catch (InterruptedException e) {
      Workplace.end(relay);
      Thread.currentThread().interrupt();
    }
  }
}
