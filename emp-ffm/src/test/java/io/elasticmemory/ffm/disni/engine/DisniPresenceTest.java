package io.elasticmemory.ffm.disni.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.disni.verbs.RdmaProvider;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a pager gets of DiSNI where the program has it, as this one does. */
class DisniPresenceTest {
  @Test
  void namesDisniAndWhatItsJvmNeeds() {
    assertThat(DisniPresence.classes()).isEqualTo(List.of(RdmaProvider.class));
    assertThat(DisniPresence.options())
        .contains("-Djava.library.path=" + System.getProperty("java.library.path"))
        .contains("--add-exports=java.base/sun.nio.ch=ALL-UNNAMED");
  }
}
