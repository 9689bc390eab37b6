// Plain JavaScript: an older Node, which reads no types, starts a newer one with these flags.

const measuring = ['bench', 'replay', 'calibrate']

/**
 * A small young generation, each stop for which is short, and an old one that starts large: collecting that takes a stop of some 30 ms, and from
 * the small size at which V8 starts it falls into the first seconds of every run.
 */
export const measuringFlags = ['--max-semi-space-size=4', '--initial-old-space-size=256']

export const forwardingFlags = ['--max-semi-space-size=4']

export function flagsFor(words) {
  if (words[0] === 'capture') return forwardingFlags
  return measuring.includes(words[0]) ? measuringFlags : []
}

/**
 * What forwards allocates bodies of any size and lets them go. glibc would take the first that it lets go for a sign to keep such room on its heaps, where
 * it lies scattered: twice the memory after a few minutes. Elsewhere nobody reads the variable.
 *
 * Source: mallopt(3), M_MMAP_THRESHOLD: setting it keeps it where it is.
 */
export function variablesFor(words) {
  return words[0] === 'capture' ? { MALLOC_MMAP_THRESHOLD_: '131072' } : {}
}
