const mebibyte = 1024 * 1024

/** Bytes of the files of a run that are read at most; what a run writes is far smaller. */
export const maxBytes = {
  header: 16 * mebibyte,
  /** The longest text of the runtime is little longer. */
  plan: 500 * mebibyte,
  phases: 64 * mebibyte,
  records: 256 * 1024 * mebibyte,
  /** A record with the arrivals of a million chunks has a tenth of it. */
  line: 64 * mebibyte,
  result: 64 * mebibyte,
  manifest: 16 * mebibyte,
} as const
