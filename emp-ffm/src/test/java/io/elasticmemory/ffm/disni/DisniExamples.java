package io.elasticmemory.ffm.disni;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Runs examples of DiSNI as they were published, server and client in one JVM: the one of its verbs
 * and the one of its endpoints. They say what they did, and that is looked at. On the class path:
 * DiSNI and its examples share a package.
 */
public final class DisniExamples {
  private static final long SECONDS_MAX = 60;

  /** What an example is run with. */
  @FunctionalInterface
  interface Program {
    /** Runs it to its end. */
    void run(String[] arguments) throws Exception;
  }

  private DisniExamples() {}

  /** With an address of a device, or without: on a fabric in memory. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0) {
      OnFabric.install();
    } else {
      DisniProvider.install();
    }
    InetAddress address =
        arguments.length == 0 ? OnFabric.ADDRESS : InetAddress.getByName(arguments[0]);
    String verbs =
        run(
            program("com.ibm.disni.examples.VerbsServer"),
            true,
            program("com.ibm.disni.examples.VerbsClient"),
            address,
            1919);
    require(verbs, "VerbsClient::read memory from server: This is a RDMA/read on stag");
    require(verbs, "VerbsServer::done");
    // The server gives more room than messages come, and waits for them.
    String messages =
        run(
            program("com.ibm.disni.benchmarks.SendRecvServer"),
            false,
            program("com.ibm.disni.benchmarks.SendRecvClient"),
            address,
            1920,
            "-s",
            "512",
            "-k",
            "200");
    require(messages, "SendRecvServer, client connected, address");
    require(messages, "Bidirectional average latency");
    System.exit(0); // DiSNI leaves threads behind
  }

  /** By name: they are not there where this is compiled, as modules. */
  private static Program program(String name) throws Exception {
    Method main = Class.forName(name).getMethod("main", String[].class);
    return arguments -> main.invoke(null, (Object) arguments);
  }

  private static String run(
      Program server,
      boolean serverEnds,
      Program client,
      InetAddress address,
      int port,
      String... more)
      throws Exception {
    String[] own = {"-a", address.getHostAddress(), "-p", Integer.toString(port)};
    String[] arguments = Arrays.copyOf(own, own.length + more.length);
    System.arraycopy(more, 0, arguments, own.length, more.length);
    PrintStream out = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      AtomicReference<Exception> failure = new AtomicReference<>();
      Thread serving = start("server", server, arguments, failure);
      awaitListening(serving);
      Thread asking = start("client", client, arguments, failure);
      join(asking);
      if (serverEnds) {
        join(serving);
      }
      if (failure.get() != null) {
        throw failure.get();
      }
      return said.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(out);
      out.print(said.toString(StandardCharsets.UTF_8));
    }
  }

  private static Thread start(
      String name, Program program, String[] arguments, AtomicReference<Exception> failure) {
    return Thread.ofPlatform()
        .name(name)
        .daemon()
        .start(
            () -> {
              try {
                program.run(arguments);
              } catch (Exception e) {
                failure.compareAndSet(null, e);
              }
            });
  }

  /** Waits until the server waits for somebody, which it does as soon as it listens. */
  private static void awaitListening(Thread server) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS_MAX);
    while (Arrays.stream(server.getStackTrace()).noneMatch(DisniExamples::isWaiting)) {
      if (!server.isAlive() || System.nanoTime() > end) {
        throw new AssertionError("the server does not listen");
      }
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static boolean isWaiting(StackTraceElement frame) {
    return frame.getMethodName().equals("getCmEvent")
        || frame.getClassName().endsWith("RdmaServerEndpoint")
            && frame.getMethodName().equals("accept");
  }

  private static void join(Thread thread) throws InterruptedException {
    if (!thread.join(java.time.Duration.ofSeconds(SECONDS_MAX))) {
      StackTraceElement[] where = thread.getStackTrace();
      throw new AssertionError(thread.getName() + " does not end: " + Arrays.toString(where));
    }
  }

  private static void require(String said, String expected) {
    // The examples print characters of two bytes each, and the zeros behind them.
    if (!said.contains(expected)) {
      throw new AssertionError("nothing says '" + expected + "'");
    }
  }
}
