package io.elasticmemory.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NextPagerLayoutTest {
  private final MemorySegment file = MemorySegment.ofArray(new byte[NextPagerLayout.BYTES]);

  private String line() {
    String text = new String(file.toArray(JAVA_BYTE), UTF_8);
    return text.substring(0, text.indexOf('\n'));
  }

  @Test
  void aNewOneHasAnEmptyLine() {
    NextPagerLayout.format(file);

    assertThat(line()).isEmpty();
    assertThat(NextPagerLayout.number(file)).isZero();
  }

  @Test
  void aCommandIsALineWithItsNumberAtBothEnds() {
    NextPagerLayout.format(file);
    NextPagerLayout.write(file, List.of("/bin/java", "-cp", "a b", "it's"));
    assertThat(line()).isEqualTo("1 '/bin/java' '-cp' 'a b' 'it'\\''s' #1");

    NextPagerLayout.write(file, List.of("x #7"));
    assertThat(line()).isEqualTo("2 'x #7' #2");
    assertThat(NextPagerLayout.number(file)).isEqualTo(2);
    long end = line().length() + 1L;
    assertThat(file.asSlice(end).toArray(JAVA_BYTE)).as("the rest").containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 'x' #2",
        "x 'x' #x",
        "1 'x' #",
        "-1 'x' #-1",
        "99999999999999999999 'x' #99999999999999999999"
      })
  void whatIsNoCommandHasNoNumberAndIsWrittenOver(String line) {
    file.fill((byte) 0).setString(0, line + "\n");
    assertThat(NextPagerLayout.number(file)).isZero();

    NextPagerLayout.write(file, List.of("x"));
    assertThat(line()).isEqualTo("1 'x' #1");
  }

  @Test
  void refusesWhatNoLineCanHold() {
    NextPagerLayout.format(file);
    NextPagerLayout.write(file, List.of("good"));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> NextPagerLayout.write(file, List.of("x".repeat(NextPagerLayout.BYTES))))
        .withMessageContaining("16384 are possible");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> NextPagerLayout.write(file, List.of("a\nb")));
    assertThat(line()).as("stays").isEqualTo("1 'good' #1");
  }
}
