/** What binds implementers of the verbs, as a test that each of them passes. */
@NullMarked
package io.elasticmemory.port.verbs.contract;

import org.jspecify.annotations.NullMarked;
