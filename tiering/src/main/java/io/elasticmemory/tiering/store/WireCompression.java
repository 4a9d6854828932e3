package io.elasticmemory.tiering.store;

import io.elasticmemory.codec.Lz4;
import io.elasticmemory.counters.Counters;

/**
 * That bytes are to travel compressed, where the exporter can.
 *
 * @param lz4 the codec
 * @param counters of the shard: they are told what was saved
 */
public record WireCompression(Lz4 lz4, Counters counters) {}
