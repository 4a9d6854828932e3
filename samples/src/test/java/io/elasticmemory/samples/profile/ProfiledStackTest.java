package io.elasticmemory.samples.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfiledStackTest {
  private static final String TEXT =
      """
      ssd\t30\t3000000\torg.acme.Main.main:9;org.acme.Table.get:42;java.nio.DirectByteBuffer.getLong
      minor\t10\t40000\torg.acme.Main.main:9;org.acme.Table.get:42
      zero\t60\t120000\torg.acme.Main.main:7;org.acme.Table.<init>:12
      """;

  private static String table(List<ProfiledStack> stacks) {
    StringWriter text = new StringWriter();
    new ProfileTable(stacks).print(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void readsTheLinesOfAnAgent() {
    List<ProfiledStack> stacks = ProfiledStack.parse(TEXT);
    assertThat(stacks).hasSize(3);
    assertThat(stacks.getFirst())
        .isEqualTo(
            new ProfiledStack(
                "ssd",
                30,
                3_000_000,
                List.of(
                    "org.acme.Main.main:9",
                    "org.acme.Table.get:42",
                    "java.nio.DirectByteBuffer.getLong")));
    assertThat(ProfiledStack.parse("")).isEmpty();
  }

  @Test
  void theLineIsTheProgramsOwn() {
    assertThat(ProfiledStack.parse(TEXT).getFirst().line()).isEqualTo("org.acme.Table.get:42");
    assertThat(new ProfiledStack("ssd", 1, 1, List.of("java.lang.Thread.run")).line())
        .isEqualTo("java.lang.Thread.run");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ssd",
        "ssd\t1\t2",
        "ssd\tmany\t2\ta",
        "ssd\t1\t2.5\ta",
        "\n\n",
        "ssd\t1\t2\t;;",
        "ssd\t0\t2\ta",
        "ssd\t3000000000\t2\ta",
        "ssd\t1\t-2\ta"
      })
  void refusesWhatIsNoLine(String text) {
    assertThatThrownBy(() -> ProfiledStack.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no line of a profile");
  }

  /** A graph of them is drawn row above row, by calls within calls. */
  @Test
  void keepsTheInnermostOfMoreFramesThanAJvmTakes() {
    String frames = "a;".repeat(400_000) + "b";
    List<ProfiledStack> stacks = ProfiledStack.parse("ssd\t1\t2\t" + frames);
    assertThat(stacks.getFirst().frames()).hasSize(1_024).endsWith("b");
    assertThat(new FlameGraph("deep", stacks).svg()).contains("b: 1 samples");
  }

  @Test
  void theTableBeginsWithTheLineThatHasMostFaults() {
    String[] lines = table(ProfiledStack.parse(TEXT)).split("\n");
    assertThat(lines[1]).contains("60.0 %", "2.0 µs", "Table.<init>:12", "(zero 60)");
    assertThat(lines[2]).contains("40.0 %", "76.0 µs", "Table.get:42", "(ssd 30, minor 10)");
  }

  @Test
  void aTableOfNothingIsItsHead() {
    assertThat(table(List.of()).lines()).hasSize(1);
  }
}
