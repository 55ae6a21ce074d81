package dev.ordem.producer.runs;

/** What is still to be done about a run. */
public enum Phase {
  /** Its headers are to be read, or being read. */
  READING,
  /** Its details and the proof are not over. */
  SETTLING,
  /** It ended PARTIAL, and is judged again when nothing is missing any more. */
  HEALING,
  /** Nothing. */
  ENDED
}
