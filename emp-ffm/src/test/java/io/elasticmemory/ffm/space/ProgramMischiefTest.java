package io.elasticmemory.ffm.space;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elasticmemory.ffm.libc.Errno;
import io.elasticmemory.ffm.libc.MemoryCalls;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a program does to its own memory is refused or harmless: threads of it, with eight times
 * more data than DRAM, never see a wrong word meanwhile, and go on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ProgramMischiefTest {
  private static final int PAGE_BYTES = 4096;
  private static final int DATA_MIB = 32;
  private static final int OWN_PAGES = (DATA_MIB << 20) / 4 / PAGE_BYTES;
  private static final Duration WAIT = Duration.ofSeconds(60);

  private ChildJvm program;
  private long ownAddress;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    program = start("spill", directory);
    ownAddress = Long.parseLong(program.readLine().split(" ")[1]);
  }

  private static ChildJvm start(String spill, Path directory) throws IOException {
    String path = "dram:4|" + directory.resolve(spill) + ":128:0";
    return ChildJvm.start(
        List.of(
            "-Demp.path=" + path,
            "-Demp.pager.options=-Xms2m -Xmx6m",
            "-Djdk.virtualThreadScheduler.parallelism=2"),
        MischiefProgram.class,
        Integer.toString(DATA_MIB));
  }

  @AfterEach
  void goesOn() throws Exception {
    ask("done");
    Awaitility.await().atMost(WAIT).until(() -> Long.parseLong(ask("done")) > 0);
  }

  @AfterAll
  void end() throws Exception {
    try (ChildJvm child = program) {
      child.endInput();
      assertThat(child.readLine()).isEqualTo("all words are right");
      assertThat(child.exitCode()).isZero();
      // Pages that are locked cannot be unmapped to see whether they are in use.
      assertThat(child.errors())
          .allMatch(line -> line.contains("cannot see any more which blocks are in use"));
    }
  }

  private String ask(String question) throws IOException {
    program.writeLine(question);
    return program.readLine();
  }

  @Test
  void aProgramCannotMoveUnmapProtectOrReplaceASpaceThatStaysForGood() throws Exception {
    assumeThat(MemoryCalls.mseal(0, 0)).as("this kernel seals").isZero();
    assertThat(ask("move")).isEqualTo("%1$d %1$d %1$d %1$d".formatted(-Errno.EPERM));
  }

  /** What can be closed cannot be sealed. */
  @Test
  void aProgramThatMovesASpaceThatItMayCloseIsEndedWithTheReason(@TempDir Path directory)
      throws Exception {
    String path = "dram:4|" + directory.resolve("moved") + ":128:0";
    try (ChildJvm other =
        ChildJvm.start(List.of(), MischiefProgram.class, Integer.toString(DATA_MIB), path)) {
      other.readLine();
      other.writeLine("move");
      assertThat(other.exitCode()).isEqualTo(128 + 9);
      assertThat(other.errors().getLast())
          .startsWith("emp: the pager cannot go on: the program has unmapped or moved memory of");
    }
  }

  @Test
  void pagesThatItUnmapsComeBackAsTheyWere() throws Exception {
    assertThat(ask("unmap pages")).isEqualTo("0");
  }

  @Test
  void pagesThatItPopulatesMayLeaveAgain() throws Exception {
    assertThat(ask("populate")).isEqualTo("0");
  }

  @Test
  void pagesThatItRemovesAreZeroOrAsStoredAndStaySo() throws Exception {
    assertThat(ask("remove")).isEqualTo("zeros");
  }

  @Test
  void aWishForHugePagesChangesNothing() throws Exception {
    assertThat(ask("huge pages")).isIn("0", Integer.toString(-Errno.EINVAL));
  }

  @Test
  void lockedPagesLeaveAllTheSame() throws Exception {
    assertThat(ask("lock")).isIn("0 0 0", "0 %d 0".formatted(-Errno.ENOMEM));
  }

  @Test
  void aForkedChildHasNoneOfTheSpace() throws Exception {
    assertThat(ask("fork")).isEqualTo(Integer.toString(Errno.EFAULT));
  }

  @Test
  void threadsThatWaitAreInterruptedBySignalsAllTheTime() throws Exception {
    assertThat(Long.parseLong(ask("signals"))).isPositive();
  }

  /** Two carriers wait; what else there is goes on. */
  @Test
  void virtualThreadsThatWaitOnAllCarriersComeToTheirEnd() throws Exception {
    assertThat(ask("virtual threads")).isEqualTo("100");
  }

  /** As debuggers do. It waits as the program's own threads do. */
  @Test
  void anotherProcessReadsWhatIsThere() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(PAGE_BYTES, Long.BYTES);
      for (int number = OWN_PAGES / 2; number < OWN_PAGES; number++) {
        long read =
            SystemCall.PROCESS_VM_READV.make(
                program.pid(),
                part(arena, page.address()).address(),
                1,
                part(arena, ownAddress + (long) number * PAGE_BYTES).address(),
                1,
                0);
        assumeThat(read).as("memory of children may be read here").isNotEqualTo(-Errno.EPERM);
        assertThat(read).isEqualTo(PAGE_BYTES);
        assertThat(page.get(JAVA_LONG, 0)).isEqualTo(number + 1);
      }
    }
  }

  private static MemorySegment part(Arena arena, long address) {
    return arena.allocateFrom(JAVA_LONG, address, PAGE_BYTES);
  }

  /** As debuggers do that will not wait: of what is absent the kernel says that it cannot. */
  @Test
  void anotherProcessThatDoesNotWaitReadsWhatIsThereOrNothing() throws Exception {
    ByteBuffer word = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + program.pid() + "/mem", "r")) {
      for (int page = OWN_PAGES / 2; page < OWN_PAGES; page++) {
        memory.seek(ownAddress + (long) page * PAGE_BYTES);
        try {
          memory.readFully(word.array());
        } catch (IOException e) {
          assertThat(e).hasMessage("Input/output error");
          continue;
        }
        assertThat(word.getLong(0)).isEqualTo(page + 1);
      }
    }
  }

  @Test
  void aProgramThatBecomesAnotherOneIsLeftAlone(@TempDir Path directory) throws Exception {
    try (ChildJvm other = start("other", directory)) {
      other.readLine();
      List<ProcessHandle> servants = other.handle().descendants().toList();
      other.writeLine("become");

      Awaitility.await()
          .atMost(WAIT)
          .until(() -> servants.stream().allMatch(PagerDeathTest::hasEnded));
      assertThat(other.handle().isAlive()).isTrue();
    }
  }
}
