package io.elasticmemory.ffm.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.ffm.host.Cgroups.MemoryGroup;
import io.elasticmemory.port.MemoryPressure.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On trees as the kernel shows them, made by hand. */
class CgroupsTest {
  private static final String V2_MOUNT =
      "35 28 0:30 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";
  private static final String V1_MOUNT =
      "36 28 0:31 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory";
  private static final long MIB = 1L << 20;

  @TempDir private Path root;

  @Test
  void withoutCgroupsThereIsNoLimit() {
    assertThat(tightest()).isEqualTo(MemoryGroup.UNLIMITED);
  }

  @Test
  void readsTheLimitOfItsOwnGroup() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/app");
    v2("app", "1073741824", 100 * MIB, 30 * MIB);
    assertThat(tightest().limitBytes()).isEqualTo(1024 * MIB);
    assertThat(tightest().usedBytes()).isEqualTo(70 * MIB);
    assertThat(tightest().group()).hasValue(root.resolve("sys/fs/cgroup/app"));
  }

  @Test
  void takesTheSmallestLimitOnTheWayUp() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/slice/service/app");
    v2("slice", String.valueOf(900 * MIB), 800 * MIB, 0);
    v2("slice/service", String.valueOf(500 * MIB), 200 * MIB, 0);
    v2("slice/service/app", "max", 100 * MIB, 0);
    assertThat(tightest().limitBytes()).isEqualTo(500 * MIB);
    assertThat(tightest().usedBytes()).isEqualTo(200 * MIB);
  }

  @Test
  void countsTheHighMarkAsALimit() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/app");
    v2("app", "max", 100 * MIB, 0);
    put("sys/fs/cgroup/app/memory.high", String.valueOf(300 * MIB));
    assertThat(tightest().limitBytes()).isEqualTo(300 * MIB);
  }

  @Test
  void readsVersionOne() throws IOException {
    put("proc/self/mountinfo", "1 2 0:1 / / rw - ext4 /dev/vda rw\n" + V1_MOUNT);
    put("proc/self/cgroup", "9:name=systemd:/\n4:cpu,memory:/app\n0::/");
    v1("", 9223372036854771712L, 0);
    v1("app", 700 * MIB, 300 * MIB);
    assertThat(tightest().limitBytes()).isEqualTo(700 * MIB);
    assertThat(tightest().usedBytes()).isEqualTo(260 * MIB);
  }

  @Test
  void versionOneWithoutALimitHasNone() throws IOException {
    put("proc/self/mountinfo", V1_MOUNT);
    put("proc/self/cgroup", "4:memory:/app");
    v1("app", 9223372036854771712L, 300 * MIB);
    assertThat(tightest()).isEqualTo(MemoryGroup.UNLIMITED);
  }

  @Test
  void ofBothVersionsTheTighterCounts() throws IOException {
    put("proc/self/mountinfo", V1_MOUNT + "\n" + V2_MOUNT.replace("/sys/fs/cgroup", "/unified"));
    put("proc/self/cgroup", "4:memory:/app\n0::/app");
    v1("app", 700 * MIB, 100 * MIB);
    put("unified/app/memory.max", String.valueOf(600 * MIB));
    put("unified/app/memory.current", String.valueOf(50 * MIB));
    assertThat(tightest().limitBytes()).isEqualTo(600 * MIB);
    assertThat(tightest().usedBytes()).isEqualTo(50 * MIB);
  }

  /**
   * A container sees its group as the root of what is mounted, but its path from the host's root.
   */
  @Test
  void findsItsGroupBelowAPartialMount() throws IOException {
    put("proc/self/mountinfo", V1_MOUNT.replace(" / /sys", " /docker/abc /sys"));
    put("proc/self/cgroup", "4:memory:/docker/abc");
    v1("", 700 * MIB, 100 * MIB);
    assertThat(tightest().limitBytes()).isEqualTo(700 * MIB);
    put("proc/self/cgroup", "4:memory:/docker/abc/inner");
    v1("inner", 200 * MIB, 100 * MIB);
    assertThat(tightest().limitBytes()).isEqualTo(200 * MIB);
  }

  @Test
  void aGroupOutsideOfWhatIsMountedIsLimitedByWhatIsMounted() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/../other");
    put("sys/fs/cgroup/memory.max", String.valueOf(400 * MIB));
    put("sys/fs/other/memory.max", String.valueOf(1 * MIB));
    assertThat(tightest().limitBytes()).isEqualTo(400 * MIB);
  }

  @Test
  void filesThatMakeNoSenseAreNoLimit() throws IOException {
    put("proc/self/mountinfo", "nonsense\n" + V2_MOUNT);
    put("proc/self/cgroup", "nonsense\n0::/app");
    put("sys/fs/cgroup/app/memory.max", "99999999999999999999999");
    put("sys/fs/cgroup/app/memory.stat", "nonsense");
    assertThat(tightest()).isEqualTo(MemoryGroup.UNLIMITED);
  }

  @Test
  void withoutALimitThereIsNoPressure() throws IOException {
    assertThat(pressure()).isEqualTo(Level.NONE);
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/app");
    v2("app", "max", 100 * MIB, 0);
    put("sys/fs/cgroup/app/memory.events", "low 1\nhigh 2\nmax 3");
    assertThat(pressure()).isEqualTo(Level.NONE);
  }

  @Test
  void pressureIsThatOfTheGroupWithTheLeastRoomForItsLimit() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/slice/app");
    v2("slice", String.valueOf(900 * MIB), 890 * MIB, 30 * MIB);
    v2("slice/app", String.valueOf(500 * MIB), 200 * MIB, 0);
    put("sys/fs/cgroup/slice/memory.events", "low 1\nhigh 20\nmax 300\noom 4000");
    put("sys/fs/cgroup/slice/app/memory.events", "low 1\nhigh 2\nmax 3\noom 4000");
    put(
        "sys/fs/cgroup/slice/app/memory.pressure",
        "some avg10=1.00 avg60=2.00 avg300=3.00 total=1234\nfull avg10=0.00 total=99");
    put("sys/fs/cgroup/slice/memory.pressure", "some avg10=1.00 total=888888");
    // Of the cached files the test's groups have 7 bytes that are in use.
    assertThat(pressure()).isEqualTo(new Level(900 * MIB, 10 * MIB, 40 * MIB + 7, 1_234_000, 325));
  }

  @Test
  void pressureOfALimitBelowWhatIsUsedIsNegativeRoom() throws IOException {
    put("proc/self/mountinfo", V2_MOUNT);
    put("proc/self/cgroup", "0::/app");
    v2("app", "max", 300 * MIB, 0);
    put("sys/fs/cgroup/app/memory.high", String.valueOf(100 * MIB));
    assertThat(pressure().freeBytes()).isZero();
    assertThat(pressure().roomBytes()).isEqualTo(7 - 200 * MIB);
  }

  @Test
  void pressureOfVersionOne() throws IOException {
    put("proc/self/mountinfo", V1_MOUNT);
    put("proc/self/cgroup", "4:memory:/app");
    v1("app", 700 * MIB, 300 * MIB);
    put("sys/fs/cgroup/memory/app/memory.failcnt", "12");
    assertThat(pressure()).isEqualTo(new Level(700 * MIB, 400 * MIB, 440 * MIB, 0, 12));
  }

  @Test
  void pressureOfThisMachineCanBeRead() {
    Level machine = MemoryReport.pressure().machine();
    assertThat(machine.bytes()).isPositive();
    assertThat(machine.roomBytes()).isBetween(1L, machine.bytes());
    assertThat(machine.freeBytes()).isBetween(1L, machine.bytes());
    assertThat(machine.stalledNanos()).isNotNegative();
    assertThat(MemoryReport.pressure().group().bytes()).isPositive();
  }

  private Level pressure() {
    return new Cgroups(root).pressure();
  }

  @Test
  void readsThisMachine() {
    MemoryGroup group = new Cgroups(Path.of("/")).tightest();
    assertThat(group.limitBytes()).isPositive();
    assertThat(group.usedBytes()).isBetween(0L, group.limitBytes());
  }

  private MemoryGroup tightest() {
    return new Cgroups(root).tightest();
  }

  private void v2(String group, String limit, long used, long droppable) throws IOException {
    String directory = "sys/fs/cgroup/" + group + "/";
    put(directory + "memory.max", limit);
    put(directory + "memory.high", "max");
    put(directory + "memory.current", String.valueOf(used));
    put(directory + "memory.stat", "anon 1\ninactive_file " + droppable + "\nactive_file 7");
  }

  private void v1(String group, long limit, long used) throws IOException {
    String directory = "sys/fs/cgroup/memory/" + group + "/";
    put(directory + "memory.limit_in_bytes", String.valueOf(limit));
    put(directory + "memory.usage_in_bytes", String.valueOf(used));
    put(directory + "memory.stat", "inactive_file 1\ntotal_inactive_file " + 40 * MIB);
  }

  private void put(String path, String content) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content + "\n");
  }
}
