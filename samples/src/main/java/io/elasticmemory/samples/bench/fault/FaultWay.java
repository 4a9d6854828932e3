package io.elasticmemory.samples.bench.fault;

import io.elasticmemory.MemPath.Transport;
import java.util.List;

/**
 * How exporters are reached.
 *
 * @param transport by which bytes travel
 * @param address at which exporters listen; with RDMA one of a device
 * @param device RDMA device of exporters, empty without RDMA
 */
public record FaultWay(Transport transport, String address, String device) {
  /** TCP on the loopback device. */
  public static final FaultWay LOOPBACK = new FaultWay(Transport.TCP, "127.0.0.1", "");

  /** By RDMA. */
  public static FaultWay rdma(String address, String device) {
    return new FaultWay(Transport.RDMA, address, device);
  }

  /** What an exporter is started with. */
  List<String> exporterOptions() {
    return device.isEmpty() ? List.of("-b", address) : List.of("-b", address, "-d", device);
  }
}
