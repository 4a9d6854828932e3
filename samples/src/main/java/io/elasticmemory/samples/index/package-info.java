/**
 * A full-text index whose text, dictionary and postings lie in memory segments: an ordinary program
 * of some size, which does not know where its memory is.
 */
@NullMarked
package io.elasticmemory.samples.index;

import org.jspecify.annotations.NullMarked;
