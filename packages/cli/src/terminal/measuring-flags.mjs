// Plain JavaScript: an older Node, which reads no types, starts a newer one with these flags.

const measuring = ['bench', 'replay', 'calibrate']

export const measuringFlags = ['--max-semi-space-size=4']

export function flagsFor(words) {
  return measuring.includes(words[0]) ? measuringFlags : []
}
