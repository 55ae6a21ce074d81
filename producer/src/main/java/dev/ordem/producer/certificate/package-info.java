/**
 * What ledger and Postgres hold of an account, compared by content.
 *
 * <p>The ledger tells of each partition what it holds in four numbers, counts and XORs of checksums
 * ({@link dev.ordem.producer.certificate.LedgerCertificate}); {@link
 * dev.ordem.producer.certificate.PostgresDigests} takes the same numbers from the tables, from
 * indexes alone, and both sides can leave out the same rows. All of one comparison is read in one
 * {@link dev.ordem.producer.certificate.Snapshot}. Postgres is a moment behind the ledger, so a
 * single difference says nothing: {@code .verdict} looks again, and {@link
 * dev.ordem.producer.certificate.CertificateCheck} lets anybody look.
 */
@NullMarked
package dev.ordem.producer.certificate;

import org.jspecify.annotations.NullMarked;
