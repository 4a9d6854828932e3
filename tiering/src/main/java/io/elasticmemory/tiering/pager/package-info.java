/**
 * The pager: the shard's turn, the block table, and one class per journey of a block: it arrives
 * ({@code Fetcher}), leaves ({@code Evictor}), moves between tiers ({@code Mover}), or is forgotten
 * ({@code Discarder}). {@code FaultServer} decides what a fault needs, {@code Prefetcher} what
 * comes before there is one; {@code Blocks} is the only place that punches, protects and installs.
 */
@NullMarked
package io.elasticmemory.tiering.pager;

import org.jspecify.annotations.NullMarked;
