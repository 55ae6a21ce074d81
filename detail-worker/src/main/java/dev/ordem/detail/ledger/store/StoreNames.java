package dev.ordem.detail.ledger.store;

/** What the ledger is called in Kafka, and its stores in it; the changelogs are named by both. */
public final class StoreNames {
  /**
   * Names the consumer group, the changelogs and the transactions. It is another one than that of
   * version 1, whose state cannot be read as this: a baseline from Postgres takes its place.
   */
  public static final String APPLICATION = "ordem-ledger-2";

  public static final String CONTENTS = "contents";
  public static final String STANDINGS = "standings";
  public static final String CLAIMS = "claims";
  public static final String RUNS = "runs";
  public static final String ACCOUNTS = "accounts";
  public static final String PENDING = "pending";

  private StoreNames() {}
}
