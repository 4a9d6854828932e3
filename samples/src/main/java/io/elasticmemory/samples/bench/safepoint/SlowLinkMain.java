package io.elasticmemory.samples.bench.safepoint;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A link to an exporter whose answers arrive late: takes connections on a free port of the loopback
 * device and forwards them to the port given. Each line on standard input is a number of
 * milliseconds by which answers that arrive from now on are late. It cannot live in the program
 * that is measured: that one's safepoints would stop it, while they wait for what it forwards.
 */
final class SlowLinkMain {
  /** First word of its only line on standard output; the port follows. */
  static final String LISTENING = "listening";

  private static final int BUFFER_BYTES = 64 << 10;

  /** An answer that is still to be late, and the end of the connection if it is empty. */
  private record Late(byte[] bytes, long dueNanos) {}

  private final int exporterPort;
  private volatile long lateNanos;

  private SlowLinkMain(int exporterPort) {
    this.exporterPort = exporterPort;
  }

  /** Runs until standard input ends. */
  public static void main(String... arguments) throws IOException {
    SlowLinkMain link = new SlowLinkMain(Integer.parseInt(arguments[0]));
    try (ServerSocket listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress())) {
      start("accept", () -> link.accept(listener));
      System.out.println(LISTENING + " " + listener.getLocalPort());
      link.obey();
    }
    System.exit(0);
  }

  private void obey() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        lateNanos = TimeUnit.MILLISECONDS.toNanos(Long.parseLong(line.strip()));
      }
    }
  }

  private void accept(ServerSocket listener) throws IOException {
    while (true) {
      Socket client = listener.accept();
      Socket exporter = new Socket(InetAddress.getLoopbackAddress(), exporterPort);
      client.setTcpNoDelay(true);
      exporter.setTcpNoDelay(true);
      BlockingQueue<Late> answers = new LinkedBlockingQueue<>();
      start("requests", () -> forward(client, exporter));
      start("answers", () -> receive(exporter, answers));
      start("late-answers", () -> answer(client, answers));
    }
  }

  private static void forward(Socket from, Socket to) throws IOException {
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      in.transferTo(out);
    }
  }

  private void receive(Socket exporter, BlockingQueue<Late> answers) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = exporter.getInputStream()) {
      for (int bytes = in.read(buffer); bytes > 0; bytes = in.read(buffer)) {
        answers.add(new Late(Arrays.copyOf(buffer, bytes), System.nanoTime() + lateNanos));
      }
    } finally {
      answers.add(new Late(new byte[0], System.nanoTime()));
    }
  }

  private static void answer(Socket client, BlockingQueue<Late> answers)
      throws IOException, InterruptedException {
    try (OutputStream out = client.getOutputStream()) {
      for (Late late = answers.take(); late.bytes().length > 0; late = answers.take()) {
        TimeUnit.NANOSECONDS.sleep(late.dueNanos() - System.nanoTime());
        out.write(late.bytes());
      }
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static void start(String name, Work work) {
    Thread.ofPlatform().daemon().name(name).start(() -> runUntilItEnds(work));
  }

  /** A connection that breaks is the business of those who use it. */
  private static void runUntilItEnds(Work work) {
    try {
      work.run();
    } catch (IOException e) {
      System.err.println("a connection has ended: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
