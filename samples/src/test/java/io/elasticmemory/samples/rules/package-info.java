/**
 * The house rules, checked against every module, and the proof that each check can fail.
 *
 * <p>A rule says what to do instead. When one stands in the way of clearer code, change the rule
 * here, with the reason.
 */
@NullMarked
package io.elasticmemory.samples.rules;

import org.jspecify.annotations.NullMarked;
