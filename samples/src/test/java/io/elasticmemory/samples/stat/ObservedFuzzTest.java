package io.elasticmemory.samples.stat;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.elasticmemory.counters.Counters;
import io.elasticmemory.counters.CountersLayout;
import io.elasticmemory.counters.ShardCounters;
import io.elasticmemory.port.Stripes;
import io.elasticmemory.samples.profile.FlameGraph;
import io.elasticmemory.samples.profile.ProfileTable;
import io.elasticmemory.samples.profile.ProfiledStack;
import io.elasticmemory.testing.Mutations;
import io.elasticmemory.wire.AgentLayout;
import io.elasticmemory.wire.Build;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/**
 * Whatever another process, perhaps another user's, shows in memory files that are called as those
 * of a space are: commands that look at it show something or refuse it, take no more memory than
 * for a real one, and send nothing to a terminal that it would obey.
 */
class ObservedFuzzTest {
  private static final int TRIES = 500;

  private final Mutations mutations = new Mutations("ObservedFuzzTest");

  private static void requireHarmless(String printed) {
    assertThat(printed.replaceAll("[\n\t]", "").chars().filter(Character::isISOControl)).isEmpty();
  }

  // ---- counters

  private static final int PAGES_MAX = 20;

  private final long[] countersMemory = new long[PAGES_MAX * (int) CountersLayout.PAGE_BYTES / 8];

  /** Of the header, and of the text that says which build it is. */
  private static final int PART_BYTES = 64;

  @Test
  void showsCountersOfWhateverSpaceOrRefusesThem() {
    MemorySegment page = MemorySegment.ofArray(new long[512]);
    Counters counters = new Counters(page);
    counters.format(65536);
    counters.pagerPid(4711);
    counters.build("0.1.0 hand-over=9 block-table=7");
    byte[] header = page.asSlice(0, PART_BYTES).toArray(JAVA_BYTE);
    byte[] build = page.asSlice(CountersLayout.BUILD_AT, PART_BYTES).toArray(JAVA_BYTE);
    byte[] one = concat(new byte[] {1}, header, build);
    byte[] most = concat(new byte[] {Stripes.SHARDS_MAX}, header, build, new byte[1_000]);
    mutations.tryOn(List.of(one, most), TRIES, this::counters);
  }

  private static byte[] concat(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      int at = all.length;
      all = Arrays.copyOf(all, at + part.length);
      System.arraycopy(part, 0, all, at, part.length);
    }
    return all;
  }

  /** How many pages; of the first the header and the build; then the counters of all. */
  @FuzzTest
  void counters(byte[] data) {
    int length = data.length == 0 ? 0 : Math.floorMod(data[0], PAGES_MAX + 1) * 4096;
    MemorySegment pages = MemorySegment.ofArray(countersMemory).fill((byte) 0).asSlice(0, length);
    if (length > 0) {
      byte[] parts = Arrays.copyOfRange(data, 1, Math.max(data.length, 1 + 2 * PART_BYTES));
      MemorySegment.copy(parts, 0, pages, JAVA_BYTE, 0, PART_BYTES);
      MemorySegment.copy(parts, PART_BYTES, pages, JAVA_BYTE, CountersLayout.BUILD_AT, PART_BYTES);
      int left = Math.min(parts.length - 2 * PART_BYTES, COUNTERS_BYTES);
      for (long at = CountersLayout.COUNTERS_AT; at < length; at += CountersLayout.PAGE_BYTES) {
        MemorySegment.copy(parts, 2 * PART_BYTES, pages, JAVA_BYTE, at, left);
      }
    }
    try {
      CountersLayout.check(pages);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("its counters have");
      return;
    }
    int shards = length / (int) CountersLayout.PAGE_BYTES;
    assertThat(shards).isBetween(1, Stripes.SHARDS_MAX);
    if (pages.get(JAVA_LONG, CountersLayout.MAGIC_AT) != 0) {
      assertThat(pages.get(JAVA_INT, CountersLayout.VERSION_AT)).isEqualTo(CountersLayout.VERSION);
    }
    show(Counted.of(new ShardCounters(pages), shards, 1.5));
  }

  private static final int COUNTERS_BYTES =
      (int) (CountersLayout.BUILD_AT - CountersLayout.COUNTERS_AT);

  private static void show(Counted counted) {
    StringWriter text = new StringWriter();
    new StatTable(counted, counted.since(counted), new PrintWriter(text)).print(1);
    new StatTable(counted.plus(counted), counted, new PrintWriter(text)).print(1);
    requireHarmless(text.toString());
    try {
      Build.parse(counted.build());
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  // ---- an agent's page, and the profile on it

  private static final int HEADER_BYTES = 256;

  private final MemorySegment page =
      MemorySegment.ofArray(new long[(int) AgentLayout.PAGE_BYTES / 8]);

  @Test
  void showsWhatAnAgentSaysOrRefusesIt() {
    AgentLayout.format(page, 7, 1 << 20, 1 << 30, 100, 200);
    String lines =
        "ssd\t30\t3000\torg.acme.Main.main:9;java.nio.Bits.get\nzero\t1\t0\ta.B.<init>\n";
    byte[] text = lines.getBytes(UTF_8);
    page.set(JAVA_INT, AgentLayout.TEXT_BYTES_AT, text.length);
    byte[] header = page.asSlice(0, HEADER_BYTES).toArray(JAVA_BYTE);
    mutations.tryOn(List.of(concat(header, text)), TRIES, this::agentPage);
  }

  /** The header, then the text. */
  @FuzzTest
  void agentPage(byte[] data) {
    page.fill((byte) 0);
    int header = Math.min(data.length, HEADER_BYTES);
    MemorySegment.copy(data, 0, page, JAVA_BYTE, 0, header);
    int text = Math.clamp(data.length - header, 0, AgentLayout.TEXT_BYTES_MAX);
    MemorySegment.copy(data, header, page, JAVA_BYTE, AgentLayout.TEXT_AT, text);
    try {
      AgentLayout.check(page);
      assertThat(page.get(JAVA_LONG, AgentLayout.MAGIC_AT)).isEqualTo(AgentLayout.MAGIC);
      assertThat(page.get(JAVA_INT, AgentLayout.VERSION_AT)).isEqualTo(AgentLayout.VERSION);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("its agent's page has version");
    }
    assertThat(ObservedAgent.Given.of(page).pagerPid())
        .isEqualTo(page.get(JAVA_LONG, AgentLayout.PAGER_PID_AT));
    String profile = ObservedAgent.Taken.of(page).text();
    assertThat(profile.length()).isLessThanOrEqualTo(AgentLayout.TEXT_BYTES_MAX);
    show(profile);
    // And what is left of it without that which is no line.
    profile.lines().forEach(ObservedFuzzTest::show);
  }

  private static void show(String profile) {
    try {
      List<ProfiledStack> stacks = ProfiledStack.parse(profile);
      StringWriter text = new StringWriter();
      new ProfileTable(stacks).print(new PrintWriter(text));
      requireHarmless(text.toString());
      String svg = new FlameGraph("a profile", stacks).svg();
      assertThat(svg).doesNotContain("NaN", "Infinity");
      requireXml(svg);
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("no line of a profile");
    }
  }

  private static void requireXml(String svg) {
    try {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(svg)));
    } catch (ParserConfigurationException | IOException | SAXException e) {
      throw new AssertionError(svg, e);
    }
  }
}
