package io.elasticmemory.space;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.EmpException.Kind;
import io.elasticmemory.MemPath;
import io.elasticmemory.port.MemoryLimits;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpacePlanTest {
  private static final long MIB = 1L << 20;
  private static final long HEAP = 256 * MIB;
  private static final MemoryLimits MACHINE =
      new MemoryLimits(8192 * MIB, 4096 * MIB, Long.MAX_VALUE, 0);

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dram:64|/spill:512:0; 448",
        "dram:64|/spill:575:0; 448",
        "dram:64|10.0.0.1:128:0|/spill:512:0; 576",
        "dram:64|10.0.0.1:127:0|/spill:127:0; 64",
        "dram:64|zdram:512|/spill:512:0; 448",
        "dram:64|10.0.0.1:512:0?replicas=2|10.0.0.2:512:0?replicas=2; 448",
        "dram:64|10.0.0.1:512:0?replicas=2|/spill:64:0|10.0.0.2:383:0?replicas=2; 320",
        "dram:64|10.0.0.1:512:0?backup=ssd|/spill:512:0; 448",
        "dram:64|10.0.0.1:575:0?backup=ssd|/spill:639:0; 512",
        "dram:64|10.0.0.1:512:0?backup=ssd|10.0.0.2:512:0?backup=ssd|/a:640:0|/b:512:0; 1088",
        "dram:64; 64",
        "dram:65; 64",
      })
  void capacityIsTheWholeSlabsBelowDramLessOneOrDramAlone(String path, long capacityMib) {
    SpacePlan plan = plan(path, MACHINE);

    assertThat(plan.geometry().capacityBytes()).isEqualTo(capacityMib * MIB);
  }

  @ParameterizedTest
  @ValueSource(strings = {"dram:64|/spill:64:0", "dram:64|/spill:127:0"})
  void refusesLowerTiersThatAreOnlyReserve(String path) {
    assertThatThrownBy(() -> plan(path, MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("64 MiB")
        .hasMessageContaining("at least 128 (64 of them in reserve)")
        .hasMessageContaining("raise");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dram:64|10.0.0.1:512:0?backup=ssd|/spill:511:0",
        "dram:64|10.0.0.1:512:0?backup=ssd|/a:448:0|/b:448:0",
        "dram:64|10.0.0.2:512:0?backup=ssd|10.0.0.1:512:0?backup=ssd|/spill:960:0"
      })
  void refusesACopyThatNoDiskHasRoomFor(String path) {
    assertThatThrownBy(() -> plan(path, MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("'10.0.0.1:512:19675?backup=ssd'")
        .hasMessageContaining("its copy takes 512 MiB of one file or device")
        .hasMessageContaining("no more than 448 are free in any")
        .hasMessageContaining("or remove backup=ssd");
  }

  @Test
  void refusesADonorSmallerThanASlabByName() {
    assertThatThrownBy(() -> plan("dram:64|/spill:512:0|/other:63:0", MACHINE))
        .hasMessageContaining("'/other:63:0'")
        .hasMessageContaining("64 MiB");
  }

  @Test
  void knowsThatTheTableOfALazyTierMustStaySparse() {
    assertThat(plan("dram:64|/spill:512:0", MACHINE).lazy()).isFalse();
    assertThat(plan("dram:64|/a:512:0|/spill:512:0?reserve=lazy", MACHINE).lazy()).isTrue();
  }

  @Test
  void takesTheBudgetAsWritten() {
    assertThat(plan("dram:65|/spill:512:0", MACHINE).budgetBytes()).isEqualTo(65 * MIB);
  }

  @Test
  void refusesMoreDramThanTheMachineOrItsCgroupHas() {
    MemoryLimits cgroup = new MemoryLimits(8192 * MIB, 4096 * MIB, 1024 * MIB, 100 * MIB);

    assertThat(plan("dram:8192|/spill:512:0", MACHINE).budgetBytes()).isEqualTo(8192 * MIB);
    assertThatThrownBy(() -> plan("dram:8193|/spill:512:0", MACHINE))
        .hasMessageContaining("'dram:8193'")
        .hasMessageContaining("8192 MiB");
    assertThatThrownBy(() -> plan("dram:1025", cgroup)).hasMessageContaining("1024 MiB");
  }

  @Test
  void refusesCompressedMemoryThatTheMachineHasNotBesideItsDram() {
    assertThat(plan("dram:4096|zdram:4096|/spill:512:0", MACHINE).budgetBytes())
        .isEqualTo(4096 * MIB);
    assertThatThrownBy(() -> plan("dram:4096|zdram:4097|/spill:512:0", MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("'zdram:4097'")
        .hasMessageContaining("8192 MiB")
        .hasMessageContaining("4096 MiB of dram");
    MemoryLimits large = new MemoryLimits(1L << 60, 1L << 60, Long.MAX_VALUE, 0);
    assertThatThrownBy(() -> plan("dram:64|zdram:262145|/spill:512:0", large))
        .hasMessageContaining("'zdram:262145'");
  }

  @Test
  void refusesCompressedMemoryWithNothingBelowIt() {
    assertThatThrownBy(() -> plan("dram:64|zdram:64", MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("'zdram:64' needs a tier below it");
  }

  @Test
  void refusesLessCompressedMemoryThanAMebibyteForEachShard() {
    assertThat(plan("dram:64?shards=2|zdram:2|/spill:512:0", MACHINE).stripes().shards())
        .isEqualTo(2);
    assertThatThrownBy(() -> plan("dram:64?shards=2|zdram:1|/spill:512:0", MACHINE))
        .hasMessageContaining("'zdram:1'")
        .hasMessageContaining("2 shards");
  }

  @Test
  void leavesCompressedMemoryOutOfWhatDramTakes() {
    long without = plan("dram:-1|/spill:512:0", MACHINE).budgetBytes();

    assertThat(plan("dram:-1|zdram:512|/spill:512:0", MACHINE).budgetBytes())
        .isEqualTo(without - 512 * MIB);
  }

  @Test
  void leavesWhatSealsTakeOutOfDram() {
    long without = plan("dram:-1|/spill:1088:0", MACHINE).budgetBytes();
    // 1 GiB in subblocks of 4 KiB: 24 bytes for each, and a page.
    long with = plan("dram:-1?encrypt=aes-gcm|/spill:1088:0", MACHINE).budgetBytes();

    assertThat(without - with).isBetween(6 * MIB, 8 * MIB);
  }

  @Test
  void leavesRoomForTheRecordsOfAStandby() {
    long without = plan("dram:-1|/spill:131072:0", MACHINE).budgetBytes();
    long with = plan("dram:-1?standby=on|/spill:131072:0", MACHINE).budgetBytes();
    long huge = plan("dram:-1|/spill:1048576:0", MACHINE).budgetBytes();
    long hugeWith = plan("dram:-1?standby=on|/spill:1048576:0", MACHINE).budgetBytes();

    assertThat(without - with).isCloseTo(128 * MIB, Offset.offset(2 * MIB));
    assertThat(huge - hugeWith).as("and no more than that").isEqualTo(256 * MIB);
  }

  @Test
  void takesWhatTheCgroupLeavesWhenAskedTo() {
    MemoryLimits cgroup = new MemoryLimits(8192 * MIB, 4096 * MIB, 2048 * MIB, 100 * MIB);
    // 1 GiB in 64 KiB blocks: entries of 64 bytes, and 2 MiB for page tables.
    long tables = 4096 + 16384 * 64 + 2 * MIB;
    long left = 2048 * MIB - HEAP - SpacePlan.JVM_BYTES - 2 * SpacePlan.PAGER_BYTES - tables;

    long budget = plan("dram:-1|/spill:1088:0", cgroup).budgetBytes();

    assertThat(budget).isBetween(left - 2 * MIB, left);
    assertThat(plan("dram:-1|/spill:1088:0", MACHINE).budgetBytes())
        .as("without a cgroup, of what is available")
        .isEqualTo(budget + 2048 * MIB);
  }

  @Test
  void whatFollowsBeginsWithWhatIsLeftAndMayHaveWhatOthersGiveBack() {
    SpacePlan plan = plan("dram:auto|/spill:1088:0", MACHINE);

    assertThat(plan.budgetBytes()).isEqualTo(plan("dram:-1|/spill:1088:0", MACHINE).budgetBytes());
    assertThat(plan.range()).isNotNull();
    assertThat(plan.range().mostBytes()).isEqualTo(plan.budgetBytes() + 4096 * MIB);
    assertThat(plan.range().leastBytes()).isEqualTo(plan.range().mostBytes() / 8);
    assertThat(plan("dram:-1|/spill:1088:0", MACHINE).range()).isNull();
  }

  @Test
  void whatFollowsHasAtLeastWhatItIsToldTo() {
    MemoryLimits cgroup = new MemoryLimits(8192 * MIB, 4096 * MIB, 2048 * MIB, 100 * MIB);
    SpacePlan plan = plan("dram:auto?min=512|/spill:1088:0", cgroup);

    assertThat(plan.range().leastBytes()).isEqualTo(512 * MIB);
    assertThat(plan.range().mostBytes()).isEqualTo(plan.budgetBytes());
    SpacePlan taking = plan("dram:auto?min=4000|/spill:1088:0", MACHINE);
    assertThat(taking.budgetBytes()).isEqualTo(4000 * MIB);
    assertThatThrownBy(() -> plan("dram:auto?min=2000|/spill:1088:0", cgroup))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("min=2000 is more than the ")
        .hasMessageContaining("of 2048 MiB the heap (-Xmx) takes 256");
  }

  @Test
  void aloneTakesNoMoreThanTheCgroupLeaves() {
    MemoryLimits cgroup = new MemoryLimits(8192 * MIB, 4096 * MIB, 1024 * MIB, 100 * MIB);

    SpacePlan plan = plan("dram:-1", cgroup);

    assertThat(plan.budgetBytes())
        .isEqualTo(plan.geometry().capacityBytes())
        .isBetween(300 * MIB, 1024 * MIB - HEAP - SpacePlan.JVM_BYTES - 2 * SpacePlan.PAGER_BYTES);
  }

  @Test
  void saysWhatTookEverythingWhenNothingIsLeft() {
    MemoryLimits cgroup = new MemoryLimits(8192 * MIB, 4096 * MIB, 512 * MIB, 100 * MIB);

    assertThatThrownBy(() -> plan("dram:-1|/spill:512:0", cgroup))
        .hasMessageContaining("of 512 MiB the heap (-Xmx) takes 256")
        .hasMessageContaining("raise the limit");
  }

  @Test
  void refusesMoreBlocksThanATableCanHave() {
    String lower =
        IntStream.range(0, 9)
            .mapToObj("|/spill%d:1048576:0?reserve=lazy"::formatted)
            .collect(joining());

    assertThatThrownBy(() -> plan("dram:64?block=4k" + lower, MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessageContaining("2147483647 blocks")
        .hasMessageContaining("larger blocks");
  }

  @Test
  void refusesADonorOfMoreBlocksThanATableCanName() {
    String most = "dram:64?block=4k|/spill:1048576:0?reserve=lazy";
    String more = "dram:64?block=4k|/spill:1048640:0?reserve=lazy";
    String largerBlocks = "dram:64?block=8k|/spill:1048640:0?reserve=lazy";

    assertThat(plan(most, MACHINE).geometry().capacityBytes()).isEqualTo((1048576 - 64) * MIB);
    assertThatThrownBy(() -> plan(more, MACHINE))
        .isInstanceOfSatisfying(EmpException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PATH))
        .hasMessage(
            "memory path entry '/spill:1048640:0?reserve=lazy' is more than the 1048576 MiB an"
                + " entry can have with blocks of 4 KiB; choose larger blocks, or a smaller size");
    assertThat(plan(largerBlocks, MACHINE).geometry().capacityBytes()).isEqualTo(1048576 * MIB);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "dram:4096|/spill:65536:0; 1; 1",
        "dram:4096|/spill:65536:0; 2; 1",
        "dram:4096|/spill:65536:0; 3; 1",
        "dram:4096|/spill:65536:0; 8; 4",
        "dram:4096|/spill:65536:0; 64; 16",
        "dram:128|/spill:65536:0; 64; 2",
        "dram:4096|/spill:2048:0; 64; 2",
        "dram:4096|/spill:512:0; 64; 1",
        "dram:4096; 64; 4",
        "dram:4096?shards=3|/spill:65536:0; 64; 3",
        "dram:64?shards=4|/spill:512:0; 1; 4",
      })
  void hasAShardPerTwoCpusOrFewerInASmallSpaceOrAsManyAsAskedFor(
      String path, int cpus, int shards) {
    SpacePlan plan = plan(path, MACHINE, cpus);

    assertThat(plan.stripes().shards()).isEqualTo(shards);
    assertThat(plan.stripes().capacityBytes()).isEqualTo(plan.geometry().capacityBytes());
    if (path.contains("spill")) {
      long spillMib = Long.parseLong(path.split(":")[2]);
      assertThat(plan.geometry().capacityBytes()).isEqualTo((spillMib - 64 * shards) * MIB);
    }
  }

  @Test
  void refusesMoreShardsThanThereAreSlabsFor() {
    assertThatThrownBy(() -> plan("dram:64?shards=4|/spill:511:0", MACHINE))
        .hasMessageContaining("a space of 4 shards needs at least 512 (256 of them in reserve)")
        .hasMessageContaining("lower shards=");
    assertThatThrownBy(() -> plan("dram:191?shards=3", MACHINE))
        .hasMessageContaining("3 shards need a space of 192 MiB")
        .hasMessageContaining("lower shards=");
    assertThat(plan("dram:192?shards=3", MACHINE).stripes().shards()).isEqualTo(3);
  }

  private static SpacePlan plan(String path, MemoryLimits limits) {
    return plan(path, limits, 2);
  }

  private static SpacePlan plan(String path, MemoryLimits limits, int cpus) {
    return SpacePlan.of(MemPath.parse(path), limits, HEAP, cpus);
  }
}
