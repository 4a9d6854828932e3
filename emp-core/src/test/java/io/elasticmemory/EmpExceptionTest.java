package io.elasticmemory;

import static org.assertj.core.api.Assertions.assertThat;

import io.elasticmemory.EmpException.Kind;
import org.junit.jupiter.api.Test;

class EmpExceptionTest {

  @Test
  void keepsKindMessageAndCause() {
    Exception cause = new Exception("link down");
    EmpException failure = new EmpException(Kind.DONOR, "no answer; start the exporter", cause);

    assertThat(failure.kind()).isEqualTo(Kind.DONOR);
    assertThat(failure).hasMessage("no answer; start the exporter").hasCause(cause);
  }

  @Test
  void showsLineBreaksAndControlCharactersEscaped() {
    EmpException failure = new EmpException(Kind.PATH, "entry 'a\nb\r\u2028\u0007'; é stays");

    assertThat(failure).hasMessage("entry 'a\\nb\\u000d\\u2028\\u0007'; é stays");
  }
}
