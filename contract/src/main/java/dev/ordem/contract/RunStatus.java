package dev.ordem.contract;

/** Where a run stands. */
public enum RunStatus {
  QUEUED,
  RUNNING,
  /** Proved to be whole: nothing it asked for is missing in Postgres. */
  COMPLETE,
  /** Ended, but something it asked for is parked or not proved to be stored. */
  PARTIAL,
  FAILED,
  CANCELED;

  /** Whether nothing will change any more unless someone resumes the run. */
  public boolean ended() {
    return this != QUEUED && this != RUNNING;
  }
}
