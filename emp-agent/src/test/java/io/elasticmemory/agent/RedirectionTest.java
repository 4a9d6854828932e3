package io.elasticmemory.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.agent.Redirection.Kind;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedirectionTest {
  /**
   * A JDK whose channels look at buffers in another way was taken for one whose channels are
   * redirected, because they have methods.
   */
  @ParameterizedTest
  @CsvSource({
    "sun/nio/ch/IOUtil, true",
    "sun/nio/ch/DatagramChannelImpl, true",
    "sun/nio/ch/NativeThreadSet, false",
    "java/lang/Object, false"
  })
  void findsNothingToAskWhereNobodyLooksWhetherABufferIsDirect(String name, boolean isThere)
      throws Exception {
    Redirection redirection =
        new Redirection(name, Redirection.ANY, Redirection.ANY, "isDirect", Kind.JUDGED, true);

    assertThat(model(name).methods()).isNotEmpty();
    assertThat(model(name).methods().stream().anyMatch(redirection::isIn)).isEqualTo(isThere);
  }

  private static ClassModel model(String name) throws Exception {
    try (InputStream in = Object.class.getResourceAsStream("/" + name + ".class")) {
      return ClassFile.of().parse(Objects.requireNonNull(in, name).readAllBytes());
    }
  }
}
