package io.elasticmemory.samples.chaos;

import static io.elasticmemory.samples.chaos.Direction.ANSWERS;
import static io.elasticmemory.samples.chaos.Direction.REQUESTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.samples.pair.PairMain;
import io.elasticmemory.samples.process.Child;
import io.elasticmemory.samples.process.JavaProgram;
import io.elasticmemory.samples.process.LocalExporter;
import io.elasticmemory.samples.process.Workplace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A program writes pages with a word that can be looked for, and compares them, while its pagers
 * are killed. With {@code encrypt=aes-gcm} the word is in no message, not in the exporter's memory
 * and not in the spill file; without, to show that it would be found, it is in all three. {@code
 * -Demp.kills=N} kills so many pagers.
 */
@Timeout(3_600)
class EncryptIT {
  private static final int DONOR_MIB = 192;
  private static final int DATA_MIB = 32;
  private static final int MARK_AT = 16;
  private static final int KILLS = Integer.getInteger("emp.kills", 5);
  private static final int CHUNK_BYTES = 1 << 20;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @ParameterizedTest
  @ValueSource(strings = {"none", "aes-gcm"})
  void neitherNetworkNorExporterCanReadWhatLeaves(String encryption) throws Exception {
    boolean isPlain = encryption.equals("none");
    try (Workplace workplace = Workplace.create()) {
      LocalExporter exporter = LocalExporter.start(workplace, DONOR_MIB);
      InetSocketAddress address =
          new InetSocketAddress(InetAddress.getLoopbackAddress(), exporter.port());
      Overheard overheard = new Overheard(PairMain.MARK, MARK_AT);
      try (FaultProxy proxy = FaultProxy.start(address, 1)) {
        proxy.inject(_ -> overheard.listener(), REQUESTS, ANSWERS);
        String donor = "127.0.0.1:%d:%d".formatted(DONOR_MIB, proxy.port());
        Program program = new Program(workplace, encryption, donor);
        program.kill(isPlain ? 1 : KILLS);
        assertThat(overheard.written()).isGreaterThan(1_000);
        assertThat(overheard.marks() > 0).as("the word has passed").isEqualTo(isPlain);
        boolean isThere = hasMark(memory(exporter.pid()));
        program.end();
        System.out.printf(
            "EncryptIT, %s: %d kills, %,d pages written, %d alike, the word has passed %,d times%n",
            encryption,
            isPlain ? 1 : KILLS,
            overheard.written(),
            overheard.alike(),
            overheard.marks());
        assertThat(overheard.alike() > 0).as("a nonce was used twice").isEqualTo(isPlain);
        assertThat(isThere).as("the exporter has the word").isEqualTo(isPlain);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "aes-gcm"})
  void theSpillFileCannotBeReadWithoutTheSpace(String encryption) throws Exception {
    boolean isPlain = encryption.equals("none");
    try (Workplace workplace = Workplace.create()) {
      Path spill = workplace.directory().resolve("spill");
      String donor = spill + ":" + DONOR_MIB + ":0";
      Program program = new Program(workplace, encryption + "&standby=on", donor);
      program.kill(isPlain ? 1 : 3);
      boolean isThere = hasMark(List.of(new Range(program.openFile(spill), 0, Long.MAX_VALUE)));
      program.end();
      assertThat(isThere).as("the spill file has the word").isEqualTo(isPlain);
    }
  }

  /** A space of two tiers in a process of its own. */
  private static final class Program {
    private final Child child;
    private final Writer input;
    private int asked;

    /** With an option more, or several, behind that of encryption. */
    Program(Workplace workplace, String options, String donor) throws IOException {
      String path = "dram:8?block=16k&shards=1&encrypt=%s|%s".formatted(options, donor);
      JavaProgram program =
          new JavaProgram(PairMain.class.getName())
              .jvm("-Xmx128m")
              .with(path, Integer.toString(DATA_MIB));
      child = Child.start(workplace, new ProcessBuilder(program.command()));
      input = child.process().outputWriter();
    }

    /** The pager and how much has been done since the last question. */
    private long[] ask() throws IOException {
      String prefix = asked++ + " pager ";
      input.write("\n");
      input.flush();
      Optional<String> line = child.awaitLine(said -> said.startsWith(prefix), LIMIT);
      assertThat(line).as(() -> child.await(Duration.ZERO).describe()).isPresent();
      String[] words = line.orElseThrow().split(" ");
      return new long[] {Long.parseLong(words[2]), Long.parseLong(words[4])};
    }

    /** Waits until a pager serves that is not this one. */
    private long awaitPager(long other) throws Exception {
      long end = System.nanoTime() + LIMIT.toNanos();
      long[] says = ask();
      while (says[0] == other || says[1] == 0) {
        assertThat(System.nanoTime()).as("no progress").isLessThan(end);
        Thread.sleep(20);
        says = ask();
      }
      return says[0];
    }

    void kill(int times) throws Exception {
      long pager = awaitPager(0);
      for (int i = 0; i < times; i++) {
        ProcessHandle.of(pager).orElseThrow().destroyForcibly();
        pager = awaitPager(pager);
      }
    }

    /** A file that the program has open, by whatever name it still has. */
    Path openFile(Path name) throws IOException {
      Path open = Path.of("/proc", Long.toString(child.process().pid()), "fd");
      try (Stream<Path> descriptors = Files.list(open)) {
        return descriptors
            .filter(descriptor -> leadsTo(descriptor, name.getParent()))
            .findFirst()
            .orElseThrow();
      }
    }

    private static boolean leadsTo(Path descriptor, Path folder) {
      try {
        return Files.readSymbolicLink(descriptor).startsWith(folder);
      } catch (IOException e) {
        return false; // closed meanwhile
      }
    }

    /** All words are compared once more. */
    void end() throws Exception {
      input.close();
      Child.Ended ended = child.await(LIMIT);
      assertThat(ended.exitCode()).as(ended.describe() + ended.out()).isZero();
      assertThat(ended.out()).endsWith("all words are right");
    }
  }

  // ---- looking for the word

  private record Range(Path file, long from, long to) {}

  /** What a process has for itself and can write. */
  private static List<Range> memory(long pid) throws IOException {
    Path process = Path.of("/proc", Long.toString(pid));
    Path memory = process.resolve("mem");
    assumeThat(Files.isReadable(memory)).as("memory of other processes may be read").isTrue();
    return Files.readAllLines(process.resolve("maps")).stream()
        .map(line -> line.split("[- ]+"))
        .filter(words -> words[2].startsWith("rw"))
        .map(
            words ->
                new Range(
                    memory,
                    Long.parseUnsignedLong(words[0], 16),
                    Long.parseUnsignedLong(words[1], 16)))
        .toList();
  }

  private static boolean hasMark(List<Range> ranges) throws IOException {
    ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (Range range : ranges) {
      try (RandomAccessFile file = new RandomAccessFile(range.file().toFile(), "r")) {
        if (hasMark(file.getChannel(), range, chunk)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean hasMark(FileChannel file, Range range, ByteBuffer chunk)
      throws IOException {
    long at = range.from();
    while (at < range.to()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, range.to() - at));
      int bytes = file.read(chunk, at);
      if (bytes <= 0) {
        return false;
      }
      for (int i = 0; i + Long.BYTES <= bytes; i += Long.BYTES) {
        if (chunk.getLong(i) == PairMain.MARK) {
          return true;
        }
      }
      at += bytes;
    }
    return false;
  }
}
