const mebibyte = 1024 * 1024

/** Bytes of the files of a run that are read at most; what a run writes is far smaller. */
export const maxBytes = {
  header: 16 * mebibyte,
  /** That of some four hundred recorded traces has a fortieth of it. */
  plan: 128 * mebibyte,
  phases: 64 * mebibyte,
  records: 256 * 1024 * mebibyte,
  /** A sampler ends at a quarter of a gibibyte, but for the edges of phases; an attempt that goes on has that much again. */
  serverMetrics: 4 * 1024 * mebibyte,
  /** A record with the arrivals of a million chunks has a tenth of it. */
  line: 64 * mebibyte,
  fidelity: 16 * mebibyte,
  result: 64 * mebibyte,
  manifest: 16 * mebibyte,
  attestation: 16 * mebibyte,
} as const
