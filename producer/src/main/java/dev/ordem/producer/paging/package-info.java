/**
 * How Tiny's lists are read: pure decisions, no I/O.
 *
 * <p>A {@link dev.ordem.producer.paging.Plan} is a run's stages, a {@link
 * dev.ordem.producer.paging.Pass} one list of it, and {@link dev.ordem.producer.paging.Pages} says
 * after each page where the next one begins.
 *
 * <p><b>Guarantee.</b> A row that stays in a list from the first page to the last is read, whatever
 * enters or leaves the list meanwhile, and however large the pages are. Each id is new once in a
 * pass. A pass ends, or says that the list contradicts itself.
 *
 * <p><b>Failures.</b> {@link dev.ordem.producer.paging.AdaptivePageSize} makes pages smaller where
 * one cannot be had; it never decides what was read.
 */
@NullMarked
package dev.ordem.producer.paging;

import org.jspecify.annotations.NullMarked;
