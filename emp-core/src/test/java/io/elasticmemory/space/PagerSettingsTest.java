package io.elasticmemory.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.elasticmemory.EmpException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagerSettingsTest {
  private final Properties properties = new Properties();

  @Test
  void needsNothing() {
    PagerSettings settings = PagerSettings.of(properties, Map.of());

    assertThat(settings.java()).isEmpty();
    assertThat(settings.options()).isEmpty();
    assertThat(settings.classPath()).isEmpty();
    assertThat(settings.spinMicros()).isEqualTo(PagerSettings.SPIN_MICROS);
  }

  @Test
  void propertiesGoBeforeTheEnvironment() {
    properties.setProperty("emp.pager.java", "/a/java");
    Map<String, String> environment =
        Map.of("EMP_PAGER_JAVA", "/b/java", "EMP_PAGER_OPTIONS", " -Xlog:gc  -Xmx1g ");

    PagerSettings settings = PagerSettings.of(properties, environment);

    assertThat(settings.java()).isEqualTo("/a/java");
    assertThat(settings.options()).containsExactly("-Xlog:gc", "-Xmx1g");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "-1", "1000001", "1e3"})
  void refusesATimeThatMakesNoSense(String micros) {
    properties.setProperty("emp.pager.spinMicros", micros);

    assertThatExceptionOfType(EmpException.class)
        .isThrownBy(() -> PagerSettings.of(properties, Map.of()))
        .withMessage("emp.pager.spinMicros is '" + micros + "'; use 0 to 1000000");
  }

  @Test
  void takesAnArchiveUnlessItIsToldNotTo() {
    assertThat(PagerSettings.of(properties, Map.of()).archive()).isTrue();
    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_ARCHIVE", "false")).archive())
        .isFalse();
    properties.setProperty("emp.pager.archive", "off");

    assertThatExceptionOfType(EmpException.class)
        .isThrownBy(() -> PagerSettings.of(properties, Map.of()))
        .withMessage("emp.pager.archive is 'off'; use true or false");
  }

  @Test
  void takesAWayOfReadingDisks() {
    assertThat(PagerSettings.of(properties, Map.of()).disk()).isEmpty();
    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_DISK", " pread ")).disk())
        .isEqualTo("pread");
    properties.setProperty("emp.pager.disk", "ring");

    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_DISK", "pread")).disk())
        .isEqualTo("ring");
  }

  @Test
  void refusesAWayOfReadingDisksThatItDoesNotKnow() {
    properties.setProperty("emp.pager.disk", "mmap");

    assertThatExceptionOfType(EmpException.class)
        .isThrownBy(() -> PagerSettings.of(properties, Map.of()))
        .withMessage("emp.pager.disk is 'mmap'; use ring or pread");
  }

  @Test
  void aStandbyIsAsThePathSaysUnlessToldOtherwise() {
    assertThat(PagerSettings.of(properties, Map.of()).standby()).isEmpty();
    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_STANDBY", "true")).standby())
        .contains(true);
    properties.setProperty("emp.pager.standby", "false");
    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_STANDBY", "true")).standby())
        .contains(false);
    properties.setProperty("emp.pager.standby", "perhaps");
    assertThatExceptionOfType(EmpException.class)
        .isThrownBy(() -> PagerSettings.of(properties, Map.of()))
        .withMessage("emp.pager.standby is 'perhaps'; use true or false");
  }

  @Test
  void namesTheVariableThatATimeCameFrom() {
    assertThatExceptionOfType(EmpException.class)
        .isThrownBy(() -> PagerSettings.of(properties, Map.of("EMP_PAGER_SPIN_MICROS", "x")))
        .withMessage("EMP_PAGER_SPIN_MICROS is 'x'; use 0 to 1000000");
  }

  @Test
  void advisesToLookAtWhatWasSetUnderTheNameItWasSetWith() {
    assertThat(PagerSettings.of(properties, Map.of()).remedy()).startsWith("check the JDK");
    properties.setProperty("emp.pager.classPath", "/a:/b");

    assertThat(PagerSettings.of(properties, Map.of("EMP_PAGER_JAVA", "/no")).remedy())
        .isEqualTo("check EMP_PAGER_JAVA='/no' and emp.pager.classPath='/a:/b'");
  }
}
