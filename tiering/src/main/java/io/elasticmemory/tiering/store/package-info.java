/**
 * Donors in pure Java, on the ports for connections: the exporter on the other side of a network.
 */
@NullMarked
package io.elasticmemory.tiering.store;

import org.jspecify.annotations.NullMarked;
