package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CallersTest {
  @Test
  void redirectsAllUnlessToldOtherwise() {
    assertThat(new Callers(List.of(), List.of()).isRedirected()).isTrue();
  }

  @Test
  void redirectsOnlyWhatIsIncluded() {
    Callers callers = new Callers(List.of("org.acme.Table", "org.acme.io.*"), List.of());

    assertThat(callers.isRedirected("org.acme.Table")).isTrue();
    assertThat(callers.isRedirected("org.acme.Table$Row")).isTrue();
    assertThat(callers.isRedirected("org.acme.io.deep.File")).isTrue();
    assertThat(callers.isRedirected("org.acme.Tables")).isFalse();
    assertThat(callers.isRedirected("org.acme.iodine.File")).isFalse();
  }

  @Test
  void excludesAlsoWhatIsIncluded() {
    Callers callers = new Callers(List.of("org.acme.*"), List.of("org.acme.Table"));

    assertThat(callers.isRedirected("org.acme.Row")).isTrue();
    assertThat(callers.isRedirected("org.acme.Table")).isFalse();
  }

  @Test
  void looksAtTheCallerBehindTheJdk() {
    // Whoever started this thread of the test is behind the agent's own classes, as this one is.
    assertThat(new Callers(List.of("org.junit.*"), List.of()).isRedirected()).isTrue();
    assertThat(new Callers(List.of(), List.of("org.junit.*")).isRedirected()).isFalse();
  }
}
