/**
 * What a measurement starts, watches and ends: broker, database, simulated Tiny, the services, each
 * a process of its own, and how much processor time they took.
 */
@NullMarked
package dev.ordem.bench.pipeline.process;

import org.jspecify.annotations.NullMarked;
