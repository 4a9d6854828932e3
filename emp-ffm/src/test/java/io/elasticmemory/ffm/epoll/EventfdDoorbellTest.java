package io.elasticmemory.ffm.epoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elasticmemory.EmpException;
import io.elasticmemory.ffm.libc.Descriptor;
import io.elasticmemory.ffm.libc.EventCalls;
import io.elasticmemory.ffm.libc.FileCalls;
import io.elasticmemory.ffm.libc.LinuxConstants;
import io.elasticmemory.port.Doorbell;
import org.junit.jupiter.api.Test;

class EventfdDoorbellTest {
  @Test
  void refusesToAdoptWhatIsNoEventfd() {
    Descriptor other =
        new Descriptor((int) FileCalls.open("/dev/null", LinuxConstants.O_RDWR, 0), "null");
    assertThatThrownBy(() -> EventfdDoorbell.adopt(other))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("/dev/null");
    assertThat(other.isClosed()).isTrue();
  }

  @Test
  void refusesToAdoptOneThatBlocks() {
    Descriptor blocking = new Descriptor((int) EventCalls.eventfd(0, 0), "blocking");
    assertThatThrownBy(() -> EventfdDoorbell.adopt(blocking))
        .isInstanceOf(EmpException.class)
        .hasMessageContaining("blocks");
    assertThat(blocking.isClosed()).isTrue();
  }

  @Test
  void cannotBeRungOnceClosed() {
    Doorbell bell = EventfdDoorbell.create();
    bell.close();
    bell.close();
    assertThatThrownBy(bell::ring)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("doorbell is closed");
  }
}
