// Plain JavaScript: an older Node, which reads no types, starts a newer one with these flags.

const measuring = ['bench', 'replay', 'calibrate', 'capture']

/**
 * A small young generation, each stop for which is short, and an old one that starts large: collecting that takes a stop of some 30 ms, and from
 * the small size at which V8 starts it falls into the first seconds of every run.
 */
export const measuringFlags = ['--max-semi-space-size=4', '--initial-old-space-size=256']

export function flagsFor(words) {
  return measuring.includes(words[0]) ? measuringFlags : []
}
