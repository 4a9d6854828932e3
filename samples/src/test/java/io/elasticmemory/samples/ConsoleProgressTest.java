package io.elasticmemory.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConsoleProgressTest {
  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
  private final PrintStream stream = new PrintStream(shown, true, StandardCharsets.UTF_8);

  @Test
  void rewritesOneLineOfATerminalAndClearsItAtTheEnd() {
    ConsoleProgress progress = new ConsoleProgress(stream, true);
    progress.begin("writing", 200, () -> 50);
    await().atMost(Duration.ofSeconds(20)).until(() -> text().contains("writing: 25 %"));
    progress.end();
    assertThat(text()).doesNotContain("\n").endsWith("\r\033[K");
  }

  @Test
  void staysSilentElsewhereWhenThePhaseIsShort() {
    ConsoleProgress progress = new ConsoleProgress(stream, false);
    progress.begin("writing", 0, () -> 0);
    progress.end();
    progress.end();
    assertThat(text()).isEmpty();
  }

  private String text() {
    return shown.toString(StandardCharsets.UTF_8);
  }
}
